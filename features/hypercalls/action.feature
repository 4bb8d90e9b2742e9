Feature: ACTION: a loaded payload is applied, reverted, put in place of all others, or unloaded
  The caller names a payload, a command and a time. What the hypercall returns says whether the request could be taken;
  what became of it is in the payload's rc.

  Rule: The commands

    @ACT-1 @STATE-1
    Scenario Outline: ACT-1: Command <cmd> is <action>
      Given "p" is in state <before>
      When APPLY of "p" is asked with these fields:
        | field | value |
        | cmd   | <cmd> |
      Then the hypercall returns 0
      And "p" is <after> with rc 0
      And the extra version is <extra version>

      Examples:
        | cmd | action  | before  | after   | extra version          |
        | 2   | REVERT  | APPLIED | CHECKED | the hypervisor's own   |
        | 3   | APPLY   | CHECKED | APPLIED | "p"                    |
        | 4   | REPLACE | CHECKED | APPLIED | "p"                    |

    @ACT-1 @ACT-2
    Scenario: ACT-1: Command 1 is UNLOAD
      Given "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value |
        | cmd   | 1     |
      Then the hypercall returns 0
      And "p" is unknown

    @ACT-1
    Scenario Outline: ACT-1: Command <cmd> is none
      Given "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value |
        | cmd   | <cmd> |
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

      Examples:
        | cmd        |
        | 0          |
        | 5          |
        | 0xffffffff |

    @ACT-2 @GET-5
    Scenario Outline: ACT-2: <action> of a name fails once its payload is unloaded
      Given "p" is loaded
      And "other" is loaded and applied
      When UNLOAD of "p" is asked
      And <action> of "p" is asked
      Then the hypercall returns -ENOENT
      And nothing changed

      Examples:
        | action  |
        | UNLOAD  |
        | REVERT  |
        | APPLY   |
        | REPLACE |
        | GET     |

    @ACT-2
    Scenario: ACT-2: A name that was unloaded can be uploaded and applied again
      Given "p" is loaded
      When UNLOAD of "p" is asked
      And "p" is uploaded
      Then the hypercall returns 0
      And "p" is CHECKED with rc 0
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"

  Rule: The time

    @ACT-3 @ACT-5 @WHEN-3 @needs-several-cpus
    Scenario Outline: ACT-3: <action> within <time> succeeds where the last vCPU arrives after <busy>
      Given "p" is in state <before>
      And vCPU 1 is kept busy for <busy>
      When <action> of "p" is asked with a time of <time>
      Then the hypercall returns 0
      And "p" is <after> with rc 0
      And <busy> have passed
      And the extra version on vCPU 1 is <extra version>

      Examples:
        | action  | before  | time          | busy          | after   | extra version        |
        | APPLY   | CHECKED | 1 ns          | 1 ns          | APPLIED | "p"                  |
        | APPLY   | CHECKED | 5 ms          | 5 ms          | APPLIED | "p"                  |
        | REPLACE | CHECKED | 5 ms          | 5 ms          | APPLIED | "p"                  |
        | REVERT  | APPLIED | 5 ms          | 5 ms          | CHECKED | the hypervisor's own |
        | APPLY   | CHECKED | 4294967295 ns | 4294967295 ns | APPLIED | "p"                  |

      @F-34
      Examples: A time of 0 stands for the hypervisor's default, 30 ms
        | action  | before  | time | busy  | after   | extra version        |
        | APPLY   | CHECKED | 0 ns | 30 ms | APPLIED | "p"                  |
        | REPLACE | CHECKED | 0 ns | 30 ms | APPLIED | "p"                  |
        | REVERT  | APPLIED | 0 ns | 30 ms | CHECKED | the hypervisor's own |

    @ACT-3 @ACT-5 @ACT-6 @WHEN-3 @needs-several-cpus
    Scenario Outline: ACT-3: <action> within <time> is given up where the last vCPU arrives after <busy>
      Given "p" is in state <state>
      And vCPU 1 is kept busy for <busy>
      When <action> of "p" is asked with a time of <time>
      Then the hypercall returns 0
      And "p" is <state> with rc -EBUSY
      And <bound> have passed
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

      @F-34
      Examples: A time of 0 stands for the hypervisor's default, 30 ms
        | action  | state   | time | bound | busy        | extra version        |
        | APPLY   | CHECKED | 0 ns | 30 ms | 30000001 ns | the hypervisor's own |
        | REPLACE | CHECKED | 0 ns | 30 ms | 30000001 ns | the hypervisor's own |
        | REVERT  | APPLIED | 0 ns | 30 ms | 30000001 ns | "p"                  |

    @WHEN-4 @needs-several-cpus
    Scenario: WHEN-4: A vCPU that arrives at the last moment and has run the old code runs the new one afterwards
      Given "p" is loaded
      Then the extra version on vCPU 1 is the hypervisor's own
      Given vCPU 1 is kept busy for 5 ms
      When APPLY of "p" is asked with a time of 5 ms
      Then the extra version on vCPU 1 is "p"
      Given vCPU 1 is kept busy for 5 ms
      When REVERT of "p" is asked with a time of 5 ms
      Then the extra version on vCPU 1 is the hypervisor's own

    @ACT-3 @STATE-6 @needs-several-cpus
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

    @ACT-3 @WHEN-3 @needs-several-cpus
    Scenario: ACT-3: A vCPU that arrived in time goes on where another did not
      Given a hypervisor with 3 vCPUs
      And "p" is in state CHECKED
      And vCPU 1 is kept busy for 2 ms
      And vCPU 2 is kept busy for 5000001 ns
      When APPLY of "p" is asked with a time of 5 ms
      Then "p" is CHECKED with rc -EBUSY
      And the extra version on vCPU 1 is the hypervisor's own
      And 5 ms have passed
      And the extra version on vCPU 2 is the hypervisor's own
      And 5000001 ns have passed

    @ACT-3 @WHEN-3 @needs-several-cpus
    Scenario Outline: ACT-3: No hook runs where <action> is given up
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

    @ACT-3 @WHEN-3 @needs-several-cpus
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

    @WHEN-3 @ACT-3 @needs-several-cpus @needs-own-image
    Scenario Outline: WHEN-3: The NMI handler is the one from before when <action> ends in <rc>
      Given "p" is in state <state>
      And vCPU 1 is kept busy for <busy>
      When <action> of "p" is asked with a time of 5 ms
      Then "p" is <then> with rc <rc>
      And nmi_callback is as at the start

      Examples:
        | action  | state   | busy       | then    | rc     |
        | APPLY   | CHECKED | 5000001 ns | CHECKED | -EBUSY |
        | REPLACE | CHECKED | 5000001 ns | CHECKED | -EBUSY |
        | REVERT  | APPLIED | 5000001 ns | APPLIED | -EBUSY |
        | APPLY   | CHECKED | 5 ms       | APPLIED | 0      |
        | REPLACE | CHECKED | 5 ms       | APPLIED | 0      |
        | REVERT  | APPLIED | 5 ms       | CHECKED | 0      |

  Rule: REPLACE

    @ACT-4 @F-40
    Scenario: ACT-4: REPLACE reverts the applied payloads, the newest first, and applies the one it names
      Given "first" has an unload hook that says "first is reverted"
      And "second" has an unload hook that says "second is reverted"
      And "third" has an unload hook that says "third is reverted"
      And "p" has a load hook that says "p is applied"
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
      And "p" is loaded
      When REPLACE of "p" is asked
      Then the hypercall returns 0
      And the console shows, in this order:
        | line               |
        | third is reverted  |
        | second is reverted |
        | first is reverted  |
        | p is applied       |
      And the extra version is "p"
      And LIST shows:
        | name   | state   | rc |
        | first  | CHECKED | 0  |
        | second | CHECKED | 0  |
        | third  | CHECKED | 0  |
        | p      | APPLIED | 0  |

    @ACT-4 @MECH-6
    Scenario: ACT-4: What the replaced payloads had patched and the new one has not is as it was
      Given a payload "first" makes xen_minor_version return 99
      And "first" is in state APPLIED
      And "p" is in state CHECKED
      When REPLACE of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"
      And the minor version is the hypervisor's own
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And the extra version is the hypervisor's own

    @ACT-9 @F-42 @needs-fault-containment
    Scenario: ACT-9: REPLACE stops at the first payload that cannot be reverted
      Given "second" has an unload hook that faults
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
        | fourth |
      And "p" is loaded
      When REPLACE of "p" is asked
      Then the hypercall returns 0
      And LIST shows:
        | name   | state   | rc      |
        | first  | APPLIED | 0       |
        | second | APPLIED | -EFAULT |
        | third  | CHECKED | 0       |
        | fourth | CHECKED | 0       |
        | p      | CHECKED | -EINVAL |
      And xen_extra_version jumps to the text of "second"
      And the extra version is "second"

    @ACT-9 @needs-fault-containment
    Scenario: ACT-9: After a REPLACE that stopped, the stack goes on from the payload that could not be reverted
      Given "first" has an unload hook that faults
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      And "p" is loaded
      And "next" depends on "first"
      When REPLACE of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      When "next" is uploaded
      And APPLY of "next" is asked
      Then "next" is APPLIED with rc 0
      And the extra version is "next"

  Rule: What the hypercall returns

    @ACT-6 @F-32
    Scenario Outline: ACT-6: <action> of a payload whose dependency is not there returns 0, and its rc is the error
      Given "p" depends on a build-id that nothing has
      And "p" is loaded
      When <action> of "p" is asked
      Then the hypercall returns 0
      And "p" is CHECKED with rc -EINVAL

      Examples:
        | action  |
        | APPLY   |
        | REPLACE |

    @ACT-6 @GET-2
    Scenario: ACT-6: A wrong field is what the hypercall returns, and the rc of the last action stays
      Given "p" is loaded
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      When APPLY of "p" is asked with these fields:
        | field | value |
        | cmd   | 5     |
      Then the hypercall returns -EOPNOTSUPP
      And "p" is CHECKED with rc -EINVAL

  Rule: While an action is pending

    @ACT-7 @F-43 @needs-several-cpus
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

    @ACT-7 @needs-several-cpus
    Scenario Outline: ACT-7: <second> of another payload is refused while APPLY is pending, and its rc stays as it was
      Given "q" is in state CHECKED
      And "p" is in state CHECKED
      And after 5 ms vCPU 1 asks <second> of "q"
      When APPLY of "p" is asked
      Then vCPU 1's hypercall returned -EBUSY
      And LIST shows:
        | name | state   | rc |
        | q    | CHECKED | 0  |
        | p    | APPLIED | 0  |
      And the extra version is "p"

      Examples:
        | second  |
        | APPLY   |
        | REPLACE |
        | REVERT  |

    @ACT-7 @needs-several-cpus
    Scenario: ACT-7: REVERT of the payload below is refused while APPLY is pending
      Given "q" is in state APPLIED
      And "p" depends on "q"
      And "p" is in state CHECKED
      And after 5 ms vCPU 1 asks REVERT of "q"
      When APPLY of "p" is asked
      Then vCPU 1's hypercall returned -EBUSY
      And LIST shows:
        | name | state   | rc |
        | q    | APPLIED | 0  |
        | p    | APPLIED | 0  |
      And the extra version is "p"

    @ACT-7 @needs-several-cpus
    Scenario: ACT-7: An error in the other payload's rc stays as it was
      Given "q" depends on a build-id that nothing has
      And "q" is in state CHECKED
      And "p" is in state CHECKED
      When APPLY of "q" is asked
      Then "q" is CHECKED with rc -EINVAL
      Given after 5 ms vCPU 1 asks REPLACE of "q"
      When APPLY of "p" is asked
      Then vCPU 1's hypercall returned -EBUSY
      And "q" is CHECKED with rc -EINVAL
      And "p" is APPLIED with rc 0

    @ACT-7 @STATE-2 @needs-several-cpus
    Scenario Outline: ACT-7: UNLOAD of another payload is done while <action> is pending
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

    @ACT-7 @ACT-3 @needs-several-cpus
    Scenario: ACT-7: What was refused while an action was pending is done once that was given up
      Given a hypervisor with 3 vCPUs
      And "q" is in state CHECKED
      And "p" is in state CHECKED
      And after 5 ms vCPU 1 asks APPLY of "q"
      And vCPU 2 is kept busy for 40 ms
      When APPLY of "p" is asked
      Then vCPU 1's hypercall returned -EBUSY
      And "p" is CHECKED with rc -EBUSY
      And "q" is CHECKED with rc 0
      When vCPU 2 is free again
      And APPLY of "q" is asked
      Then "q" is APPLIED with rc 0
      And the extra version on vCPU 2 is "q"

  Rule: The fields of revision 2

    @V2-ACT-1 @revision-2
    Scenario Outline: V2-ACT-1: A padding of <pad> is refused
      Given "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value |
        | pad   | <pad> |
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | pad        |
        | 1          |
        | 0x80000000 |

    @V2-ACT-2 @F-29 @revision-2
    Scenario Outline: V2-ACT-2: Flags that the document does not know are refused: <flags>
      Given "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value   |
        | flags | <flags> |
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | flags      |
        | 2          |
        | 3          |
        | 0x80000000 |
        | 0xffffffff |
