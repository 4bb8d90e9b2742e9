Feature: ACTION: the time that an action may take
  The caller states in nanoseconds how long an action may take; 0 leaves it to the hypervisor. An action that takes
  longer is given up, and everything is as before.

  @ACT-5 @WHEN-3
  Scenario Outline: ACT-5: <action> within <time> succeeds if the last vCPU arrives after <busy>
    Given "p" is in state <before>
    And vCPU 1 is kept busy for <busy>
    When <action> of "p" is asked with a time of <time>
    Then the hypercall returns 0
    And "p" is <after> with rc 0
    And <busy> has passed
    And the extra version on vCPU 1 is <extra version>

    @ACT-12
    Examples: At the very end
      | action  | before  | time          | busy          | after   | extra version        |
      | APPLY   | CHECKED | 1 ns          | 1 ns          | APPLIED | "p"                  |
      | APPLY   | CHECKED | 5 ms          | 5 ms          | APPLIED | "p"                  |
      | REPLACE | CHECKED | 5 ms          | 5 ms          | APPLIED | "p"                  |
      | REVERT  | APPLIED | 5 ms          | 5 ms          | CHECKED | the hypervisor's own |
      | APPLY   | CHECKED | 4294967295 ns | 4294967295 ns | APPLIED | "p"                  |

    Examples: A nanosecond before the end
      | action  | before  | time          | busy          | after   | extra version        |
      | APPLY   | CHECKED | 2 ns          | 1 ns          | APPLIED | "p"                  |
      | APPLY   | CHECKED | 5 ms          | 4999999 ns    | APPLIED | "p"                  |
      | REPLACE | CHECKED | 5 ms          | 4999999 ns    | APPLIED | "p"                  |
      | REVERT  | APPLIED | 5 ms          | 4999999 ns    | CHECKED | the hypervisor's own |
      | APPLY   | CHECKED | 4294967295 ns | 4294967294 ns | APPLIED | "p"                  |

    @ACT-12 @ACT-14 @F-34
    Examples: A time of 0 means the hypervisor's default, 30 ms
      | action  | before  | time | busy  | after   | extra version        |
      | APPLY   | CHECKED | 0 ns | 30 ms | APPLIED | "p"                  |
      | REPLACE | CHECKED | 0 ns | 30 ms | APPLIED | "p"                  |
      | REVERT  | APPLIED | 0 ns | 30 ms | CHECKED | the hypervisor's own |

    @ACT-14 @F-34
    Examples: A nanosecond before the end of the default
      | action  | before  | time | busy        | after   | extra version        |
      | APPLY   | CHECKED | 0 ns | 29999999 ns | APPLIED | "p"                  |
      | REPLACE | CHECKED | 0 ns | 29999999 ns | APPLIED | "p"                  |
      | REVERT  | APPLIED | 0 ns | 29999999 ns | CHECKED | the hypervisor's own |

  @ACT-3 @ACT-5 @ACT-6 @WHEN-3 @bug-19
  Scenario Outline: ACT-3: <action> within <time> is given up if the last vCPU arrives after <busy>
    Given "p" is in state <state>
    And vCPU 1 is kept busy for <busy>
    When <action> of "p" is asked with a time of <time>
    Then the hypercall returns 0
    And "p" is <state> with rc -EBUSY
    And <bound> has passed
    When vCPU 1 is free again
    Then "p" is <state> with rc -EBUSY
    And memory is as before the call
    And the extra version on vCPU 1 is <extra version>

    Examples:
      | action  | state   | time          | bound         | busy          | extra version        |
      | APPLY   | CHECKED | 1 ns          | 1 ns          | 2 ns          | the hypervisor's own |
      | APPLY   | CHECKED | 5 ms          | 5 ms          | 5000001 ns    | the hypervisor's own |
      | REPLACE | CHECKED | 5 ms          | 5 ms          | 5000001 ns    | the hypervisor's own |
      | REVERT  | APPLIED | 5 ms          | 5 ms          | 5000001 ns    | "p"                  |
      | APPLY   | CHECKED | 4294967295 ns | 4294967295 ns | 4294967296 ns | the hypervisor's own |

    @ACT-14 @F-34
    Examples: A time of 0 means the hypervisor's default, 30 ms
      | action  | state   | time | bound | busy        | extra version        |
      | APPLY   | CHECKED | 0 ns | 30 ms | 30000001 ns | the hypervisor's own |
      | REPLACE | CHECKED | 0 ns | 30 ms | 30000001 ns | the hypervisor's own |
      | REVERT  | APPLIED | 0 ns | 30 ms | 30000001 ns | "p"                  |

  @ACT-3 @STATE-6
  Scenario: ACT-3: A REPLACE that is given up has reverted nothing
    Given these payloads are applied, each on top of the one before:
      | name   |
      | first  |
      | second |
    And "p" is loaded
    And vCPU 1 is kept busy for 5000001 ns
    When REPLACE of "p" is asked with a time of 5 ms
    And vCPU 1 is free again
    Then memory is as before the call
    And LIST shows:
      | name   | state   | rc     |
      | first  | APPLIED | 0      |
      | second | APPLIED | 0      |
      | p      | CHECKED | -EBUSY |
    And the extra version on vCPU 1 is "second"

  @ACT-3 @WHEN-3 @WHEN-7
  Scenario: ACT-3: A vCPU that arrived in time goes on even if another did not
    Given a hypervisor with 3 vCPUs
    And "p" is in state CHECKED
    And vCPU 1 is kept busy for 2 ms
    And vCPU 2 is kept busy for 5000001 ns
    When APPLY of "p" is asked with a time of 5 ms
    Then "p" is CHECKED with rc -EBUSY
    And the extra version on vCPU 1 is the hypervisor's own
    And 5 ms has passed
    And the extra version on vCPU 2 is the hypervisor's own
    And 5000001 ns has passed

  @ACT-3 @WHEN-7
  Scenario Outline: ACT-3: No hook runs if <action> is given up
    Given "p" has a load hook that says "load hook"
    And "p" has an unload hook that says "unload hook"
    And "p" is in state <state>
    And vCPU 1 is kept busy for 5000001 ns
    When <action> of "p" is asked with a time of 5 ms
    And vCPU 1 is free again
    Then "p" is <state> with rc -EBUSY
    And the console does not show "<hook>"

    Examples:
      | action  | state   | hook        |
      | APPLY   | CHECKED | load hook   |
      | REPLACE | CHECKED | load hook   |
      | REVERT  | APPLIED | unload hook |

  @ACT-3 @WHEN-3
  Scenario Outline: ACT-3: <action> works after it was given up
    Given "p" brings 8 bytes of .data
    And "p" is in state <state>
    And vCPU 1 is kept busy for 5000001 ns
    When <action> of "p" is asked with a time of 5 ms
    Then "p" is <state> with rc -EBUSY
    When vCPU 1 is free again
    And <action> of "p" is asked with a time of 5 ms
    Then the hypercall returns 0
    And "p" is <then> with rc 0
    And the extra version on vCPU 1 is <extra version>

    Examples:
      | action  | state   | then    | extra version        |
      | APPLY   | CHECKED | APPLIED | "p"                  |
      | REPLACE | CHECKED | APPLIED | "p"                  |
      | REVERT  | APPLIED | CHECKED | the hypervisor's own |
