Feature: Steps about the tool, each of which fails at its last step
  Scenario: the tool says something else
    When xen-livepatch "list" is run
    Then the tool exits with 0 and says "Nothing to do"

  Scenario: the tool has another status
    When xen-livepatch "list" is run
    Then the tool exits with 2

  Scenario: the tool has another status after the same words
    When xen-livepatch "list" is run
    Then the tool exits with 2 and says "Nothing to list"

  Scenario: the tool begins with other words
    When xen-livepatch "list" is run
    Then the tool exits with 0 and says first "Nothing"

  Scenario: the tool explains nothing
    When xen-livepatch "list" is run
    Then the tool exits with 0 and explains its commands

  Scenario: the tool lists other payloads
    Given "p" is loaded
    When xen-livepatch "list" is run
    Then the tool exits with 0 and lists:
      | name | status  | metadata |
      | p    | APPLIED |          |

  Scenario: the tool lists more payloads
    Given "p" is loaded
    When xen-livepatch "list" is run
    Then the tool exits with 0 and lists 2 payloads

  Scenario: the state has changed since the tool showed it
    Given "p" is loaded
    When xen-livepatch "list" is run
    Given "p" is applied
    Then the tool lists no payload in another state than its own

  Scenario: the tool makes other hypercalls
    Given "p" is loaded
    When xen-livepatch "apply p" is run
    Then the tool made these hypercalls:
      | hypercall | time  |
      | GET       |       |
      | APPLY     | 20 ms |
      | GET       |       |

  Scenario: the tool makes a hypercall
    When xen-livepatch "list" is run
    Then the tool made no hypercall

  Scenario: a command says something else
    Then these commands, run one after the other, have these outcomes:
      | command | status | says            |
      | list    | 0      | Nothing to list |
      | list    | 0      | Nothing         |

  Scenario: another tool says something else
    Then these commands, run one after the other, have these outcomes:
      | command           | status | says    |
      | xl info xen_extra |        | patched |

  Scenario: there is one more difference
    Given "p" is loaded
    When xen-livepatch "apply p" is run, and this suite's toolstack does the same
    Then both made the same hypercalls, except for these fields:
      | hypercall | field             | tool     | suite |
      | APPLY     | rest of the union | anything | zeros |
      | GET       | rest of the union | anything | zeros |

  Scenario: there is one difference less
    Given "p" is loaded
    When xen-livepatch "apply p" is run, and this suite's toolstack does the same
    Then both made the same hypercalls, except for these fields:
      | hypercall | field             | tool     | suite |
      | APPLY     | time              | 30000000 | 0     |
      | APPLY     | flags             | 1        | 0     |
      | APPLY     | rest of the union | anything | zeros |
      | GET       | rest of the union | anything | zeros |
