@toolstack @revision-2
Feature: What the tool does when the hypervisor refuses, or is not there any more
  A script around the tool has nothing but the exit status and the words.

  @SEC-1 @V2-FLOW-2
  Scenario Outline: SEC-1: In a domain without privilege, <command> fails at its first hypercall
    Given "p" is loaded
    And the tool is in a domain without privilege
    When xen-livepatch "<command>" is run
    Then the tool made these hypercalls:
      | hypercall   | returns |
      | <hypercall> | -EPERM  |
    And the tool exits with 1 and says "<says> / Error 1: Operation not permitted"
    And LIST shows:
      | name | state   | rc |
      | p    | CHECKED | 0  |

    Examples:
      | command              | hypercall | says                             |
      | list                 | LIST      | Failed to get list sizes.        |
      | upload q q.livepatch | UPLOAD    | Uploading q.livepatch... failed  |
      | load q.livepatch     | UPLOAD    | Uploading q.livepatch... failed  |
      | apply p              | GET       | Failed to get status of p.       |
      | unload p             | GET       | Failed to get status of p.       |

  @V2-FLOW-2
  Scenario: V2-FLOW-2: A hypervisor that crashes in an action is a failure of that command, and of each one after it
    Given payload "p" makes do_sysctl go on in bug_function
    And "p" is loaded
    When xen-livepatch "apply p" is run
    Then the tool exits with 1 and says "Applying p... failed / Error 5: Input/output error"
    When xen-livepatch "list" is run
    Then the tool exits with 1 and says "Failed to get list sizes. / Error 5: Input/output error"

  @V2-FLOW-2
  Scenario Outline: V2-FLOW-2: If the hypervisor cannot be reached, <command> fails
    Given the hypervisor can no longer be reached
    When xen-livepatch "<command>" is run
    Then the tool exits with 1

    Examples:
      | command          |
      | list             |
      | load p.livepatch |
      | apply p          |
