Feature: What an action leaves behind for the next: errors, time-outs, and what another payload did
  The outcome of an action belongs to its payload, and lasts until the next action on that payload.

  @GET-2 @ACT-4
  Scenario: GET-2: A payload that REPLACE reverts has the outcome of that revert, not the error of an earlier action
    Given "q" is in state APPLIED
    And "p" is in state CHECKED
    When APPLY of "q" is asked
    And REPLACE of "p" is asked
    Then LIST shows:
      | name | state   | rc |
      | q    | CHECKED | 0  |
      | p    | APPLIED | 0  |

  @GET-2 @ACT-3 @ACT-4
  Scenario: GET-2: A payload whose REVERT ran out of time has the outcome of the REPLACE that reverted it
    Given "q" is in state APPLIED
    And "p" is in state CHECKED
    And vCPU 1 is kept busy for 20 ms
    When REVERT of "q" is asked with a time of 10 ms
    Then "q" is APPLIED with rc -EBUSY
    When vCPU 1 is free again
    And REPLACE of "p" is asked
    Then LIST shows:
      | name | state   | rc |
      | q    | CHECKED | 0  |
      | p    | APPLIED | 0  |

  @GET-2 @ACT-3 @V2-HOOK-13 @revision-2
  Scenario: GET-2: The error of an action replaces the error of the one before
    Given "p" has an apply hook that says "no" and returns -EPERM
    And "p" is in state CHECKED
    And vCPU 1 is kept busy for 20 ms
    When APPLY of "p" is asked with a time of 10 ms
    Then "p" is CHECKED with rc -EBUSY
    When vCPU 1 is free again
    And APPLY of "p" is asked
    Then "p" is CHECKED with rc -EPERM

  @STATE-11 @GET-2 @ACT-3 @C1
  Scenario: STATE-11: REVERT in CHECKED has an outcome of its own, not that of an APPLY that ran out of time
    Given "p" is in state CHECKED
    And vCPU 1 is kept busy for 20 ms
    When APPLY of "p" is asked with a time of 10 ms
    Then "p" is CHECKED with rc -EBUSY
    When vCPU 1 is free again
    And REVERT of "p" is asked
    Then the hypercall returns 0
    And "p" is CHECKED with rc -EINVAL

  @GET-2
  Scenario: GET-2: The error of a payload stays whatever is done to others
    Given "p" brings 8 bytes of .data
    And "p" is loaded and applied
    And "p" is reverted
    And a payload "bad"
    And in "bad" the field header.e_machine is 40
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -EINVAL
    When "q" is uploaded
    And APPLY of "q" is asked
    And REVERT of "q" is asked
    And UNLOAD of "q" is asked
    And "bad" is uploaded
    Then LIST shows:
      | name | state   | rc      |
      | p    | CHECKED | -EINVAL |

  @BSS-2 @BSS-3
  Scenario: BSS-2: A payload with data may be applied though another with data was reverted
    Given "p" brings 8 bytes of .data
    And "q" brings 8 bytes of .data
    And "p" is loaded
    And "q" is loaded and applied
    When REVERT of "q" is asked
    And APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the extra version is "p"

  @BSS-2 @V2-HOOK-13 @revision-2
  Scenario: BSS-2: A payload with data whose apply hook failed may be applied again, since it was never reverted
    Given "p" brings 8 bytes of .data
    And "p" has an apply hook that says "failed" and returns -ENOMEM
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -ENOMEM
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -ENOMEM
    And the console shows, in this order:
      | line   |
      | failed |
      | failed |

  @ACT-4
  Scenario: ACT-4: REPLACE reverts all of six payloads
    Given these payloads are applied, each on top of the one before:
      | name   |
      | first  |
      | second |
      | third  |
      | fourth |
      | fifth  |
      | sixth  |
    And payload "p" makes xen_minor_version return 99
    And "p" is loaded
    When REPLACE of "p" is asked
    Then LIST shows:
      | name   | state   | rc |
      | first  | CHECKED | 0  |
      | second | CHECKED | 0  |
      | third  | CHECKED | 0  |
      | fourth | CHECKED | 0  |
      | fifth  | CHECKED | 0  |
      | sixth  | CHECKED | 0  |
      | p      | APPLIED | 0  |
    And the extra version is the hypervisor's own
    And the minor version is 99

  @V2-HOOK-16 @ACT-4 @revision-2
  Scenario Outline: V2-HOOK-16: A <kind> hook of the first of four payloads keeps all of them from being replaced
    Given "first" has a <kind> hook that says "called"
    And these payloads are applied, each on top of the one before:
      | name   |
      | first  |
      | second |
      | third  |
      | fourth |
    And "p" is loaded
    When REPLACE of "p" is asked
    Then "p" is still CHECKED
    And "first" is still APPLIED
    And "fourth" is still APPLIED
    And memory is as before the call
    And the extra version is "fourth"

    Examples:
      | kind       |
      | preapply   |
      | postrevert |

  @ACT-4 @V2-HOOK-13 @revision-2
  Scenario: V2-HOOK-13: REPLACE by a payload whose own apply hook fails leaves the others reverted
    Given "p" has an apply hook that says "failed" and returns -EPERM
    And these payloads are applied, each on top of the one before:
      | name   |
      | first  |
      | second |
    And "p" is loaded
    When REPLACE of "p" is asked
    Then LIST shows:
      | name   | state   | rc     |
      | first  | CHECKED | 0      |
      | second | CHECKED | 0      |
      | p      | CHECKED | -EPERM |
    And the extra version is the hypervisor's own
    When APPLY of "first" is asked
    Then "first" is APPLIED with rc 0
    And the extra version is "first"

  @ACT-3 @STATE-2 @WHEN-7
  Scenario Outline: ACT-3: Right after <action> ran out of time, before the last vCPU comes, another payload is unloaded
    Given "q" is in state CHECKED
    And "p" is in state <state>
    And vCPU 1 is kept busy for 40 ms
    When <action> of "p" is asked with a time of 10 ms
    And UNLOAD of "q" is asked
    Then the hypercall returns 0
    And "q" is unknown
    And "p" is <state> with rc -EBUSY
    And 10 ms has passed
    When vCPU 1 is free again
    Then the extra version on vCPU 1 is <extra version>
    And "p" is <state> with rc -EBUSY

    Examples:
      | action  | state   | extra version        |
      | APPLY   | CHECKED | the hypervisor's own |
      | REPLACE | CHECKED | the hypervisor's own |
      | REVERT  | APPLIED | "p"                  |

  @ACT-3 @STATE-2 @WHEN-7
  Scenario: ACT-3: A payload whose APPLY ran out of time is unloaded before the last vCPU comes
    Given "p" is in state CHECKED
    And vCPU 1 is kept busy for 40 ms
    When APPLY of "p" is asked with a time of 10 ms
    And UNLOAD of "p" is asked
    Then the hypercall returns 0
    And "p" is unknown
    And 10 ms has passed
    When vCPU 1 is free again
    Then the extra version on vCPU 1 is the hypervisor's own
    And the hypervisor is as at the start but for the version of the list

  @ACT-3 @WHEN-7
  Scenario: ACT-3: Another payload is applied after an APPLY that ran out of time, with the vCPU that was late for it
    Given "q" is in state CHECKED
    And "p" is in state CHECKED
    And vCPU 1 is kept busy for 40 ms
    When APPLY of "p" is asked with a time of 10 ms
    And APPLY of "q" is asked with a time of 50 ms
    Then "q" is APPLIED with rc 0
    And "p" is CHECKED with rc -EBUSY
    And 40 ms has passed
    And the extra version on every vCPU is "q"

  @ACT-3 @WHEN-7
  Scenario: ACT-3: The same payload is applied after its APPLY ran out of time, with the vCPU that was late for it
    Given "p" is in state CHECKED
    And vCPU 1 is kept busy for 40 ms
    When APPLY of "p" is asked with a time of 10 ms
    And APPLY of "p" is asked with a time of 50 ms
    Then "p" is APPLIED with rc 0
    And 40 ms has passed
    And the extra version on every vCPU is "p"
