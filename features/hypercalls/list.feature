Feature: LIST: the payloads that are loaded, in the order of upload
  A tool first asks for no entries to learn how many there are, then for as many at a time as it has room for.

  @LIST-1 @LIST-9 @F-35
  Scenario Outline: LIST-1: A LIST for no entries says that there are <count> payloads
    Given <count> payloads are loaded
    When LIST is asked for 0 entries
    Then the hypercall returns 0
    And <count> payloads remain
    And the entries are ""
    And nothing changed

    Examples:
      | count |
      | 0     |
      | 1     |
      | 2     |
      | 3     |

  @LIST-9
  Scenario: LIST-9: A LIST for no entries writes the version over what was there
    Given "p" is loaded
    When LIST is asked for 0 entries with these fields:
      | field   | value      |
      | version | 0xdeadbeef |
    Then the hypercall returns 0
    And the version of the list is as before

  @LIST-10
  Scenario: LIST-10: A LIST for no entries needs no buffers
    Given 3 payloads are loaded
    When LIST is asked for 0 entries with these fields:
      | field  | value                     |
      | status | 0                         |
      | name   | an unmapped guest address |
      | len    | an unmapped guest address |
    Then the hypercall returns 0
    And 3 payloads remain

  @LIST-10 @F-38
  Scenario: LIST-10: A LIST for no entries ignores the index to start at
    Given 3 payloads are loaded
    When LIST is asked for 0 entries starting at index 7
    Then the hypercall returns 0
    And 3 payloads remain

  @LIST-2 @LIST-11 @F-36
  Scenario Outline: LIST-2: Of <count> payloads, <nr> from index <idx> are listed
    Given <count> payloads are loaded
    When LIST is asked for <nr> entries starting at index <idx>
    Then the hypercall returns <returned>
    And the entries are "<entries>"
    And <remaining> payloads remain after them
    And each length counts the name and its NUL
    And nothing changed

    Examples:
      | count | nr   | idx | returned | entries                         | remaining |
      | 1     | 1    | 0   | 1        | payload-1                       | 0         |
      | 2     | 1    | 0   | 1        | payload-1                       | 1         |
      | 2     | 1    | 1   | 1        | payload-2                       | 0         |
      | 2     | 2    | 0   | 2        | payload-1, payload-2            | 0         |
      | 3     | 1    | 1   | 1        | payload-2                       | 1         |
      | 3     | 2    | 0   | 2        | payload-1, payload-2            | 1         |
      | 3     | 2    | 1   | 2        | payload-2, payload-3            | 0         |
      | 3     | 2    | 2   | 1        | payload-3                       | 0         |
      | 3     | 4    | 0   | 3        | payload-1, payload-2, payload-3 | 0         |
      | 3     | 1024 | 0   | 3        | payload-1, payload-2, payload-3 | 0         |

  @LIST-2 @LIST-11
  Scenario Outline: LIST-2: Page by page, <count> payloads are listed once each, <at once> at a time
    Given <count> payloads are loaded
    When all payloads are listed, <at once> entries at a time
    Then the entries are those of <count> payloads, in the order of upload
    And 0 payloads remain

    Examples:
      | count | at once |
      | 0     | 1       |
      | 1     | 1       |
      | 2     | 1       |
      | 2     | 2       |
      | 2     | 3       |
      | 7     | 3       |

  @LIST-2 @LIST-11 @bug-31 @needs-many-payloads
  Scenario: LIST-2: 1000 payloads are listed once each, page by page and in one call
    Given 1000 payloads are loaded
    When LIST is asked for 0 entries
    Then 1000 payloads remain
    When all payloads are listed, 300 entries at a time
    Then the entries are those of 1000 payloads, in the order of upload
    And 0 payloads remain
    When LIST is asked for 1 entry starting at index 999
    Then the entries are "payload-1000"
    When LIST is asked for 1024 entries
    Then the hypercall returns 1000
    And the entries are those of 1000 payloads, in the order of upload
    And each length counts the name and its NUL
    And 0 payloads remain

  @LIST-2 @needs-full-reset
  Scenario: LIST-2: A payload of 65 functions is listed, and the list can be changed and asked for afterwards
    Given a payload "p" turns the first 5 bytes of plain_function into nops 65 times over
    And "p" is loaded and applied
    When LIST is asked for 1 entry
    Then the entries are "p"
    When "q" is uploaded
    And LIST is asked for 2 entries
    Then the entries are "p, q"
    When REVERT of "p" is asked
    And UNLOAD of "p" is asked
    And LIST is asked for 2 entries
    Then the entries are "q"

  @LIST-11
  Scenario: LIST-11: The order is that of upload, whatever was applied first
    Given "a" is loaded
    And "b" is loaded and applied
    And "c" is loaded
    When LIST is asked for 3 entries
    Then the entries are "a, b, c"

  @LIST-11
  Scenario: LIST-11: A payload that was unloaded and uploaded again is the last
    Given "a" is loaded
    And "b" is loaded
    When UNLOAD of "a" is asked
    And "a" is uploaded
    And LIST is asked for 2 entries
    Then the entries are "b, a"

  @LIST-3 @F-35
  Scenario: LIST-3: With nothing loaded, there are no payloads to return
    When LIST is asked for 1 entry
    Then the hypercall returns 0
    And 0 payloads remain
    And nothing changed

  @LIST-3
  Scenario: LIST-3: After the last UNLOAD there are no payloads to return
    Given "p" is loaded
    When UNLOAD of "p" is asked
    And LIST is asked for 1 entry
    Then the hypercall returns 0
    And 0 payloads remain

  @LIST-5 @LIST-14 @F-38
  Scenario Outline: LIST-5: <nr> entries at once, with <count> payloads loaded, gets <returned>
    Given <count> payloads are loaded
    When LIST is asked for <nr> entries
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | nr         | count | returned |
      | 1023       | 2     | 2        |
      | 1024       | 2     | 2        |
      | 1025       | 2     | -E2BIG   |
      | 1025       | 0     | -E2BIG   |
      | 4294967295 | 2     | -E2BIG   |

  @LIST-6 @LIST-15
  Scenario Outline: LIST-6: A pad of <pad> is refused, for <nr> entries of <count> payloads
    Given <count> payloads are loaded
    When LIST is asked for <nr> entries with these fields:
      | field | value |
      | pad   | <pad> |
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | pad        | nr | count |
      | 1          | 1  | 1     |
      | 0x80000000 | 1  | 1     |
      | 0xffffffff | 1  | 1     |
      | 1          | 0  | 1     |
      | 1          | 1  | 0     |

  @LIST-8 @F-38
  Scenario Outline: LIST-8: With <count> payloads loaded, index <idx> gets <returned>
    Given <count> payloads are loaded
    When LIST is asked for 1 entry starting at index <idx>
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | count | idx        | returned |
      | 1     | 1          | -EINVAL  |
      | 3     | 3          | -EINVAL  |
      | 3     | 4          | -EINVAL  |
      | 3     | 4294967295 | -EINVAL  |
      | 0     | 0          | 0        |
      | 0     | 1          | 0        |
      | 0     | 4294967295 | 0        |

  @LIST-2
  Scenario: LIST-2: The last payload can be asked for alone
    Given 3 payloads are loaded
    When LIST is asked for 1 entry starting at index 2
    Then the hypercall returns 1
    And the entries are "payload-3"

  @V2-LIST-6 @V2-LIST-9 @revision-2
  Scenario Outline: V2-LIST-6: Too little room is reported after all else: <nr> entries from index <idx> with a pad of <pad> get <returned>
    Given 2 payloads are loaded
    When LIST is asked for <nr> entries with these fields:
      | field           | value |
      | idx             | <idx> |
      | name_total_size | 1     |
      | pad             | <pad> |
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | nr   | idx | pad | returned |
      | 1    | 0   | 0   | -ENOBUFS |
      | 1025 | 0   | 0   | -E2BIG   |
      | 1025 | 2   | 1   | -E2BIG   |
      | 1    | 0   | 1   | -EINVAL  |
      | 1    | 2   | 0   | -EINVAL  |
