Feature: The name of a payload
  Every call but LIST says by name which payload it is about. A name has at most 128 bytes with its NUL, and belongs to
  one payload only.

  @NAME-1 @NAME-5
  Scenario Outline: NAME-1: A name may have <size> bytes with its NUL
    When "p" is uploaded with these fields:
      | field     | value                              |
      | name      | a text of <size> bytes with its NUL |
      | name_size | <size>                             |
    Then the hypercall returns 0
    When GET of "p" is asked with these fields:
      | field     | value                              |
      | name      | a text of <size> bytes with its NUL |
      | name_size | <size>                             |
    Then GET returns CHECKED with rc 0
    When LIST is asked for 1 entry
    Then the lengths of the names are "<size>"
    When UNLOAD of "p" is asked with these fields:
      | field     | value                              |
      | name      | a text of <size> bytes with its NUL |
      | name_size | <size>                             |
    Then the hypercall returns 0
    And LIST shows nothing

    Examples:
      | size |
      | 1    |
      | 2    |
      | 127  |
      | 128  |

  @NAME-2 @NAME-5
  Scenario Outline: NAME-2: A size of <size> is refused in <operation>
    Given "p" is loaded
    When <call> with these fields:
      | field     | value                            |
      | name      | a text of <has> bytes with its NUL |
      | name_size | <size>                           |
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | operation | call                   | size  | has   |
      | UPLOAD    | "q" is uploaded        | 0     | 1     |
      | UPLOAD    | "q" is uploaded        | 129   | 129   |
      | UPLOAD    | "q" is uploaded        | 65535 | 65535 |
      | GET       | GET of "p" is asked    | 0     | 1     |
      | GET       | GET of "p" is asked    | 129   | 129   |
      | GET       | GET of "p" is asked    | 65535 | 65535 |
      | UNLOAD    | UNLOAD of "p" is asked | 0     | 1     |
      | UNLOAD    | UNLOAD of "p" is asked | 129   | 129   |
      | UNLOAD    | UNLOAD of "p" is asked | 65535 | 65535 |

  @NAME-2 @NAME-5
  Scenario Outline: NAME-2: A pad of <pad> is refused in <operation>
    Given "p" is loaded
    When <call> with these fields:
      | field    | value |
      | name_pad | <pad> |
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: Each byte
      | operation | call                | pad               |
      | GET       | GET of "p" is asked | 01 00 00 00 00 00 |
      | GET       | GET of "p" is asked | 00 01 00 00 00 00 |
      | GET       | GET of "p" is asked | 00 00 01 00 00 00 |
      | GET       | GET of "p" is asked | 00 00 00 01 00 00 |
      | GET       | GET of "p" is asked | 00 00 00 00 01 00 |
      | GET       | GET of "p" is asked | 00 00 00 00 00 80 |

    Examples: Each call
      | operation | call                   | pad               |
      | UPLOAD    | "q" is uploaded        | 00 00 00 00 00 01 |
      | APPLY     | APPLY of "p" is asked  | 00 00 00 00 00 01 |
      | UNLOAD    | UNLOAD of "p" is asked | ff ff ff ff ff ff |

  @NAME-2
  Scenario Outline: NAME-2: A name without a NUL at its end is refused in <operation>
    Given "p" is loaded
    When <call> with these fields:
      | field     | value             |
      | name      | the text "<text>" |
      | name_size | <size>            |
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: Only the NUL is missing
      | operation | call                   | text | size |
      | UPLOAD    | "q" is uploaded        | q    | 1    |
      | GET       | GET of "p" is asked    | p    | 1    |
      | UNLOAD    | UNLOAD of "p" is asked | p    | 1    |

    Examples: The NUL is after the size, or before the end
      | operation | call                   | text   | size |
      | UPLOAD    | "q" is uploaded        | qq\0   | 2    |
      | GET       | GET of "p" is asked    | p\0    | 1    |
      | GET       | GET of "p" is asked    | p\0x   | 3    |
      | UNLOAD    | UNLOAD of "p" is asked | p\0x   | 3    |

  @NAME-6
  Scenario Outline: NAME-6: A name at <pointer> is refused in <operation>
    Given "p" is loaded
    When <call> with these fields:
      | field | value     |
      | name  | <pointer> |
    Then the hypercall returns -EFAULT
    And nothing changed

    Examples:
      | operation | call                   | pointer                          |
      | UPLOAD    | "q" is uploaded        | an unmapped guest address        |
      | GET       | GET of "p" is asked    | an unmapped guest address        |
      | UNLOAD    | UNLOAD of "p" is asked | an unmapped guest address        |
      | GET       | GET of "p" is asked    | 0                                |
      | GET       | GET of "p" is asked    | the address of xen_extra_version |
      | GET       | GET of "p" is asked    | an unmapped hypervisor address   |

  @NAME-6
  Scenario Outline: NAME-6: A name before an unmapped page is read as far as its size of <size> says
    Given "p" is loaded
    When <call> with these fields:
      | field     | value                                |
      | name      | the text "p\0" before an unmapped page |
      | name_size | <size>                               |
    Then the hypercall returns <returned>

    Examples:
      | call                   | size | returned |
      | GET of "p" is asked    | 2    | 0        |
      | GET of "p" is asked    | 3    | -EFAULT  |
      | GET of "p" is asked    | 128  | -EFAULT  |
      | "p" is uploaded        | 2    | -EEXIST  |
      | "p" is uploaded        | 3    | -EFAULT  |
      | UNLOAD of "p" is asked | 3    | -EFAULT  |
      | UNLOAD of "p" is asked | 2    | 0        |

  @NAME-3 @NAME-7
  Scenario: NAME-3: The name of a payload that is loaded is taken
    Given "p" is loaded
    And a payload "q"
    When "q" is uploaded as "p"
    Then the hypercall returns -EEXIST
    And nothing changed

  @NAME-3 @NAME-7
  Scenario: NAME-3: The name of a payload that is applied is taken
    Given "p" is loaded and applied
    And a payload "q"
    When "q" is uploaded as "p"
    Then the hypercall returns -EEXIST
    And nothing changed
    And the extra version is "p"

  # A character means the byte of its number in ISO 8859-1: e9 and e8, which are not UTF-8, and 69, which is e9 with
  # its highest bit clear.
  @NAME-3
  Scenario Outline: NAME-3: All eight bits of a name's bytes count: "<name>" is a different name from "é"
    Given a payload "p"
    And "p" is uploaded as "é"
    And a payload "q"
    When "q" is uploaded as "<name>"
    Then the hypercall returns 0
    And LIST shows:
      | name   | state   | rc |
      | é      | CHECKED | 0  |
      | <name> | CHECKED | 0  |

    Examples:
      | name |
      | è    |
      | i    |
      | É    |

  @NAME-3
  Scenario Outline: NAME-3: "<name>" is a different name from "p"
    Given "p" is loaded
    And a payload "q"
    When "q" is uploaded as "<name>"
    Then the hypercall returns 0
    And LIST shows:
      | name   | state   | rc |
      | p      | CHECKED | 0  |
      | <name> | CHECKED | 0  |

    Examples:
      | name |
      | P    |
      | pp   |

  @NAME-4
  Scenario: NAME-4: A name ends at its first NUL
    When "a" is uploaded with these fields:
      | field     | value               |
      | name      | the text "a\0b\0"   |
      | name_size | 4                   |
    Then the hypercall returns 0
    And LIST shows:
      | name | state   | rc |
      | a    | CHECKED | 0  |
    When LIST is asked for 1 entry
    Then the lengths of the names are "2"

  @NAME-4 @NAME-7
  Scenario: NAME-4: Names that differ only after their first NUL are the same name
    Given "a" is loaded
    And a payload "b"
    When "b" is uploaded with these fields:
      | field     | value             |
      | name      | the text "a\0b\0" |
      | name_size | 4                 |
    Then the hypercall returns -EEXIST
    And nothing changed
    When GET of "a" is asked with these fields:
      | field     | value             |
      | name      | the text "a\0c\0" |
      | name_size | 4                 |
    Then GET returns CHECKED with rc 0
    When UNLOAD of "a" is asked with these fields:
      | field     | value             |
      | name      | the text "a\0\0\0" |
      | name_size | 4                 |
    Then the hypercall returns 0
    And LIST shows nothing

  @UPL-2 @UPL-1
  Scenario Outline: UPL-2: A name that is taken is refused for that, before the file is checked: <fault>
    Given "p" is in state <state>
    And a payload "bad"
    And in "bad" the field <field> is <value>
    When "bad" is uploaded as "p"
    Then the hypercall returns -EEXIST
    And nothing changed

    Examples:
      | state   | fault              | field                       | value |
      | CHECKED | no ELF file        | header.ei_mag0              | 0     |
      | APPLIED | for another CPU    | header.e_machine            | 40    |
      | CHECKED | unknown version    | .livepatch.funcs[0].version | 3     |
