@toolstack @revision-2
Feature: How the tool lists payloads
  A tool asks how many payloads there are, and then for their names and states, in one page or several. Payloads may
  come and go meanwhile: the version of the list shows it.

  @LIST-9 @LIST-2 @V2-FLOW-1
  Scenario: LIST-9: The tool asks how many payloads there are, and then for all of them
    Given "a" is loaded and applied
    And "ab" is loaded
    And "abc" has the metadata "by=me"
    And "abc" is loaded
    When xen-livepatch "list" is run
    Then the tool exits with 0 and lists:
      | name | status | metadata |
      | a   | APPLIED |       |
      | ab  | CHECKED |       |
      | abc | CHECKED | by=me |
    And the tool made these hypercalls:
      | hypercall | idx | nr | returns |
      | LIST      | 0   | 0  | 0       |
      | LIST      | 0   | 3  | 3       |

  @LIST-3
  Scenario: LIST-3: If there is no payload, the tool asks once
    When xen-livepatch "list" is run
    Then the tool exits with 0 and says "Nothing to list"
    And the tool made these hypercalls:
      | hypercall | idx | nr | returns |
      | LIST      | 0   | 0  | 0       |

  @CALL-3
  Scenario: CALL-3: The tool shows the error of the last action beside the state
    Given "p" is loaded
    And vCPU 1 is kept busy for 40 ms
    When APPLY of "p" is asked
    And xen-livepatch "list" is run
    Then the tool exits with 0 and lists:
      | name | status | metadata |
      | p | CHECKED (16, Device or resource busy) |  |

  @LIST-2
  Scenario: LIST-2: A list that was cut short is continued after its last entry
    Given "a" is loaded and applied
    And "ab" is loaded
    And "abc" is loaded
    And between the tool's hypercalls this happens:
      | after | happens                    |
      | 1     | a soft IRQ becomes pending |
    When xen-livepatch "list" is run
    Then the tool made these hypercalls:
      | hypercall | idx | nr | returns |
      | LIST      | 0   | 0  | 0       |
      | LIST      | 0   | 3  | 1       |
      | LIST      | 1   | 2  | 2       |
    And the tool exits with 0 and lists:
      | name | status | metadata |
      | a   | APPLIED |  |
      | ab  | CHECKED |  |
      | abc | CHECKED |  |

  @LIST-5 @LIST-14 @needs-many-payloads
  Scenario: LIST-5: If nr is too large, the tool asks for half as many at a time
    Given 1025 payloads are loaded
    When xen-livepatch "list" is run
    Then the tool made these hypercalls:
      | hypercall | idx  | nr   | returns |
      | LIST      | 0    | 0    | 0       |
      | LIST      | 0    | 1025 | -E2BIG  |
      | LIST      | 0    | 512  | 512     |
      | LIST      | 512  | 512  | 512     |
      | LIST      | 1024 | 1    | 1       |
    And the tool exits with 0 and lists 1025 payloads

  @LIST-7
  Scenario: LIST-7: If the payloads change between two pages, the tool starts again
    Given "a" is loaded
    And "b" is loaded
    And between the tool's hypercalls this happens:
      | after | happens                    |
      | 1     | a soft IRQ becomes pending |
      | 2     | "c" is uploaded            |
    When xen-livepatch "list" is run
    Then the tool made these hypercalls:
      | hypercall | idx | nr | returns |
      | LIST      | 0   | 0  | 0       |
      | LIST      | 0   | 2  | 1       |
      | LIST      | 1   | 1  | 1       |
      | LIST      | 0   | 2  | 2       |

  @LIST-7
  Scenario: LIST-7: If the payloads change between two pages, no payload is shown in the state of another
    Given "a" is loaded and applied
    And "b" is loaded
    And between the tool's hypercalls this happens:
      | after | happens                    |
      | 1     | a soft IRQ becomes pending |
      | 2     | "c" is uploaded            |
    When xen-livepatch "list" is run
    Then LIST shows:
      | name | state   | rc |
      | a    | APPLIED | 0  |
      | b    | CHECKED | 0  |
      | c    | CHECKED | 0  |
    And the tool lists no payload in another state than its own

  @LIST-7
  Scenario Outline: LIST-7: If <what> between the number and the list, the tool does not show a part as the whole
    Given "a" is loaded
    And between the tool's hypercalls this happens:
      | after | happens         |
      | 1     | "<name>" is <how> |
    When xen-livepatch "list" is run
    Then the tool exits with 1 and says first "Failed to list <entries>/1."

    Examples:
      | what                  | name | how      | entries |
      | a payload is uploaded | b    | uploaded | 1       |
      | the payload is unloaded | a  | unloaded | 0       |

  @LIST-7 @V2-FLOW-2
  Scenario: LIST-7: If the payloads change at every page, the tool gives up, and its status says that it can be run again
    Given 7 payloads are loaded
    And between the tool's hypercalls this happens:
      | after | happens                    |
      | 1     | a soft IRQ becomes pending |
      | 2     | "a" is uploaded            |
      | 3     | "b" is uploaded            |
      | 4     | "c" is uploaded            |
      | 5     | "d" is uploaded            |
      | 6     | "e" is uploaded            |
      | 7     | "f" is uploaded            |
      | 8     | "g" is uploaded            |
    When xen-livepatch "list" is run
    Then the tool exits with 2 and says "Failed to list 6/7. / Error 16: Device or resource busy"
