Feature: The way of a payload from a tool's point of view
  Tools upload, ask until the hypervisor is done, apply, and ask again. Long operations go on after the call that asked
  for them, so their outcome is found by asking.

  @FLOW-1 @UPL-3
  Scenario: FLOW-1: A tool loads the available payloads, then later ones, and sees all of them
    Given "first" is loaded
    And "second" is loaded
    And "first" is applied
    When "third" is uploaded
    Then the hypercall returns 0
    And LIST shows:
      | name   | state   | rc |
      | first  | APPLIED | 0  |
      | second | CHECKED | 0  |
      | third  | CHECKED | 0  |

  @FLOW-1
  Scenario: FLOW-1: A payload that turns out to be bad is reverted and unloaded, and the others stay
    Given "good" is loaded
    And "bad" is loaded and applied
    And the extra version is "bad"
    When REVERT of "bad" is asked
    And UNLOAD of "bad" is asked
    Then the hypercall returns 0
    And the extra version is the hypervisor's own
    And LIST shows:
      | name | state   | rc |
      | good | CHECKED | 0  |

  @FLOW-1 @STATE-9
  Scenario: FLOW-1: A bad payload is not unloaded while it is applied
    Given "bad" is loaded and applied
    When UNLOAD of "bad" is asked
    Then "bad" is still APPLIED
    And memory is as before the call
    And the extra version is "bad"

  @FLOW-2 @F-5
  Scenario: FLOW-2: UPLOAD, GET, APPLY, and GET until rc is no longer -EAGAIN
    Given a payload "p"
    And after 5 ms vCPU 1 asks GET of "p"
    When "p" is uploaded
    Then the hypercall returns 0
    When GET of "p" is asked
    Then GET returns CHECKED with rc 0
    When APPLY of "p" is asked
    Then the hypercall returns 0
    And vCPU 1's GET returned CHECKED with rc -EAGAIN
    When GET of "p" is asked
    Then GET returns APPLIED with rc 0
    And the extra version is "p"

  @FLOW-2
  Scenario: FLOW-2: The sequence stops at UPLOAD if that fails
    Given a payload "p"
    And "p" lacks the section .livepatch.depends
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    When GET of "p" is asked
    Then the hypercall returns -ENOENT
    When APPLY of "p" is asked
    Then the hypercall returns -ENOENT
    And the extra version is the hypervisor's own

  @FLOW-2
  Scenario: FLOW-2: The sequence ends without success if rc is neither 0 nor -EAGAIN
    Given "p" is loaded
    And vCPU 1 is kept busy for 40 ms
    When APPLY of "p" is asked
    Then the hypercall returns 0
    When GET of "p" is asked
    Then GET returns CHECKED with rc -EBUSY
    And the extra version is the hypervisor's own

  @CALL-3 @ACT-15
  Scenario Outline: CALL-3: <action> is in progress until all vCPUs have arrived, and GET shows how it ended
    Given "p" is in state <state>
    And after 10 ms vCPU 1 asks GET of "p"
    When <action> of "p" is asked
    Then the hypercall returns 0
    And vCPU 1's GET returned <state> with rc -EAGAIN
    And "p" is <next> with rc 0
    And 10 ms has passed

    Examples:
      | state   | action  | next    |
      | CHECKED | APPLY   | APPLIED |
      | CHECKED | REPLACE | APPLIED |
      | APPLIED | REVERT  | CHECKED |

  @CALL-3 @ACT-15
  Scenario: CALL-3: LIST also shows how an action ended
    Given "p" is loaded
    And vCPU 1 is kept busy for 40 ms
    When APPLY of "p" is asked
    Then LIST shows:
      | name | state   | rc     |
      | p    | CHECKED | -EBUSY |
    When APPLY of "p" is asked
    Then LIST shows:
      | name | state   | rc |
      | p    | APPLIED | 0  |
