@revision-2
Feature: Hooks in place of an action: a payload's own way to apply and to revert
  A payload can have an apply and a revert hook. The hypervisor calls them, while all CPUs are held, instead of its own
  action. The hooks note in each entry of the payload whether its function is applied.

  @V2-HOOK-5 @V2-HOOK-14 @F-49
  Scenario: V2-HOOK-5: The apply and revert hooks are called in place of everything else, load and unload hooks included
    Given a payload "p" without functions
    And "p" has a load hook that says "load"
    And "p" has an apply hook that says "apply"
    And "p" has a revert hook that says "revert"
    And "p" has an unload hook that says "unload"
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the console shows, in this order:
      | line   |
      | apply  |
      | revert |
    And the console does not show "load"
    And the console does not show "unload"

  @V2-HOOK-5 @V2-FUNC-13
  Scenario: V2-HOOK-5: With an apply hook the hypervisor patches nothing
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has an apply hook that notes 1 of its functions as applied and returns 0
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And xen_extra_version is as at the start
    And the extra version is the hypervisor's own

  @V2-HOOK-5 @V2-FUNC-13
  Scenario: V2-HOOK-5: With a revert hook the hypervisor restores nothing
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a revert hook that notes 1 of its functions as reverted and returns 0
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the extra version is "patched"

  @V2-HOOK-13 @STATE-4
  Scenario Outline: V2-HOOK-13: An apply hook that returns <value> fails the APPLY
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has an apply hook that says "failed" and returns <value>
    And "p" is loaded
    When APPLY of "p" is asked
    Then the hypercall returns 0
    And "p" is CHECKED with rc <value>
    And memory is as before the call
    And the console shows "failed"
    And the extra version is the hypervisor's own

    Examples:
      | value   |
      | -EINVAL |
      | -ENOMEM |
      | 1       |

  @V2-HOOK-13 @STATE-8 @needs-full-reset
  Scenario Outline: V2-HOOK-13: A revert hook that returns <value> fails the REVERT
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a revert hook that says "failed" and returns <value>
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then the hypercall returns 0
    And "p" is APPLIED with rc <value>
    And memory is as before the call
    And the console shows "failed"
    And the extra version is "patched"

    Examples:
      | value   |
      | -EINVAL |
      | -ENOMEM |
      | 1       |

  @V2-HOOK-15 @F-48
  Scenario Outline: V2-HOOK-15: The <kind> hook finds its payload <state>, its action in progress
    Given a payload "p" without functions
    And "p" has a <kind> hook that looks at its payload
    And "p" is loaded
    When APPLY of "p" is asked
    And REVERT of "p" is asked
    Then the <kind> hook of "p" saw its payload <state> with rc -EAGAIN

    Examples:
      | kind   | state   |
      | apply  | CHECKED |
      | revert | APPLIED |

  @V2-HOOK-5 @ACT-4 @V2-HOOK-14
  Scenario: V2-HOOK-5: REPLACE reverts and applies by the payloads' own hooks
    Given a payload "old" without functions
    And "old" has a revert hook that says "revert old"
    And "old" has an unload hook that says "unload old"
    And a payload "new" without functions
    And "new" has a load hook that says "load new"
    And "new" has an apply hook that says "apply new"
    And "old" is loaded and applied
    And "new" is loaded
    When REPLACE of "new" is asked
    Then "new" is APPLIED with rc 0
    And "old" is CHECKED with rc 0
    And the console shows, in this order:
      | line       |
      | revert old |
      | apply new  |
    And the console does not show "unload old"
    And the console does not show "load new"

  @V2-HOOK-13 @ACT-9 @needs-full-reset
  Scenario: V2-HOOK-13: REPLACE ends when the revert hook of another payload fails
    Given payload "old" makes xen_extra_version return "old"
    And "old" has a revert hook that says "failed" and returns -EPERM
    And payload "new" makes xen_minor_version return 99
    And "old" is loaded and applied
    And "new" is loaded
    When REPLACE of "new" is asked
    Then "new" is CHECKED with rc -EINVAL
    And "old" is APPLIED with rc -EPERM
    And memory is as before the call
    And the extra version is "old"

  @V2-FUNC-13 @bug-32
  Scenario: V2-FUNC-13: A function that a hook has applied is not applied again
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes xen_minor_version return 99
    And "p" has a load hook that notes 1 of its functions as applied and returns 0
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And xen_extra_version is as at the start
    And the minor version is 99

  @V2-FUNC-13 @bug-32
  Scenario: V2-FUNC-13: A function that a hook has reverted is not reverted again
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes xen_minor_version return 99
    And "p" has a prerevert hook that notes 1 of its functions as reverted and returns 0
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the extra version is "patched"
    And the minor version is the hypervisor's own

  @V2-FUNC-15
  Scenario: V2-FUNC-15: REVERT of a payload that applied itself restores what was there before
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has an apply hook that notes 1 of its functions as applied and returns 0
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the extra version is the hypervisor's own

  @V2-FUNC-14 @STATE-4 @F-49 @bug-32
  Scenario Outline: V2-FUNC-14: An apply hook that notes <count> of two functions as applied and returns <value> fails, and the hypervisor goes on
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes xen_minor_version return 99
    And "p" has an apply hook that notes <count> of its functions as applied and returns <value>
    And payload "q" makes xen_extra_version return "good"
    And "p" is loaded
    And "q" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED and its rc is an error
    And the minor version is the hypervisor's own
    When APPLY of "q" is asked
    Then "q" is APPLIED with rc 0
    And the extra version is "good"

    Examples:
      | count | value   |
      | 0     | 0       |
      | 1     | 0       |
      | 1     | -EINVAL |
      | 2     | -EINVAL |

  @V2-FUNC-14 @STATE-8 @F-49 @bug-32 @needs-full-reset
  Scenario Outline: V2-FUNC-14: A revert hook that notes <count> of two functions as reverted and returns <value> fails, and the hypervisor goes on
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes xen_minor_version return 99
    And "p" has a revert hook that notes <count> of its functions as reverted and returns <value>
    And payload "q" makes xen_extra_version return "good"
    And "q" depends on "p"
    And "p" is loaded and applied
    And "q" is loaded
    When REVERT of "p" is asked
    Then "p" is APPLIED and its rc is an error
    And the extra version is "patched"
    When APPLY of "q" is asked
    Then "q" is APPLIED with rc 0
    And the extra version is "good"
    And the minor version is 99

    Examples:
      | count | value   |
      | 0     | 0       |
      | 1     | 0       |
      | 1     | -EINVAL |
      | 2     | -EINVAL |

  @V2-HOOK-7 @F-26
  Scenario Outline: V2-HOOK-7: An apply hook that <fails> fails the APPLY, and memory and state are as before
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has an apply hook that <fails>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED and its rc is an error
    And memory is as before the call
    And the extra version is the hypervisor's own

    Examples:
      | fails         |
      | faults        |
      | never returns |

  @V2-HOOK-7 @F-26
  Scenario Outline: V2-HOOK-7: A revert hook that <fails> fails the REVERT, and memory and state are as before
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a revert hook that <fails>
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is APPLIED and its rc is an error
    And memory is as before the call
    And the extra version is "patched"

    Examples:
      | fails         |
      | faults        |
      | never returns |
