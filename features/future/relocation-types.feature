Feature: Further relocation types
  The loader performs four types of relocation, which position-independent code needs. The document's list "Not Yet
  Done" has seven more: shorter and longer ones, absolute and relative.

  Rule: An absolute relocation writes a value that can be read again

    @TODO-6
    Scenario Outline: TODO-6: R_X86_64_<type> writes the value <value>
      Given a hypervisor that performs further relocation types
      And "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name     | section | value   |
        | constant | SHN_ABS | <value> |
        | cell     | .data   | 0       |
      And the section .data of "p" has these relocations:
        | offset | type            | symbol   |
        | 3      | R_X86_64_<type> | constant |
      When "p" is uploaded
      Then the hypercall returns 0
      And cell begins with <bytes>

      Examples: .data is filled with da
        | type | value       | bytes                                           |
        | 8    | 0           | da da da 00 da da da da da da da da da da da da |
        | 8    | 0xff        | da da da ff da da da da da da da da da da da da |
        | 8    | -1          | da da da ff da da da da da da da da da da da da |
        | 8    | -0x80       | da da da 80 da da da da da da da da da da da da |
        | 16   | 0           | da da da 00 00 da da da da da da da da da da da |
        | 16   | 0xffff      | da da da ff ff da da da da da da da da da da da |
        | 16   | -1          | da da da ff ff da da da da da da da da da da da |
        | 16   | -0x8000     | da da da 00 80 da da da da da da da da da da da |
        | 32   | 0           | da da da 00 00 00 00 da da da da da da da da da |
        | 32   | 0xffffffff  | da da da ff ff ff ff da da da da da da da da da |
        | 32S  | 0           | da da da 00 00 00 00 da da da da da da da da da |
        | 32S  | 0x7fffffff  | da da da ff ff ff 7f da da da da da da da da da |
        | 32S  | -1          | da da da ff ff ff ff da da da da da da da da da |
        | 32S  | -0x80000000 | da da da 00 00 00 80 da da da da da da da da da |

    @TODO-9 @F-47
    Scenario Outline: TODO-9: R_X86_64_<type> cannot write the value <value>
      Given a hypervisor that performs further relocation types
      And "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name     | section | value   |
        | constant | SHN_ABS | <value> |
      And the section .data of "p" has these relocations:
        | offset | type            | symbol   |
        | 3      | R_X86_64_<type> | constant |
      When "p" is uploaded
      Then the hypercall returns -EOVERFLOW
      And nothing changed

      Examples:
        | type | value               |
        | 8    | 0x100               |
        | 8    | -0x81               |
        | 8    | 0x8000000000000000  |
        | 16   | 0x10000             |
        | 16   | -0x8001             |
        | 16   | 0x8000000000000000  |
        | 32   | 0x100000000         |
        | 32   | -1                  |
        | 32   | -0x8000000000000000 |
        | 32S  | 0x80000000          |
        | 32S  | -0x80000001         |
        | 32S  | 0xffffffff          |

    @TODO-9
    Scenario Outline: TODO-9: The address of a function of the hypervisor does not fit into R_X86_64_<type>
      Given a hypervisor that performs further relocation types
      And "p" brings 16 bytes of .data
      And the section .data of "p" has these relocations:
        | offset | type            | symbol            |
        | 0      | R_X86_64_<type> | xen_minor_version |
      When "p" is uploaded
      Then the hypercall returns -EOVERFLOW
      And nothing changed

      Examples:
        | type |
        | 8    |
        | 16   |
        | 32   |
        | 32S  |
        | PC8  |
        | PC16 |

  Rule: A relative relocation writes a distance that can be read again

    @TODO-6
    Scenario Outline: TODO-6: R_X86_64_<type> writes the distance <distance>
      Given a hypervisor that performs further relocation types
      And "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name  | section | value |
        | cell  | .data   | 0     |
        | place | .data   | 3     |
      And the section .data of "p" has these relocations:
        | offset | type            | symbol | addend     |
        | 3      | R_X86_64_<type> | place  | <distance> |
      When "p" is uploaded
      Then the hypercall returns 0
      And cell begins with <bytes>

      Examples: .data is filled with da
        | type | distance            | bytes                                           |
        | PC8  | 0                   | da da da 00 da da da da da da da da da da da da |
        | PC8  | 0x7f                | da da da 7f da da da da da da da da da da da da |
        | PC8  | -1                  | da da da ff da da da da da da da da da da da da |
        | PC8  | -0x80               | da da da 80 da da da da da da da da da da da da |
        | PC16 | 0                   | da da da 00 00 da da da da da da da da da da da |
        | PC16 | 0x7fff              | da da da ff 7f da da da da da da da da da da da |
        | PC16 | -1                  | da da da ff ff da da da da da da da da da da da |
        | PC16 | -0x8000             | da da da 00 80 da da da da da da da da da da da |
        | PC64 | 0                   | da da da 00 00 00 00 00 00 00 00 da da da da da |
        | PC64 | 0x7fffffffffffffff  | da da da ff ff ff ff ff ff ff 7f da da da da da |
        | PC64 | -1                  | da da da ff ff ff ff ff ff ff ff da da da da da |
        | PC64 | -0x8000000000000000 | da da da 00 00 00 00 00 00 00 80 da da da da da |

    @TODO-9
    Scenario Outline: TODO-9: R_X86_64_<type> cannot write the distance <distance>
      Given a hypervisor that performs further relocation types
      And "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name  | section | value |
        | place | .data   | 3     |
      And the section .data of "p" has these relocations:
        | offset | type            | symbol | addend     |
        | 3      | R_X86_64_<type> | place  | <distance> |
      When "p" is uploaded
      Then the hypercall returns -EOVERFLOW
      And nothing changed

      Examples:
        | type | distance |
        | PC8  | 0x80     |
        | PC8  | -0x81    |
        | PC8  | 0xff     |
        | PC16 | 0x8000   |
        | PC16 | -0x8001  |
        | PC16 | 0xffff   |

  Rule: The payload uses what a relocation writes, and every write stays within its section

    @TODO-6
    Scenario Outline: TODO-6: Code that R_X86_64_<type> has written to is executed
      # The number behind the opcode of mov $0,%eax; ret
      Given a hypervisor that performs further relocation types
      And payload "p" makes xen_minor_version return 0
      And "p" has these symbols:
        | name     | section | value |
        | constant | SHN_ABS | 99    |
      And the section .text of "p" has these relocations:
        | offset | type            | symbol   |
        | 1      | R_X86_64_<type> | constant |
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 99

      Examples:
        | type |
        | 8    |
        | 16   |
        | 32   |
        | 32S  |

    @TODO-6 @REL-4
    Scenario Outline: TODO-6: R_X86_64_<type> at <offset> of a section of 16 bytes: <returned>
      Given a hypervisor that performs further relocation types
      And "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name  | section | value    |
        | place | .data   | <offset> |
        | zero  | SHN_ABS | 0        |
      And the section .data of "p" has these relocations:
        | offset   | type            | symbol   |
        | <offset> | R_X86_64_<type> | <symbol> |
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | type | symbol | offset | returned |
        | 8    | zero   | 15     | 0        |
        | 8    | zero   | 16     | -EINVAL  |
        | 16   | zero   | 14     | 0        |
        | 16   | zero   | 15     | -EINVAL  |
        | 32   | zero   | 12     | 0        |
        | 32   | zero   | 13     | -EINVAL  |
        | 32S  | zero   | 12     | 0        |
        | 32S  | zero   | 13     | -EINVAL  |
        | PC8  | place  | 15     | 0        |
        | PC8  | place  | 16     | -EINVAL  |
        | PC16 | place  | 14     | 0        |
        | PC16 | place  | 15     | -EINVAL  |
        | PC64 | place  | 8      | 0        |
        | PC64 | place  | 9      | -EINVAL  |

    @REL-1
    Scenario Outline: REL-1: A type that is not in the list either is still refused: R_X86_64_<type>
      Given a hypervisor that performs further relocation types
      And "p" brings 16 bytes of .data
      And the section .data of "p" has these relocations:
        | offset | type            | symbol            |
        | 0      | R_X86_64_<type> | xen_minor_version |
      When "p" is uploaded
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

      Examples:
        | type      |
        | GOT32     |
        | COPY      |
        | GLOB_DAT  |
        | JUMP_SLOT |
        | RELATIVE  |
        | GOTPCREL  |

    @TODO-8 @REL-1
    Scenario Outline: TODO-8: By default, R_X86_64_<type> is refused
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name | section | value |
        | zero | SHN_ABS | 0     |
      And the section .data of "p" has these relocations:
        | offset | type            | symbol |
        | 0      | R_X86_64_<type> | zero   |
      When "p" is uploaded
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

      Examples:
        | type |
        | 8    |
        | 16   |
        | 32   |
        | 32S  |
        | PC8  |
        | PC16 |
        | PC64 |
