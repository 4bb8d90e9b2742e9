@revision-2
Feature: NODEPS: it lifts one condition of an action, and no other
  An APPLY with the flag NODEPS does not depend on the payload that was applied last. All other conditions stay, and the
  other actions accept the flag without effect.

  @V2-ACT-2 @BSS-2
  Scenario: V2-ACT-2: With NODEPS, a payload with data that was reverted is not applied again
    Given "p" brings 8 bytes of .data
    And "p" is loaded and applied
    And "p" is reverted
    When APPLY of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "p" is CHECKED with rc -EINVAL
    And memory is as before the call

  @V2-ACT-2 @V2-FUNC-4
  Scenario: V2-ACT-2: With NODEPS, the expectation of a function still has to hold
    Given payload "p" makes xen_extra_version return "patched"
    And "p" expects cc at xen_extra_version
    And "p" is loaded
    When APPLY of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "p" is still CHECKED
    And memory is as before the call

  @V2-ACT-2 @V2-HOOK-8
  Scenario: V2-ACT-2: With NODEPS, a preapply hook prevents the APPLY
    Given a payload "p"
    And "p" has a preapply hook that says "no" and returns -EPERM
    And "p" is loaded
    When APPLY of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "p" is CHECKED with rc -EPERM
    And the console shows "no"
    And memory is as before the call

  @DEP-8
  Scenario: DEP-8: With NODEPS too, a payload that calls another is applied only while that one is
    Given "below" brings the function new_function, which returns 7
    And "below" is loaded
    And payload "above" makes xen_minor_version return what new_function returns, by R_X86_64_PLT32
    And "above" is loaded
    When APPLY of "above" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "above" is CHECKED with rc -ENOENT
    And memory is as before the call

  @V2-ACT-2
  Scenario Outline: V2-ACT-2: <action> accepts NODEPS, and does the same as without it
    Given "p" is in state <state>
    When <action> of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then the hypercall returns 0
    And "p" is <then> with rc 0
    And the extra version is <extra version>

    Examples:
      | action  | state   | then    | extra version        |
      | APPLY   | CHECKED | APPLIED | "p"                  |
      | REPLACE | CHECKED | APPLIED | "p"                  |
      | REVERT  | APPLIED | CHECKED | the hypervisor's own |

  @V2-ACT-2 @ACT-2
  Scenario: V2-ACT-2: UNLOAD accepts NODEPS
    Given "p" is loaded
    When UNLOAD of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then the hypercall returns 0
    And "p" is unknown

  @V2-ACT-2 @ACT-8
  Scenario: V2-ACT-2: With NODEPS too, only the payload that was applied last is reverted
    Given these payloads are applied, each on top of the one before:
      | name   |
      | first  |
      | second |
    When REVERT of "first" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "first" is still APPLIED
    And memory is as before the call
    And the extra version is "second"

  @V2-ACT-2 @STATE-9
  Scenario: V2-ACT-2: With NODEPS too, an applied payload is not unloaded
    Given "p" is loaded and applied
    When UNLOAD of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "p" is still APPLIED
    And memory is as before the call

  @V2-ACT-2 @ACT-10
  Scenario: V2-ACT-2: With NODEPS, no payload is applied while an action on another is pending
    Given payload "q" makes xen_minor_version return 99
    And "q" is loaded
    And "p" is loaded
    And after 5 ms vCPU 1 asks APPLY of "q" with these fields:
      | field | value  |
      | flags | NODEPS |
    When APPLY of "p" is asked
    Then "q" is still CHECKED
    And "p" is APPLIED with rc 0
    And the minor version is the hypervisor's own

  @V2-ACT-2 @ACT-7
  Scenario: V2-ACT-2: With NODEPS, APPLY of a payload whose APPLY is pending is refused
    Given "p" is in state CHECKED
    And after 5 ms vCPU 1 asks APPLY of "p" with these fields:
      | field | value  |
      | flags | NODEPS |
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned -EBUSY
    And "p" is APPLIED with rc 0

  @V2-ACT-2 @V2-FUNC-4 @BSS-3
  Scenario: V2-FUNC-4: The expectation of a function is checked each time that its payload is applied
    Given payload "p" makes plain_function return 99
    And "p" expects the first 5 bytes of plain_function as they are
    And payload "q" makes plain_function return 98
    And "p" is loaded and applied
    And "p" is reverted
    And "q" is loaded and applied
    When APPLY of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "p" is still CHECKED
    And memory is as before the call
    And a call of plain_function returns 98
    When REVERT of "q" is asked
    And APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And a call of plain_function returns 99

  @DEP-8
  Scenario Outline: DEP-8: With NODEPS too, each of three payloads that one calls has to be applied: without "<missing>"
    Given "one" brings the function one_function, which returns 1
    And "two" brings the function two_function, which returns 2
    And "three" brings the function three_function, which returns 3
    And "one" is loaded
    And "two" is loaded
    And "three" is loaded
    And payload "p" makes xen_minor_version return what three_function returns, by R_X86_64_PLT32
    And "p" brings the function finds_one, which returns the address of one_function by R_X86_64_64
    And "p" brings the function finds_two, which returns the address of two_function by R_X86_64_64
    And "p" is loaded
    When APPLY of "<applied>" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    And APPLY of "<applied too>" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    And APPLY of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "p" is CHECKED with rc -ENOENT
    When APPLY of "<missing>" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    And APPLY of "p" is asked with these fields:
      | field | value  |
      | flags | NODEPS |
    Then "p" is APPLIED with rc 0
    And the minor version is 3

    Examples:
      | missing | applied | applied too |
      | one     | two     | three       |
      | two     | one     | three       |
      | three   | one     | two         |
