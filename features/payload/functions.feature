Feature: .livepatch.funcs: which functions are patched, and with what
  Each entry of the section names an old function and what replaces it: a new function of the payload, or nops. UPLOAD
  checks the entries. If one of them breaks a rule, the payload is refused and nothing is loaded.

  @FUNC-1 @FUNC-16 @revision-1
  Scenario Outline: FUNC-1: The size of the section is a multiple of 64
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And in "p" the field section[.livepatch.funcs].sh_size is <size>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | size | returned |
      | 63   | -EINVAL  |
      | 64   | 0        |
      | 65   | -EINVAL  |
      | 104  | -EINVAL  |

  @V2-FUNC-1 @FUNC-16 @F-18 @revision-2
  Scenario Outline: V2-FUNC-1: The size of the section is a multiple of 104
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And in "p" the field section[.livepatch.funcs].sh_size is <size>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | size | returned |
      | 72   | -EINVAL  |
      | 103  | -EINVAL  |
      | 104  | 0        |
      | 105  | -EINVAL  |

  @FUNC-1 @revision-1
  Scenario: FUNC-1: The fields of an entry are where the document says
    # name (filled in by a relocation), new_addr 0, old_addr 0, new_size 5, old_size 6, version 1
    Given payload "p" turns the first 1 byte of plain_function into nops
    And in "p" the field section[.livepatch.funcs].data is bytes 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05 00 00 00 06 00 00 00 01
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops
    And of the hypervisor only the first 5 bytes of plain_function changed

  @V2-FUNC-1 @F-18 @revision-2
  Scenario: V2-FUNC-1: The fields of an entry are where those of revision 1 are
    # name (filled in by a relocation), new_addr 0, old_addr 0, new_size 5, old_size 6, version 2
    Given payload "p" turns the first 1 byte of plain_function into nops
    And in "p" the field section[.livepatch.funcs].data is bytes 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05 00 00 00 06 00 00 00 02
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops
    And of the hypervisor only the first 5 bytes of plain_function changed

  @FUNC-1 @FUNC-15 @FUNC-17 @revision-1
  Scenario Outline: FUNC-1: A section of <size> bytes has <count> entries, the last of which holds
    Given payload "p" makes xen_minor_version return each number from 1 to <count>, with an entry for each
    And in "p" the field section[.livepatch.funcs].sh_size is <size>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the minor version is <count>

    Examples:
      | size  | count |
      | 64    | 1     |
      | 128   | 2     |
      | 4096  | 64    |
      | 4160  | 65    |
      | 64000 | 1000  |

  @V2-FUNC-1 @FUNC-15 @FUNC-17 @revision-2 @needs-full-reset
  Scenario Outline: V2-FUNC-1: A section of <size> bytes has <count> entries, the last of which holds
    Given payload "p" makes xen_minor_version return each number from 1 to <count>, with an entry for each
    And in "p" the field section[.livepatch.funcs].sh_size is <size>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the minor version is <count>

    Examples:
      | size   | count |
      | 104    | 1     |
      | 208    | 2     |
      | 6656   | 64    |
      | 6760   | 65    |
      | 104000 | 1000  |

  @FUNC-18 @B17 @needs-full-reset
  Scenario Outline: FUNC-18: A revert undoes <count> entries for one function
    Given payload "p" makes xen_minor_version return each number from 1 to <count>, with an entry for each
    When "p" is uploaded
    And APPLY of "p" is asked
    And REVERT of "p" is asked
    Then xen_minor_version is as at the start
    And the minor version is the hypervisor's own

    Examples:
      | count |
      | 2     |
      | 65    |
      | 1000  |

  @FUNC-10 @MECH-2
  Scenario: FUNC-10: Each entry of a payload is patched
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes xen_minor_version return 99
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then xen_extra_version jumps to the text of "p"
    And xen_minor_version jumps to the text of "p"
    And the extra version is "patched"
    And the minor version is 99

  @FUNC-8 @FUNC-14 @revision-1
  Scenario Outline: FUNC-8: The version of an entry is 1
    Given a payload "p"
    And in "p" the field .livepatch.funcs[0].version is <version>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | version | returned    |
      | 0       | -EOPNOTSUPP |
      | 1       | 0           |
      | 2       | -EOPNOTSUPP |
      | 255     | -EOPNOTSUPP |

  @V2-FUNC-2 @FUNC-14 @F-20 @revision-2
  Scenario Outline: V2-FUNC-2: The version of an entry is 2
    Given a payload "p"
    And in "p" the field .livepatch.funcs[0].version is <version>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | version | returned    |
      | 0       | -EOPNOTSUPP |
      | 1       | -EOPNOTSUPP |
      | 2       | 0           |
      | 3       | -EOPNOTSUPP |
      | 255     | -EOPNOTSUPP |

  @FUNC-9 @FUNC-14 @F-13 @B16
  Scenario Outline: FUNC-9: A payload whose opaque is <value> at byte <byte> is refused
    Given a payload "p"
    And in "p" byte <byte> of the field .livepatch.funcs[0].opaque is <value>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: each of the 31 bytes
      | byte | value |
      | 0    | 1     |
      | 1    | 1     |
      | 2    | 1     |
      | 3    | 1     |
      | 4    | 1     |
      | 5    | 1     |
      | 6    | 1     |
      | 7    | 1     |
      | 8    | 1     |
      | 9    | 1     |
      | 10   | 1     |
      | 11   | 1     |
      | 12   | 1     |
      | 13   | 1     |
      | 14   | 1     |
      | 15   | 1     |
      | 16   | 1     |
      | 17   | 1     |
      | 18   | 1     |
      | 19   | 1     |
      | 20   | 1     |
      | 21   | 1     |
      | 22   | 1     |
      | 23   | 1     |
      | 24   | 1     |
      | 25   | 1     |
      | 26   | 1     |
      | 27   | 1     |
      | 28   | 1     |
      | 29   | 1     |
      | 30   | 1     |
      | 0    | 255   |
      | 15   | 128   |
      | 30   | 255   |

  @FUNC-9
  Scenario: FUNC-9: A payload whose opaque is 0 throughout is loaded
    Given a payload "p"
    And in "p" the field .livepatch.funcs[0].opaque is bytes 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    When "p" is uploaded
    Then the hypercall returns 0

  @V2-FUNC-12 @F-19 @B16 @revision-2
  Scenario Outline: V2-FUNC-12: applied is 0 in the file
    Given a payload "p"
    And in "p" the field .livepatch.funcs[0].applied is <applied>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | applied | returned |
      | 0       | 0        |
      | 1       | -EINVAL  |
      | 255     | -EINVAL  |

  @V2-FUNC-5 @F-19 @revision-2
  Scenario: V2-FUNC-5: The entry says whether its function is applied
    Given payload "p" makes xen_extra_version return "patched"
    When "p" is uploaded
    Then the data of "p" holds 00 at 64
    When APPLY of "p" is asked
    Then the data of "p" holds 01 at 64
    When REVERT of "p" is asked
    Then the data of "p" holds 00 at 64

  @FUNC-13 @F-17 @BSS-2 @BSS-6
  Scenario: FUNC-13: The document's example makes the extra version "Hello World", once after each upload
    Given payload "hello" makes xen_extra_version return "Hello World"
    # The example keeps the name of the function in a writable array.
    And "hello" brings 18 bytes of .data
    And in "hello" these fields are written:
      | field                        | value |
      | .livepatch.funcs[0].new_size | 13    |
      | .livepatch.funcs[0].old_size | 13    |
    When "hello" is uploaded
    Then the hypercall returns 0
    When APPLY of "hello" is asked
    Then xen_extra_version jumps to the text of "hello"
    And of the hypervisor only the first 5 bytes of xen_extra_version changed
    And the extra version is "Hello World"
    When REVERT of "hello" is asked
    Then xen_extra_version is as at the start
    And the extra version is the hypervisor's own
    When APPLY of "hello" is asked
    Then "hello" is CHECKED with rc -EINVAL
    And the extra version is the hypervisor's own
