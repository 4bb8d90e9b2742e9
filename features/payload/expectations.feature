@revision-2
Feature: Expectations: what a function has to hold before it is patched
  An entry can say which bytes it expects at its old address. This helps most where a patch begins inside a function.
  APPLY checks all expectations of a payload before any of its code runs and before anything changes.

  @V2-FUNC-4
  Scenario Outline: V2-FUNC-4: If the first <count> bytes are as expected, the payload is applied
    Given payload "p" makes xen_extra_version return "patched"
    And "p" expects the first <count> bytes of xen_extra_version as they are
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the extra version is "patched"

    Examples:
      | count |
      | 1     |
      | 5     |

  @V2-FUNC-4 @V2-FUNC-9 @F-22
  Scenario Outline: V2-FUNC-4: If byte <at> of five is not as expected, APPLY fails
    Given payload "p" makes xen_extra_version return "patched"
    And "p" expects the first 5 bytes of xen_extra_version as they are
    And in "p" byte <at> of the field .livepatch.funcs[0].expect_data is 204
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still CHECKED
    And memory is as before the call
    And the extra version is the hypervisor's own

    Examples:
      | at |
      | 0  |
      | 1  |
      | 4  |

  @V2-FUNC-8 @V2-FUNC-9
  Scenario: V2-FUNC-8: All expectations are checked before any function is patched
    Given payload "p" makes xen_minor_version return 99
    And payload "p" makes xen_extra_version return "patched"
    And "p" expects cc at xen_extra_version
    And "p" has a load hook that says "load"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still CHECKED
    And memory is as before the call
    And the console does not show "load"

  @V2-FUNC-8
  Scenario: V2-FUNC-8: An expectation that does not hold prevents neither UPLOAD nor UNLOAD
    Given payload "p" makes xen_extra_version return "patched"
    And "p" expects cc at xen_extra_version
    When "p" is uploaded
    Then the hypercall returns 0
    When UNLOAD of "p" is asked
    Then the hypercall returns 0
    And "p" is unknown

  @V2-FUNC-9
  Scenario Outline: V2-FUNC-9: With <count> bytes expected of a function of 10, the payload is <state>
    Given payload "p" makes xen_extra_version return "patched"
    And in "p" the field .livepatch.funcs[0].old_size is 10
    And "p" expects the first <count> bytes of xen_extra_version as they are
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still <state>

    Examples:
      | count | state   |
      | 9     | APPLIED |
      | 10    | APPLIED |
      | 11    | CHECKED |
      | 31    | CHECKED |

  @V2-FUNC-9
  Scenario: V2-FUNC-9: A payload whose expectation is too long changes nothing
    Given payload "p" makes xen_extra_version return "patched"
    And in "p" the field .livepatch.funcs[0].old_size is 10
    And "p" expects the first 11 bytes of xen_extra_version as they are
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still CHECKED
    And memory is as before the call

  @V2-FUNC-3 @V2-FUNC-7 @V2-FUNC-9 @F-22
  Scenario Outline: V2-FUNC-3: An expect of <expect> is enabled by bit 0 and has to have 0 in bits 6 and 7
    Given payload "p" makes xen_extra_version return "patched"
    And "p" expects the first 5 bytes of xen_extra_version as they are
    And in "p" the field .livepatch.funcs[0].expect is <expect>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still <state>

    Examples:
      | expect | state   |
      | 0x0b   | APPLIED |
      | 0x4b   | CHECKED |
      | 0x8b   | CHECKED |
      | 0xcb   | CHECKED |
      | 0x0a   | APPLIED |

  @V2-FUNC-3 @V2-FUNC-4
  Scenario Outline: V2-FUNC-3: An expectation that is not enabled is not checked: <expect>
    Given payload "p" makes xen_extra_version return "patched"
    And "p" expects cc at xen_extra_version
    And in "p" the field .livepatch.funcs[0].expect is <expect>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the extra version is "patched"

    Examples:
      | expect |
      | 0x00   |
      | 0x0a   |
      | 0x3e   |

  @V2-FUNC-10
  Scenario Outline: V2-FUNC-10: The rsv of an expectation that is not enabled is not checked: <expect>
    Given payload "p" makes xen_extra_version return "patched"
    And "p" expects the first 5 bytes of xen_extra_version as they are
    And in "p" the field .livepatch.funcs[0].expect is <expect>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0

    Examples:
      | expect |
      | 0x40   |
      | 0x80   |
      | 0xca   |
      | 0xfe   |

  # The bytes of the build that the document was written for; this one has others.
  @V2-FUNC-6
  Scenario Outline: V2-FUNC-6: The expectation of the document's example, with <expected>, leaves <state>
    Given payload "p" makes xen_extra_version return "Hello World"
    And "p" expects the first 5 bytes of xen_extra_version as they are
    And in "p" the field .livepatch.funcs[0].<field> is <expected>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still <state>

    Examples: enabled 1, len 5 and rsv 0 are 0x0b
      | field       | expected             | state    |
      | expect      | 0x0b                 | APPLIED  |
      | expect_data | bytes 48 8d 05 33 1c | CHECKED  |

  @V2-FUNC-3 @V2-FUNC-4 @V2-FUNC-9 @F-21
  Scenario Outline: V2-FUNC-3: The length is in bits 1 to 5, so that with <expect> byte <at> leads to <state>
    Given payload "p" makes xen_extra_version return "patched"
    And in "p" the field .livepatch.funcs[0].old_size is 31
    And "p" expects the first 31 bytes of xen_extra_version as they are
    And in "p" the field .livepatch.funcs[0].expect is <expect>
    And in "p" byte <at> of the field .livepatch.funcs[0].expect_data is 205
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still <state>

    Examples: <expect> is 1 for enabled and twice the length
      | expect | at | state   |
      | 0x01   | 0  | APPLIED |
      | 0x03   | 0  | CHECKED |
      | 0x03   | 1  | APPLIED |
      | 0x05   | 1  | CHECKED |
      | 0x21   | 15 | CHECKED |
      | 0x21   | 16 | APPLIED |
      | 0x3d   | 30 | APPLIED |
      | 0x3f   | 30 | CHECKED |

  @ACT-6 @ACT-15 @GET-2 @V2-FUNC-7 @V2-FUNC-9 @F-22
  Scenario Outline: ACT-6: APPLY of a payload whose expectation <wrong> returns 0, and its rc is <rc>
    Given payload "p" makes xen_extra_version return "patched"
    And in "p" the field .livepatch.funcs[0].old_size is 10
    And "p" expects the first <count> bytes of xen_extra_version as they are
    And in "p" byte 0 of the field .livepatch.funcs[0].expect_data is <first>
    And in "p" the field .livepatch.funcs[0].expect is <expect>
    And "p" is loaded
    When APPLY of "p" is asked
    Then the hypercall returns 0
    And "p" is CHECKED with rc <rc>

    Examples:
      | wrong              | count | first | expect | rc      |
      | does not hold      | 5     | 204   | 0x0b   | -EINVAL |
      | has reserved bits  | 5     | 72    | 0x4b   | -EINVAL |
      | exceeds old_size   | 11    | 72    | 0x17   | -ERANGE |

  @V2-FUNC-4
  Scenario: V2-FUNC-4: An expectation of what another payload wrote holds on top of that one
    Given payload "below" makes plain_function return 1
    And payload "above" makes plain_function return 2
    And "above" depends on "below"
    And "above" expects e9 at plain_function
    And "below" is loaded and applied
    And "above" is loaded
    When APPLY of "above" is asked
    Then "above" is APPLIED with rc 0
    And a call of plain_function returns 2

  @V2-FUNC-4 @V2-FUNC-9
  Scenario: V2-FUNC-4: An expectation of the hypervisor's own bytes does not hold on top of another payload
    Given payload "below" makes plain_function return 1
    And payload "above" makes plain_function return 2
    And "above" depends on "below"
    And "above" expects the first 5 bytes of plain_function as they are
    And "below" is loaded and applied
    And "above" is loaded
    When APPLY of "above" is asked
    Then "above" is still CHECKED
    And memory is as before the call
    And a call of plain_function returns 1

  @V2-FUNC-4 @ACT-4
  Scenario: V2-FUNC-4: For REPLACE, what counts is what is there once all others are reverted
    Given payload "first" makes xen_extra_version return "first"
    And payload "second" makes xen_extra_version return "second"
    And "second" depends on "first"
    And payload "all" makes xen_extra_version return "all"
    And "all" expects the first 5 bytes of xen_extra_version as they are
    And "first" is loaded and applied
    And "second" is loaded and applied
    And "all" is loaded
    When REPLACE of "all" is asked
    Then "all" is APPLIED with rc 0
    And the extra version is "all"
    And "first" is CHECKED with rc 0
    And "second" is CHECKED with rc 0

  @V2-FUNC-9 @V2-FUNC-11 @GET-2 @STATE-6 @F-22 @C12
  Scenario Outline: V2-FUNC-11: REPLACE by a payload that expects <expected> in place of the original bytes reverts nothing
    Given payload "first" makes xen_extra_version return "first"
    And payload "all" makes xen_extra_version return "all"
    And "all" expects <expected> at xen_extra_version
    And "first" is loaded and applied
    And "all" is loaded
    When REPLACE of "all" is asked
    Then the hypercall returns 0
    And "all" is CHECKED with rc -EINVAL
    And "first" is APPLIED with rc 0
    And memory is as before the call
    And the extra version is "first"

    Examples: bytes that nobody wrote, and the jump of the payload that is to be reverted
      | expected |
      | cc       |
      | e9       |

  @V2-FUNC-4 @ACT-4
  Scenario: V2-FUNC-4: For REPLACE, patches of others that overlap are taken off in the order of their revert
    Given payload "first" turns the first 5 bytes of plain_function into nops
    And in "first" the field .livepatch.funcs[0].old_addr is the address of plain_function + 5
    And payload "second" turns the first 5 bytes of plain_function into nops
    And in "second" the field .livepatch.funcs[0].old_addr is the address of plain_function + 3
    And "second" depends on "first"
    And payload "all" makes plain_function return 99
    And "all" expects the first 31 bytes of plain_function as they are
    And "first" is loaded and applied
    And "second" is loaded and applied
    And "all" is loaded
    When REPLACE of "all" is asked
    Then "all" is APPLIED with rc 0
    And a call of plain_function returns 99
