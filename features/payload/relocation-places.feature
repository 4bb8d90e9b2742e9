Feature: Relocations: how far they reach, where they are and which symbols they name
  A distance that does not fit its field is refused. A relocation writes within its section, and refers to a symbol in
  the payload's symbol table.

  Rule: Distances

    @REL-3
    Scenario Outline: REL-3: A distance of <distance> fits in the 32 bits of <type>
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name | section |
        | cell | .data   |
      And the section .data of "p" has these relocations:
        | type   | symbol | addend     |
        | <type> | cell   | <distance> |
      When "p" is uploaded
      Then the hypercall returns 0
      And cell begins with <bytes>

      Examples:
        | type           | distance    | bytes                   |
        | R_X86_64_PC32  | 0x7fffffff  | ff ff ff 7f da da da da |
        | R_X86_64_PC32  | -0x80000000 | 00 00 00 80 da da da da |
        | R_X86_64_PLT32 | 0x7fffffff  | ff ff ff 7f da da da da |
        | R_X86_64_PLT32 | -0x80000000 | 00 00 00 80 da da da da |

    @REL-3
    Scenario Outline: REL-3: A distance of <distance> does not fit in the 32 bits of <type>
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name | section |
        | cell | .data   |
      And the section .data of "p" has these relocations:
        | type   | symbol | addend     |
        | <type> | cell   | <distance> |
      When "p" is uploaded
      Then the hypercall returns -EOVERFLOW
      And nothing changed

      Examples:
        | type           | distance            |
        | R_X86_64_PC32  | 0x80000000          |
        | R_X86_64_PC32  | -0x80000001         |
        | R_X86_64_PC32  | 0xffffffff          |
        | R_X86_64_PC32  | 0x100000000         |
        | R_X86_64_PC32  | -0x100000000        |
        | R_X86_64_PC32  | 0x7fffffffffffffff  |
        | R_X86_64_PC32  | -0x8000000000000000 |
        | R_X86_64_PLT32 | 0x80000000          |
        | R_X86_64_PLT32 | -0x80000001         |
        | R_X86_64_PLT32 | 0xffffffff          |
        | R_X86_64_PLT32 | 0x100000000         |
        | R_X86_64_PLT32 | -0x100000000        |
        | R_X86_64_PLT32 | 0x7fffffffffffffff  |
        | R_X86_64_PLT32 | -0x8000000000000000 |

    @REL-3
    Scenario Outline: REL-3: Code that takes an address at a distance of <distance> finds it
      # The instruction begins 16 bytes after the start of .text, is 7 bytes long, and counts from its end.
      Given "p" has these symbols:
        | name | section | value   |
        | far  | .text   | <value> |
      And "p" brings the function finder, which returns the address of far by R_X86_64_PC32
      When "p" is uploaded
      Then the hypercall returns 0
      And a call of finder returns the address of far

      Examples:
        | distance | value       |
        | 2^31 - 1 | 0x80000016  |
        | -2^31    | -0x7fffffe9 |

    @REL-3
    Scenario Outline: REL-3: Code that takes an address at a distance of <distance> is refused
      Given "p" has these symbols:
        | name | section | value   |
        | far  | .text   | <value> |
      And "p" brings the function finder, which returns the address of far by R_X86_64_PC32
      When "p" is uploaded
      Then the hypercall returns -EOVERFLOW
      And nothing changed

      Examples:
        | distance  | value       |
        | 2^31      | 0x80000017  |
        | -2^31 - 1 | -0x7fffffea |

  Rule: Places and symbols

    @REL-4
    Scenario Outline: REL-4: <type> at <offset> ends within a section of 16 bytes
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name | section | value    |
        | cell | .data   | <offset> |
      And the section .data of "p" has these relocations:
        | offset   | type   | symbol            |
        | <offset> | <type> | xen_minor_version |
      When "p" is uploaded
      Then the hypercall returns 0
      And cell <refers to> the address of xen_minor_version

      Examples:
        | type           | offset | refers to |
        | R_X86_64_64    | 0      | holds     |
        | R_X86_64_64    | 7      | holds     |
        | R_X86_64_64    | 8      | holds     |
        | R_X86_64_PC32  | 0      | leads to  |
        | R_X86_64_PC32  | 11     | leads to  |
        | R_X86_64_PC32  | 12     | leads to  |
        | R_X86_64_PLT32 | 0      | leads to  |
        | R_X86_64_PLT32 | 11     | leads to  |
        | R_X86_64_PLT32 | 12     | leads to  |

    @REL-4
    Scenario Outline: REL-4: <type> at <offset> does not end within a section of 16 bytes
      Given "p" brings 16 bytes of .data
      And the section .data of "p" has these relocations:
        | type   | symbol |
        | <type> | .data  |
      And in "p" the field .rela.data[0].r_offset is <offset>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples: R_X86_64_64 writes eight bytes
        | type        | offset             |
        | R_X86_64_64 | 9                  |
        | R_X86_64_64 | 15                 |
        | R_X86_64_64 | 16                 |
        | R_X86_64_64 | 17                 |
        | R_X86_64_64 | 4096               |
        | R_X86_64_64 | 0x100000000        |
        | R_X86_64_64 | 0x8000000000000000 |
        | R_X86_64_64 | 0xfffffffffffffff8 |
        | R_X86_64_64 | 0xffffffffffffffff |

      Examples: the others write four bytes
        | type           | offset             |
        | R_X86_64_PC32  | 13                 |
        | R_X86_64_PC32  | 16                 |
        | R_X86_64_PC32  | 17                 |
        | R_X86_64_PC32  | 0x100000000        |
        | R_X86_64_PC32  | 0xfffffffffffffffc |
        | R_X86_64_PC32  | 0xffffffffffffffff |
        | R_X86_64_PLT32 | 13                 |
        | R_X86_64_PLT32 | 16                 |
        | R_X86_64_PLT32 | 17                 |
        | R_X86_64_PLT32 | 0x100000000        |
        | R_X86_64_PLT32 | 0xfffffffffffffffc |
        | R_X86_64_PLT32 | 0xffffffffffffffff |

    @REL-4 @bug-23 @bug-24
    Scenario Outline: REL-4: A relocation of type <type> against symbol 0 is refused
      Given "p" brings 16 bytes of .data
      And the section .data of "p" has these relocations:
        | type   | symbol |
        | <type> | .data  |
      And in "p" the field .rela.data[0].r_sym is 0
      When "p" is uploaded
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

      Examples:
        | type           |
        | R_X86_64_64    |
        | R_X86_64_PC32  |
        | R_X86_64_PLT32 |

    @REL-4
    Scenario: REL-4: A relocation may be against the last symbol
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name | section |
        | last | .data   |
      And the section .data of "p" has these relocations:
        | type        | symbol |
        | R_X86_64_64 | last   |
      When "p" is uploaded
      Then the hypercall returns 0
      And last holds the address of last

    @REL-4 @bug-24
    Scenario Outline: REL-4: A relocation against a symbol that is not there is refused: <symbol>
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name | section |
        | last | .data   |
      And the section .data of "p" has these relocations:
        | type        | symbol |
        | R_X86_64_64 | last   |
      And in "p" the field .rela.data[0].r_sym is <symbol>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples: the relocation is against the last symbol
        | symbol                          |
        | that of .rela.data[0].r_sym + 1 |
        | that of .rela.data[0].r_sym + 2 |
        | 0x7fffffff                      |
        | 0x80000000                      |
        | 0xffffffff                      |

    @REL-4 @bug-41
    Scenario Outline: REL-4: A relocation of type <type> against a symbol of a section that is not placed is refused
      Given "p" brings 16 bytes of .data
      And "p" brings 16 bytes of .rodata
      And "p" has these symbols:
        | name    | section |
        | ignored | .rodata |
      And the section .data of "p" has these relocations:
        | type   | symbol   |
        | <type> | <symbol> |
      And in "p" the field section[.rodata].sh_flags is 0
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | type           | symbol  |
        | R_X86_64_64    | ignored |
        | R_X86_64_64    | .rodata |
        | R_X86_64_PC32  | ignored |
        | R_X86_64_PLT32 | ignored |
