Feature: LIST: the version that shows whether the payloads are still the same
  A tool that asks for one page after another sees from the version that a payload was loaded or unloaded meanwhile.

  @LIST-7 @F-37
  Scenario: LIST-7: The version changes with an upload and with an unload
    Given "p" is loaded
    When LIST is asked for 1 entry
    And "q" is uploaded
    Then the version of the list has changed
    When LIST is asked for 1 entry
    And UNLOAD of "q" is asked
    Then the version of the list has changed

  @LIST-7
  Scenario: LIST-7: A payload that came and went leaves a different version
    Given "p" is loaded
    When LIST is asked for 1 entry
    And "q" is uploaded
    And UNLOAD of "q" is asked
    Then the version of the list has changed

  @LIST-7
  Scenario: LIST-7: The first upload changes the version, and so does the last unload
    When LIST is asked for 0 entries
    And "p" is uploaded
    Then the version of the list has changed
    When LIST is asked for 0 entries
    And UNLOAD of "p" is asked
    Then the version of the list has changed

  @LIST-16 @F-37
  Scenario: LIST-16: The version stays the same while the payloads stay the same
    Given "p" is loaded
    And a payload "bad"
    And in "bad" the field header.e_machine is 40
    When LIST is asked for 1 entry
    And APPLY of "p" is asked
    Then the version of the list is as before
    When UNLOAD of "p" is asked
    Then "p" is still APPLIED
    And the version of the list is as before
    When REVERT of "p" is asked
    Then the version of the list is as before
    When REPLACE of "p" is asked
    Then the version of the list is as before
    When "bad" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And the version of the list is as before

  @LIST-7
  Scenario: LIST-7: A tool that lists page by page sees that the payloads changed meanwhile
    Given 3 payloads are loaded
    When LIST is asked for 2 entries
    Then 1 payload remains
    When UNLOAD of "payload-1" is asked
    Then the version of the list has changed
    When LIST is asked for 2 entries
    Then the entries are "payload-2, payload-3"
    And the version of the list is as before

  @LIST-7 @LIST-2 @bug-59
  Scenario: LIST-7: What was uploaded since a probe is counted as remaining, and nothing is written for it
    Given "a" is loaded
    When LIST is asked for 0 entries
    Then 1 payload remains
    When "bb" is uploaded
    Then the version of the list has changed
    When LIST is asked for 1 entry
    Then the hypercall returns 1
    And the entries are "a"
    And 1 payload remains after them
    And nothing is written past these bytes of the buffers:
      | buffer | bytes |
      | status | 8     |
      | len    | 4     |

  @V2-LIST-9 @LIST-7 @bug-59 @revision-2
  Scenario: V2-LIST-9: After a probe and another upload, names are not written past the room that the probe gave
    Given "a" is loaded
    When LIST is asked for 0 entries
    Then the names have 2 bytes in all, the metadata 0
    When "bb" is uploaded
    And LIST is asked for 2 entries with these fields:
      | field           | value |
      | name_total_size | 2     |
    Then the hypercall returns -ENOBUFS
    And nothing is written past these bytes of the buffers:
      | buffer | bytes |
      | name   | 2     |
