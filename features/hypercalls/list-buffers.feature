Feature: LIST: what is written into the caller's buffers
  Each entry has its status, name and length at its own place. In revision 2 names are packed, and there is metadata
  too. Nothing is written where the caller has no room.

  @LIST-4 @LIST-13 @revision-1
  Scenario: LIST-4: Status, name and length of each entry are where the structure says
    Given "ab" is loaded
    And "c" brings 8 bytes of .data
    And "c" is loaded and applied
    And "c" is reverted
    And APPLY of "c" is asked
    And "ab" is applied
    When LIST is asked for 2 entries
    Then the hypercall returns 2
    And the buffer status holds 02 00 00 00 00 00 00 00 at 0
    And the buffer status holds 01 00 00 00 ea ff ff ff at 8
    And the buffer name holds 61 62 00 at 0
    And the buffer name holds 63 00 at 128
    And the buffer len holds 03 00 00 00 02 00 00 00 at 0

  @LIST-12 @LIST-13 @F-36 @revision-1
  Scenario Outline: LIST-12: For <nr> of 3 payloads from index <idx>, nothing is written past <returned>
    Given 3 payloads are loaded
    When LIST is asked for <nr> entries starting at index <idx>
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

  @V2-LIST-1 @V2-LIST-2 @V2-LIST-3 @V2-LIST-7 @LIST-13 @revision-2 @bug-31
  Scenario: V2-LIST-2: Names and metadata are packed, and the lengths tell them apart
    Given a payload "ab"
    And "ab" has the metadata "by=me"
    And "ab" is loaded
    And a payload "c"
    And "c" has the metadata "a=1 b=2"
    And "c" brings 8 bytes of .data
    And "c" is loaded and applied
    And "c" is reverted
    And APPLY of "c" is asked
    And "ab" is applied
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

  @V2-LIST-2 @V2-LIST-3 @LIST-13 @F-36 @revision-2
  Scenario Outline: V2-LIST-3: For <nr> of "a", "bb" and "ccc" from index <idx>, nothing is written past <returned>
    Given "a" is loaded
    And "bb" is loaded
    And "ccc" is loaded
    When LIST is asked for <nr> entries starting at index <idx>
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

  @V2-LIST-1 @V2-LIST-8 @revision-2
  Scenario: V2-LIST-8: A LIST for no entries returns how much room names and metadata need
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

  @V2-LIST-4 @revision-2
  Scenario Outline: V2-LIST-4: For <nr> of "a", "bb" and "ccc" from index <idx>, the totals are those of what is written
    Given a payload "a"
    And "a" has the metadata "k="
    And "a" is loaded
    And a payload "bb"
    And "bb" has the metadata "by=me"
    And "bb" is loaded
    And "ccc" is loaded
    When LIST is asked for <nr> entries starting at index <idx>
    Then the hypercall returns <returned>
    And the names have <names> bytes in all, the metadata <metadata>

    Examples:
      | nr | idx | returned | names | metadata |
      | 1  | 0   | 1        | 2     | 3        |
      | 1  | 1   | 1        | 3     | 6        |
      | 1  | 2   | 1        | 4     | 0        |
      | 2  | 0   | 2        | 5     | 9        |
      | 2  | 1   | 2        | 7     | 6        |
      | 4  | 0   | 3        | 9     | 9        |

  @V2-LIST-5 @revision-2
  Scenario Outline: V2-LIST-5: Metadata of <bytes> bytes is listed to the last byte
    Given a payload "p"
    And "p" has metadata of <bytes> bytes
    And "p" is loaded
    When LIST is asked for 0 entries
    Then the names have 2 bytes in all, the metadata <bytes>
    When LIST is asked for 1 entry
    Then the hypercall returns 1
    And the metadata of "p" is complete

    Examples:
      | bytes |
      | 5     |
      | 255   |
      | 300   |
      | 4096  |
      | 70000 |

  @V2-LIST-9 @F-39 @revision-2 @bug-59
  Scenario Outline: V2-LIST-9: With <bytes> bytes of <buffer> stated and 5 needed, LIST returns <returned>
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

  @V2-LIST-9 @revision-2
  Scenario: V2-LIST-9: The stated size has to be enough for the entries of the call, not for all payloads
    Given "a" is loaded
    And "bb" is loaded
    When LIST is asked for 1 entry with these fields:
      | field           | value |
      | name_total_size | 2     |
    Then the hypercall returns 1
    And the entries are "a"

  @V2-LIST-8 @V2-LIST-9 @LIST-10 @revision-2
  Scenario: V2-LIST-8: A LIST for no entries returns the sizes whatever the caller states, since it writes nothing
    Given a payload "ab"
    And "ab" has the metadata "by=me"
    And "ab" is loaded
    When LIST is asked for 0 entries with these fields:
      | field               | value |
      | name_total_size     | 1     |
      | metadata_total_size | 1     |
    Then the hypercall returns 0
    And the names have 3 bytes in all, the metadata 6

  @LIST-17
  Scenario Outline: LIST-17: A buffer for <buffer> at <pointer> cannot be written
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

  @LIST-17 @V2-LIST-1 @revision-2
  Scenario Outline: LIST-17: A buffer for <buffer> at <pointer> cannot be written either
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

  @LIST-17
  Scenario Outline: LIST-17: A buffer for <buffer> in read-only memory cannot be written
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

  @LIST-17
  Scenario Outline: LIST-17: With room for one status, <nr> of 2 payloads gets <returned>
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

  @LIST-17
  Scenario Outline: LIST-17: With room for <text> in <buffer>, <nr> of 2 payloads gets <returned>
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
