@revision-2
Feature: Hooks before and after an action
  A payload can have a hook before and a hook after each of APPLY and REVERT. No CPU is held while they run. The hook
  before an action can prevent it; the hook after it finds the outcome in the payload's rc.

  @V2-HOOK-2 @V2-HOOK-3 @V2-HOOK-4 @HOOK-1 @HOOK-2
  Scenario: V2-HOOK-2: Each hook is called in its turn
    Given a payload "p"
    And "p" has a preapply hook that says "before apply"
    And "p" has a load hook that says "load"
    And "p" has a postapply hook that says "after apply"
    And "p" has a prerevert hook that says "before revert"
    And "p" has an unload hook that says "unload"
    And "p" has a postrevert hook that says "after revert"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the console does not show "before revert"
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the console shows, in this order:
      | line          |
      | before apply  |
      | load          |
      | after apply   |
      | before revert |
      | unload        |
      | after revert  |

  @V2-HOOK-2 @V2-HOOK-3 @V2-HOOK-4
  Scenario Outline: V2-HOOK-2: A payload with nothing but a <kind> hook is loaded, applied and reverted
    Given a payload "p" without functions
    And "p" has a <kind> hook that counts its calls
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the hooks of "p" have been called <by apply>
    When REVERT of "p" is asked
    Then the hooks of "p" have been called <in all>
    And "p" is CHECKED with rc 0

    Examples:
      | kind       | by apply | in all |
      | preapply   | 1 time   | 1 time |
      | postapply  | 1 time   | 1 time |
      | prerevert  | 0 times  | 1 time |
      | postrevert | 0 times  | 1 time |

  @V2-HOOK-2 @V2-HOOK-3 @V2-HOOK-4
  Scenario: V2-HOOK-2: UPLOAD and UNLOAD call none of these hooks
    Given a payload "p"
    And "p" has a preapply hook that says "before apply"
    And "p" has a postapply hook that says "after apply"
    And "p" has a prerevert hook that says "before revert"
    And "p" has a postrevert hook that says "after revert"
    When "p" is uploaded
    And UNLOAD of "p" is asked
    Then "p" is unknown
    And the console does not show "before apply"
    And the console does not show "after apply"
    And the console does not show "before revert"
    And the console does not show "after revert"

  @V2-HOOK-2 @V2-HOOK-8 @F-26 @F-53
  Scenario Outline: V2-HOOK-2: A preapply hook that returns <value> prevents the APPLY, and nothing else of the payload runs
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a preapply hook that says "no" and returns <value>
    And "p" has a load hook that says "load"
    And "p" has a postapply hook that says "after apply"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc <value>
    And memory is as before the call
    And the console shows "no"
    And the console does not show "load"
    And the console does not show "after apply"
    And the extra version is the hypervisor's own

    Examples:
      | value   |
      | -EINVAL |
      | -EPERM  |
      | 1       |

  @V2-HOOK-4 @V2-HOOK-8 @F-26 @F-53 @needs-full-reset
  Scenario Outline: V2-HOOK-4: A prerevert hook that returns <value> prevents the REVERT, and nothing else of the payload runs
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a prerevert hook that says "no" and returns <value>
    And "p" has an unload hook that says "unload"
    And "p" has a postrevert hook that says "after revert"
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is APPLIED with rc <value>
    And memory is as before the call
    And the console shows "no"
    And the console does not show "unload"
    And the console does not show "after revert"
    And the extra version is "patched"

    Examples:
      | value   |
      | -EINVAL |
      | -EPERM  |
      | 1       |

  @ACT-6 @ACT-15 @V2-HOOK-8 @V2-HOOK-9 @F-26 @needs-full-reset
  Scenario Outline: ACT-6: <action> that a <kind> hook prevents returns 0, and its rc is the value of the hook
    Given a payload "p"
    And "p" has a <kind> hook that says "no" and returns -EPERM
    And "p" is in state <state>
    When <action> of "p" is asked
    Then the hypercall returns 0
    And "p" is <state> with rc -EPERM

    Examples:
      | kind      | state   | action |
      | preapply  | CHECKED | APPLY  |
      | prerevert | APPLIED | REVERT |

  @V2-HOOK-2 @V2-HOOK-8
  Scenario: V2-HOOK-2: After a hook has prevented APPLY, nothing is pending
    Given payload "p" makes xen_minor_version return 99
    And "p" has a preapply hook that says "no" and returns -EPERM
    And payload "q" makes xen_extra_version return "patched"
    And "p" is loaded
    And "q" is loaded
    When APPLY of "p" is asked
    And APPLY of "q" is asked
    Then "q" is APPLIED with rc 0
    And the minor version is the hypervisor's own
    When UNLOAD of "p" is asked
    Then "p" is unknown

  @V2-HOOK-2 @V2-HOOK-8
  Scenario: V2-HOOK-2: An APPLY that a preapply hook prevented can be asked again
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a preapply hook that says "before apply" and returns -EPERM the first time
    And "p" has a postapply hook that says "after apply"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -EPERM
    And the console does not show "after apply"
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the console shows, in this order:
      | line         |
      | before apply |
      | before apply |
      | after apply  |
    And the extra version is "patched"

  @V2-HOOK-4 @V2-HOOK-8
  Scenario: V2-HOOK-4: A REVERT that a prerevert hook prevented can be asked again
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a prerevert hook that says "before revert" and returns -EPERM the first time
    And "p" has a postrevert hook that says "after revert"
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is APPLIED with rc -EPERM
    And the console does not show "after revert"
    And the extra version is "patched"
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the console shows, in this order:
      | line          |
      | before revert |
      | before revert |
      | after revert  |
    And the extra version is the hypervisor's own

  @V2-HOOK-10
  Scenario: V2-HOOK-10: The preapply hook is not called if the dependency is not met
    Given a payload "p"
    And "p" depends on a build-id that nothing has
    And "p" has a preapply hook that says "before apply"
    And "p" has a postapply hook that says "after apply"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still CHECKED
    And the console does not show "before apply"
    And the console does not show "after apply"

  @V2-HOOK-10 @V2-FUNC-8
  Scenario: V2-HOOK-10: The preapply hook is not called if an expectation is not met
    Given payload "p" makes xen_extra_version return "patched"
    And "p" expects cc at xen_extra_version
    And "p" has a preapply hook that says "before apply"
    And "p" has a postapply hook that says "after apply"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is still CHECKED
    And memory is as before the call
    And the console does not show "before apply"
    And the console does not show "after apply"

  @V2-HOOK-11 @ACT-10 @F-61 @C13
  Scenario: V2-HOOK-11: No preapply hook is called if APPLY fails because another action is pending
    Given a payload "q"
    And "q" has a preapply hook that says "called"
    And "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks APPLY of "q"
    When APPLY of "p" is asked
    Then "q" is still CHECKED
    And the console does not show "called"
    And "p" is APPLIED with rc 0

  @V2-HOOK-11 @ACT-10 @F-61 @C13
  Scenario: V2-HOOK-11: No prerevert hook is called if REVERT fails because another action is pending
    Given a payload "q"
    And "q" has a prerevert hook that says "called"
    And "q" is in state APPLIED
    And "p" depends on "q"
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks REVERT of "q"
    When APPLY of "p" is asked
    Then "q" is still APPLIED
    And the console does not show "called"
    And "p" is APPLIED with rc 0

  @V2-HOOK-15 @F-48
  Scenario Outline: V2-HOOK-15: The <kind> hook finds its payload <state>, with the rc <rc>
    Given a payload "p"
    And "p" has a <kind> hook that looks at its payload
    And "p" is loaded
    When APPLY of "p" is asked
    And REVERT of "p" is asked
    Then the <kind> hook of "p" saw its payload <state> with rc <rc>

    Examples:
      | kind       | state   | rc |
      | preapply   | CHECKED | 0  |
      | postapply  | APPLIED | 0  |
      | prerevert  | APPLIED | 0  |
      | postrevert | CHECKED | 0  |

  @V2-FUNC-5 @V2-HOOK-2 @V2-HOOK-3 @V2-HOOK-4
  Scenario Outline: V2-FUNC-5: The <kind> hook finds <byte> in applied of its function's entry
    Given "q" has a load hook that writes 7 to spare_bytes
    And "q" is loaded and applied
    And "q" is reverted
    And payload "p" makes xen_extra_version return "patched"
    And "p" has these symbols:
      | name    | section          | value | size | type       | binding   |
      | applied | .livepatch.funcs | 64    | 1    | STT_OBJECT | STB_LOCAL |
    And "p" has a <kind> hook that copies applied to spare_bytes
    And "p" is loaded
    When APPLY of "p" is asked
    And REVERT of "p" is asked
    Then spare_bytes begins with <byte>

    Examples:
      | kind       | byte |
      | preapply   | 00   |
      | postapply  | 01   |
      | prerevert  | 01   |
      | postrevert | 00   |

  @V2-HOOK-3 @V2-HOOK-13
  Scenario: V2-HOOK-3: The postapply hook is called after an APPLY that failed, and finds the error
    Given a payload "p"
    And "p" has an apply hook that says "failed" and returns -ENOMEM
    And "p" has a postapply hook that looks at its payload
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -ENOMEM
    And the postapply hook of "p" saw its payload CHECKED with rc -ENOMEM

  @V2-HOOK-4 @V2-HOOK-13 @needs-full-reset
  Scenario: V2-HOOK-4: The postrevert hook is called after a REVERT that failed, and finds the error
    Given a payload "p"
    And "p" has a revert hook that says "failed" and returns -ENOMEM
    And "p" has a postrevert hook that looks at its payload
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is APPLIED with rc -ENOMEM
    And the postrevert hook of "p" saw its payload APPLIED with rc -ENOMEM

  @V2-HOOK-12 @ACT-3 @F-26 @C11
  Scenario: V2-HOOK-12: The postapply hook is called after an APPLY that ran out of time, to undo what the preapply hook did
    Given a payload "p"
    And "p" has a preapply hook that says "before apply"
    And "p" has a load hook that says "load"
    And "p" has a postapply hook that looks at its payload
    And "p" is loaded
    And vCPU 1 is kept busy for 100 ms
    When APPLY of "p" is asked with a time of 10 ms
    Then "p" is CHECKED with rc -EBUSY
    And the console shows "before apply"
    And the console does not show "load"
    And the postapply hook of "p" saw its payload CHECKED with rc -EBUSY

  @V2-HOOK-12 @ACT-3 @F-26 @C11
  Scenario: V2-HOOK-12: The postrevert hook is called after a REVERT that ran out of time
    Given a payload "p"
    And "p" has a prerevert hook that says "before revert"
    And "p" has an unload hook that says "unload"
    And "p" has a postrevert hook that looks at its payload
    And "p" is loaded and applied
    And vCPU 1 is kept busy for 100 ms
    When REVERT of "p" is asked with a time of 10 ms
    Then "p" is APPLIED with rc -EBUSY
    And the console shows "before revert"
    And the console does not show "unload"
    And the postrevert hook of "p" saw its payload APPLIED with rc -EBUSY

  @V2-HOOK-1 @V2-HOOK-5 @WHEN-6
  Scenario Outline: V2-HOOK-1: The <kind> hook runs in the zone, with interrupts off on every CPU
    Given a hypervisor with 3 vCPUs
    And a payload "p" without functions
    And "p" has a <kind> hook that writes 7 to spare_bytes
    And the stores to spare_bytes are watched
    And "p" is loaded
    When APPLY of "p" is asked on vCPU 1
    And REVERT of "p" is asked on vCPU 1
    Then all stores to spare_bytes were made by vCPU 1
    And every vCPU had interrupts off at each store to spare_bytes

    Examples:
      | kind   |
      | load   |
      | apply  |
      | revert |
      | unload |

  @V2-HOOK-2 @V2-HOOK-3 @V2-HOOK-4 @F-25
  Scenario Outline: V2-HOOK-2: The <kind> hook runs outside of the zone, while every CPU accepts interrupts
    Given a hypervisor with 3 vCPUs
    And a payload "p" without functions
    And "p" has a <kind> hook that writes 7 to spare_bytes
    And the stores to spare_bytes are watched
    And "p" is loaded
    When APPLY of "p" is asked on vCPU 1
    And REVERT of "p" is asked on vCPU 1
    Then all stores to spare_bytes were made by vCPU 1
    And every vCPU accepted interrupts at each store to spare_bytes

    Examples:
      | kind       |
      | preapply   |
      | postapply  |
      | prerevert  |
      | postrevert |

  @V2-HOOK-2 @EXC-6 @bug-45
  Scenario Outline: V2-HOOK-2: After a warning in a <kind> hook the action goes on, though the payload is not applied then
    Given a payload "p"
    And "p" has a <kind> hook with a WARN at line 45 of "hook.c"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the console shows "Xen WARN at hook.c:45"

    Examples:
      | kind       |
      | preapply   |
      | postapply  |
      | prerevert  |
      | postrevert |

  @V2-HOOK-7 @F-26
  Scenario Outline: V2-HOOK-7: A preapply hook that <fails> prevents the APPLY, and memory and state are as before
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a preapply hook that <fails>
    And "p" has a load hook that says "load"
    And "p" has a postapply hook that says "after apply"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED and its rc is an error
    And memory is as before the call
    And the console does not show "load"
    And the console does not show "after apply"

    Examples:
      | fails         |
      | faults        |
      | never returns |

  @V2-HOOK-7 @F-26
  Scenario Outline: V2-HOOK-7: A prerevert hook that <fails> prevents the REVERT, and memory and state are as before
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a prerevert hook that <fails>
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is APPLIED and its rc is an error
    And memory is as before the call
    And the extra version is "patched"

    Examples:
      | fails         |
      | faults        |
      | never returns |

  @V2-HOOK-7 @F-26
  Scenario Outline: V2-HOOK-7: A postapply hook that <fails> does not change what was done
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a postapply hook that <fails>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the extra version on vCPU 0 is "patched"
    And the extra version on vCPU 1 is "patched"
    When REVERT of "p" is asked
    Then the extra version is the hypervisor's own

    Examples:
      | fails         |
      | faults        |
      | never returns |
