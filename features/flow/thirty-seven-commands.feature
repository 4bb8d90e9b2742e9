Feature: The 37 commands of the automated test
  For years one script tested live patching on real machines: 37 commands of the control domain, of which `xl info` shows
  the extra version and `load` is an upload and an APPLY. The comments number them. The script's tool decided number 24
  and 35 by itself; here the hypervisor is asked.

  Background:
    Given the compiled payload "hello_world"
    And the compiled payload "bye_world"
    And the compiled payload "replace_world"
    And the compiled payload "nop"
    And "bye_world" depends on "hello_world"

  @FLOW-1 @FLOW-2 @MECH-5 @MECH-6 @NAME-3 @NAME-7 @GET-7 @ACT-2 @ACT-4 @STATE-9 @DEP-2 @BSS-2 @BSS-3 @FUNC-3 @FUNC-5
  @needs-plain-functions
  Scenario: FLOW-1: Payloads are loaded, queried, stacked, replaced, reverted and unloaded
    # 1: list
    Then LIST shows nothing
    # 2: list
    And LIST shows nothing
    # 3: xl info
    And the extra version is the hypervisor's own
    # 4: xl info
    And the extra version is the hypervisor's own
    # 5: revert hello_world, which is not loaded
    When REVERT of "hello_world" is asked
    Then the hypercall returns -ENOENT

    # 6: load hello_world
    When "hello_world" is uploaded
    Then the hypercall returns 0
    And "hello_world" is CHECKED with rc 0
    When APPLY of "hello_world" is asked
    Then the hypercall returns 0
    And "hello_world" is APPLIED with rc 0
    # 7: load hello_world again
    When "hello_world" is uploaded
    Then the hypercall returns -EEXIST
    # 8: list
    And LIST shows:
      | name        | state   | rc |
      | hello_world | APPLIED | 0  |
    # 9: xl info
    And the extra version is "Hello World"
    # 10: revert hello_world
    When REVERT of "hello_world" is asked
    Then "hello_world" is CHECKED with rc 0
    # 11: xl info
    And the extra version is the hypervisor's own
    # 12: unload hello_world
    When UNLOAD of "hello_world" is asked
    Then the hypercall returns 0
    # 13: unload hello_world again
    When UNLOAD of "hello_world" is asked
    Then the hypercall returns -ENOENT

    # 14: xl info
    And the extra version is the hypervisor's own
    # 15: load hello_world again
    When "hello_world" is uploaded
    Then the hypercall returns 0
    When APPLY of "hello_world" is asked
    Then "hello_world" is APPLIED with rc 0
    # 16: xl info
    And the extra version is "Hello World"
    # 17: load bye_world, on top of hello_world
    When "bye_world" is uploaded
    Then the hypercall returns 0
    When APPLY of "bye_world" is asked
    Then "bye_world" is APPLIED with rc 0
    # 18: xl info
    And the extra version is "Bye World!"

    # 19: upload replace_world
    When "replace_world" is uploaded
    Then the hypercall returns 0
    And "replace_world" is CHECKED with rc 0
    # 20: replace all by replace_world
    When REPLACE of "replace_world" is asked
    Then "replace_world" is APPLIED with rc 0
    # 21: xl info, which has room for 15 characters of "Hello Again World!"
    And the extra version is "Hello Again Wor"
    # 22: apply hello_world, which was reverted and has .data
    When APPLY of "hello_world" is asked
    Then "hello_world" is CHECKED with rc -EINVAL
    # 23: apply bye_world, whose dependency is no longer applied (how that is reported: DEP-2)
    When APPLY of "bye_world" is asked
    Then "bye_world" is still CHECKED
    # 24: apply replace_world, which is applied (how that is reported: STATE-9)
    When APPLY of "replace_world" is asked
    Then "replace_world" is still APPLIED

    # 25: revert replace_world
    When REVERT of "replace_world" is asked
    Then "replace_world" is CHECKED with rc 0
    # 26: unload replace_world
    When UNLOAD of "replace_world" is asked
    Then the hypercall returns 0
    # 27: unload hello_world
    When UNLOAD of "hello_world" is asked
    Then the hypercall returns 0
    # 28: unload bye_world
    When UNLOAD of "bye_world" is asked
    Then the hypercall returns 0
    # 29: list
    And LIST shows nothing
    # 30: xl info
    And the extra version is the hypervisor's own

    # 31: load nop
    When "nop" is uploaded
    Then the hypercall returns 0
    When APPLY of "nop" is asked
    Then "nop" is APPLIED with rc 0
    # 32: revert nop
    When REVERT of "nop" is asked
    Then "nop" is CHECKED with rc 0
    # 33: apply nop, which has no data and may be applied again
    When APPLY of "nop" is asked
    Then "nop" is APPLIED with rc 0
    # 34: xl info
    And the minor version is not the hypervisor's own
    # 35: unload nop, which is applied (how that is reported: STATE-9)
    When UNLOAD of "nop" is asked
    Then "nop" is still APPLIED
    # 36: revert nop
    When REVERT of "nop" is asked
    Then "nop" is CHECKED with rc 0
    # 37: unload nop
    When UNLOAD of "nop" is asked
    Then the hypercall returns 0
    And LIST shows nothing
    And the minor version is the hypervisor's own
    And the hypervisor is as at the start but for the version of the list
