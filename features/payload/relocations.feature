Feature: Relocations: a payload is linked to its place and to what it refers to
  The code of a payload is position independent and needs few types of relocation. The document does not describe
  sections of relocations. The rules are those of Xen; where Xen crashes or ignores a fault, the suite asks for an error
  code.

  Rule: The four types

    @REL-1
    Scenario Outline: REL-1: R_X86_64_64 writes a symbol's value and the addend <addend>, whatever was there
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

      Examples: .data is filled with da
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

    @REL-1
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
