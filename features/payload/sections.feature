Feature: The sections of a payload
  Each section says where its bytes are in the file, how it is aligned and what may be done with it. Nothing of that is
  believed before it was checked, and no 64-bit sum may wrap around.

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
  Scenario: ELF-5: The data of a section may begin right behind the ELF header
    Given a payload "p"
    And "p" brings 8 bytes of .rodata
    # There the code begins, which is here taken for data a second time.
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
  Scenario: ELF-5: A section of no bytes behind the end of the file is refused
    Given a payload "p"
    And "p" brings 0 bytes of .rodata
    And in "p" the field section[.rodata].sh_offset is the length of the file + 1
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-5 @B3
  Scenario Outline: ELF-5: The sum of offset <offset> and size <size> wraps around, and the section is refused
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

  @ELF-5 @B3
  Scenario Outline: ELF-5: The size of <section> may not wrap around either
    Given a payload "p"
    And in "p" these fields are written:
      | field                        | value |
      | section[<section>].sh_offset | 64    |
      | section[<section>].sh_size   | -64   |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: what is placed
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
  Scenario Outline: ELF-5: Where a section has no bytes in the file, its end does not count: offset <offset>
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

  @ELF-5 @FMT-5 @FMT-6 @B6
  Scenario Outline: ELF-5: A note that has no bytes in the file is no note: <section>
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

    @V2-FMT-1 @revision-2
    Examples: of revision 2
      | section                |
      | .livepatch.xen_depends |

  @ELF-6
  Scenario Outline: ELF-6: An sh_addralign of <alignment> is no power of two: <section>
    Given a payload "p"
    And "p" brings 8 bytes of .rodata
    And in "p" the field section[<section>].sh_addralign is <alignment>
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples: placed
      | section | alignment          |
      | .rodata | 3                  |
      | .rodata | 5                  |
      | .rodata | 6                  |
      | .rodata | 7                  |
      | .rodata | 4095               |
      | .rodata | 4097               |
      | .rodata | 0x8000000000000001 |
      | .rodata | 0xc000000000000000 |
      | .rodata | -1                 |
      | .text   | 3                  |

    Examples: not placed
      | section | alignment |
      | .symtab | 3         |
      | .strtab | 3         |

  @ELF-6
  Scenario Outline: ELF-6: A section with an sh_addralign of <alignment> is placed at a multiple of it
    Given a payload "p"
    And "p" brings the read-only section .first of 1 byte
    And "p" brings the read-only section .second of 1 byte
    And in "p" these fields are written:
      | field                         | value       |
      | section[.first].sh_addralign  | 4096        |
      | section[.second].data         | bytes 22    |
      | section[.second].sh_addralign | <alignment> |
    When "p" is uploaded
    Then the hypercall returns 0
    And the rodata of "p" holds cc at 4096
    And the rodata of "p" holds 22 at <place>
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples: 0 and 1 mean none
      | alignment | place |
      | 0         | 4097  |
      | 1         | 4097  |

    Examples:
      | alignment | place |
      | 2         | 4098  |
      | 8         | 4104  |
      | 64        | 4160  |
      | 2048      | 6144  |
      | 4096      | 8192  |
      | 8192      | 8192  |

  @ELF-6 @B4
  Scenario Outline: ELF-6: With an sh_addralign of 0, a section does not come to lie over others: <kind>
    Given a payload "p" makes xen_extra_version return "patched"
    And "p" brings 8 bytes of .data
    And "p" brings 8 bytes of .rodata
    And "p" brings the <kind> section .more of 64 bytes
    And in "p" the field section[.more].sh_addralign is 0
    When "p" is uploaded
    Then the hypercall returns 0
    And the <region> of "p" holds <first> at 0
    When APPLY of "p" is asked
    Then the extra version is "patched"

    Examples:
      | kind       | region | first                   |
      | executable | text   | 48 8d 05                |
      | writable   | data   | da da da da da da da da |
      | read-only  | rodata | 0d 0d 0d 0d 0d 0d 0d 0d |

  @ELF-6
  Scenario Outline: ELF-6: An sh_addr of <address> with an sh_addralign of <alignment> is refused
    Given a payload "p"
    And "p" brings 8 bytes of .rodata
    And in "p" these fields are written:
      | field                         | value       |
      | section[.rodata].sh_addr      | <address>   |
      | section[.rodata].sh_addralign | <alignment> |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | address            | alignment          |
      | 1                  | 2                  |
      | 2                  | 4                  |
      | 7                  | 8                  |
      | 9                  | 8                  |
      | 4095               | 4096               |
      | -1                 | 8                  |
      | 0x4000000000000000 | 0x8000000000000000 |

  @ELF-6
  Scenario Outline: ELF-6: An sh_addr of <address> with an sh_addralign of <alignment> is accepted, and not where the section lies
    Given a payload "p"
    And "p" brings 8 bytes of .rodata
    And in "p" these fields are written:
      | field                         | value       |
      | section[.rodata].sh_addr      | <address>   |
      | section[.rodata].sh_addralign | <alignment> |
    When "p" is uploaded
    Then the hypercall returns 0
    And the rodata of "p" holds 0d 0d 0d 0d 0d 0d 0d 0d at 0
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | address | alignment |
      | 1       | 0         |
      | 1       | 1         |
      | -1      | 1         |
      | 2       | 2         |
      | 8       | 8         |
      | 16      | 8         |
      | 4096    | 4096      |
      | -8      | 8         |

  @ELF-6 @bug-25
  Scenario Outline: ELF-6: The size of a section need not be a multiple of its alignment: <size> bytes, <alignment>
    Given a payload "p"
    And "p" brings <size> bytes of .rodata
    And in "p" the field section[.rodata].sh_addralign is <alignment>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | size | alignment |
      | 1    | 2         |
      | 7    | 8         |
      | 9    | 8         |
      | 4095 | 4096      |
      | 4097 | 4096      |

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
  Scenario: ELF-7: The limit is that of each section, not of all together
    Given a payload "p"
    And "p" brings 2097152 bytes of .bss
    And "p" has the section .bss twice
    When "p" is uploaded
    Then the hypercall returns 0
    And the regions of "p" lie one behind the other:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1025  |
      | rodata | r--         | 1     |
    When APPLY of "p" is asked
    Then the extra version is "p"

  @ELF-10
  Scenario Outline: ELF-10: An allocated section that is writable and executable is refused: <section>
    Given a payload "p"
    And "p" brings 8 bytes of .data
    And "p" brings 8 bytes of .rodata
    And "p" brings 8 bytes of .bss
    And "p" brings the read-only section .more of 0 bytes
    And in "p" the field section[<section>].sh_flags is <flags>
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples:
      | section          | flags |
      | .text            | 0x7   |
      | .data            | 0x7   |
      | .rodata          | 0x7   |
      | .bss             | 0x7   |
      | .livepatch.funcs | 0x7   |
      | .more            | 0x7   |
      | .symtab          | 0x7   |
      | .rela.text       | 0x47  |
      | .text            | 0x37  |

  @ELF-10
  Scenario Outline: ELF-10: A section with the flags <flags> is not all of allocated, writable and executable
    Given a payload "p"
    And "p" brings the read-only section .more of 8 bytes
    And in "p" the field section[.more].sh_flags is <flags>
    When "p" is uploaded
    Then the hypercall returns 0
    And no page is both writable and executable
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | flags |
      | 0     |
      | 1     |
      | 2     |
      | 3     |
      | 4     |
      | 5     |
      | 6     |

  @ELF-11 @B5
  Scenario Outline: ELF-11: A special section that is not allocated is refused: <section>
    Given a payload "p"
    And "p" has a load hook that says "load"
    And "p" has an unload hook that says "unload"
    And in "p" the field section[<section>].sh_flags is <flags>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: of functions and hooks
      | section                 | flags |
      | .livepatch.funcs        | 0     |
      | .livepatch.funcs        | 1     |
      | .livepatch.funcs        | 4     |
      | .livepatch.hooks.load   | 0     |
      | .livepatch.hooks.load   | 1     |
      | .livepatch.hooks.unload | 0     |
      | .livepatch.hooks.unload | 1     |

    Examples: notes
      | section            | flags |
      | .livepatch.depends | 0     |
      | .note.gnu.build-id | 0     |

    @revision-2
    Examples: of revision 2
      | section                | flags |
      | .livepatch.xen_depends | 0     |

  @ELF-11 @PLACE-3
  Scenario Outline: ELF-11: A section of type STRTAB is a table of the file, and no special section: <section>
    Given a payload "p"
    And in "p" the field section[<section>].sh_type is 3
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | section            |
      | .livepatch.funcs   |
      | .livepatch.depends |
      | .note.gnu.build-id |

  @ELF-11
  Scenario Outline: ELF-11: Whatever has a meaning to live patching has to be allocated: <section>
    Given a payload "p"
    And "p" brings the read-only section <section> of <size> bytes
    And in "p" the field section[<section>].sh_flags is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | section       | size |
      | .ex_table     | 8    |
      | .bug_frames.0 | 8    |
      | .bug_frames.1 | 8    |
      | .bug_frames.2 | 8    |
      | .bug_frames.3 | 8    |

    Examples: whole entries, be they of 12 bytes or 14
      | section          | size |
      | .altinstructions | 84   |

    @revision-2
    Examples: of revision 2
      | section                     | size |
      | .livepatch.hooks.preapply   | 8    |
      | .livepatch.hooks.apply      | 8    |
      | .livepatch.hooks.postapply  | 8    |
      | .livepatch.hooks.prerevert  | 8    |
      | .livepatch.hooks.revert     | 8    |
      | .livepatch.hooks.postrevert | 8    |
      | .modinfo                    | 8    |
