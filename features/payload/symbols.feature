Feature: Symbols: what a payload refers to
  A payload is linked when it is uploaded: its undefined symbols are looked up. The document says that it is linked like
  any relocatable object; the rules are those of Xen.

  Rule: Undefined symbols

    @SYM-1 @REL-1
    Scenario: SYM-1: An undefined symbol is found in the hypervisor
      Given "p" brings the function finder, which returns the address of xen_minor_version by R_X86_64_64
      When "p" is uploaded
      Then the hypercall returns 0
      And a call of finder returns the address of xen_minor_version

    @SYM-1 @REL-1
    Scenario Outline: SYM-1: A hook has the hypervisor's printk write <written>
      Given a payload "p"
      And "p" has a load hook that prints "<format>" with <numbers>
      And "p" is loaded
      When APPLY of "p" is asked
      Then the console shows "<written>"

      Examples:
        | format                    | numbers                             | written                           |
        | %d %d %d %d %d            | 1, 20, 300, 4000, 50000             | 1 20 300 4000 50000               |
        | %d %i %u                  | -5, -6, -7                          | -5 -6 4294967289                  |
        | %ld %lu %lx               | -5, 0xfffffffffffffffe, 0x123456789 | -5 18446744073709551614 123456789 |
        | %hd %hu %zu %lld          | -2, 0x12345, 0x123456789, -8        | -2 9029 4886718345 -8             |
        | [%5d] [%-5d] [%05d] [%5x] | 42, 43, -44, 0x2a                   | [   42] [43   ] [-0044] [   2a]   |
        | [%#x] [%#06x] [%X] [%08X] | 0xab, 0xab, 0xab, 0xab              | [0xab] [0x00ab] [AB] [000000AB]   |
        | %c%c%c%c%% of %d          | 72, 97, 108, 102, 12                | Half% of 12                       |

    @SYM-4
    Scenario Outline: SYM-4: An undefined symbol is found in a payload that is <state>
      Given "below" brings the function new_function, which returns 7
      And "below" is in state <state>
      And payload "above" makes xen_minor_version return what new_function returns, by R_X86_64_PLT32
      And "above" brings the function finder, which returns the address of new_function by R_X86_64_64
      When "above" is uploaded
      Then the hypercall returns 0
      And a call of finder returns the address of new_function

      Examples:
        | state   |
        | CHECKED |
        | APPLIED |

    @SYM-4 @DEP-2
    Scenario: SYM-4: A payload calls the new function of the one below it
      Given "below" brings the function new_function, which returns 7
      And "below" is loaded and applied
      And payload "above" makes xen_minor_version return what new_function returns, by R_X86_64_PLT32
      And "above" depends on "below"
      When "above" is uploaded
      And APPLY of "above" is asked
      Then the minor version is 7
      When REVERT of "above" is asked
      Then the minor version is the hypervisor's own

    @SYM-4
    Scenario: SYM-4: A payload finds the new data of another
      Given "below" brings 16 bytes of .data
      And "below" has these symbols:
        | name     | section | value |
        | new_data | .data   | 8     |
      And "below" is loaded
      And "above" brings the function finder, which returns the address of new_data by R_X86_64_PC32
      When "above" is uploaded
      Then the hypercall returns 0
      And a call of finder returns the address of new_data
      And new_data begins with da da da da da da da da

    @SYM-4 @SYM-3
    Scenario: SYM-4: The hypervisor's function is found, not the one that took its place
      Given payload "below" makes xen_minor_version return 7
      And "below" is loaded and applied
      And "above" brings the function finder, which returns the address of xen_minor_version by R_X86_64_64
      When "above" is uploaded
      Then the hypercall returns 0
      And a call of finder returns the address of xen_minor_version

    @SYM-4
    Scenario: SYM-4: A symbol that does not exist is refused
      Given "p" brings the function finder, which returns the address of no_such_symbol by R_X86_64_64
      When "p" is uploaded
      Then the hypercall returns -ENOENT
      And nothing changed

    @SYM-4
    Scenario Outline: SYM-4: A symbol of binding <binding> that does not exist is refused, used or not
      Given "p" has these symbols:
        | name   | section   | binding   |
        | <name> | SHN_UNDEF | <binding> |
      When "p" is uploaded
      Then the hypercall returns -ENOENT
      And nothing changed

      Examples:
        | name               | binding    |
        | no_such_symbol     | STB_GLOBAL |
        | no_such_symbol     | STB_WEAK   |
        | no_such_symbol     | STB_LOCAL  |
        | xen_extra_versions | STB_GLOBAL |
        | xen_extra_versio   | STB_GLOBAL |
        | XEN_EXTRA_VERSION  | STB_GLOBAL |
        |                    | STB_GLOBAL |

    @SYM-4
    Scenario: SYM-4: A symbol of a payload that is no longer loaded is refused
      Given "below" brings the function new_function, which returns 7
      And "below" is loaded
      And "above" brings the function finder, which returns the address of new_function by R_X86_64_64
      When UNLOAD of "below" is asked
      And "above" is uploaded
      Then the hypercall returns -ENOENT
      And nothing changed

    @SYM-4 @UPL-1
    Scenario: SYM-4: A symbol of a payload that was refused is not found
      Given "refused" brings the function new_function, which returns 7
      And "refused" has these symbols:
        | name           | section   |
        | no_such_symbol | SHN_UNDEF |
      And "above" brings the function finder, which returns the address of new_function by R_X86_64_64
      When "refused" is uploaded
      Then the hypercall returns -ENOENT
      And nothing changed
      When "above" is uploaded
      Then the hypercall returns -ENOENT
      And nothing changed

  Rule: Section indices

    @SYM-2
    Scenario Outline: SYM-2: A symbol of <section> keeps its value <value>
      Given "p" brings 16 bytes of .data
      And "p" has these symbols:
        | name     | section | value   |
        | constant | SHN_ABS | <value> |
        | cell     | .data   | 0       |
      And the section .data of "p" has these relocations:
        | offset | type        | symbol   |
        | 0      | R_X86_64_64 | constant |
      When "p" is uploaded
      Then the hypercall returns 0
      And cell begins with <bytes> da da da da da da da da

      Examples:
        | section | value              | bytes                   |
        | SHN_ABS | 0                  | 00 00 00 00 00 00 00 00 |
        | SHN_ABS | 1                  | 01 00 00 00 00 00 00 00 |
        | SHN_ABS | 0x1122334455667788 | 88 77 66 55 44 33 22 11 |
        | SHN_ABS | 0xffffffffffffffff | ff ff ff ff ff ff ff ff |

    @SYM-2
    Scenario Outline: SYM-2: A symbol of SHN_COMMON is refused, whatever its size
      Given "p" has these symbols:
        | name   | section    | value   |
        | common | SHN_COMMON | <value> |
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | value |
        | 0     |
        | 8     |

    @SYM-2
    Scenario Outline: SYM-2: A symbol with the reserved section index <index> is refused
      Given "p" has these symbols:
        | name | section | value |
        | odd  | SHN_ABS | 0     |
      And in "p" the field symbol[odd].st_shndx is <index>
      When "p" is uploaded
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

      Examples: all around SHN_ABS, 0xfff1, and SHN_COMMON, 0xfff2
        | index         |
        | SHN_LORESERVE |
        | 0xff01        |
        | 0xff1f        |
        | 0xff20        |
        | 0xfff0        |
        | 0xfff3        |
        | 0xfffe        |
        | SHN_XINDEX    |

    @SYM-2 @bug-23
    Scenario Outline: SYM-2: With a section index of <index>, UPLOAD returns <returned>
      Given "p" has these symbols:
        | name | section | value |
        | odd  | SHN_ABS | 0     |
      And in "p" the field symbol[odd].st_shndx is <index>
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | index                      | returned |
        | SHN_UNDEF                  | -ENOENT  |
        | 1                          | 0        |
        | that of header.e_shnum - 1 | 0        |
        | that of header.e_shnum     | -EINVAL  |
        | that of header.e_shnum + 1 | -EINVAL  |
        | 0xfeff                     | -EINVAL  |

    @SYM-6 @bug-40
    Scenario: SYM-6: A symbol in an empty section has an address
      Given "p" brings 0 bytes of .bss
      And "p" has these symbols:
        | name      | section |
        | empty_end | .bss    |
      And "p" brings the function finder, which returns the address of empty_end by R_X86_64_64
      When "p" is uploaded
      Then the hypercall returns 0
      And a call of finder returns the address of empty_end

    @ELF-8 @bug-23
    Scenario Outline: ELF-8: A symbol table without a section of names is refused: sh_link <section>
      Given in "p" the field section[.symtab].sh_link is <section>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      @ELF-14 @B1
      Examples: no section
        | section |
        | 0       |

      Examples: a section that is not a table of names, and none
        | section                             |
        | that of section[.rela.text].sh_link  |
        | that of section[.rela.text].sh_info    |
        | that of header.e_shnum |
        | 0xffffffff             |
