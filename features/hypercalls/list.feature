Feature: LIST: the payloads that are loaded, in the order of upload
  A tool first asks for no entries to learn how many there are, then for as many at a time as it has room for. A
  version tells it whether the payloads are still the same.

  @LIST-1 @F-35
  Scenario Outline: LIST-1: A LIST for no entries tells that there are <count> payloads
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

  @LIST-1
  Scenario: LIST-1: A LIST for no entries writes the version over what was there
    Given "p" is loaded
    When LIST is asked for 0 entries with these fields:
      | field   | value      |
      | version | 0xdeadbeef |
    Then the hypercall returns 0
    And the version of the list is as before

  @LIST-1
  Scenario: LIST-1: A LIST for no entries needs no buffers
    Given 3 payloads are loaded
    When LIST is asked for 0 entries with these fields:
      | field  | value                     |
      | status | 0                         |
      | name   | an unmapped guest address |
      | len    | an unmapped guest address |
    Then the hypercall returns 0
    And 3 payloads remain

  @LIST-1 @F-38
  Scenario: LIST-1: A LIST for no entries does not look at the number to begin with
    Given 3 payloads are loaded
    When LIST is asked for 0 entries from number 7 on
    Then the hypercall returns 0
    And 3 payloads remain

  @LIST-2 @F-36
  Scenario Outline: LIST-2: Of <count> payloads, <nr> asked for from number <idx> on
    Given <count> payloads are loaded
    When LIST is asked for <nr> entries from number <idx> on
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

  @LIST-2
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

  @LIST-2 @bug-31 @bug-54 @needs-many-payloads
  Scenario: LIST-2: 1000 payloads are listed once each, page by page and in one call
    Given 1000 payloads are loaded
    When LIST is asked for 0 entries
    Then 1000 payloads remain
    When all payloads are listed, 300 entries at a time
    Then the entries are those of 1000 payloads, in the order of upload
    And 0 payloads remain
    When LIST is asked for 1 entry from number 999 on
    Then the entries are "payload-1000"
    When LIST is asked for 1024 entries
    Then the hypercall returns 1000
    And the entries are those of 1000 payloads, in the order of upload
    And each length counts the name and its NUL
    And 0 payloads remain

  @LIST-2 @bug-22
  Scenario: LIST-2: A payload of 65 functions is listed, and the list can be changed and asked for afterwards
    Given a payload "p" turns the first 5 bytes of xen_minor_version into nops 65 times over
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

  @LIST-2
  Scenario: LIST-2: The order is that of upload, whatever was applied first
    Given "a" is loaded
    And "b" is loaded and applied
    And "c" is loaded
    When LIST is asked for 3 entries
    Then the entries are "a, b, c"

  @LIST-2
  Scenario: LIST-2: A payload that was unloaded and uploaded again is the last
    Given "a" is loaded
    And "b" is loaded
    When UNLOAD of "a" is asked
    And "a" is uploaded
    And LIST is asked for 2 entries
    Then the entries are "b, a"

  @LIST-3 @F-35
  Scenario: LIST-3: Where nothing is loaded there are no payloads to return
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

  @LIST-4 @revision-1
  Scenario: LIST-4: Status, name and length of each entry stand where the structure says
    Given "ab" is loaded and applied
    And "c" is loaded
    And REVERT of "c" is asked
    When LIST is asked for 2 entries
    Then the hypercall returns 2
    And the buffer status holds 02 00 00 00 00 00 00 00 at 0
    And the buffer status holds 01 00 00 00 ea ff ff ff at 8
    And the buffer name holds 61 62 00 at 0
    And the buffer name holds 63 00 at 128
    And the buffer len holds 03 00 00 00 02 00 00 00 at 0

  @LIST-4 @F-36 @revision-1
  Scenario Outline: LIST-4: Of 3 payloads, <nr> from number <idx> on, nothing is written past <returned>
    Given 3 payloads are loaded
    When LIST is asked for <nr> entries from number <idx> on
    Then the hypercall returns <returned>
    And nothing is written past these bytes of the buffers:
      | buffer | bytes    |
      | status | <status> |
      | name   | <name>   |
      | len    | <len>    |

    Examples:
      | nr | idx | returned | status | name | len |
      | 0  | 0   | 0        | 0      | 0    | 0   |
      | 1  | 0   | 1        | 8      | 128  | 4   |
      | 1  | 2   | 1        | 8      | 128  | 4   |
      | 2  | 0   | 2        | 16     | 256  | 8   |
      | 2  | 2   | 1        | 8      | 128  | 4   |

  @V2-LIST-1 @V2-LIST-2 @revision-2 @bug-31
  Scenario: V2-LIST-2: Names and metadata are packed, and the lengths tell them apart
    Given a payload "ab"
    And "ab" has the metadata "by=me"
    And "ab" is loaded and applied
    And a payload "c"
    And "c" has the metadata "a=1 b=2"
    And "c" is loaded
    And REVERT of "c" is asked
    When LIST is asked for 2 entries
    Then the hypercall returns 2
    And the buffer status holds 02 00 00 00 00 00 00 00 at 0
    And the buffer status holds 01 00 00 00 ea ff ff ff at 8
    And the buffer name holds 61 62 00 63 00 at 0
    And the buffer len holds 03 00 00 00 02 00 00 00 at 0
    And the buffer metadata holds 62 79 3d 6d 65 00 61 3d 31 00 62 3d 32 00 at 0
    And the buffer metadata_len holds 06 00 00 00 08 00 00 00 at 0
    And nothing is written past these bytes of the buffers:
      | buffer       | bytes |
      | status       | 16    |
      | name         | 5     |
      | len          | 8     |
      | metadata     | 14    |
      | metadata_len | 8     |

  @V2-LIST-2 @F-36 @revision-2
  Scenario Outline: V2-LIST-2: Of "a", "bb" and "ccc", <nr> from number <idx> on, nothing is written past <returned>
    Given "a" is loaded
    And "bb" is loaded
    And "ccc" is loaded
    When LIST is asked for <nr> entries from number <idx> on
    Then the hypercall returns <returned>
    And the lengths of the names are "<lengths>"
    And nothing is written past these bytes of the buffers:
      | buffer       | bytes    |
      | status       | <status> |
      | name         | <name>   |
      | len          | <len>    |
      | metadata     | 0        |
      | metadata_len | <len>    |

    Examples:
      | nr | idx | returned | lengths | status | name | len |
      | 0  | 0   | 0        |         | 0      | 0    | 0   |
      | 1  | 0   | 1        | 2       | 8      | 2    | 4   |
      | 1  | 2   | 1        | 4       | 8      | 4    | 4   |
      | 2  | 0   | 2        | 2, 3    | 16     | 5    | 8   |
      | 2  | 2   | 1        | 4       | 8      | 4    | 4   |

  @V2-LIST-1 @V2-LIST-2 @revision-2
  Scenario: V2-LIST-2: A LIST for no entries tells how much room names and metadata need
    When LIST is asked for 0 entries
    Then the names have 0 bytes in all, the metadata 0
    Given a payload "ab"
    And "ab" has the metadata "by=me"
    And "ab" is loaded
    When LIST is asked for 0 entries
    Then the names have 3 bytes in all, the metadata 6
    Given "c" is loaded
    When LIST is asked for 0 entries
    Then the names have 5 bytes in all, the metadata 6
    When UNLOAD of "ab" is asked
    And LIST is asked for 0 entries
    Then the names have 2 bytes in all, the metadata 0

  @V2-LIST-3 @F-39 @revision-2 @bug-59
  Scenario Outline: V2-LIST-3: Where <bytes> bytes of <buffer> are stated and 5 are needed, LIST returns <returned>
    Given a payload "a"
    And "a" has the metadata "k="
    And "a" is loaded
    And a payload "bb"
    And "bb" has the metadata "="
    And "bb" is loaded
    When LIST is asked for 2 entries with these fields:
      | field               | value   |
      | <buffer>_total_size | <bytes> |
    Then the hypercall returns <returned>
    And nothing is written past these bytes of the buffers:
      | buffer   | bytes    |
      | <buffer> | <within> |

    Examples:
      | buffer   | bytes | returned | within |
      | name     | 0     | 2        | 5      |
      | name     | 1     | -ENOBUFS | 1      |
      | name     | 4     | -ENOBUFS | 4      |
      | name     | 5     | 2        | 5      |
      | name     | 6     | 2        | 5      |
      | metadata | 0     | 2        | 5      |
      | metadata | 1     | -ENOBUFS | 1      |
      | metadata | 4     | -ENOBUFS | 4      |
      | metadata | 5     | 2        | 5      |
      | metadata | 6     | 2        | 5      |

  @V2-LIST-3 @revision-2
  Scenario: V2-LIST-3: What is stated has to be enough for the entries of the call, not for all
    Given "a" is loaded
    And "bb" is loaded
    When LIST is asked for 1 entry with these fields:
      | field           | value |
      | name_total_size | 2     |
    Then the hypercall returns 1
    And the entries are "a"

  @LIST-5 @F-38
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

  @LIST-6
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
  Scenario: LIST-7: A payload that came and went leaves another version behind
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

  @LIST-7 @F-37
  Scenario: LIST-7: The version stays where the payloads stay
    Given "p" is loaded
    And a payload "bad"
    And in "bad" the field header.e_machine is 40
    When LIST is asked for 1 entry
    And APPLY of "p" is asked
    Then the version of the list is as before
    When UNLOAD of "p" is asked
    Then the hypercall returns -EINVAL
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

  @LIST-8 @F-38
  Scenario Outline: LIST-8: With <count> payloads loaded, number <idx> gets <returned>
    Given <count> payloads are loaded
    When LIST is asked for 1 entry from number <idx> on
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

  @LIST-8
  Scenario: LIST-8: The last payload can be asked for alone
    Given 3 payloads are loaded
    When LIST is asked for 1 entry from number 2 on
    Then the hypercall returns 1
    And the entries are "payload-3"

  @LIST-8
  Scenario Outline: LIST-8: A buffer for <buffer> at <pointer> cannot be written
    Given 2 payloads are loaded
    When LIST is asked for 2 entries with these fields:
      | field    | value     |
      | <buffer> | <pointer> |
    Then the hypercall returns -EINVAL or -EFAULT
    And nothing changed

    Examples:
      | buffer | pointer                          |
      | status | 0                                |
      | status | an unmapped guest address        |
      | status | the address of xen_extra_version |
      | name   | 0                                |
      | name   | an unmapped guest address        |
      | name   | the address of xen_extra_version |
      | len    | 0                                |
      | len    | an unmapped guest address        |
      | len    | the address of xen_extra_version |

  @LIST-8 @V2-LIST-1 @revision-2
  Scenario Outline: LIST-8: A buffer for <buffer> at <pointer> cannot be written either
    Given a payload "p"
    And "p" has the metadata "by=me"
    And "p" is loaded
    When LIST is asked for 1 entry with these fields:
      | field    | value     |
      | <buffer> | <pointer> |
    Then the hypercall returns -EINVAL or -EFAULT
    And nothing changed

    Examples:
      | buffer       | pointer                          |
      | metadata     | 0                                |
      | metadata     | an unmapped guest address        |
      | metadata     | the address of xen_extra_version |
      | metadata_len | 0                                |
      | metadata_len | an unmapped guest address        |
      | metadata_len | the address of xen_extra_version |

  @LIST-8
  Scenario Outline: LIST-8: A buffer for <buffer> in read-only memory cannot be written
    Given "p" is loaded
    When LIST is asked for 1 entry with these fields:
      | field    | value                                  |
      | <buffer> | the text "12345678" in read-only memory |
    Then the hypercall returns -EINVAL or -EFAULT
    And nothing changed

    Examples:
      | buffer |
      | status |
      | name   |
      | len    |

  @LIST-8
  Scenario Outline: LIST-8: With room for one status, <nr> of 2 payloads gets <returned>
    Given 2 payloads are loaded
    When LIST is asked for <nr> entries with these fields:
      | field  | value                                        |
      | status | the text "12345678" before an unmapped page |
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | nr | returned |
      | 1  | 1        |
      | 2  | -EFAULT  |

  @LIST-8
  Scenario Outline: LIST-8: With room for <text> in <buffer>, <nr> of 2 payloads gets <returned>
    Given 2 payloads are loaded
    When LIST is asked for <nr> entries with these fields:
      | field    | value                                     |
      | <buffer> | the text "<text>" before an unmapped page |
    Then the hypercall returns <returned>
    And nothing changed

    Examples: Names of 10 bytes with their NULs, lengths of 4
      | buffer | text       | nr | returned |
      | name   | 1234567890 | 1  | 1        |
      | name   | 123456789  | 1  | -EFAULT  |
      | name   | 1234567890 | 2  | -EFAULT  |
      | len    | 1234       | 1  | 1        |
      | len    | 123        | 1  | -EFAULT  |
      | len    | 1234       | 2  | -EFAULT  |
      | len    | 1234567    | 2  | -EFAULT  |
      | len    | 12345678   | 2  | 2        |

    @V2-LIST-1 @revision-2
    Examples: Lengths of the metadata
      | buffer       | text     | nr | returned |
      | metadata_len | 1234     | 1  | 1        |
      | metadata_len | 1234567  | 2  | -EFAULT  |
      | metadata_len | 12345678 | 2  | 2        |

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

  @V2-LIST-3 @LIST-7 @bug-59 @revision-2
  Scenario: V2-LIST-3: Room for the names of a probe is not written past where a payload has come since
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
