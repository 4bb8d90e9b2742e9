Feature: Hooks: code of the payload that runs when it is applied and reverted
  Load hooks are called right before the functions are patched, unload hooks right after they have been restored, while
  all CPUs are held. They can prepare and change data of the hypervisor.

  @HOOK-1
  Scenario: HOOK-1: A load hook runs before the functions are patched
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a load hook that looks at xen_extra_version
    And the bytes of xen_extra_version are shown throughout
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the load hook of "p" saw xen_extra_version as at the start
    And xen_extra_version jumps to the text of "p"

  @HOOK-2
  Scenario: HOOK-2: An unload hook runs after the functions have been restored
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has an unload hook that looks at xen_extra_version
    And the bytes of xen_extra_version are shown throughout
    When "p" is uploaded
    And APPLY of "p" is asked
    And REVERT of "p" is asked
    Then the unload hook of "p" saw xen_extra_version as at the start
    And xen_extra_version is as at the start

  @HOOK-1 @HOOK-5
  Scenario: HOOK-1: Load hooks are called in the order of their section
    Given a payload "p"
    And "p" has a load hook that says "first"
    And "p" has a load hook that says "second"
    And "p" has a load hook that says "third"
    And "p" has an unload hook that says "unload"
    And "p" is loaded
    When APPLY of "p" is asked
    Then the console shows, in this order:
      | line   |
      | first  |
      | second |
      | third  |
    And the console does not show "unload"

  @HOOK-2 @HOOK-5
  Scenario: HOOK-2: Unload hooks are called in the order of their section
    Given a payload "p"
    And "p" has a load hook that says "load"
    And "p" has an unload hook that says "first"
    And "p" has an unload hook that says "second"
    And "p" has an unload hook that says "third"
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then the console shows, in this order:
      | line   |
      | load   |
      | first  |
      | second |
      | third  |

  @HOOK-1 @HOOK-5
  Scenario: HOOK-1: Each load hook is called once per apply, however many there are
    Given a payload "p"
    And "p" has a load hook that counts its calls
    And "p" has a load hook that counts its calls
    And "p" has a load hook that counts its calls
    When "p" is uploaded
    Then the hooks of "p" have been called 0 times
    When APPLY of "p" is asked
    Then the hooks of "p" have been called 3 times
    When REVERT of "p" is asked
    Then the hooks of "p" have been called 3 times

  @HOOK-2 @HOOK-5
  Scenario: HOOK-2: Each unload hook is called once per revert, however many there are
    Given a payload "p"
    And "p" has an unload hook that counts its calls
    And "p" has an unload hook that counts its calls
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the hooks of "p" have been called 0 times
    When REVERT of "p" is asked
    Then the hooks of "p" have been called 2 times

  @HOOK-5
  Scenario: HOOK-5: UPLOAD and UNLOAD call no hook
    Given a payload "p"
    And "p" has a load hook that says "load"
    And "p" has an unload hook that says "unload"
    When "p" is uploaded
    And UNLOAD of "p" is asked
    Then "p" is unknown
    And the console does not show "load"
    And the console does not show "unload"

  @DEP-7 @DEP-2
  Scenario: DEP-7: No hook is called if the dependency is not met
    Given a payload "p"
    And "p" depends on a build-id that nothing has
    And "p" has a load hook that says "load"
    And "p" has an unload hook that says "unload"
    When "p" is uploaded
    And APPLY of "p" is asked
    Then "p" is still CHECKED
    And the console does not show "load"
    And the console does not show "unload"

  @WHEN-7 @ACT-3
  Scenario: WHEN-7: No hook is called if the time is over before all CPUs have arrived
    Given a payload "p"
    And "p" has a load hook that says "load"
    And "p" has an unload hook that says "unload"
    And "p" is loaded
    And vCPU 1 is kept busy for 100 ms
    When APPLY of "p" is asked with a time of 10 ms
    Then "p" is CHECKED with rc -EBUSY
    And the console does not show "load"
    And the console does not show "unload"

  @HOOK-1 @HOOK-2 @ACT-4
  Scenario: HOOK-2: REPLACE calls the unload hooks of what it reverts, then its own load hooks
    Given a payload "old"
    And "old" has a load hook that says "load old"
    And "old" has an unload hook that says "unload old"
    And a payload "new"
    And "new" has a load hook that says "load new"
    And "old" is loaded and applied
    And "new" is loaded
    When REPLACE of "new" is asked
    Then "new" is APPLIED with rc 0
    And the console shows, in this order:
      | line       |
      | load old   |
      | unload old |
      | load new   |

  @HOOK-3
  Scenario Outline: HOOK-3: The size of a section of hooks is a multiple of 8
    Given a payload "p"
    And "p" has a <kind> hook that says "called"
    And in "p" the field section[.livepatch.hooks.<kind>].sh_size is <size>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | kind   | size | returned |
      | load   | 8    | 0        |
      | load   | 9    | -EINVAL  |
      | load   | 12   | -EINVAL  |
      | load   | 15   | -EINVAL  |
      | unload | 8    | 0        |
      | unload | 9    | -EINVAL  |
      | unload | 12   | -EINVAL  |
      | unload | 15   | -EINVAL  |

  # The hook is a function that returns nothing: what it leaves in RAX is not an error.
  @HOOK-1
  Scenario Outline: HOOK-1: What a load hook leaves in the result register does not fail <action>
    Given a payload "p"
    And "p" has a load hook that says "first" and returns <left>
    And "p" has a load hook that says "second"
    And "p" is loaded
    When <action> of "p" is asked
    Then "p" is APPLIED with rc 0
    And the console shows "second"

    Examples:
      | action  | left    |
      | APPLY   | -EINVAL |
      | APPLY   | 1       |
      | REPLACE | -EINVAL |

  @HOOK-2
  Scenario Outline: HOOK-2: What an unload hook leaves in the result register does not fail REVERT: <left>
    Given a payload "p"
    And "p" has an unload hook that says "first" and returns <left>
    And "p" has an unload hook that says "second"
    And "p" is loaded and applied
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the console shows "second"

    Examples:
      | left    |
      | -EINVAL |
      | 1       |

  @HOOK-3
  Scenario Outline: HOOK-3: A faulty section of hooks leaves nothing behind
    Given a payload "p"
    And "p" has a <kind> hook that says "called"
    And in "p" the field section[.livepatch.hooks.<kind>].sh_size is 9
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | kind   |
      | load   |
      | unload |

  @HOOK-6 @B23
  Scenario Outline: HOOK-6: A pointer that leads out of the payload's text is refused
    Given a payload "p"
    And "p" has a <kind> hook that says "called"
    And in "p" the field .rela.livepatch.hooks.<kind>[0].r_addend is <addend>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | kind   | addend |
      | load   | -1     |
      | load   | 4096   |
      | unload | -1     |
      | unload | 4096   |

  @HOOK-4 @BSS-4 @MECH-4
  Scenario: HOOK-4: Hooks change data of the hypervisor, and change it back
    Given a payload "p"
    And "p" has a load hook that writes 7 to spare_bytes
    And "p" has an unload hook that writes 0 to spare_bytes
    When "p" is uploaded
    Then spare_bytes holds 0
    When APPLY of "p" is asked
    Then spare_bytes holds 7
    When REVERT of "p" is asked
    Then spare_bytes holds 0

  @WHEN-6
  Scenario Outline: WHEN-6: Hooks run on the CPU that patches, while interrupts are off on all of them
    Given a hypervisor with 4 vCPUs
    And a payload "p"
    And "p" has a load hook that writes 7 to spare_bytes
    And "p" has an unload hook that writes 0 to spare_bytes
    And the stores to spare_bytes are watched
    And "p" is loaded
    When APPLY of "p" is asked on vCPU <cpu>
    And REVERT of "p" is asked on vCPU <cpu>
    Then all stores to spare_bytes were made by vCPU <cpu>
    And every vCPU had interrupts off at each store to spare_bytes

    @HOOK-7 @revision-1
    Examples:
      | cpu |
      | 0   |
      | 3   |

    @V2-HOOK-1 @revision-2
    Examples:
      | cpu |
      | 0   |
      | 3   |

  @HOOK-1 @HOOK-2 @HOOK-5
  Scenario: HOOK-1: A hundred load hooks and a hundred unload hooks are all called, once each
    Given a payload "p"
    And "p" has 100 load hooks that count their calls
    And "p" has 100 unload hooks that count their calls
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the hooks of "p" have been called 100 times
    When REVERT of "p" is asked
    Then the hooks of "p" have been called 200 times

  # The text is the hook alone, of 10 bytes; <at> is where in it the pointer leads.
  @HOOK-6
  Scenario Outline: HOOK-6: A pointer to byte <at> of a text of ten bytes, among <kind> hooks, is <judged>
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And "p" has a <kind> hook that counts its calls
    And in "p" the field .rela.livepatch.hooks.<kind>[0].r_addend is <at>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | kind   | at | judged   | returned |
      | load   | 9  | accepted | 0        |
      | load   | 10 | refused  | -EINVAL  |
      | unload | 9  | accepted | 0        |
      | unload | 10 | refused  | -EINVAL  |

  @HOOK-6 @B23
  Scenario Outline: HOOK-6: One pointer that leads nowhere is enough for a refusal, wherever it is among <kind> hooks
    Given a payload "p"
    And "p" has a <kind> hook that says "first"
    And "p" has a <kind> hook that says "second"
    And "p" has a <kind> hook that says "third"
    And in "p" the field .rela.livepatch.hooks.<kind>[<number>].r_addend is 4096
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | kind   | number |
      | load   | 0      |
      | load   | 1      |
      | load   | 2      |
      | unload | 0      |
      | unload | 2      |

  # Without the relocation, the pointer is 0.
  @HOOK-6 @B23
  Scenario Outline: HOOK-6: A null pointer among <kind> hooks is refused
    Given a payload "p"
    And "p" has a <kind> hook that says "first"
    And "p" has a <kind> hook that says "second"
    And in "p" the field .rela.livepatch.hooks.<kind>[<number>].r_type is R_X86_64_NONE
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | kind   | number |
      | load   | 0      |
      | load   | 1      |
      | unload | 0      |
      | unload | 1      |

  @HOOK-3 @revision-1
  Scenario Outline: HOOK-3: A section of <kind> hooks without a pointer is accepted, and nothing is called
    Given a payload "p"
    And "p" has a <kind> hook that says "called"
    And in "p" the field section[.livepatch.hooks.<kind>].sh_size is 0
    And in "p" the field section[.rela.livepatch.hooks.<kind>].sh_size is 0
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And the console does not show "called"

    Examples:
      | kind   |
      | load   |
      | unload |

  @FMT-10 @revision-2
  Scenario Outline: FMT-10: A section of <kind> hooks without a pointer is refused
    Given a payload "p"
    And "p" has a <kind> hook that says "called"
    And in "p" the field section[.livepatch.hooks.<kind>].sh_size is 0
    And in "p" the field section[.rela.livepatch.hooks.<kind>].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | kind       |
      | load       |
      | unload     |
      | preapply   |
      | apply      |
      | postapply  |
      | prerevert  |
      | revert     |
      | postrevert |

  @V2-HOOK-6 @F-25 @revision-2
  Scenario Outline: V2-HOOK-6: A section of <kind> hooks holds one pointer
    Given a payload "p"
    And "p" has a <kind> hook that says "called"
    And in "p" the field section[.livepatch.hooks.<kind>].sh_size is <size>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | kind       | size | returned |
      | preapply   | 8    | 0        |
      | preapply   | 16   | -EINVAL  |
      | apply      | 8    | 0        |
      | apply      | 9    | -EINVAL  |
      | postapply  | 8    | 0        |
      | postapply  | 16   | -EINVAL  |
      | prerevert  | 8    | 0        |
      | prerevert  | 12   | -EINVAL  |
      | revert     | 8    | 0        |
      | revert     | 16   | -EINVAL  |
      | postrevert | 8    | 0        |
      | postrevert | 15   | -EINVAL  |

  @HOOK-6 @revision-2
  Scenario Outline: HOOK-6: A pointer in the section of <kind> hooks that leads out of the payload's text is refused
    Given a payload "p"
    And "p" has a <kind> hook that says "called"
    And in "p" the field .rela.livepatch.hooks.<kind>[0].r_addend is 4096
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | kind       |
      | preapply   |
      | apply      |
      | postapply  |
      | prerevert  |
      | revert     |
      | postrevert |
