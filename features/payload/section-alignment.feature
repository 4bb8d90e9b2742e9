Feature: The sections of a payload: how they are aligned
  A section is placed at a multiple of its alignment, which is a power of two.

  @ELF-6
  Scenario Outline: ELF-6: An sh_addralign of <alignment>, which is not a power of two, is refused: <section>
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

    @ELF-13
    Examples: 0 means none
      | alignment | place |
      | 0         | 4097  |

    Examples: 1 means none
      | alignment | place |
      | 1         | 4097  |

    Examples:
      | alignment | place |
      | 2         | 4098  |
      | 8         | 4104  |
      | 64        | 4160  |
      | 2048      | 6144  |
      | 4096      | 8192  |

  # The two are an odd number of pages apart, with the page that Xen leaves free between payloads, so that not both are
  # aligned by chance.
  @ELF-16 @F-11 @B21
  Scenario Outline: ELF-16: The <section> of two payloads with an sh_addralign of <alignment> is at a multiple of it
    Given a payload "p" makes xen_minor_version return the address of its own <section>
    And "p" brings 4097 bytes of <section>
    And in "p" the field section[<section>].sh_addralign is <alignment>
    And a payload "q" makes xen_major_version return the address of its own <section>
    And "q" brings 8 bytes of <section>
    And in "q" the field section[<section>].sh_addralign is <alignment>
    And "q" depends on "p"
    When "p" is uploaded
    And "q" is uploaded
    And APPLY of "p" is asked
    And APPLY of "q" is asked
    Then the address that xen_minor_version returns is a multiple of <alignment>
    And the address that xen_major_version returns is a multiple of <alignment>

    Examples: up to a page
      | section | alignment |
      | .rodata | 4096      |
      | .data   | 4096      |
      | .bss    | 4096      |

    Examples: above a page
      | section | alignment |
      | .rodata | 8192      |
      | .rodata | 16384     |
      | .rodata | 65536     |
      | .data   | 16384     |
      | .bss    | 65536     |

  @ELF-13 @B4
  Scenario Outline: ELF-13: With an sh_addralign of 0, a section is not placed over others: <kind>
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
  Scenario Outline: ELF-6: An sh_addr of <address> with an sh_addralign of <alignment> is accepted, and is not where the section is placed
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
