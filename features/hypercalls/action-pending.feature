Feature: ACTION: while an action is pending
  An action is pending from the call until all vCPUs have come together. Meanwhile another vCPU may ask for another
  action.

  @ACT-7 @F-43 @bug-1
  Scenario Outline: ACT-7: <second> of a payload whose <first> is pending is refused, and the pending action is done
    Given "p" is in state <state>
    And after 5 ms vCPU 1 asks <second> of "p"
    When <first> of "p" is asked
    Then the hypercall returns 0
    And vCPU 1's hypercall returned -EBUSY
    And LIST shows:
      | name | state  | rc |
      | p    | <then> | 0  |
    And the extra version is <extra version>

    Examples:
      | first   | state   | second  | then    | extra version        |
      | APPLY   | CHECKED | APPLY   | APPLIED | "p"                  |
      | APPLY   | CHECKED | REPLACE | APPLIED | "p"                  |
      | APPLY   | CHECKED | REVERT  | APPLIED | "p"                  |
      | APPLY   | CHECKED | UNLOAD  | APPLIED | "p"                  |
      | REPLACE | CHECKED | APPLY   | APPLIED | "p"                  |
      | REPLACE | CHECKED | UNLOAD  | APPLIED | "p"                  |
      | REVERT  | APPLIED | REVERT  | CHECKED | the hypervisor's own |
      | REVERT  | APPLIED | APPLY   | CHECKED | the hypervisor's own |
      | REVERT  | APPLIED | UNLOAD  | CHECKED | the hypervisor's own |

  @ACT-10
  Scenario Outline: ACT-10: <second> of another payload does nothing while APPLY is pending
    Given "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks <second> of "q"
    When APPLY of "p" is asked
    Then "q" is still CHECKED
    And "p" is APPLIED with rc 0
    And the extra version is "p"

    Examples:
      | second  |
      | APPLY   |
      | REPLACE |

  @ACT-6 @ACT-10 @ACT-15 @GET-2 @C8
  Scenario Outline: ACT-6: <second> of another payload while APPLY is pending returns 0, and its rc is -EBUSY
    Given "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks <second> of "q"
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned 0
    And LIST shows:
      | name | state   | rc     |
      | q    | CHECKED | -EBUSY |
      | p    | APPLIED | 0      |
    And the extra version is "p"

    Examples:
      | second  |
      | APPLY   |
      | REPLACE |

  @STATE-11 @ACT-15
  Scenario: STATE-11: An invalid transition fails as such even while an action of another payload is pending
    Given "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks REVERT of "q"
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned 0
    And LIST shows:
      | name | state   | rc      |
      | q    | CHECKED | -EINVAL |
      | p    | APPLIED | 0       |
    And the extra version is "p"

  @ACT-10
  Scenario: ACT-10: REVERT of the payload below does nothing while APPLY is pending
    Given "q" is in state APPLIED
    And "p" depends on "q"
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks REVERT of "q"
    When APPLY of "p" is asked
    Then "q" is still APPLIED
    And "p" is APPLIED with rc 0
    And the extra version is "p"

  @STATE-2 @ACT-16
  Scenario Outline: STATE-2: UNLOAD of another payload is done while <action> is pending
    Given "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks UNLOAD of "q"
    When <action> of "p" is asked
    Then vCPU 1's hypercall returned 0
    And "q" is unknown
    And "p" is APPLIED with rc 0
    And the extra version is "p"

    Examples:
      | action  |
      | APPLY   |
      | REPLACE |

  @ACT-10 @ACT-3
  Scenario: ACT-10: An action that failed while another was pending succeeds once the other was given up
    Given a hypervisor with 3 vCPUs
    And "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks APPLY of "q"
    And vCPU 2 is kept busy for 40 ms
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -EBUSY
    And "q" is still CHECKED
    When vCPU 2 is free again
    And APPLY of "q" is asked
    Then "q" is APPLIED with rc 0
    And the extra version on vCPU 2 is "q"
