Feature: What assemblers, compilers and linkers put into payloads
  Section flags, types of symbols and names that live patching does not ask for have no effect on it, and functions that
  a compiler found to be equal may share one body.

  @FMT-3 @PLACE-2
  Scenario Outline: FMT-3: A section with the flag <flag> is loaded like one without
    Given "p" brings 8 bytes of .rodata
    And "p" has these symbols:
      | name     | section |
      | constant | .rodata |
    And in "p" the field section[.rodata].sh_flags is <flags>
    When "p" is uploaded
    Then the hypercall returns 0
    And constant begins with 0d 0d 0d 0d 0d 0d 0d 0d
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the extra version is "p"

    Examples: with SHF_ALLOC, which is 0x2
      | flag                 | flags      |
      | SHF_MERGE            | 0x12       |
      | SHF_STRINGS          | 0x22       |
      | SHF_INFO_LINK        | 0x42       |
      | SHF_LINK_ORDER       | 0x82       |
      | SHF_OS_NONCONFORMING | 0x102      |
      | SHF_GROUP            | 0x202      |
      | SHF_TLS              | 0x402      |
      | SHF_COMPRESSED       | 0x802      |
      | SHF_GNU_RETAIN       | 0x200002   |
      | SHF_ORDERED          | 0x40000002 |
      | SHF_EXCLUDE          | 0x80000002 |

  @FMT-3 @PLACE-2
  Scenario Outline: FMT-3: A section of the type <type> is loaded like one of SHT_PROGBITS
    Given "p" brings 8 bytes of .rodata
    And "p" has these symbols:
      | name     | section |
      | constant | .rodata |
    And in "p" the field section[.rodata].sh_type is <number>
    When "p" is uploaded
    Then the hypercall returns 0
    And constant begins with 0d 0d 0d 0d 0d 0d 0d 0d
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the extra version is "p"

    Examples:
      | type              | number     |
      | SHT_INIT_ARRAY    | 14         |
      | SHT_GROUP         | 17         |
      | SHT_LLVM_ADDRSIG  | 0x6fff4c03 |
      | SHT_X86_64_UNWIND | 0x70000001 |

  @FMT-3 @PLACE-3
  Scenario Outline: FMT-3: A section that is not allocated may have the flag <flag>
    Given "p" brings the read-only section .llvm_addrsig of 8 bytes
    And in "p" the field section[.llvm_addrsig].sh_flags is <flags>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the extra version is "p"

    Examples:
      | flag           | flags      |
      | SHF_LINK_ORDER | 0x80       |
      | SHF_GROUP      | 0x200      |
      | SHF_COMPRESSED | 0x800      |
      | SHF_EXCLUDE    | 0x80000000 |

  @SYM-4
  Scenario Outline: SYM-4: An undefined symbol of type <type> is found
    Given "p" brings the function finder, which returns the address of xen_minor_version by R_X86_64_64
    And in "p" the field symbol[xen_minor_version].st_info is <info>
    When "p" is uploaded
    Then the hypercall returns 0
    And a call of finder returns the address of xen_minor_version

    Examples: with STB_GLOBAL, which is 0x10
      | type          | info |
      | STT_NOTYPE    | 0x10 |
      | STT_OBJECT    | 0x11 |
      | STT_FUNC      | 0x12 |
      | STT_SECTION   | 0x13 |
      | STT_FILE      | 0x14 |
      | STT_COMMON    | 0x15 |
      | STT_TLS       | 0x16 |
      | STT_GNU_IFUNC | 0x1a |
      | 15            | 0x1f |

  @SYM-4
  Scenario Outline: SYM-4: An undefined symbol of binding <binding> is found
    Given "p" brings the function finder, which returns the address of xen_minor_version by R_X86_64_64
    And in "p" the field symbol[xen_minor_version].st_info is <info>
    When "p" is uploaded
    Then the hypercall returns 0
    And a call of finder returns the address of xen_minor_version

    Examples: with STT_NOTYPE, which is 0
      | binding        | info |
      | STB_LOCAL      | 0x00 |
      | STB_GLOBAL     | 0x10 |
      | STB_WEAK       | 0x20 |
      | STB_GNU_UNIQUE | 0xa0 |

  @SYM-3
  Scenario Outline: SYM-3: A new symbol of type <type> with the name of the hypervisor's printk is refused
    Given "p" brings 8 bytes of .data
    And "p" has these symbols:
      | name   | section | binding    |
      | printk | .data   | STB_GLOBAL |
    And in "p" the field symbol[printk].st_info is <info>
    When "p" is uploaded
    Then the hypercall returns -EEXIST
    And nothing changed

    Examples: with STB_GLOBAL, which is 0x10
      | type        | info |
      | STT_OBJECT  | 0x11 |
      | STT_FUNC    | 0x12 |
      | STT_SECTION | 0x13 |
      | STT_TLS     | 0x16 |

  @SYM-4
  Scenario Outline: SYM-4: A name that begins with a file is a name of its own: UPLOAD of a payload that refers to <undefined> returns <returned>
    Given "below" brings 8 bytes of .data
    And "below" has these symbols:
      | name      | section | binding   |
      | fix.c#own | .data   | STB_LOCAL |
    And "below" is loaded
    And "above" has these symbols:
      | name        | section   |
      | <undefined> | SHN_UNDEF |
    When "above" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | undefined         | returned |
      | fix.c#own         | 0        |
      | own               | -ENOENT  |
      | fix.c             | -ENOENT  |
      | fix.c#            | -ENOENT  |
      | other.c#own       | -ENOENT  |
      | drivers/fix.c#own | -ENOENT  |

  @SYM-4
  Scenario Outline: SYM-4: A symbol of the hypervisor is not found by a name that also has a file: <undefined>
    Given "p" has these symbols:
      | name        | section   |
      | <undefined> | SHN_UNDEF |
    When "p" is uploaded
    Then the hypercall returns -ENOENT

    Examples:
      | undefined                 |
      | fix.c#xen_minor_version   |
      | xen_minor_version#fix.c   |
      | fix.c#                    |

  @SYM-3
  Scenario Outline: SYM-3: A new symbol <name> does not clash with printk of the hypervisor, nor with other.c#own of a payload
    Given "one" brings 8 bytes of .data
    And "one" has these symbols:
      | name        | section |
      | other.c#own | .data   |
    And "one" is loaded
    And "p" brings 8 bytes of .data
    And "p" has these symbols:
      | name   | section |
      | <name> | .data   |
    When "p" is uploaded
    Then the hypercall returns 0

    Examples:
      | name         |
      | fix.c#printk |
      | fix.c#own    |
      | own          |
      | other.c      |

  @SYM-3
  Scenario: SYM-3: Two local symbols of a payload may have one name, and others find the first
    Given "one" brings 16 bytes of .data
    And "one" has these symbols:
      | name   | section | value              | binding    |
      | twin   | .data   | 8                  | STB_LOCAL  |
      | twin   | .data   | 0                  | STB_LOCAL  |
      | number | SHN_ABS | 0x1122334455667788 | STB_GLOBAL |
    And the section .data of "one" has these relocations:
      | offset | type        | symbol |
      | 8      | R_X86_64_64 | number |
    When "one" is uploaded
    Then the hypercall returns 0
    And twin begins with 88 77 66 55 44 33 22 11
    Given "above" brings the function finder, which returns the address of twin by R_X86_64_64
    When "above" is uploaded
    Then a call of finder returns the address of twin

  @SYM-3
  Scenario: SYM-3: A name that two local symbols of a payload have is taken for the next payload
    Given "one" brings 8 bytes of .data
    And "one" has these symbols:
      | name | section | binding   |
      | twin | .data   | STB_LOCAL |
      | twin | .data   | STB_LOCAL |
    And "one" is loaded
    And "other" brings the function twin, which returns 1
    When "other" is uploaded
    Then the hypercall returns -EEXIST
    And nothing changed

  @FUNC-4 @FUNC-2
  Scenario: FUNC-4: Two functions may share one new body, and both are patched and reverted
    Given payload "p" makes xen_minor_version return each number from 1 to 2, with an entry for each
    And in "p" these fields are written:
      | field                            | value                                    |
      | .livepatch.funcs[1].old_addr     | the address of xen_major_version         |
      | .rela.livepatch.funcs[3].r_sym   | that of .rela.livepatch.funcs[1].r_sym   |
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the jump in xen_minor_version leads to b8 01 00 00 00
    And the jump in xen_major_version leads to b8 01 00 00 00
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And xen_minor_version is as at the start
    And xen_major_version is as at the start

  @REL-2
  Scenario: REL-2: An empty section of type SHT_REL for an allocated section asks for nothing, and is accepted
    Given "p" brings 8 bytes of .data
    And "p" has these symbols:
      | name | section |
      | cell | .data   |
    And the section .data of "p" has these relocations:
      | offset | type        | symbol            |
      | 0      | R_X86_64_64 | xen_minor_version |
    And in "p" these fields are written:
      | field                       | value   |
      | section[.rela.data].sh_type | SHT_REL |
      | section[.rela.data].sh_size | 0       |
    When "p" is uploaded
    Then the hypercall returns 0
    And cell holds 0xdadadadadadadada

  @SYM-3 @FUNC-4
  Scenario: SYM-3: If a name is taken and a new_addr is outside the payload, UPLOAD returns the error of the name
    Given payload "p" makes xen_minor_version jump to the address of xen_major_version
    And "p" brings the function printk, which returns 7
    When "p" is uploaded
    Then the hypercall returns -EEXIST
    And nothing changed
