Feature: The symbol table and the tables of names
  Symbols, their names and the names of sections are in tables of the file. A payload has to have these tables, and
  everything that refers to a place in them has to stay within them.

  Background: A payload that needs no symbols: its function is given by address, and nothing relocates it
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And "p" brings 8 bytes of .rodata
    And in "p" these fields are written:
      | field                                  | value                            |
      | .livepatch.funcs[0].old_addr           | the address of plain_function |
      | section[.rela.livepatch.funcs].sh_type | 1                                |

  @ELF-8
  Scenario: ELF-8: A payload that needs no symbols is loaded and applied
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops

  @ELF-8
  Scenario Outline: ELF-8: A payload without a symbol table is refused, although it needs none: its type is <type>
    Given in "p" the field section[.symtab].sh_type is <type>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: no section, data, symbols of a linked object
      | type |
      | 0    |
      | 1    |
      | 11   |

  @ELF-8
  Scenario Outline: ELF-8: A payload with a second symbol table, <section>, is refused
    Given in "p" the field section[<section>].sh_type is 2
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples: before and after the first
      | section   |
      | .rodata   |
      | .shstrtab |

  @ELF-8
  Scenario: ELF-8: An empty symbol table is refused
    Given in "p" the field section[.symtab].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-8
  Scenario Outline: ELF-8: Symbols of <size> bytes are refused
    Given in "p" these fields are written:
      | field                       | value  |
      | section[.symtab].sh_entsize | <size> |
      | section[.symtab].sh_size    | <all>  |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: the table's size is a multiple of it, so that nothing else is wrong
      | size | all |
      | 0    | 24  |
      | 1    | 24  |
      | 8    | 24  |
      | 12   | 24  |
      | 16   | 48  |
      | 23   | 46  |

  @ELF-8
  Scenario Outline: ELF-8: Symbols of <size> bytes are accepted
    Given in "p" these fields are written:
      | field                       | value  |
      | section[.symtab].sh_entsize | <size> |
      | section[.symtab].sh_size    | <size> |
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops

    Examples: the null symbol alone
      | size |
      | 24   |
      | 25   |
      | 48   |

  @ELF-8
  Scenario Outline: ELF-8: A symbol table of <size> bytes, with symbols of <each>, is refused
    Given in "p" these fields are written:
      | field                       | value  |
      | section[.symtab].sh_entsize | <each> |
      | section[.symtab].sh_size    | <size> |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | each       | size |
      | 24         | 1    |
      | 24         | 23   |
      | 24         | 25   |
      | 24         | 47   |
      | 25         | 48   |
      | 49         | 48   |
      | 0x80000000 | 48   |
      | -1         | 48   |
      | -24        | 48   |

  @ELF-8
  Scenario Outline: ELF-8: A symbol table whose sh_link is not a table of names is refused: sh_link is <link>
    Given in "p" the field section[.symtab].sh_link is <link>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    @ELF-14 @B1
    Examples: no section, for which there is no header to read
      | link |
      | 0    |

    Examples: a section that is not a table of names
      | link |
      | 1    |

    Examples: past the last section
      | link                       |
      | that of header.e_shnum     |
      | that of header.e_shnum + 1 |
      | 0xffff                     |
      | 0xffffffff                 |

  @ELF-8
  Scenario: ELF-8: Symbols and sections may have their names from one table
    Given in "p" these fields are written:
      | field                    | value                               |
      | section[.symtab].sh_link | that of header.e_shstrndx           |
      | section[.symtab].sh_size | that of section[.symtab].sh_entsize |
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops

  @ELF-8
  Scenario Outline: ELF-8: The table of names <table> has to be of type STRTAB, not <type>
    Given in "p" the field section[<table>].sh_type is <type>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: no section, data, no bytes in the file
      | table     | type |
      | .strtab   | 0    |
      | .strtab   | 1    |
      | .strtab   | 8    |
      | .shstrtab | 0    |
      | .shstrtab | 1    |
      | .shstrtab | 8    |

  @ELF-8
  Scenario Outline: ELF-8: An empty table of names is refused although no name is looked for: <table>
    Given in "p" these fields are written:
      | field                    | value                               |
      | section[.symtab].sh_size | that of section[.symtab].sh_entsize |
      | section[<table>].sh_size | 0                                   |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | table     |
      | .strtab   |
      | .shstrtab |

  @ELF-8
  Scenario: ELF-8: A table of names that is one NUL is enough if no name is looked for
    Given in "p" these fields are written:
      | field                    | value                               |
      | section[.symtab].sh_size | that of section[.symtab].sh_entsize |
      | section[.strtab].sh_size | 1                                   |
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops

  @ELF-8
  Scenario Outline: ELF-8: A table of names that does not begin with NUL is refused: <table>
    Given a payload "q"
    And in "q" the field section[<table>].data is bytes 41
    When "q" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | table     |
      | .strtab   |
      | .shstrtab |

  @ELF-8
  Scenario Outline: ELF-8: A table of names that does not end with NUL is refused: <table>
    Given a payload "q"
    And in "q" the field section[<table>].sh_size is that of section[<table>].sh_size - 1
    When "q" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | table     |
      | .strtab   |
      | .shstrtab |

  @ELF-9
  Scenario Outline: ELF-9: A section whose name is at <offset> is refused
    Given in "p" the field section[.rodata].sh_name is <offset>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: past the table
      | offset                                 |
      | that of section[.shstrtab].sh_size     |
      | that of section[.shstrtab].sh_size + 1 |
      | 0x7fffffff                             |
      | 0x80000000                             |
      | 0xffffffff                             |

  @ELF-9
  Scenario Outline: ELF-9: A section whose name is at <offset> is loaded, with no name
    Given in "p" the field section[.rodata].sh_name is <offset>
    When "p" is uploaded
    Then the hypercall returns 0
    And the rodata of "p" holds 0d 0d 0d 0d 0d 0d 0d 0d at 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops

    Examples: the first and the last byte of the table
      | offset                                 |
      | 0                                      |
      | that of section[.shstrtab].sh_size - 1 |

  @ELF-9
  Scenario Outline: ELF-9: A symbol whose name is at <offset> is refused
    Given a payload "q"
    And in "q" the field symbol[xen_extra_version].st_name is <offset>
    When "q" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: past the table
      | offset                               |
      | that of section[.strtab].sh_size     |
      | that of section[.strtab].sh_size + 1 |
      | 0x7fffffff                           |
      | 0x80000000                           |
      | 0xffffffff                           |

  @ELF-9
  Scenario Outline: ELF-9: A symbol whose name is at <offset> has no name
    Given a payload "q"
    And in "q" the field symbol[xen_extra_version].st_name is <offset>
    When "q" is uploaded
    Then the hypercall returns 0
    When APPLY of "q" is asked
    Then the extra version is "q"

    Examples: the first and the last byte of the table
      | offset                               |
      | 0                                    |
      | that of section[.strtab].sh_size - 1 |
