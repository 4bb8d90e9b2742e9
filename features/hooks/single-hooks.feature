@revision-2
Feature: Hooks before and after an action: their sections, and REPLACE
  A payload has at most one hook of each kind. A payload with any of these hooks neither replaces others nor is
  replaced.

  @V2-HOOK-6
  Scenario: V2-HOOK-6: A payload with two pointers in the section of a single hook leaves nothing behind
    Given a payload "p"
    And "p" has a preapply hook that says "called"
    And in "p" the field section[.livepatch.hooks.preapply].sh_size is 16
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @V2-HOOK-6
  Scenario Outline: V2-HOOK-6: A null pointer to the <kind> hook means that there is no hook
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a <kind> hook that says "called"
    And in "p" the field .rela.livepatch.hooks.<kind>[0].r_type is R_X86_64_NONE
    And "p" is loaded
    When APPLY of "p" is asked
    Then the extra version is "patched"
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the extra version is the hypervisor's own
    And the console does not show "called"

    Examples:
      | kind       |
      | preapply   |
      | apply      |
      | postapply  |
      | prerevert  |
      | revert     |
      | postrevert |

  @V2-HOOK-16 @F-26
  Scenario Outline: V2-HOOK-16: A payload with a <kind> hook replaces no others
    Given "old" is loaded and applied
    And payload "new" makes xen_extra_version return "new"
    And "new" has a <kind> hook that says "called"
    And "new" is loaded
    When REPLACE of "new" is asked
    Then "new" is still CHECKED
    And memory is as before the call
    And the extra version is "old"
    And the console does not show "called"

    Examples:
      | kind       |
      | preapply   |
      | postapply  |
      | prerevert  |
      | postrevert |

  @V2-HOOK-16 @F-26
  Scenario Outline: V2-HOOK-16: A payload with a <kind> hook that is applied is not replaced
    Given payload "old" makes xen_extra_version return "old"
    And "old" has a <kind> hook that says "called"
    And payload "above" makes xen_minor_version return 99
    And "above" depends on "old"
    And "old" is loaded and applied
    And "above" is loaded and applied
    And "new" is loaded
    When REPLACE of "new" is asked
    Then "new" is still CHECKED
    And memory is as before the call
    And the extra version is "old"
    And the minor version is 99

    Examples:
      | kind       |
      | preapply   |
      | postapply  |
      | prerevert  |
      | postrevert |

  @ACT-6 @ACT-15 @GET-2 @V2-HOOK-16
  Scenario: ACT-6: REPLACE by a payload with a preapply hook returns 0, and its rc is -EOPNOTSUPP
    Given "old" is loaded and applied
    And a payload "new"
    And "new" has a preapply hook that says "called"
    And "new" is loaded
    When REPLACE of "new" is asked
    Then the hypercall returns 0
    And "new" is CHECKED with rc -EOPNOTSUPP

  @V2-HOOK-16 @ACT-4
  Scenario: V2-HOOK-16: The hooks of a payload that is loaded and not applied do not prevent REPLACE
    Given a payload "other"
    And "other" has a preapply hook that says "called"
    And "other" is loaded
    And "old" is loaded and applied
    And "new" is loaded
    When REPLACE of "new" is asked
    Then "new" is APPLIED with rc 0
    And "old" is CHECKED with rc 0
