@revision-2
Feature: Expectations of several functions, of nops, and at endbr64
  Every entry can have an expectation, whatever replaces its function.

  @V2-FUNC-4 @V2-FUNC-8
  Scenario Outline: V2-FUNC-4: If the function of entry <entry> of three is not as expected, none is patched
    Given payload "p" makes xen_minor_version return 99
    And payload "p" makes xen_major_version return 98
    And payload "p" makes xen_extra_version return "patched"
    And "p" expects the first 5 bytes of xen_minor_version as they are
    And "p" expects the first 5 bytes of xen_major_version as they are
    And "p" expects the first 5 bytes of xen_extra_version as they are
    And in "p" byte 4 of the field .livepatch.funcs[<entry>].expect_data is 204
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still CHECKED
    And memory is as before the call

    Examples:
      | entry |
      | 0     |
      | 1     |
      | 2     |

  @V2-FUNC-4
  Scenario: V2-FUNC-4: If the last of three functions alone has an expectation, which does not hold, none is patched
    Given payload "p" makes xen_minor_version return 99
    And payload "p" makes xen_major_version return 98
    And payload "p" makes xen_extra_version return "patched"
    And "p" expects cc at xen_extra_version
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still CHECKED
    And memory is as before the call

  @V2-FUNC-4 @FUNC-5
  Scenario: V2-FUNC-4: A function that is not as expected is not turned into nops
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And "p" expects cc at plain_function
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still CHECKED
    And memory is as before the call

  @V2-FUNC-4 @FUNC-5
  Scenario: V2-FUNC-4: A function that is as expected is turned into nops
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And "p" expects the first 5 bytes of plain_function as they are
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And bytes 0 to 4 of plain_function are nops

  @V2-FUNC-4 @V2-CET-1
  Scenario Outline: V2-CET-1: Expectations begin at the endbr64, which the patch keeps: <expected> is <then>
    Given payload "p" makes endbr64_getter return 99
    And "p" expects <expected> at endbr64_getter
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still <then>

    Examples: endbr64 and the first byte of the mov after it, or that byte alone
      | expected       | then    |
      | f3 0f 1e fa b8 | APPLIED |
      | f3 0f 1e fb    | CHECKED |
      | f3 0f 1e fa b9 | CHECKED |
      | b8             | CHECKED |

  @V2-FUNC-4 @V2-CET-1
  Scenario: V2-CET-1: A function that begins with endbr64 and is as expected is patched
    Given payload "p" makes endbr64_getter return 99
    And "p" expects the first 8 bytes of endbr64_getter as they are
    And "p" is loaded
    And endbr64_getter returns the hypervisor's own value
    When APPLY of "p" is asked
    Then "p" is still APPLIED
    And a call of endbr64_getter returns 99

  @V2-FUNC-4 @ACT-4 @BSS-3
  Scenario: V2-FUNC-4: REPLACE by a payload that was applied before expects what is there once the others are reverted
    Given payload "p" makes xen_minor_version return 99
    And "p" expects the first 5 bytes of xen_minor_version as they are
    And payload "q" makes xen_minor_version return 98
    And "p" is loaded and applied
    And "p" is reverted
    And "q" is loaded and applied
    When REPLACE of "p" is asked
    Then "p" is APPLIED with rc 0
    And "q" is CHECKED with rc 0
    And the minor version is 99

  @V2-FUNC-4 @ACT-4
  Scenario: V2-FUNC-4: For REPLACE of a stack of four, what counts is what was there before all of them
    Given payload "all" makes xen_extra_version return "all"
    And "all" expects the first 5 bytes of xen_extra_version as they are
    And these payloads are applied, each on top of the one before:
      | name   |
      | first  |
      | second |
      | third  |
      | fourth |
    And "all" is loaded
    When REPLACE of "all" is asked
    Then "all" is APPLIED with rc 0
    And "first" is CHECKED with rc 0
    And "fourth" is CHECKED with rc 0
    And the extra version is "all"

  @V2-FUNC-4 @FUNC-18 @ACT-4 @needs-full-reset
  Scenario: V2-FUNC-4: REPLACE expects what is there once a payload with two entries for one function is reverted
    Given payload "q" makes plain_function return 1
    And payload "q" turns the first 5 bytes of plain_function into nops
    And payload "p" makes plain_function return 99
    And "p" expects the first 5 bytes of plain_function as they are
    And "q" is loaded and applied
    And "p" is loaded
    When REPLACE of "p" is asked
    Then "p" is APPLIED with rc 0
