Feature: The ELF header of a payload
  A payload is a relocatable ELF object for x86-64. The header says so, and says where the table of sections is. All of
  this is checked before it is used.

  @ELF-1
  Scenario Outline: ELF-1: A file of <size> bytes is shorter than an ELF header
    Given a payload "p"
    And in "p" the field header.e_machine is 0
    And "p" is <size> bytes long
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | size |
      | 1    |
      | 4    |
      | 16   |
      | 63   |

  @ELF-1 @ELF-4
  Scenario: ELF-1: A file that is nothing but an ELF header is refused
    Given a payload "p"
    And "p" is 64 bytes long
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-1
  Scenario Outline: ELF-1: A file that begins with <magic> is refused
    Given a payload "p"
    And in "p" the field header.e_ident is bytes <magic>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | magic       |
      | 00 00 00 00 |
      | 7e 45 4c 46 |
      | 7f 65 4c 46 |
      | 7f 45 6c 46 |
      | 7f 45 4c 66 |
      | 46 4c 45 7f |

  @ELF-2
  Scenario Outline: ELF-2: A payload with <field> <value> is refused
    Given a payload "p"
    And in "p" the field header.<field> is <value>
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples: version
      | field      | value      |
      | e_version  | 0          |
      | e_version  | 2          |
      | e_version  | 0x101      |
      | e_version  | 0xffffffff |
      | ei_version | 0          |
      | ei_version | 2          |
      | ei_version | 255        |

    Examples: ABI
      | field         | value |
      | ei_abiversion | 1     |
      | ei_abiversion | 255   |

    @bug-5 @bug-6
    Examples: operating system
      | field    | value |
      | ei_osabi | 1     |
      | ei_osabi | 3     |
      | ei_osabi | 8     |
      | ei_osabi | 10    |
      | ei_osabi | 255   |

    Examples: type of the object
      | field  | value  |
      | e_type | 0      |
      | e_type | 2      |
      | e_type | 3      |
      | e_type | 4      |
      | e_type | 0x101  |
      | e_type | 0xffff |

    Examples: program headers
      | field   | value  |
      | e_phnum | 1      |
      | e_phnum | 0xffff |

  @ELF-2 @bug-5 @bug-6
  Scenario Outline: ELF-2: A payload with EI_OSABI <os> is loaded and executed
    Given a payload "p"
    And in "p" the field header.ei_osabi is <os>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples: NONE and FreeBSD
      | os |
      | 0  |
      | 9  |

  @ELF-3
  Scenario Outline: ELF-3: A payload with <field> <value> is for another machine
    Given a payload "p"
    And in "p" the field header.<field> is <value>
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples: none, one below, one above, i386, Arm, AArch64
      | field     | value |
      | e_machine | 0     |
      | e_machine | 61    |
      | e_machine | 63    |
      | e_machine | 3     |
      | e_machine | 40    |
      | e_machine | 183   |

    Examples: no class, 32 bits, unknown
      | field    | value |
      | ei_class | 0     |
      | ei_class | 1     |
      | ei_class | 3     |

    Examples: no byte order, big endian, unknown
      | field   | value |
      | ei_data | 0     |
      | ei_data | 2     |
      | ei_data | 3     |

  @ELF-2 @ELF-3
  Scenario Outline: ELF-2: Fields that mean nothing in a payload are ignored: <field>
    Given a payload "p"
    And in "p" the field header.<field> is <value>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | field       | value              |
      | ei_pad0     | 255                |
      | ei_pad6     | 255                |
      | e_entry     | 0xffffffffffffffff |
      | e_phoff     | 0xffffffffffffffff |
      | e_phentsize | 0xffff             |
      | e_ehsize    | 0                  |
      | e_flags     | 0xffffffff         |

  @ELF-4
  Scenario: ELF-4: Section 0 holds no names, whatever its header says
    Given a payload "p"
    And in "p" these fields are written:
      | field                | value                                |
      | section[0].sh_type   | 3                                    |
      | section[0].sh_offset | that of section[.shstrtab].sh_offset |
      | section[0].sh_size   | that of section[.shstrtab].sh_size   |
      | header.e_shstrndx    | 0                                    |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-4
  Scenario: ELF-4: The table of names has to be one of the sections that the header counts
    Given a payload "p"
    # It is the last of them, and its header stays where it is.
    And in "p" the field header.e_shnum is that of header.e_shnum - 1
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-4
  Scenario Outline: ELF-4: An e_shstrndx of <value> is refused
    Given a payload "p"
    And in "p" the field header.e_shstrndx is <value>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | value                      |
      | 0                          |
      | that of header.e_shnum     |
      | that of header.e_shnum + 1 |
      | 0xff00                     |
      | 0xffff                     |

  @ELF-4
  Scenario: ELF-4: A payload without sections has no table of names and is refused
    Given a payload "p"
    And in "p" the field header.e_shnum is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-4
  Scenario: ELF-4: A payload with 1023 sections is loaded and executed
    Given a payload "p"
    And "p" has 1023 sections
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

  @ELF-4
  Scenario Outline: ELF-4: A payload with <count> sections is refused
    Given a payload "p"
    And "p" has <count> sections
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples:
      | count |
      | 1024  |
      | 1025  |

  @ELF-4
  Scenario: ELF-4: A payload that claims 65535 sections is refused
    Given a payload "p"
    And in "p" the field header.e_shnum is 65535
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

  @ELF-4
  Scenario Outline: ELF-4: Section headers of <size> bytes are read at that distance
    Given a payload "p"
    And the section headers of "p" are <size> bytes apart
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | size |
      | 64   |
      | 65   |
      | 72   |
      | 128  |
      | 4096 |

  @ELF-4
  Scenario: ELF-4: Section headers 63 bytes apart are refused
    Given a payload "p"
    And the section headers of "p" are 63 bytes apart
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-4
  Scenario Outline: ELF-4: An e_shentsize of <size> is refused
    Given a payload "p"
    And in "p" the field header.e_shentsize is <size>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: too small, and such that the table ends past the file
      | size  |
      | 0     |
      | 1     |
      | 63    |
      | 65    |
      | 65535 |

  @ELF-4
  Scenario: ELF-4: The table of sections may end where the file ends
    Given a payload "p"
    And "p" loses its last 0 bytes
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

  @ELF-4
  Scenario Outline: ELF-4: A file that ends <count> bytes before its table of sections does is refused
    Given a payload "p"
    And "p" loses its last <count> bytes
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | count |
      | 1     |
      | 64    |
      | 65    |

  @ELF-4
  Scenario Outline: ELF-4: A table of sections at <offset> is refused
    Given a payload "p"
    And in "p" the field header.e_shoff is <offset>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: the file's end and around it
      | offset                     |
      | that of header.e_shoff + 1 |
      | the length of the file - 1 |
      | the length of the file     |
      | the length of the file + 1 |

    Examples: with the size of the table, 2^64 and beyond
      | offset             |
      | 0x8000000000000000 |
      | -0x1000            |
      | -64                |
      | -1                 |
