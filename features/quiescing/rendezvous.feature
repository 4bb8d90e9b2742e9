Feature: The rendezvous: all vCPUs are held while one of them patches
  The vCPUs come together where their stacks are practically empty, before they enter a guest. Then all of them turn
  interrupts off, and one patches. Afterwards each goes on with the new code.

  Rule: Each vCPU executes the new code afterwards

    @WHEN-8 @bug-62 @needs-stale-code
    Scenario Outline: WHEN-8: Each of <count> vCPUs executes the old code, after APPLY the new, after REVERT the old
      Given a hypervisor with <count> vCPUs
      And "p" is loaded
      Then the extra version on every vCPU is the hypervisor's own
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version on every vCPU is "p"
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And the extra version on every vCPU is the hypervisor's own

      Examples:
        | count |
        | 1     |
        | 2     |
        | 3     |
        | 4     |
        | 5     |
        | 6     |
        | 7     |
        | 8     |

    @WHEN-8 @bug-62 @needs-stale-code
    Scenario: WHEN-8: Each of 8 vCPUs executes the code of the payload that replaced others
      Given a hypervisor with 8 vCPUs
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      And "p" is loaded
      Then the extra version on every vCPU is "second"
      When REPLACE of "p" is asked
      Then the extra version on every vCPU is "p"
      When REVERT of "p" is asked
      Then the extra version on every vCPU is the hypervisor's own

    @WHEN-8 @bug-62 @needs-stale-code
    Scenario Outline: WHEN-8: Whichever vCPU asks, all 8 execute the new code: vCPU <asking>
      Given a hypervisor with 8 vCPUs
      And "p" is loaded
      Then the extra version on every vCPU is the hypervisor's own
      When APPLY of "p" is asked on vCPU <asking>
      Then "p" is APPLIED with rc 0
      And the extra version on every vCPU is "p"

      Examples:
        | asking |
        | 0      |
        | 3      |
        | 7      |

    @WHEN-8 @bug-62 @needs-stale-code
    Scenario: WHEN-8: A vCPU that arrives at the last moment and has run the old code runs the new one afterwards
      Given "p" is loaded
      Then the extra version on vCPU 1 is the hypervisor's own
      Given vCPU 1 is kept busy for 4999999 ns
      When APPLY of "p" is asked with a time of 5 ms
      Then the extra version on vCPU 1 is "p"
      Given vCPU 1 is kept busy for 4999999 ns
      When REVERT of "p" is asked with a time of 5 ms
      Then the extra version on vCPU 1 is the hypervisor's own

  Rule: One vCPU patches while all are held

    @WHEN-6 @WHEN-1
    Scenario Outline: WHEN-6: Of <count> vCPUs, one patches for <action>, and all have interrupts off
      Given a hypervisor with <count> vCPUs
      And "p" is in state <before>
      And the stores to xen_extra_version are watched
      When <action> of "p" is asked
      Then "p" is <after> with rc 0
      And all stores to xen_extra_version were made by one vCPU
      And every vCPU had interrupts off at each store to xen_extra_version

      Examples:
        | count | action  | before  | after   |
        | 1     | APPLY   | CHECKED | APPLIED |
        | 2     | APPLY   | CHECKED | APPLIED |
        | 8     | APPLY   | CHECKED | APPLIED |
        | 2     | REPLACE | CHECKED | APPLIED |
        | 8     | REPLACE | CHECKED | APPLIED |
        | 1     | REVERT  | APPLIED | CHECKED |
        | 2     | REVERT  | APPLIED | CHECKED |
        | 8     | REVERT  | APPLIED | CHECKED |

    @WHEN-2 @WHEN-1 @WHEN-6
    Scenario: WHEN-2: Nothing is patched before the last of 8 vCPUs arrives
      Given a hypervisor with 8 vCPUs
      And "p" is loaded
      And the stores to xen_extra_version are watched
      And vCPU 2 is kept busy for 1 ms
      And vCPU 5 is kept busy for 9 ms
      And vCPU 6 is kept busy for 4 ms
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And all stores to xen_extra_version were made at 9 ms
      And every vCPU had interrupts off at each store to xen_extra_version
      And the extra version on every vCPU is "p"

    @WHEN-6
    Scenario: WHEN-6: Nothing is patched before the last vCPU has interrupts off
      Given a hypervisor with 3 vCPUs
      And "p" is loaded
      And the stores to xen_extra_version are watched
      And vCPU 1 is kept busy from 1 ms to 7 ms from now
      And vCPU 2 is kept busy for 3 ms
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And all stores to xen_extra_version were made at 7 ms
      And every vCPU had interrupts off at each store to xen_extra_version

    @WHEN-2
    Scenario: WHEN-2: After one action all vCPUs take part in the next
      Given a hypervisor with 4 vCPUs
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
      Then the extra version on every vCPU is "third"
      When REVERT of "third" is asked on vCPU 3
      Then the extra version on every vCPU is "second"
      When REVERT of "second" is asked on vCPU 2
      Then the extra version on every vCPU is "first"
      When REVERT of "first" is asked on vCPU 1
      Then the extra version on every vCPU is the hypervisor's own

  Rule: No function is patched while it is on a stack

    @MECH-11 @WHEN-1 @needs-waiting-function
    Scenario: MECH-11: A function that a vCPU is inside of is patched when the vCPU has left it
      Given a payload "p" makes lingering return 99
      And "p" is loaded
      And the stores to lingering are watched
      And after 2 ms vCPU 0 asks APPLY of "p"
      Then a call of lingering on vCPU 1, which stays inside for 5 ms, returns 11
      And "p" is APPLIED with rc 0
      And vCPU 0's hypercall returned 0
      And all stores to lingering were made at 5 ms
      And a call of lingering on vCPU 1, which stays inside for 5 ms, returns 99

    @MECH-11 @WHEN-3 @needs-waiting-function
    Scenario: MECH-11: A function that a vCPU does not leave in time is not patched
      Given a payload "p" makes lingering return 99
      And "p" is loaded
      And the stores to lingering are watched
      And after 2 ms vCPU 0 asks APPLY of "p"
      # The time is 30 ms and begins at 2 ms.
      Then a call of lingering on vCPU 1, which stays inside for 32000001 ns, returns 11
      And "p" is CHECKED with rc -EBUSY
      And nothing was stored to lingering
      And a call of lingering on vCPU 1, which stays inside for 1 ns, returns 11

    @MECH-11 @WHEN-1 @needs-waiting-function
    Scenario Outline: MECH-11: A payload whose new function a vCPU is inside of is reverted for <action> when it has left
      Given a payload "p" makes xen_minor_version call lingering
      And "p" is loaded and applied
      And "q" is loaded
      And the stores to xen_minor_version are watched
      And after 2 ms vCPU 0 asks <action> of "<payload>"
      Then a call of xen_minor_version on vCPU 1, which stays inside for 5 ms, returns 11
      And "p" is CHECKED with rc 0
      And vCPU 0's hypercall returned 0
      And all stores to xen_minor_version were made at 5 ms
      And the minor version is the hypervisor's own

      Examples:
        | action  | payload |
        | REVERT  | p       |
        | REPLACE | q       |

    @MECH-11 @STATE-9 @needs-waiting-function
    Scenario: MECH-11: A payload whose new function a vCPU is inside of cannot be unloaded
      Given a payload "p" makes xen_minor_version call lingering
      And "p" is loaded and applied
      And after 2 ms vCPU 0 asks UNLOAD of "p"
      Then a call of xen_minor_version on vCPU 1, which stays inside for 5 ms, returns 11
      And "p" is still APPLIED

  Rule: One deadline covers both phases

    @WHEN-4 @ACT-3
    Scenario Outline: WHEN-4: <action> within 5 ms, vCPUs together after <together>, interrupts off on all after <off>
      Given a hypervisor with 3 vCPUs
      And "p" is in state <before>
      And vCPU 1 is kept busy from 1 ns to <off> from now
      And vCPU 2 is kept busy for <together>
      When <action> of "p" is asked with a time of 5 ms
      Then the hypercall returns 0
      And "p" is <after> with rc 0
      And <off> has passed
      And the extra version on every vCPU is <extra version>

      Examples:
        | action  | before  | together   | off  | after   | extra version        |
        | APPLY   | CHECKED | 1 ns       | 2 ns | APPLIED | "p"                  |
        | APPLY   | CHECKED | 1 ns       | 5 ms | APPLIED | "p"                  |
        | APPLY   | CHECKED | 3 ms       | 5 ms | APPLIED | "p"                  |
        | APPLY   | CHECKED | 4999999 ns | 5 ms | APPLIED | "p"                  |
        | REPLACE | CHECKED | 3 ms       | 5 ms | APPLIED | "p"                  |
        | REVERT  | APPLIED | 3 ms       | 5 ms | CHECKED | the hypervisor's own |

      Examples: A nanosecond before the end
        | action  | before  | together   | off        | after   | extra version        |
        | APPLY   | CHECKED | 1 ns       | 4999999 ns | APPLIED | "p"                  |
        | APPLY   | CHECKED | 4999998 ns | 4999999 ns | APPLIED | "p"                  |
        | REPLACE | CHECKED | 3 ms       | 4999999 ns | APPLIED | "p"                  |
        | REVERT  | APPLIED | 3 ms       | 4999999 ns | CHECKED | the hypervisor's own |

    @WHEN-4 @WHEN-3 @ACT-3 @WHEN-7
    Scenario Outline: WHEN-4: <action> within 5 ms is given up, vCPUs together after <together>, interrupts off after <off>
      Given a hypervisor with 3 vCPUs
      And "p" is in state <before>
      And vCPU 1 is kept busy from 1 ns to <off> from now
      And vCPU 2 is kept busy for <together>
      When <action> of "p" is asked with a time of 5 ms
      Then the hypercall returns 0
      And "p" is <before> with rc -EBUSY
      When vCPU 1 is free again
      Then memory is as before the call
      And the extra version on every vCPU is <extra version>
      When <action> of "p" is asked with a time of 1 ns
      Then "p" is <then> with rc 0

      Examples:
        | action  | before  | together   | off        | extra version        | then    |
        | APPLY   | CHECKED | 1 ns       | 5000001 ns | the hypervisor's own | APPLIED |
        | APPLY   | CHECKED | 3 ms       | 5000001 ns | the hypervisor's own | APPLIED |
        | APPLY   | CHECKED | 3 ms       | 8 ms       | the hypervisor's own | APPLIED |
        | APPLY   | CHECKED | 4999999 ns | 5000001 ns | the hypervisor's own | APPLIED |
        | APPLY   | CHECKED | 5 ms       | 5000001 ns | the hypervisor's own | APPLIED |
        | REPLACE | CHECKED | 3 ms       | 5000001 ns | the hypervisor's own | APPLIED |
        | REVERT  | APPLIED | 3 ms       | 5000001 ns | "p"                  | CHECKED |

  Rule: If a vCPU does not arrive, everything is as before

    @WHEN-7 @ACT-3 @bug-8
    Scenario Outline: WHEN-7: The NMI handler is the previous one again when <action> ends in <rc>
      Given the bytes of nmi_callback are shown throughout
      And "p" is in state <state>
      And vCPU 1 is kept busy for <busy>
      When <action> of "p" is asked with a time of 5 ms
      Then "p" is <then> with rc <rc>
      And nmi_callback is as at the start

      Examples:
        | action  | state   | busy       | then    | rc     |
        | APPLY   | CHECKED | 5000001 ns | CHECKED | -EBUSY |
        | REPLACE | CHECKED | 5000001 ns | CHECKED | -EBUSY |
        | REVERT  | APPLIED | 5000001 ns | APPLIED | -EBUSY |
        | APPLY   | CHECKED | 4999999 ns | APPLIED | 0      |
        | REPLACE | CHECKED | 4999999 ns | APPLIED | 0      |
        | REVERT  | APPLIED | 4999999 ns | CHECKED | 0      |

    @WHEN-7 @ACT-3 @bug-8
    Scenario Outline: WHEN-7: The NMI handler is the previous one again when <action> is given up with all vCPUs together
      Given a hypervisor with 3 vCPUs
      And the bytes of nmi_callback are shown throughout
      And "p" is in state <state>
      And vCPU 1 is kept busy from 1 ms to 6 ms from now
      And vCPU 2 is kept busy for 2 ms
      When <action> of "p" is asked with a time of 5 ms
      Then "p" is <state> with rc -EBUSY
      And nmi_callback is as at the start

      Examples:
        | action  | state   |
        | APPLY   | CHECKED |
        | REPLACE | CHECKED |
        | REVERT  | APPLIED |

    @WHEN-3 @ACT-3
    Scenario Outline: WHEN-3: One of 8 vCPUs that is 1 ns late is enough for <action> to be given up
      Given a hypervisor with 8 vCPUs
      And "p" is in state <state>
      And vCPU 7 is kept busy for 5000001 ns
      When <action> of "p" is asked with a time of 5 ms
      Then "p" is <state> with rc -EBUSY
      And 5 ms has passed
      And the extra version on every vCPU is <extra version>

      Examples:
        | action  | state   | extra version        |
        | APPLY   | CHECKED | the hypervisor's own |
        | REPLACE | CHECKED | the hypervisor's own |
        | REVERT  | APPLIED | "p"                  |
