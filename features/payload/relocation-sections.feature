Feature: Relocations: the sections that hold them
  A section of relocations says which section they are for, which symbols they name, and how long an entry is. All of
  this is checked before it is used.

  Background:
    Given "p" brings 16 bytes of .data
    And "p" has these symbols:
      | name   | section | value |
      | first  | .data   | 0     |
      | second | .data   | 8     |
    And the section .data of "p" has these relocations:
      | offset | type        | symbol            |
      | 0      | R_X86_64_64 | xen_minor_version |
      | 8      | R_X86_64_64 | xen_minor_version |

  @REL-5 @bug-10
  Scenario Outline: REL-5: An sh_link of <link> is refused
    Given in "p" the field section[.rela.data].sh_link is <link>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | link                                    |
      | 0                                       |
      | that of section[.rela.data].sh_info     |
      | that of section[.rela.data].sh_link - 1 |
      | that of section[.rela.data].sh_link + 1 |
      | that of header.e_shnum                  |
      | 0xffffffff                              |

  @REL-5 @bug-10
  Scenario Outline: REL-5: A section of <size> bytes with entries of <entsize> bytes is refused
    Given in "p" these fields are written:
      | field                          | value     |
      | section[.rela.data].sh_entsize | <entsize> |
      | section[.rela.data].sh_size    | <size>    |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: entries that are too short
      | entsize | size |
      | 0       | 48   |
      | 1       | 48   |
      | 16      | 48   |
      | 23      | 46   |

    Examples: a size that is not a multiple
      | entsize            | size |
      | 24                 | 1    |
      | 24                 | 23   |
      | 24                 | 25   |
      | 24                 | 47   |
      | 25                 | 24   |
      | 25                 | 48   |
      | 47                 | 48   |
      | 49                 | 48   |
      | 0xffffffffffffffff | 48   |

  @REL-5 @bug-10
  Scenario Outline: REL-5: The relocations in a section of <size> bytes with entries of <entsize> bytes are performed
    Given in "p" these fields are written:
      | field                          | value     |
      | section[.rela.data].sh_entsize | <entsize> |
      | section[.rela.data].sh_size    | <size>    |
    When "p" is uploaded
    Then the hypercall returns 0
    And first holds <first>
    And second holds <second>

    Examples: da da da da da da da da is what was there before
      | entsize | size | first                            | second                           |
      | 24      | 48   | the address of xen_minor_version | the address of xen_minor_version |
      | 24      | 24   | the address of xen_minor_version | 0xdadadadadadadada               |
      | 24      | 0    | 0xdadadadadadadada               | 0xdadadadadadadada               |
      | 25      | 25   | the address of xen_minor_version | 0xdadadadadadadada               |
      | 48      | 48   | the address of xen_minor_version | 0xdadadadadadadada               |

  @REL-6 @B2 @bug-23
  Scenario Outline: REL-6: A section of type <type> whose sh_info is 0 is refused
    Given in "p" these fields are written:
      | field                       | value  |
      | section[.rela.data].sh_type | <type> |
      | section[.rela.data].sh_info | 0      |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | type     |
      | SHT_RELA |
      | SHT_REL  |

  @REL-6 @B11
  Scenario Outline: REL-6: A section whose sh_info is not the number of a section is refused: <number>
    Given in "p" the field section[.rela.data].sh_info is <number>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | number                     |
      | that of header.e_shnum     |
      | that of header.e_shnum + 1 |
      | 0x7fffffff                 |
      | 0xffffffff                 |

  @REL-5
  Scenario Outline: REL-5: Relocations for a section that is not allocated are ignored: <number>
    Given in "p" the field section[.rela.data].sh_info is <number>
    When "p" is uploaded
    Then the hypercall returns 0
    And first holds 0xdadadadadadadada
    And second holds 0xdadadadadadadada

    Examples: itself, the symbol table, and the last section
      | number                                  |
      | that of section[.rela.data].sh_info + 1 |
      | that of section[.rela.data].sh_link     |
      | that of header.e_shnum - 1              |

  @REL-5
  Scenario: REL-5: sh_info says which section relocations are for, whatever the name
    Given "p" brings 16 bytes of .rodata
    And "p" has these symbols:
      | name     | section |
      | constant | .rodata |
    # .data comes two sections after .rodata and the strings.
    And in "p" the field section[.rela.data].sh_info is that of section[.rela.data].sh_info - 2
    When "p" is uploaded
    Then the hypercall returns 0
    And constant holds the address of xen_minor_version
    And first holds 0xdadadadadadadada

  @REL-6
  Scenario: REL-6: Two sections of relocations may be for one section, and both are performed
    Given "p" brings 24 bytes of .rodata
    And "p" has these symbols:
      | name     | section | value |
      | constant | .rodata | 0     |
      | another  | .rodata | 16    |
    And the section .rodata of "p" has these relocations:
      | offset | type        | symbol            |
      | 16     | R_X86_64_64 | xen_minor_version |
    And in "p" the field section[.rela.data].sh_info is that of section[.rela.rodata].sh_info
    When "p" is uploaded
    Then the hypercall returns 0
    And constant holds the address of xen_minor_version
    And another holds the address of xen_minor_version
    And first holds 0xdadadadadadadada

  @REL-5
  Scenario: REL-5: Relocations are as far apart as their section says
    Given "q" brings 32 bytes of .data
    And "q" has these symbols:
      | name         | section | value |
      | q_first      | .data   | 0     |
      | q_second     | .data   | 8     |
      | q_third      | .data   | 16    |
      | q_fourth     | .data   | 24    |
    And the section .data of "q" has these relocations:
      | offset | type        | symbol            |
      | 0      | R_X86_64_64 | xen_minor_version |
      | 8      | R_X86_64_64 | xen_minor_version |
      | 16     | R_X86_64_64 | xen_major_version |
      | 24     | R_X86_64_64 | xen_major_version |
    And in "q" these fields are written:
      | field                          | value |
      | section[.rela.data].sh_entsize | 48    |
      | section[.rela.data].sh_size    | 96    |
    When "q" is uploaded
    Then the hypercall returns 0
    And q_first holds the address of xen_minor_version
    And q_second holds 0xdadadadadadadada
    And q_third holds the address of xen_major_version
    And q_fourth holds 0xdadadadadadadada

  @REL-5
  Scenario Outline: REL-5: Relocations of a section that is not allocated may be anything: <field> <value>
    Given "p" brings 16 bytes of .rodata
    And the section .rodata of "p" has these relocations:
      | type        | symbol  |
      | R_X86_64_64 | .rodata |
    And in "p" the field section[.rodata].sh_flags is 0
    And in "p" the field <field> is <value>
    When "p" is uploaded
    Then the hypercall returns 0
    And first holds the address of xen_minor_version

    Examples:
      | field                            | value              |
      | .rela.rodata[0].r_type           | R_X86_64_GOT32     |
      | .rela.rodata[0].r_offset         | 0xffffffffffffffff |
      | .rela.rodata[0].r_sym            | 0                  |
      | .rela.rodata[0].r_sym            | 0xffffffff         |
      | section[.rela.rodata].sh_link    | 0                  |
      | section[.rela.rodata].sh_entsize | 0                  |
      | section[.rela.rodata].sh_size    | 23                 |
