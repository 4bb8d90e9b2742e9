Feature: Symbols: what a payload brings
  Later payloads can refer to the symbols that a payload brings, until it is unloaded.

  Rule: New symbols

    @SYM-3
    Scenario: SYM-3: What a payload brings is known while it is loaded
      Given "p" brings the function new_function, which returns 7
      When "p" is uploaded
      Then a call of new_function returns 7
      When APPLY of "p" is asked
      Then a call of new_function returns 7
      When REVERT of "p" is asked
      Then a call of new_function returns 7
      When UNLOAD of "p" is asked
      Then nothing has the name new_function

    @SYM-3 @bug-7
    Scenario Outline: SYM-3: A new <binding> symbol with the name of the hypervisor's <name> is refused
      Given "p" brings 8 bytes of .data
      And "p" has these symbols:
        | name   | section | binding   |
        | <name> | .data   | <binding> |
      When "p" is uploaded
      Then the hypercall returns -EEXIST
      And nothing changed

      Examples:
        | name              | binding    |
        | printk            | STB_GLOBAL |
        | printk            | STB_WEAK   |
        | printk            | STB_LOCAL  |
        | xen_extra_version | STB_GLOBAL |
        | _stext            | STB_GLOBAL |

    @SYM-3 @bug-7
    Scenario: SYM-3: A new function with the name of one of the hypervisor is refused
      Given "p" brings the function xen_minor_version, which returns 7
      When "p" is uploaded
      Then the hypercall returns -EEXIST
      And nothing changed

    @SYM-3 @FUNC-4
    Scenario: SYM-3: The new body of a function may have the name of the old one
      Given payload "p" makes xen_minor_version return 7
      When "p" is uploaded
      Then the hypercall returns 0
      When APPLY of "p" is asked
      Then the minor version is 7

    @SYM-3
    Scenario Outline: SYM-3: A new symbol with the name of one of a payload that is <state> is refused
      Given "one" brings the function new_function, which returns 1
      And "one" is in state <state>
      And "other" brings the function new_function, which returns 2
      When "other" is uploaded
      Then the hypercall returns -EEXIST
      And nothing changed
      And a call of new_function returns 1

      Examples:
        | state   |
        | CHECKED |
        | APPLIED |

    @SYM-3
    Scenario: SYM-3: A new symbol that begins like another is a different symbol
      Given "one" brings the function new_function, which returns 1
      And "one" is loaded
      And "other" brings the function new_functions, which returns 2
      And "other" brings the function new_functio, which returns 3
      When "other" is uploaded
      Then the hypercall returns 0
      And a call of new_function returns 1
      And a call of new_functions returns 2
      And a call of new_functio returns 3

    @SYM-3 @F-11 @B20
    Scenario Outline: SYM-3: Two names of <length> characters that differ in the last one are different
      Given "one" brings 8 bytes of .data
      And "one" has these symbols:
        | name    | section | binding    |
        | <first> | .data   | STB_GLOBAL |
      And "one" is loaded
      And "other" brings 8 bytes of .data
      And "other" has these symbols:
        | name     | section | binding    |
        | <second> | .data   | STB_GLOBAL |
      When "other" is uploaded
      Then the hypercall returns 0

      Examples:
        | length | first | second |
        | 126 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn1 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn2 |
        | 127 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn1 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn2 |
        | 200 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn1 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn2 |

    @SYM-4 @F-11 @B20
    Scenario Outline: SYM-4: A name of <length> characters is found in a payload that is loaded
      Given "one" brings 8 bytes of .data
      And "one" has these symbols:
        | name   | section | binding    |
        | <name> | .data   | STB_GLOBAL |
      And "one" is loaded
      And "other" has these symbols:
        | name   | section   | binding    |
        | <name> | SHN_UNDEF | STB_GLOBAL |
      When "other" is uploaded
      Then the hypercall returns 0

      Examples:
        | length | name |
        | 126 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn |
        | 127 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn |
        | 200 | nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn |

    @SYM-3
    Scenario: SYM-3: The names of a payload are free again once it is unloaded
      Given "one" brings the function new_function, which returns 1
      And "one" is loaded
      And "other" brings the function new_function, which returns 2
      When UNLOAD of "one" is asked
      And "other" is uploaded
      Then the hypercall returns 0
      And a call of new_function returns 2

    @SYM-3
    Scenario: SYM-3: The new body of a function is no new symbol, whatever its name
      # The entry finds xen_minor_version by its old_addr, so its body can have a name of its own.
      Given payload "one" makes body_of_its_own return 7
      And in "one" these fields are written:
        | field                        | value                            |
        | .livepatch.funcs[0].old_addr | the address of xen_minor_version |
        | .livepatch.funcs[0].old_size | 9                                |
      And "one" is loaded and applied
      And the minor version is 7
      And nothing has the name body_of_its_own
      And "other" brings the function body_of_its_own, which returns 2
      When "other" is uploaded
      Then the hypercall returns 0
      And a call of body_of_its_own returns 2

    @SYM-3
    Scenario: SYM-3: Symbols with empty names do not count
      Given "one" brings 8 bytes of .data
      And "one" has these symbols:
        | name | section | binding    |
        |      | .data   | STB_GLOBAL |
      And "one" is loaded
      And "other" brings 8 bytes of .data
      And "other" has these symbols:
        | name | section | binding    |
        |      | .data   | STB_GLOBAL |
      When "other" is uploaded
      Then the hypercall returns 0

    @SYM-3
    Scenario Outline: SYM-3: A symbol named <name> in a section that is not loaded does not count
      Given "p" brings 8 bytes of .rodata
      And in "p" the field section[.rodata].sh_flags is 0
      And "p" has these symbols:
        | name   | section |
        | <name> | .rodata |
      When "p" is uploaded
      Then the hypercall returns 0

      Examples:
        | name         |
        | printk       |
        | not_anywhere |

    @SYM-3
    Scenario: SYM-3: A symbol in a section that is not loaded is not found
      Given "p" brings 8 bytes of .rodata
      And in "p" the field section[.rodata].sh_flags is 0
      And "p" has these symbols:
        | name         | section |
        | not_anywhere | .rodata |
      When "p" is uploaded
      Then nothing has the name not_anywhere

    @SYM-3
    Scenario: SYM-3: A symbol of no section does not count
      Given "p" has these symbols:
        | name     | section | value |
        | printk   | SHN_ABS | 5     |
        | constant | SHN_ABS | 5     |
      When "p" is uploaded
      Then the hypercall returns 0
      And nothing has the name constant

    @SYM-3
    Scenario Outline: SYM-3: If two payloads have a <name> in a section of flags <flags>, UPLOAD of the second returns <returned>
      Given "one" brings 8 bytes of .rodata
      And in "one" the field section[.rodata].sh_flags is <flags>
      And "one" has these symbols:
        | name   | section | binding   |
        | <name> | .rodata | STB_LOCAL |
      And "one" is loaded
      And "other" brings 8 bytes of .rodata
      And in "other" the field section[.rodata].sh_flags is <flags>
      And "other" has these symbols:
        | name   | section | binding   |
        | <name> | .rodata | STB_LOCAL |
      When "other" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | name  | flags                                | returned |
        | .LC0  | SHF_ALLOC \| SHF_MERGE               | 0        |
        | .LC0  | SHF_ALLOC \| SHF_MERGE \| SHF_STRINGS | 0        |
        | .L    | SHF_ALLOC \| SHF_MERGE               | 0        |
        | .LC0  | SHF_ALLOC                            | -EEXIST  |
        | .LC0  | SHF_ALLOC \| SHF_STRINGS             | -EEXIST  |
        | .C0   | SHF_ALLOC \| SHF_MERGE               | -EEXIST  |
        | .     | SHF_ALLOC \| SHF_MERGE               | -EEXIST  |
        | LC0   | SHF_ALLOC \| SHF_MERGE               | -EEXIST  |
        | x.LC0 | SHF_ALLOC \| SHF_MERGE               | -EEXIST  |
        | .LC0  | 0                                    | 0        |

  Rule: Addresses by name

    @SYM-5 @bug-46
    Scenario: SYM-5: The hypervisor has names for addresses in a payload that is loaded and not yet applied
      Given "p" brings the function new_function, which returns 7
      # It runs before the payload is applied.
      And "p" has a load hook that says the name of what is at new_function
      And "p" has an unload hook that says the name of what is at xen_minor_version
      And "p" is loaded
      When APPLY of "p" is asked
      Then the console shows "new_function [p]"
      When REVERT of "p" is asked
      Then the console shows "xen_minor_version"
