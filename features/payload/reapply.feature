Feature: Data of payloads: what a payload brings, and when it may be applied again
  A payload brings its own data; the hypervisor's writable data is not patched in place. Once a payload has run, its
  data is no longer what was uploaded: after a revert, such a payload is unloaded and uploaded again.

  Rule: A payload's own data

    @BSS-5 @BSS-1 @PLACE-2
    Scenario: BSS-5: A payload brings new .rodata, .data and .bss
      Given "p" brings 24 bytes of .rodata
      And "p" brings 16 bytes of .data
      And "p" brings 32 bytes of .bss
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the permissions of the rodata of "p" are r--
      And the permissions of the data of "p" are rw-
      And of the hypervisor only the first 5 bytes of xen_extra_version changed
      And the extra version is "p"

    @BSS-5
    Scenario: BSS-5: The data of a payload is its own, and fresh at each upload
      Given "p" has a load hook that counts its calls
      And "p" is loaded
      Then the hooks of "p" have been called 0 times
      When APPLY of "p" is asked
      Then the hooks of "p" have been called 1 time
      When REVERT of "p" is asked
      And UNLOAD of "p" is asked
      And "p" is uploaded
      Then the hooks of "p" have been called 0 times
      When APPLY of "p" is asked
      Then the hooks of "p" have been called 1 time

    @BSS-5
    Scenario Outline: BSS-5: What new code keeps in the payload's <section> lasts from call to call
      Given payload "p" makes quiet_function return how often it was called, kept in its <section>
      And "p" is loaded
      When APPLY of "p" is asked
      Then a call of quiet_function returns 1
      And a call of quiet_function returns 2
      And a call of quiet_function returns 3

      Examples:
        | section |
        | .data   |
        | .bss    |

    @BSS-5 @BSS-2
    Scenario Outline: BSS-2: What was kept in <section> is gone after the payload was unloaded and uploaded again
      Given payload "p" makes quiet_function return how often it was called, kept in its <section>
      And "p" is loaded and applied
      And a call of quiet_function returns 1
      And a call of quiet_function returns 2
      When REVERT of "p" is asked
      And UNLOAD of "p" is asked
      And "p" is uploaded
      And APPLY of "p" is asked
      Then a call of quiet_function returns 1

      Examples:
        | section |
        | .data   |
        | .bss    |

    @BSS-2 @BSS-6
    Scenario: BSS-2: After a revert the payload's data is as its run left it, which is why it is not applied again
      Given "p" has a load hook that counts its calls
      And "p" has an unload hook that counts its calls
      And "p" is loaded and applied
      When REVERT of "p" is asked
      Then the hooks of "p" have been called 2 times
      When APPLY of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      And the hooks of "p" have been called 2 times

    @BSS-1 @MECH-3
    Scenario: BSS-1: New code that keeps data does not change the hypervisor's data
      Given payload "p" makes quiet_function return how often it was called, kept in its .data
      And "p" is loaded and applied
      When REVERT of "p" is asked
      And UNLOAD of "p" is asked
      Then the hypervisor is as at the start but for the version of the list

    @BSS-4 @HOOK-4
    Scenario: BSS-4: Hooks pass the state of one payload to the next, in data of the hypervisor
      Given payload "one" makes quiet_function return how often it was called, kept in its .data
      And "one" has an unload hook that copies one_calls to spare_bytes
      And payload "two" makes quiet_function return how often it was called, kept in its .data
      And "two" has a load hook that copies spare_bytes to two_calls
      And "one" is loaded and applied
      And a call of quiet_function returns 1
      And a call of quiet_function returns 2
      And "two" is loaded
      When REPLACE of "two" is asked
      Then "two" is APPLIED with rc 0
      And spare_bytes holds 2
      And a call of quiet_function returns 3

    @BSS-4 @HOOK-4
    Scenario: BSS-4: Hooks change data of the hypervisor that is already there
      Given "p" has a load hook that writes 7 to spare_bytes
      And "p" has an unload hook that writes 9 to spare_bytes
      And "p" is loaded
      Then spare_bytes holds 0
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And spare_bytes holds 7
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And spare_bytes holds 9

  Rule: A reverted payload is not applied again

    @BSS-2 @STATE-4 @BSS-6 @F-44 @bug-11 @C5
    Scenario Outline: BSS-2: APPLY of a reverted payload with <bytes> bytes of <section> is refused
      Given "p" brings <bytes> bytes of <section>
      And "p" is loaded and applied
      And "p" is reverted
      When APPLY of "p" is asked
      Then the hypercall returns 0
      And "p" is CHECKED with rc -EINVAL
      And memory is as before the call
      And LIST shows:
        | name | state   | rc      |
        | p    | CHECKED | -EINVAL |
      And the extra version is the hypervisor's own

      Examples:
        | section | bytes |
        | .data   | 1     |
        | .data   | 4096  |
        | .bss    | 1     |
        | .bss    | 4096  |

    @BSS-7 @STATE-6 @F-44 @C6
    Scenario Outline: BSS-7: REPLACE by a reverted payload with <bytes> byte of <section> is refused, and nothing is reverted
      Given "p" brings <bytes> byte of <section>
      And "p" is loaded and applied
      And "p" is reverted
      And "other" is loaded and applied
      When REPLACE of "p" is asked
      Then the hypercall returns 0
      And memory is as before the call
      And LIST shows:
        | name  | state   | rc      |
        | p     | CHECKED | -EINVAL |
        | other | APPLIED | 0       |
      And the extra version is "other"

      Examples:
        | section | bytes |
        | .data   | 1     |
        | .bss    | 1     |

    @BSS-2 @BSS-6 @BSS-7
    Scenario: BSS-2: A payload that was reverted by REPLACE of another is not applied again either
      Given "p" brings 8 bytes of .data
      And "p" is loaded and applied
      And "other" is loaded
      And "other" replaces all others
      And "other" is reverted
      When APPLY of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      And memory is as before the call
      When REPLACE of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      And the extra version is the hypervisor's own

    @BSS-2
    Scenario Outline: BSS-2: A reverted payload that was unloaded and uploaded is accepted by <action>
      Given "p" brings 8 bytes of .data
      And "p" is loaded and applied
      And "p" is reverted
      When UNLOAD of "p" is asked
      And "p" is uploaded
      And <action> of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"

      Examples:
        | action  |
        | APPLY   |
        | REPLACE |

    @BSS-2 @STATE-4 @DEP-7
    Scenario: BSS-2: A payload that was never applied, because its APPLY failed, does not count as reverted
      Given "p" brings 8 bytes of .data
      And "p" depends on "other"
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is still CHECKED
      Given "other" is loaded and applied
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"

    @BSS-2 @BSS-6 @F-17 @bug-11
    Scenario: BSS-2: The compiled hello_world, whose hooks count in its .data, is not applied again
      Given the compiled payload "hello_world"
      And "hello_world" is loaded and applied
      And "hello_world" is reverted
      When APPLY of "hello_world" is asked
      Then "hello_world" is CHECKED with rc -EINVAL
      And memory is as before the call

  Rule: The exception, for payloads without data

    @BSS-3 @BSS-8 @bug-27
    Scenario Outline: BSS-3: A reverted payload with <bytes> bytes of <section> is applied again
      Given "p" brings <bytes> bytes of <section>
      And "p" is loaded and applied
      And "p" is reverted
      When APPLY of "p" is asked
      Then the hypercall returns 0
      And "p" is APPLIED with rc 0
      And xen_extra_version jumps to the text of "p"
      And the extra version is "p"

      Examples:
        | section | bytes |
        | .data   | 0     |
        | .bss    | 0     |
        | .rodata | 1     |
        | .rodata | 4096  |

    # The flags say that the section is allocated, and nothing else.
    @BSS-8 @F-57
    Scenario Outline: BSS-8: <kind> hooks in a read-only section do not keep a reverted payload from being applied again
      Given "p" has a <kind> hook that says "hook"
      And in "p" the field section[.livepatch.hooks.<kind>].sh_flags is 2
      And "p" is loaded and applied
      And "p" is reverted
      When <action> of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"

      Examples:
        | kind   | action  |
        | load   | APPLY   |
        | unload | APPLY   |
        | load   | REPLACE |
        | unload | REPLACE |

    @BSS-3
    Scenario: BSS-3: A payload with .livepatch.funcs, .data and .bss of which only the first is not empty is applied again
      Given "p" brings 0 bytes of .data
      And "p" brings 0 bytes of .bss
      And "p" is loaded and applied
      And "p" is reverted
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"

    @BSS-3 @MECH-6 @F-57
    Scenario: BSS-3: A payload with only .livepatch.funcs is applied and reverted any number of times
      Given "p" is loaded
      When APPLY of "p" is asked
      And REVERT of "p" is asked
      And APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"
      When REVERT of "p" is asked
      And APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And xen_extra_version is as at the start

    @BSS-3
    Scenario: BSS-3: A reverted payload with only .livepatch.funcs may replace all others
      Given "p" is loaded and applied
      And "p" is reverted
      And "other" is loaded and applied
      When REPLACE of "p" is asked
      Then "p" is APPLIED with rc 0
      And "other" is CHECKED with rc 0
      And the extra version is "p"

    @BSS-8 @BSS-6 @F-57
    Scenario Outline: BSS-8: A payload with <kind> hooks has a writable section besides .livepatch.funcs
      Given "p" has a <kind> hook that says "hook"
      And "p" is loaded and applied
      And "p" is reverted
      When APPLY of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      And memory is as before the call

      Examples:
        | kind   |
        | load   |
        | unload |
