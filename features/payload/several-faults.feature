Feature: Payloads with several faults
  A payload is refused with one error. If it has several faults, the order of loading decides which one.

  @UPL-8
  Scenario Outline: UPL-8: A payload with <field> and <other field> wrong is refused with <returned>: <value>, <other value>
    Given "p" brings 16 bytes of .data
    And "p" has these symbols:
      | name   | section | value |
      | first  | .data   | 0     |
      | second | .data   | 8     |
    And the section .data of "p" has these relocations:
      | offset | type        | symbol            |
      | 0      | R_X86_64_64 | xen_minor_version |
      | 8      | R_X86_64_64 | xen_minor_version |
    And payload "p" makes xen_minor_version return 99
    And payload "p" makes xen_major_version return 98
    And in "p" these fields are written:
      | field         | value         |
      | <field>       | <value>       |
      | <other field> | <other value> |
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples: The header and the sections
      | field                    | value | other field                 | other value | returned    |
      | header.e_machine         | 40    | header.ei_mag0              | 0           | -EINVAL     |
      | header.e_shstrndx        | 0     | header.e_shnum              | 1024        | -EINVAL     |
      | header.e_shnum           | 1024  | header.e_shstrndx           | 65535       | -EOPNOTSUPP |
      | section[.text].sh_offset | 63    | section[.text].sh_addralign | 3           | -EINVAL     |
      | section[1].sh_offset     | 63    | section[2].sh_addralign     | 3           | -EINVAL     |
      | section[1].sh_addralign  | 3     | section[2].sh_offset        | 63          | -EOPNOTSUPP |

    Examples: Symbols and relocations
      | field                  | value  | other field                  | other value | returned    |
      | symbol[1].st_shndx     | 0xff01 | symbol[2].st_shndx           | 0xff00      | -EOPNOTSUPP |
      | symbol[1].st_shndx     | 0xff01 | symbol[2].st_shndx           | 0xfeff      | -EOPNOTSUPP |
      | symbol[1].st_shndx     | 0xfeff | symbol[2].st_shndx           | 0xff01      | -EINVAL     |
      | symbol[1].st_shndx     | 0xfeff | .rela.data[0].r_type         | 10          | -EINVAL     |
      | .rela.data[0].r_sym    | 0xffff | .rela.data[0].r_type         | 10          | -EINVAL     |
      | .rela.data[0].r_offset | 17     | .rela.data[0].r_type         | 10          | -EOPNOTSUPP |
      | .rela.data[0].r_type   | 10     | .rela.data[1].r_sym          | 0xffff      | -EOPNOTSUPP |
      | .rela.data[0].r_sym    | 0xffff | .rela.data[1].r_type         | 10          | -EINVAL     |
      | .rela.data[0].r_type   | 10     | .livepatch.funcs[0].old_size | 0           | -EOPNOTSUPP |

    Examples: Entries of functions
      | field                       | value | other field                  | other value | returned    |
      | .livepatch.funcs[0].version | 3     | .livepatch.funcs[0].old_size | 0           | -EOPNOTSUPP |
      | .livepatch.funcs[0].version | 3     | .livepatch.funcs[1].old_size | 0           | -EOPNOTSUPP |
      | .livepatch.funcs[1].version | 3     | .livepatch.funcs[0].old_size | 0           | -EINVAL     |

  @UPL-8
  Scenario Outline: UPL-8: Tables of relocations are checked one after the other: <value> in .text, <other value> in .data
    Given "p" brings 16 bytes of .data
    And "p" has these symbols:
      | name  | section |
      | first | .data   |
    And the section .data of "p" has these relocations:
      | type        | symbol            |
      | R_X86_64_64 | xen_minor_version |
    And in "p" these fields are written:
      | field                                  | value         |
      | .rela.data[0].<field>                  | <value>       |
      | .rela.livepatch.funcs[0].<other field> | <other value> |
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | field  | value  | other field | other value | returned    |
      | r_type | 10     | r_sym       | 0xffff      | -EOPNOTSUPP |
      | r_sym  | 0xffff | r_type      | 10          | -EINVAL     |

  @UPL-8
  Scenario Outline: UPL-8: A payload that refers to a symbol that does not exist, with <field> wrong, <value>, is refused with <returned>
    Given a payload "p"
    And "p" has a load hook that writes 1 to no_such_symbol
    And in "p" the field <field> is <value>
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | field                       | value                                   | returned    |
      | section[.text].sh_flags     | SHF_ALLOC \| SHF_WRITE \| SHF_EXECINSTR | -EOPNOTSUPP |
      | .rela.text[0].r_type        | 10                                      | -ENOENT     |
      | .livepatch.funcs[0].version | 3                                       | -ENOENT     |

  @UPL-8
  Scenario: UPL-8: A payload that refers to a symbol that does not exist is refused for that, whichever section it lacks
    Given a payload "p"
    And "p" has a load hook that writes 1 to no_such_symbol
    And "p" lacks the section .livepatch.depends
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

  @UPL-8
  Scenario Outline: UPL-8: A payload that lacks .livepatch.depends, with <field> wrong, <value>, is refused with <returned>
    Given a payload "p"
    And "p" has a load hook that counts its calls
    And "p" lacks the section .livepatch.depends
    And in "p" the field <field> is <value>
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | field                       | value | returned    |
      | .rela.text[0].r_type        | 10    | -EOPNOTSUPP |
      | .livepatch.funcs[0].version | 3     | -EINVAL     |

  @UPL-8
  Scenario Outline: UPL-8: A payload with a build-id that is taken, with <field> wrong, is refused with <returned>
    Given "other" is loaded
    And "p" has the build-id of "other"
    And in "p" the field <field> is <value>
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | field                        | value | returned    |
      | .livepatch.funcs[0].version  | 3     | -EOPNOTSUPP |
      | .livepatch.funcs[0].old_size | 0     | -EINVAL     |

  @UPL-8
  Scenario Outline: UPL-8: A payload with a section <section> that is a byte too long is refused with <returned>, though <fault>
    Given "other" is loaded
    And a payload "p"
    And "p" has a load hook that counts its calls
    And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_extra_version where the CPU has FPU
    And in "p" the section <section> is 1 bytes longer
    And <fault>
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | section               | fault                                             | returned    |
      | .livepatch.hooks.load | "p" has the build-id of "other"                   | -EINVAL     |
      | .altinstructions      | "p" has the build-id of "other"                   | -EEXIST     |
      | .livepatch.hooks.load | in "p" the field .livepatch.funcs[0].version is 3 | -EOPNOTSUPP |

  @UPL-8
  Scenario Outline: UPL-8: An entry for a function that does not exist is refused with <returned> if <field> is <value>
    Given payload "p" makes no_such_function return 99
    And in "p" these fields are written:
      | field                        | value   |
      | .livepatch.funcs[0].old_addr | 0       |
      | <field>                      | <value> |
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | field                        | value | returned    |
      | .livepatch.funcs[0].version  | 3     | -EOPNOTSUPP |
      | .livepatch.funcs[0].old_size | 0     | -EINVAL     |
      | .livepatch.funcs[0].old_size | 4     | -ENOENT     |

  @UPL-8
  Scenario: UPL-8: An entry with more nops than fit, for a function that does not exist, is refused with -ENOENT
    Given payload "p" makes no_such_function return 99
    # The relocation that fills in new_addr gets a type that does nothing.
    And in "p" these fields are written:
      | field                           | value |
      | .livepatch.funcs[0].old_addr    | 0     |
      | .rela.livepatch.funcs[1].r_type | 0     |
      | .livepatch.funcs[0].old_size    | 32    |
      | .livepatch.funcs[0].new_size    | 32    |
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

  @UPL-8
  Scenario Outline: UPL-8: An entry of <size> bytes for a function that is too far away is refused with <returned>
    Given payload "p" makes xen_minor_version return 99
    # The relocation that fills in new_addr gets a type that does nothing.
    And in "p" these fields are written:
      | field                           | value                                         |
      | .rela.livepatch.funcs[1].r_type | 0                                             |
      | .livepatch.funcs[0].new_addr    | the address of xen_minor_version + 0x80001000 |
      | .livepatch.funcs[0].old_size    | <size>                                        |
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | size | returned   |
      | 4    | -EINVAL    |
      | 16   | -EOVERFLOW |
