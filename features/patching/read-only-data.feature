Feature: Read-only data: new strings come with the payload, old ones stay
  New code refers to read-only data that comes with the payload. The hypervisor's own data stays, since compilers merge
  equal strings and other code may use them. If a hook does change read-only data in place, its page is writable only
  meanwhile.

  Rule: New read-only data comes with the payload

    @ROD-1 @needs-merged-string
    Scenario: ROD-1: The other user of a string still sees the old one
      Given payload "p" makes xen_compile_date return "patched"
      And xen_compile_date returns the text "the reference hypervisor"
      And xen_changeset returns the text "the reference hypervisor"
      And "p" is loaded
      When APPLY of "p" is asked
      Then xen_compile_date returns the text "patched"
      And xen_changeset returns the text "the reference hypervisor"
      When REVERT of "p" is asked
      Then xen_compile_date returns the text "the reference hypervisor"

    @ROD-1 @MECH-3
    Scenario: ROD-1: The new string is the payload's, and no string of the hypervisor changes
      Given payload "p" makes xen_compile_date return "patched"
      And "p" is loaded
      When APPLY of "p" is asked
      Then xen_compile_date returns the text "patched"
      And of the hypervisor only the first 5 bytes of xen_compile_date changed
      And the permissions of the rodata of "p" are r--

    @ROD-1 @MECH-4 @needs-merged-string
    Scenario: ROD-1: A string that is changed in place changes for all of its users
      # The first letter becomes T.
      Given "p" has a load hook that writes 84 to build_text
      And "p" has an unload hook that writes 116 to build_text
      And "p" is loaded
      When APPLY of "p" is asked
      Then xen_compile_date returns the text "The reference hypervisor"
      And xen_changeset returns the text "The reference hypervisor"
      When REVERT of "p" is asked
      Then xen_compile_date returns the text "the reference hypervisor"
      And xen_changeset returns the text "the reference hypervisor"

    @ROD-1 @FUNC-10
    Scenario: ROD-1: Two payloads bring the same string, and each keeps its own
      Given payload "below" makes xen_compile_date return "the same"
      And payload "above" makes xen_extra_version return "the same"
      And these payloads are applied, each on top of the one before:
        | name  |
        | below |
        | above |
      When REVERT of "above" is asked
      And UNLOAD of "above" is asked
      Then xen_compile_date returns the text "the same"
      And the extra version is the hypervisor's own

  Rule: Read-only data is writable only while it is patched

    @ROD-2 @HOOK-4 @MECH-4 @bug-50
    Scenario: ROD-2: Hooks change read-only data of the hypervisor, and change it back
      Given payload "p" makes plain_function return 99
      And "p" has a load hook that writes 99 to _ctype
      And "p" has an unload hook that writes 8 to _ctype
      And "p" is loaded
      And _ctype begins with 08
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And _ctype begins with 63
      And of the hypervisor only these bytes changed:
        | symbol         | from | bytes |
        | _ctype         | 0    | 1     |
        | plain_function | 0    | 5     |
      And the permissions of _ctype are r--
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And _ctype begins with 08
      And the permissions of _ctype are r--

    @ROD-2 @bug-50
    Scenario Outline: ROD-2: When <action> has ended, a store to read-only data faults
      Given "p" has a load hook that writes 99 to _ctype
      And "p" has an unload hook that writes 8 to _ctype
      And "p" brings the function late, which writes 0 to _ctype
      And "p" is <prepared>
      When <action> of "p" is asked
      Then "p" is <state> with rc 0
      And a call of late faults on its store

      Examples:
        | action  | prepared           | state   |
        | APPLY   | loaded             | APPLIED |
        | REPLACE | loaded             | APPLIED |
        | REVERT  | loaded and applied | CHECKED |

    @ROD-2 @UPL-2
    Scenario: ROD-2: Before its payload is applied, a store to read-only data faults
      Given "p" brings the function early, which writes 0 to _ctype
      When "p" is uploaded
      Then a call of early faults on its store

    @ROD-2 @WHEN-7
    Scenario: ROD-2: When an action was given up, a store to read-only data faults
      Given "p" brings the function late, which writes 0 to _ctype
      And "p" is loaded
      And vCPU 1 is kept busy for 100 ms
      When APPLY of "p" is asked with a time of 10 ms
      Then "p" is CHECKED with rc -EBUSY
      And a call of late faults on its store

    @ROD-2 @HOOK-8
    Scenario: ROD-2: When an apply has failed in a hook, the data is as before and a store to it faults
      Given "p" has a load hook that writes 99 to _ctype
      And "p" has a load hook that faults
      And "p" brings the function late, which writes 0 to _ctype
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is CHECKED and its rc is an error
      And _ctype begins with 08
      And memory is as before the call
      And a call of late faults on its store

    @WHEN-6
    Scenario: WHEN-6: Read-only data is stored to by one vCPU, while interrupts are off on all of them
      Given a hypervisor with 4 vCPUs
      And "p" has a load hook that writes 99 to _ctype
      And "p" has an unload hook that writes 8 to _ctype
      And the stores to _ctype are watched
      And "p" is loaded
      When APPLY of "p" is asked on vCPU 3
      And REVERT of "p" is asked on vCPU 3
      Then all stores to _ctype were made by vCPU 3
      And every vCPU had interrupts off at each store to _ctype
      And _ctype is as at the start
