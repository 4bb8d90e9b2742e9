Feature: .livepatch.funcs: where the old function is, and where the new one
  The old function is found by its address, or by its name if the address is 0. The new one is in the text of the
  payload.

  @FUNC-2 @FUNC-3 @F-12 @bug-37
  Scenario: FUNC-2: The name is looked up if old_addr is 0
    Given payload "p" makes xen_minor_version return 99
    And in "p" the field .livepatch.funcs[0].old_addr is 0
    When "p" is uploaded
    And APPLY of "p" is asked
    Then xen_minor_version jumps to the text of "p"
    And the minor version is 99

  @FUNC-2 @F-12
  Scenario: FUNC-2: The name is not looked up if old_addr is an address
    Given payload "p" makes xen_extra_version return 99
    And in "p" the field .livepatch.funcs[0].old_addr is the address of xen_minor_version
    And the bytes of xen_extra_version are shown throughout
    When "p" is uploaded
    And APPLY of "p" is asked
    Then xen_minor_version jumps to the text of "p"
    And xen_extra_version is as at the start
    And the minor version is 99
    And the extra version is the hypervisor's own

  @FUNC-2 @F-12
  Scenario: FUNC-2: A name that does not exist does no harm if old_addr is an address
    Given payload "p" makes no_such_function return 99
    And in "p" these fields are written:
      | field                        | value                            |
      | .livepatch.funcs[0].old_addr | the address of xen_minor_version |
      | .livepatch.funcs[0].old_size | 9                                |
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the minor version is 99

  @FUNC-2
  Scenario: FUNC-2: A name of 100 bytes does no harm either if old_addr is an address
    Given payload "p" makes a_function_with_a_name_of_one_hundred_bytes_which_is_longer_than_that_of_any_function_of_the_hypervi return 99
    And in "p" these fields are written:
      | field                        | value                            |
      | .livepatch.funcs[0].old_addr | the address of xen_minor_version |
      | .livepatch.funcs[0].old_size | 9                                |
    When "p" is uploaded
    And APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the minor version is 99
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the minor version is the hypervisor's own

  @FUNC-19 @B13
  Scenario Outline: FUNC-19: An entry without old_addr has a name
    Given payload "p" turns the first 5 bytes of plain_function into nops
    # The relocation that fills in the name gets a type that does nothing.
    And in "p" these fields are written:
      | field                              | value  |
      | .livepatch.funcs[0].name           | <name> |
      | .rela.livepatch.funcs[0].r_type    | 0      |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | name                           |
      | 0                              |
      | 1                              |
      | an unmapped hypervisor address |
      | an unmapped guest address      |
      | 0x7fffffffffff                 |
      | 0x8000000000000000             |
      | 0xffffffffffffffff             |

  @FUNC-3 @SYM-4
  Scenario: FUNC-3: A name that is not a symbol of the hypervisor is looked up among loaded payloads
    Given payload "below" makes xen_extra_version return "below"
    And "below" brings the function new_function, which returns 1
    And "below" is loaded and applied
    And a call of new_function returns 1
    And payload "above" makes new_function return 2
    And in "above" the field .livepatch.funcs[0].old_size is 6
    And "above" depends on "below"
    When "above" is uploaded
    Then the hypercall returns 0
    When APPLY of "above" is asked
    Then new_function jumps to the text of "above"
    And a call of new_function returns 2
    When REVERT of "above" is asked
    Then a call of new_function returns 1

  @SYM-4
  Scenario: SYM-4: A name that does not exist is refused
    Given payload "p" makes no_such_function return 99
    And in "p" the field .livepatch.funcs[0].old_size is 6
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

  @SYM-4
  Scenario: SYM-4: A name of a payload that is no longer loaded is refused
    Given payload "below" makes xen_extra_version return "below"
    And "below" brings the function new_function, which returns 1
    And "below" is loaded
    And payload "above" makes new_function return 2
    And in "above" the field .livepatch.funcs[0].old_size is 6
    When UNLOAD of "below" is asked
    And "above" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

  @FUNC-4 @FUNC-14 @F-13 @B15
  Scenario Outline: FUNC-4: A new_addr outside the payload's text is refused
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes xen_minor_version jump to <target>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | target                           |
      | the address of xen_minor_version |
      | the address of xen_extra_version |
      | an unmapped hypervisor address   |
      | its own .rodata.str              |
      | its own .livepatch.funcs         |

  @FUNC-4 @FUNC-14 @F-13 @B15
  Scenario Outline: FUNC-4: new_addr is within the payload's text, from its first byte to its last
    # The text is the new function alone, of 6 bytes; new_addr is where its symbol points.
    Given payload "p" makes xen_minor_version return 99
    And in "p" the field symbol[xen_minor_version].st_value is <offset>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | offset | returned |
      | -1     | -EINVAL  |
      | 0      | 0        |
      | 5      | 0        |
      | 6      | -EINVAL  |

  @FUNC-12 @F-16
  Scenario Outline: FUNC-12: An old_addr that is not memory of the hypervisor gets no trampoline
    Given payload "p" makes xen_minor_version return 99
    And in "p" the field .livepatch.funcs[0].old_addr is <address>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | address                        |
      | 1                              |
      | an unmapped guest address      |
      | an unmapped hypervisor address |
      | 0x8000000000000000             |
      | 0xffffffffffffffff             |

  @FUNC-12 @F-16
  Scenario Outline: FUNC-12: An old_addr that is not memory of the hypervisor gets no nops
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And in "p" the field .livepatch.funcs[0].old_addr is <address>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | address                        |
      | 1                              |
      | 0x8000000000000000             |
      | an unmapped guest address      |
      | an unmapped hypervisor address |
      | 0xfffffffffffffffb             |
      | 0xffffffffffffffff             |

  @FUNC-12
  Scenario Outline: FUNC-12: All bytes that are patched are mapped
    Given payload "p" turns the first <count> bytes of plain_function into nops
    And in "p" the field .livepatch.funcs[0].old_addr is the address of image_end - <before>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples: image_end is the first byte that is not mapped
      | count | before | returned |
      | 1     | 1      | 0        |
      | 2     | 1      | -EINVAL  |
      | 5     | 5      | 0        |
      | 5     | 4      | -EINVAL  |
      | 31    | 31     | 0        |
      | 31    | 30     | -EINVAL  |
      | 1     | 0      | -EINVAL  |

  @FUNC-12
  Scenario Outline: FUNC-12: A trampoline has room before the end of what is mapped
    Given payload "p" makes plain_function return 99
    And in "p" the field .livepatch.funcs[0].old_addr is the address of image_end - <before>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | before | returned |
      | 5      | 0        |
      | 4      | -EINVAL  |
      | 1      | -EINVAL  |
