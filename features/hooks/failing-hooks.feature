Feature: Hooks that fail: the action fails, and the hypervisor goes on
  A hook runs while all CPUs are held, so nobody else can help. The document does not say what follows from a hook that
  faults, never returns or writes where it must not: here the action fails, and state and memory are as before.

  @HOOK-8 @STATE-4 @GET-2 @F-26
  Scenario Outline: HOOK-8: A load hook that <fails> fails the apply, and memory and state are as before
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a load hook that counts its calls
    And "p" has a load hook that <fails>
    And "p" has a load hook that says "after the fault"
    And "p" is loaded
    When APPLY of "p" is asked
    Then the hypercall returns 0
    And "p" is CHECKED and its rc is an error
    And memory is as before the call
    And the console does not show "after the fault"
    And the extra version is the hypervisor's own

    Examples:
      | fails                             |
      | faults                            |
      | never returns                     |
      | writes to where nothing is mapped |
      | executes its own data             |
      | executes no instruction           |
      | divides by zero                   |
      | fills its stack                   |
      | halts                             |

  @HOOK-8 @STATE-8 @GET-2 @F-26
  Scenario Outline: HOOK-8: An unload hook that <fails> fails the revert, and memory and state are as before
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has an unload hook that counts its calls
    And "p" has an unload hook that <fails>
    And "p" has an unload hook that says "after the fault"
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then the hypercall returns 0
    And "p" is APPLIED and its rc is an error
    And memory is as before the call
    And the console does not show "after the fault"
    And the extra version is "patched"

    Examples:
      | fails                             |
      | faults                            |
      | never returns                     |
      | writes to where nothing is mapped |
      | executes its own data             |
      | executes no instruction           |
      | divides by zero                   |
      | fills its stack                   |
      | halts                             |

  @HOOK-8 @F-26
  Scenario Outline: HOOK-8: After a load hook that <fails> the next action works on every vCPU
    Given payload "bad" makes xen_minor_version return 99
    And "bad" has a load hook that <fails>
    And payload "good" makes xen_extra_version return "patched"
    And "bad" is loaded
    And "good" is loaded
    When APPLY of "bad" is asked
    Then "bad" is CHECKED and its rc is an error
    When UNLOAD of "bad" is asked
    Then "bad" is unknown
    When APPLY of "good" is asked
    Then "good" is APPLIED with rc 0
    And the extra version on vCPU 0 is "patched"
    And the extra version on vCPU 1 is "patched"
    And the minor version is the hypervisor's own

    Examples:
      | fails                             |
      | faults                            |
      | never returns                     |
      | writes to where nothing is mapped |
      | executes its own data             |
      | executes no instruction           |
      | divides by zero                   |
      | fills its stack                   |
      | halts                             |

  @HOOK-8 @ACT-2 @F-26
  Scenario Outline: HOOK-8: After an unload hook that <fails> its payload stays applied, and others go on top of it
    Given payload "bad" makes xen_minor_version return 99
    And "bad" has an unload hook that <fails>
    And "bad" is loaded and applied
    And payload "good" makes xen_extra_version return "patched"
    And "good" depends on "bad"
    And "good" is loaded
    When REVERT of "bad" is asked
    Then "bad" is APPLIED and its rc is an error
    When APPLY of "good" is asked
    Then "good" is APPLIED with rc 0
    And the extra version on vCPU 0 is "patched"
    And the extra version on vCPU 1 is "patched"
    When REVERT of "good" is asked
    Then "good" is CHECKED with rc 0
    And the minor version is 99
    And the extra version is the hypervisor's own

    Examples:
      | fails                             |
      | faults                            |
      | never returns                     |
      | writes to where nothing is mapped |
      | executes its own data             |
      | executes no instruction           |
      | divides by zero                   |
      | fills its stack                   |
      | halts                             |

  @HOOK-8
  Scenario Outline: HOOK-8: What load hooks changed before one of them <fails> is changed back
    Given "p" has a load hook that writes 7 to spare_bytes
    And "p" has a load hook that writes 99 to _ctype
    And "p" has a load hook that <fails>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED and its rc is an error
    And spare_bytes holds 0
    And memory is as before the call

    Examples:
      | fails                             |
      | faults                            |
      | never returns                     |
      | writes to where nothing is mapped |

  @HOOK-8
  Scenario Outline: HOOK-8: What unload hooks changed before one of them <fails> is changed back
    Given "p" has a load hook that writes 7 to spare_bytes
    And "p" has an unload hook that writes 9 to spare_bytes
    And "p" has an unload hook that <fails>
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is APPLIED and its rc is an error
    And spare_bytes holds 7
    And memory is as before the call

    Examples:
      | fails                             |
      | faults                            |
      | never returns                     |
      | writes to where nothing is mapped |

  @HOOK-8 @MECH-12 @MECH-6
  Scenario: HOOK-8: If a later hook faults, what hooks patched in place, at call sites and in tables is as before
    Given payload "p" makes xen_extra_version return "patched"
    And "p" brings the function new_function, which returns 5
    And "p" replaces plain_getter in place by b8 63 00 00 00 c3
    And "p" redirects every call of xen_extra_version to new_function
    And "p" points entry 0 of function_pointer to new_function
    And "p" has a load hook that faults
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED and its rc is an error
    And memory is as before the call
    And plain_getter returns the hypervisor's own value
    And every call of xen_extra_version leads to xen_extra_version
    And the extra version is the hypervisor's own

  @HOOK-8 @BSS-2
  Scenario: HOOK-8: An apply that failed in a hook does not count as a revert: the next APPLY calls the hooks again, on fresh data
    Given "p" has a load hook that counts its calls
    And "p" has a load hook that says "called"
    And "p" has a load hook that faults
    And "p" is loaded
    When APPLY of "p" is asked
    And APPLY of "p" is asked
    Then "p" is CHECKED and its rc is an error
    And the console shows, in this order:
      | line   |
      | called |
      | called |
    And the hooks of "p" have been called 0 times

  @HOOK-8 @STATE-6 @ACT-4
  Scenario Outline: HOOK-8: A load hook that <fails> fails a REPLACE too, and its payload is not applied
    Given payload "new" makes xen_extra_version return "patched"
    And "new" has a load hook that <fails>
    And "new" is loaded
    And payload "old" makes xen_minor_version return 99
    And "old" is loaded and applied
    When REPLACE of "new" is asked
    Then "new" is CHECKED and its rc is an error
    And xen_extra_version is as at the start
    And the extra version is the hypervisor's own

    Examples:
      | fails         |
      | faults        |
      | never returns |
