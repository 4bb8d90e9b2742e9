Feature: LIST, UPLOAD and actions of another vCPU while an action is pending
  An action is pending from the call until all vCPUs have come together. Meanwhile other vCPUs list and upload payloads,
  and ask for actions with flags and a time of their own.

  @LIST-2 @GET-2
  Scenario Outline: GET-2: While <action> of "p" is pending, LIST shows it in progress, and the others as they are
    Given "q" is in state <q>
    And "p" depends on <depends>
    And "p" is in state <before>
    And after 5 ms vCPU 1 asks LIST
    When <action> of "p" is asked
    Then vCPU 1's LIST returned:
      | name | state    | rc      |
      | q    | <q>      | 0       |
      | p    | <before> | -EAGAIN |
    And "p" is <then> with rc 0

    Examples:
      | action | q       | depends | before  | then    |
      | APPLY  | APPLIED | "q"     | CHECKED | APPLIED |
      | REVERT | APPLIED | "q"     | APPLIED | CHECKED |

  @LIST-2 @GET-2 @ACT-4
  Scenario: GET-2: While REPLACE of "p" is pending, LIST shows the payloads to be reverted as they are
    Given "q" is in state APPLIED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks LIST
    When REPLACE of "p" is asked
    Then vCPU 1's LIST returned:
      | name | state   | rc      |
      | q    | APPLIED | 0       |
      | p    | CHECKED | -EAGAIN |
    And LIST shows:
      | name | state   | rc |
      | q    | CHECKED | 0  |
      | p    | APPLIED | 0  |

  @UPL-3
  Scenario Outline: UPL-3: A payload is uploaded while <action> of another is pending, and the pending action is done
    Given "p" is in state <before>
    And after 5 ms vCPU 1 uploads "q"
    When <action> of "p" is asked
    Then vCPU 1's hypercall returned 0
    And LIST shows:
      | name | state   | rc |
      | p    | <then>  | 0  |
      | q    | CHECKED | 0  |
    And the extra version is <extra version>

    Examples:
      | action  | before  | then    | extra version        |
      | APPLY   | CHECKED | APPLIED | "p"                  |
      | REPLACE | CHECKED | APPLIED | "p"                  |
      | REVERT  | APPLIED | CHECKED | the hypervisor's own |

  @UPL-3
  Scenario: UPL-3: A payload that was uploaded while APPLY of another was pending is applied on top of that one
    Given "q" depends on "p"
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 uploads "q"
    When APPLY of "p" is asked
    And APPLY of "q" is asked
    Then "q" is APPLIED with rc 0
    And the extra version is "q"

  @UPL-1
  Scenario: UPL-1: A faulty payload is refused while APPLY of another is pending, and leaves nothing behind
    Given "p" is in state CHECKED
    And a payload "bad"
    And in "bad" the field header.e_machine is 40
    And after 5 ms vCPU 1 uploads "bad"
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned -EOPNOTSUPP
    And LIST shows:
      | name | state   | rc |
      | p    | APPLIED | 0  |
    And the extra version is "p"

  @UPL-2
  Scenario: UPL-2: The name of a payload is taken while its APPLY is pending
    Given "p" is in state CHECKED
    And after 5 ms vCPU 1 uploads "p"
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned -EEXIST
    And LIST shows:
      | name | state   | rc |
      | p    | APPLIED | 0  |

  @ACT-3 @ACT-5 @ACT-10
  Scenario Outline: ACT-3: A pending APPLY keeps its time, whatever the time of an action that is refused meanwhile: <time>
    Given a hypervisor with 3 vCPUs
    And "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks APPLY of "q" with these fields:
      | field | value  |
      | time  | <time> |
    And vCPU 2 is kept busy for <busy>
    When APPLY of "p" is asked with a time of 50 ms
    Then "p" is <then> with rc <rc>
    And "q" is still CHECKED
    And <now> has passed

    Examples: 1 ms, then 100 ms
      | time      | busy  | then    | rc     | now   |
      | 1000000   | 40 ms | APPLIED | 0      | 40 ms |
      | 100000000 | 80 ms | CHECKED | -EBUSY | 50 ms |

  @ACT-3 @ACT-5
  Scenario Outline: ACT-3: An action of another vCPU has the time that is stated for it: <time> ns, of which 15 ms are needed
    Given "p" is in state CHECKED
    And vCPU 0 is kept busy for 20 ms
    And after 5 ms vCPU 1 asks APPLY of "p" with these fields:
      | field | value  |
      | time  | <time> |
    When vCPU 0 is free again
    Then vCPU 1's hypercall returned 0
    And "p" is <then> with rc <rc>

    Examples:
      | time     | then    | rc     |
      | 3000000  | CHECKED | -EBUSY |
      | 14999999 | CHECKED | -EBUSY |
      | 15000001 | APPLIED | 0      |
      | 50000000 | APPLIED | 0      |

    @F-34
    Examples: the hypervisor's default, 30 ms
      | time | then    | rc |
      | 0    | APPLIED | 0  |

  @LIST-2
  Scenario: LIST-2: LIST may return fewer entries than it was asked for, and says how many payloads come after those written
    Given 3 payloads are loaded
    And a soft IRQ is pending on vCPU 0
    When LIST is asked for 3 entries
    Then the hypercall returns 1
    And the entries are "payload-1"
    And 2 payloads remain after them
    And each length counts the name and its NUL
    When LIST is asked for 3 entries starting at index 1
    Then the hypercall returns 2
    And the entries are "payload-2, payload-3"
    And 0 payloads remain after them

  @LIST-2
  Scenario Outline: LIST-2: <count> payloads are listed once each, <at once> at a time, though every LIST ends early
    Given <count> payloads are loaded
    When all payloads are listed, <at once> entries at a time, with a soft IRQ pending each time
    Then the entries are those of <count> payloads, in the order of upload
    And 0 payloads remain

    Examples:
      | count | at once |
      | 1     | 1       |
      | 3     | 2       |
      | 3     | 3       |
      | 7     | 8       |

  @LIST-2 @ACT-4
  Scenario: LIST-2: What REPLACE did is listed in full, though the first LIST ends early
    Given "first" is loaded and applied
    And "p" is loaded
    When REPLACE of "p" is asked
    Given a soft IRQ is pending on vCPU 0
    Then LIST shows:
      | name  | state   | rc |
      | first | CHECKED | 0  |
      | p     | APPLIED | 0  |

  @LIST-1
  Scenario: LIST-1: A LIST for no entries counts all payloads, whatever is pending
    Given 3 payloads are loaded
    And a soft IRQ is pending on vCPU 0
    When LIST is asked for 0 entries
    Then the hypercall returns 0
    And 3 payloads remain
