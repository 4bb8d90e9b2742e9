Feature: The sections of a payload: where their bytes are, and how many
  Each section says where its bytes are in the file, how it is aligned and what may be done with it. All of this is
  checked before it is used, and no 64-bit sum may wrap around.

  @ELF-5
  Scenario Outline: ELF-5: A section whose data begins in the ELF header, at <offset>, is refused: <section>
    Given a payload "p"
    And "p" brings 24 bytes of .rodata
    And "p" brings 24 bytes of .bss
    And in "p" the field section[<section>].sh_offset is <offset>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: with and without bytes in the file
      | section | offset |
      | .rodata | 0      |
      | .rodata | 1      |
      | .rodata | 63     |
      | .bss    | 0      |
      | .bss    | 63     |

    Examples: not allocated
      | section   | offset |
      | .strtab   | 0      |
      | .strtab   | 63     |
      | .shstrtab | 63     |

  @ELF-5
  Scenario: ELF-5: The data of a section may begin right after the ELF header
    Given a payload "p"
    And "p" brings 8 bytes of .rodata
    # The code begins there; here it is data as well.
    And in "p" the field section[.rodata].sh_offset is 64
    When "p" is uploaded
    Then the hypercall returns 0
    And the rodata of "p" holds 48 8d 05 00 00 00 00 c3 at 0
    When APPLY of "p" is asked
    Then the extra version is "p"

  @ELF-5
  Scenario Outline: ELF-5: A section of <size> bytes may end where the file ends
    Given a payload "p"
    And "p" brings 8 bytes of .rodata
    And in "p" these fields are written:
      | field                      | value                           |
      | section[.rodata].sh_offset | the length of the file - <size> |
      | section[.rodata].sh_size   | <size>                          |
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | size |
      | 0    |
      | 1    |
      | 64   |

  @ELF-5
  Scenario Outline: ELF-5: A section of <size> bytes <before> bytes before the end of the file is refused
    Given a payload "p"
    And "p" brings 8 bytes of .rodata
    And in "p" these fields are written:
      | field                      | value                             |
      | section[.rodata].sh_offset | the length of the file - <before> |
      | section[.rodata].sh_size   | <size>                            |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | size               | before |
      | 1                  | 0      |
      | 2                  | 1      |
      | 65                 | 64     |
      | 0x7fffffffffffffff | 1      |

  @ELF-5
  Scenario: ELF-5: An empty section past the end of the file is refused
    Given a payload "p"
    And "p" brings 0 bytes of .rodata
    And in "p" the field section[.rodata].sh_offset is the length of the file + 1
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-12 @B3
  Scenario Outline: ELF-12: The sum of offset <offset> and size <size> wraps around, and the section is refused
    Given a payload "p"
    And "p" brings 8 bytes of .rodata
    And in "p" these fields are written:
      | field                      | value    |
      | section[.rodata].sh_offset | <offset> |
      | section[.rodata].sh_size   | <size>   |
      | section[.rodata].sh_flags  | <flags>  |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: allocated
      | offset             | size               | flags |
      | 64                 | -64                | 2     |
      | 64                 | -1                 | 2     |
      | 65                 | -64                | 2     |
      | 0x8000000000000000 | 0x8000000000000000 | 2     |
      | -1                 | 1                  | 2     |
      | -64                | 128                | 2     |
      | -1                 | -1                 | 2     |

    Examples: not allocated
      | offset             | size               | flags |
      | 64                 | -64                | 0     |
      | 0x8000000000000000 | 0x8000000000000000 | 0     |
      | -1                 | 1                  | 0     |

  @ELF-12 @B3
  Scenario Outline: ELF-12: The size of <section> may not wrap around either
    Given a payload "p"
    And in "p" these fields are written:
      | field                        | value |
      | section[<section>].sh_offset | 64    |
      | section[<section>].sh_size   | -64   |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: sections that are placed
      | section            |
      | .text              |
      | .livepatch.funcs   |
      | .livepatch.depends |
      | .note.gnu.build-id |

    Examples: tables
      | section    |
      | .symtab    |
      | .strtab    |
      | .shstrtab  |
      | .rela.text |

  @ELF-5
  Scenario Outline: ELF-5: If a section has no bytes in the file, its end does not count: offset <offset>
    Given a payload "p"
    And "p" brings 8192 bytes of .bss
    And in "p" the field section[.bss].sh_offset is <offset>
    When "p" is uploaded
    Then the hypercall returns 0
    And the first 8192 bytes of the data of "p" are zero
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | offset                     |
      | 64                         |
      | the length of the file     |
      | the length of the file + 1 |
      | -8192                      |
      | -1                         |

  @ELF-15 @B6
  Scenario Outline: ELF-15: A note that has no bytes in the file is refused: <section>
    Given a payload "p"
    And in "p" these fields are written:
      | field                        | value |
      | section[<section>].sh_type   | 8     |
      | section[<section>].sh_offset | -4096 |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | section            |
      | .livepatch.depends |
      | .note.gnu.build-id |

    @revision-2
    Examples: of revision 2
      | section                |
      | .livepatch.xen_depends |

  @ELF-15 @B6 @revision-2
  Scenario: ELF-15: A note of type NOBITS is refused, even if its offset leads to a note in the file
    Given a payload "p"
    And in "p" the field section[.livepatch.xen_depends].sh_type is 8
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-7 @bug-12
  Scenario Outline: ELF-7: A NOBITS section of <size> bytes with the flags <flags> is accepted
    Given a payload "p"
    And "p" brings 8 bytes of .bss
    And in "p" these fields are written:
      | field                  | value   |
      | section[.bss].sh_size  | <size>  |
      | section[.bss].sh_flags | <flags> |
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples: allocated and writable, allocated, writable
      | size     | flags |
      | 0        | 3     |
      | 1        | 3     |
      | 0x1fffff | 3     |
      | 0x200000 | 3     |
      | 0x200000 | 2     |
      | 0x200000 | 1     |

    Examples: neither
      | size               | flags |
      | 0x200001           | 0     |
      | 0xffffffffffffffff | 0     |
      | 0xffffffffffffffff | 4     |

  @ELF-7 @bug-12
  Scenario Outline: ELF-7: A NOBITS section of <size> bytes with the flags <flags> is refused
    Given a payload "p"
    And "p" brings 8 bytes of .bss
    And in "p" these fields are written:
      | field                  | value   |
      | section[.bss].sh_size  | <size>  |
      | section[.bss].sh_flags | <flags> |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: allocated and writable, allocated, writable
      | size               | flags |
      | 0x200001           | 3     |
      | 0x200001           | 2     |
      | 0x200001           | 1     |
      | 0x200001           | 6     |
      | 0x80000000         | 3     |
      | 0x100000000        | 3     |
      | 0x8000000000000000 | 3     |
      | 0xfffffffffffff000 | 3     |
      | 0xffffffffffffffff | 3     |

  @ELF-7 @B12
  Scenario: ELF-7: The limit is for each section, not for all together
    Given a payload "p"
    And "p" brings 2097152 bytes of .bss
    And "p" has the section .bss twice
    When "p" is uploaded
    Then the hypercall returns 0
    And the regions of "p" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1025  |
      | rodata | r--         | 1     |
    When APPLY of "p" is asked
    Then the extra version is "p"
