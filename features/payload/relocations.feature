Feature: Relocations: a payload is bound to where it lies and to what it refers to
  The code of a payload is position independent and needs few types of relocation. Of the sections of relocations the
  document says nothing; the rules are those of Xen, and where Xen stops or looks away, an error code.

  Rule: The four types

    @REL-1
    Scenario Outline: REL-1: R_X86_64_64 writes a symbol's value and the addend <addend>, whatever stood there
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name     | section | value   |
        | constant | SHN_ABS | <value> |
        | cell     | .data   | 0       |
      And the section .data of "p" has these relocations:
        | offset   | type        | symbol   | addend   |
        | <offset> | R_X86_64_64 | constant | <addend> |
      When "p" is uploaded
      Then the hypercall returns 0
      And cell begins with <bytes>

      Examples: .data is full of da
        | offset | value              | addend              | bytes                                           |
        | 0      | 0x1122334455667788 | 0                   | 88 77 66 55 44 33 22 11 da da da da da da da da |
        | 0      | 0x1122334455667788 | -0x88               | 00 77 66 55 44 33 22 11 da da da da da da da da |
        | 3      | 0x1122334455667788 | 1                   | da da da 89 77 66 55 44 33 22 11 da da da da da |
        | 8      | 0x1122334455667788 | 0                   | da da da da da da da da 88 77 66 55 44 33 22 11 |
        | 0      | 0                  | -1                  | ff ff ff ff ff ff ff ff da da da da da da da da |
        | 0      | 0xffffffffffffffff | 1                   | 00 00 00 00 00 00 00 00 da da da da da da da da |
        | 0      | 0x8000000000000000 | -0x8000000000000000 | 00 00 00 00 00 00 00 00 da da da da da da da da |

    @REL-1
    Scenario Outline: REL-1: <type> writes the distance of a symbol, which is <addend>, in four bytes
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name  | section | value    |
        | cell  | .data   | 0        |
        | place | .data   | <offset> |
      And the section .data of "p" has these relocations:
        | offset   | type   | symbol | addend   |
        | <offset> | <type> | place  | <addend> |
      When "p" is uploaded
      Then the hypercall returns 0
      And cell begins with <bytes>

      Examples:
        | type           | offset | addend | bytes                                           |
        | R_X86_64_PC32  | 0      | 0      | 00 00 00 00 da da da da da da da da da da da da |
        | R_X86_64_PC32  | 0      | -1     | ff ff ff ff da da da da da da da da da da da da |
        | R_X86_64_PC32  | 5      | 0x1234 | da da da da da 34 12 00 00 da da da da da da da |
        | R_X86_64_PC32  | 12     | -0x100 | da da da da da da da da da da da da 00 ff ff ff |
        | R_X86_64_PLT32 | 0      | 0      | 00 00 00 00 da da da da da da da da da da da da |
        | R_X86_64_PLT32 | 0      | -1     | ff ff ff ff da da da da da da da da da da da da |
        | R_X86_64_PLT32 | 5      | 0x1234 | da da da da da 34 12 00 00 da da da da da da da |
        | R_X86_64_PLT32 | 12     | -0x100 | da da da da da da da da da da da da 00 ff ff ff |

    @REL-1
    Scenario Outline: REL-1: R_X86_64_NONE at <offset> writes nothing
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name | section |
        | cell | .data   |
      And the section .data of "p" has these relocations:
        | type          | symbol | addend |
        | R_X86_64_NONE | cell   | 0x55   |
      And in "p" the field .rela.data[0].r_offset is <offset>
      When "p" is uploaded
      Then the hypercall returns 0
      And cell begins with da da da da da da da da da da da da da da da da

      Examples: .data has 16 bytes
        | offset             |
        | 0                  |
        | 15                 |
        | 16                 |
        | 17                 |
        | 0xffffffffffffffff |

    @REL-1 @SYM-1
    Scenario Outline: REL-1: <type> leads from data to the hypervisor and to the payload's other sections
      Given "p" brings 24 bytes of .data
      And "p" brings 24 bytes of .rodata
      And "p" brings the function new_function, which returns 7
      And "p" has these symbols:
        | name        | section | value |
        | to_xen      | .data   | 0     |
        | to_code     | .data   | 8     |
        | to_constant | .data   | 16    |
        | constant    | .rodata | 16    |
      And the section .data of "p" has these relocations:
        | offset | type   | symbol            | addend |
        | 0      | <type> | xen_minor_version | 2      |
        | 8      | <type> | new_function      | -2     |
        | 16     | <type> | .rodata           | 16     |
      When "p" is uploaded
      Then the hypercall returns 0
      And to_xen <refers to> the address of xen_minor_version + 2
      And to_code <refers to> the address of new_function - 2
      And to_constant <refers to> the address of constant

      Examples:
        | type           | refers to |
        | R_X86_64_64    | holds     |
        | R_X86_64_PC32  | leads to  |
        | R_X86_64_PLT32 | leads to  |

    @REL-1 @PLACE-2
    Scenario: REL-1: Read-only data is relocated too, before it becomes read-only
      Given "p" brings 16 bytes of .rodata
      And "p" has these symbols:
        | name | section |
        | cell | .rodata |
      And the section .rodata of "p" has these relocations:
        | offset | type        | symbol            |
        | 8      | R_X86_64_64 | cell              |
        | 0      | R_X86_64_64 | xen_minor_version |
      When "p" is uploaded
      Then the hypercall returns 0
      And cell holds the address of xen_minor_version
      And the permissions of the rodata of "p" are r--

    @REL-1
    Scenario: REL-1: Relocations are performed in the order of the file
      Given "p" brings 8 bytes of .data
      And "p" has these symbols:
        | name | section | value |
        | cell | .data   | 0     |
        | one  | SHN_ABS | 1     |
        | two  | SHN_ABS | 2     |
      And the section .data of "p" has these relocations:
        | offset | type        | symbol |
        | 0      | R_X86_64_64 | one    |
        | 0      | R_X86_64_64 | two    |
      When "p" is uploaded
      Then cell holds 2

    @REL-1
    Scenario Outline: REL-1: Code that takes an address by <type> finds it
      Given "p" brings the function finder, which returns the address of <target> by <type>
      When "p" is uploaded
      Then the hypercall returns 0
      And a call of finder returns the address of <target>

      Examples:
        | type          | target            |
        | R_X86_64_64   | xen_minor_version |
        | R_X86_64_64   | finder            |
        | R_X86_64_PC32 | xen_minor_version |
        | R_X86_64_PC32 | finder            |

    @REL-1
    Scenario Outline: REL-1: Patched code calls the hypervisor by <type>
      Given payload "p" makes xen_minor_version return what xen_major_version returns, by <type>
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 4

      Examples:
        | type           |
        | R_X86_64_PC32  |
        | R_X86_64_PLT32 |

    @REL-1
    Scenario: REL-1: Code with a relocation of type R_X86_64_NONE is executed as it is
      Given payload "p" makes xen_minor_version return 99
      And the section .text of "p" has these relocations:
        | offset | type          | symbol            |
        | 1      | R_X86_64_NONE | xen_major_version |
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the jump in xen_minor_version leads to b8 63 00 00 00 c3
      And the minor version is 99

    @REL-1 @TODO-6
    Scenario Outline: REL-1: A relocation of type <type> is refused: <name>
      Given "p" brings 16 bytes of .data
      And the section .data of "p" has these relocations:
        | type        | symbol |
        | R_X86_64_64 | .data  |
      And in "p" the field .rela.data[0].r_type is <type>
      When "p" is uploaded
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

      Examples:
        | type       | name                     |
        | 3          | R_X86_64_GOT32           |
        | 5          | R_X86_64_COPY            |
        | 6          | R_X86_64_GLOB_DAT        |
        | 7          | R_X86_64_JUMP_SLOT       |
        | 8          | R_X86_64_RELATIVE        |
        | 9          | R_X86_64_GOTPCREL        |
        | 10         | R_X86_64_32              |
        | 11         | R_X86_64_32S             |
        | 12         | R_X86_64_16              |
        | 13         | R_X86_64_PC16            |
        | 14         | R_X86_64_8               |
        | 15         | R_X86_64_PC8             |
        | 16         | R_X86_64_DTPMOD64        |
        | 17         | R_X86_64_DTPOFF64        |
        | 18         | R_X86_64_TPOFF64         |
        | 19         | R_X86_64_TLSGD           |
        | 20         | R_X86_64_TLSLD           |
        | 21         | R_X86_64_DTPOFF32        |
        | 22         | R_X86_64_GOTTPOFF        |
        | 23         | R_X86_64_TPOFF32         |
        | 24         | R_X86_64_PC64            |
        | 25         | R_X86_64_GOTOFF64        |
        | 26         | R_X86_64_GOTPC32         |
        | 27         | R_X86_64_GOT64           |
        | 28         | R_X86_64_GOTPCREL64      |
        | 29         | R_X86_64_GOTPC64         |
        | 30         | R_X86_64_GOTPLT64        |
        | 31         | R_X86_64_PLTOFF64        |
        | 32         | R_X86_64_SIZE32          |
        | 33         | R_X86_64_SIZE64          |
        | 34         | R_X86_64_GOTPC32_TLSDESC |
        | 35         | R_X86_64_TLSDESC_CALL    |
        | 36         | R_X86_64_TLSDESC         |
        | 37         | R_X86_64_IRELATIVE       |
        | 38         | R_X86_64_RELATIVE64      |
        | 39         | reserved                 |
        | 40         | reserved                 |
        | 41         | R_X86_64_GOTPCRELX       |
        | 42         | R_X86_64_REX_GOTPCRELX   |
        | 43         | not in the ABI           |
        | 255        | not in the ABI           |
        | 0x101      | not in the ABI           |
        | 0x102      | not in the ABI           |
        | 0x7fffffff | not in the ABI           |
        | 0x80000001 | not in the ABI           |
        | 0xffffffff | not in the ABI           |

  Rule: Relocations without addends

    @REL-2
    Scenario Outline: REL-2: Relocations of type REL for <section> are refused
      Given "p" brings 16 bytes of <section>
      And the section <section> of "p" has these relocations:
        | type        | symbol    |
        | R_X86_64_64 | <section> |
      And in "p" these fields are written:
        | field                              | value     |
        | section[.rela<section>].sh_type    | SHT_REL   |
        | section[.rela<section>].sh_entsize | <entsize> |
        | section[.rela<section>].sh_size    | <entsize> |
      When "p" is uploaded
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

      Examples:
        | section | entsize |
        | .data   | 16      |
        | .data   | 24      |
        | .rodata | 16      |

    @REL-2
    Scenario: REL-2: Relocations of type REL for code are refused
      Given a payload "p"
      And in "p" these fields are written:
        | field                          | value   |
        | section[.rela.text].sh_type    | SHT_REL |
        | section[.rela.text].sh_entsize | 16      |
        | section[.rela.text].sh_size    | 16      |
      When "p" is uploaded
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

    @REL-2 @REL-5
    Scenario: REL-2: Relocations of type REL for a section that is not allocated are ignored
      Given "p" brings 16 bytes of .rodata
      And the section .rodata of "p" has these relocations:
        | type        | symbol  |
        | R_X86_64_64 | .rodata |
      And in "p" these fields are written:
        | field                            | value   |
        | section[.rodata].sh_flags        | 0       |
        | section[.rela.rodata].sh_type    | SHT_REL |
        | section[.rela.rodata].sh_entsize | 16      |
        | section[.rela.rodata].sh_size    | 16      |
      When "p" is uploaded
      Then the hypercall returns 0

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
      # The instruction begins 16 bytes behind the start of .text, is 7 bytes long, and counts from its end.
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

      Examples: the others write four
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

  Rule: Sections of relocations

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
    Scenario Outline: REL-5: A sh_link of <link> is refused
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
    Scenario Outline: REL-5: Where entries of <entsize> bytes fill <size>, the section is refused
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
    Scenario Outline: REL-5: Where entries of <entsize> bytes fill <size>, those are performed
      Given in "p" these fields are written:
        | field                          | value     |
        | section[.rela.data].sh_entsize | <entsize> |
        | section[.rela.data].sh_size    | <size>    |
      When "p" is uploaded
      Then the hypercall returns 0
      And first holds <first>
      And second holds <second>

      Examples: da da da da da da da da is what stood there before
        | entsize | size | first                            | second                           |
        | 24      | 48   | the address of xen_minor_version | the address of xen_minor_version |
        | 24      | 24   | the address of xen_minor_version | 0xdadadadadadadada               |
        | 24      | 0    | 0xdadadadadadadada               | 0xdadadadadadadada               |
        | 25      | 25   | the address of xen_minor_version | 0xdadadadadadadada               |
        | 48      | 48   | the address of xen_minor_version | 0xdadadadadadadada               |

    @REL-5 @B2 @bug-23
    Scenario Outline: REL-5: A section of type <type> whose sh_info is 0 is refused
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

    @REL-5 @B11
    Scenario Outline: REL-5: Where there is no section of the number in sh_info, the section is refused: <number>
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
      # .data comes two sections behind .rodata and the strings.
      And in "p" the field section[.rela.data].sh_info is that of section[.rela.data].sh_info - 2
      When "p" is uploaded
      Then the hypercall returns 0
      And constant holds the address of xen_minor_version
      And first holds 0xdadadadadadadada

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
