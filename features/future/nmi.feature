Feature: NMIs while the hypervisor patches
  An NMI cannot be held off, and the code that it would run may be half patched. By default the hypervisor ignores NMIs
  while it patches; the document's list "Not Yet Done" asks it to deal with them. It then keeps them, and handles them
  as soon as patching is over.

  @TODO-8
  Scenario: TODO-8: An NMI at any other time is handled at once
    When an NMI reaches vCPU 1
    Then 1 NMI has been handled

  @WHEN-7 @bug-8
  Scenario Outline: WHEN-7: After patching was given up, a later NMI is handled at once on <reached>
    Given "p" is loaded
    And vCPU 1 is kept busy for 50 ms
    When APPLY of "p" is asked with a time of 10 ms
    Then "p" is CHECKED with rc -EBUSY
    When an NMI reaches <reached>
    Then 1 NMI has been handled

    Examples:
      | reached |
      | vCPU 0  |
      | vCPU 1  |

  @TODO-3
  Scenario Outline: TODO-3: An NMI that reaches <reached> while vCPU 0 patches is handled once that is over
    Given a hypervisor that keeps an NMI until patching is done
    And payload "p" makes xen_extra_version return "patched"
    And "p" is loaded
    And an NMI reaches <reached> while the hypervisor patches
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the extra version is "patched"
    And 1 NMI has been handled

    Examples:
      | reached |
      | vCPU 0  |
      | vCPU 1  |

  @TODO-3 @F-47
  Scenario: TODO-3: Every NMI is handled once, whichever vCPU it reaches
    Given a hypervisor with 4 vCPUs
    And a hypervisor that keeps an NMI until patching is done
    And "p" is loaded and applied
    And an NMI reaches vCPU 0 while the hypervisor patches
    And an NMI reaches vCPU 1 while the hypervisor patches
    And an NMI reaches vCPU 3 while the hypervisor patches
    And an NMI reaches vCPU 3 while the hypervisor patches
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And 4 NMIs have been handled
    When APPLY of "p" is asked
    Then 4 NMIs have been handled

  @TODO-3
  Scenario: TODO-3: An NMI is handled even if the patching is given up
    Given a hypervisor with 3 vCPUs
    And a hypervisor that keeps an NMI until patching is done
    And "p" is loaded
    And vCPU 2 is kept busy for 50 ms
    And an NMI reaches vCPU 1 while the hypervisor patches
    When APPLY of "p" is asked with a time of 10 ms
    Then "p" is CHECKED with rc -EBUSY
    And 1 NMI has been handled

  @TODO-3
  Scenario: TODO-3: A kept NMI is handled by the code that the patch has put there
    Given a hypervisor that keeps an NMI until patching is done
    And payload "p" makes handle_nmi return 1
    And "p" is loaded
    And an NMI reaches vCPU 1 while the hypervisor patches
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And 0 NMIs have been handled

  @TODO-8
  Scenario Outline: TODO-8: By default, an NMI that reaches <reached> while the hypervisor patches is lost
    Given "p" is loaded
    And an NMI reaches <reached> while the hypervisor patches
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And 0 NMIs have been handled

    Examples:
      | reached |
      | vCPU 0  |
      | vCPU 1  |
