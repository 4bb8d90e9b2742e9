Feature: .livepatch.funcs: the sizes of the old and the new function, and nops
  The size of the old function says how much may be patched. If there is no new function, new_size says how many bytes
  become nops.

  @FUNC-5 @FUNC-7 @bug-13
  Scenario: FUNC-5: If new_addr is 0, new_size bytes become nops
    Given payload "p" turns the first 5 bytes of plain_function into nops
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops
    And of the hypervisor only the first 5 bytes of plain_function changed

  @FUNC-5 @F-14
  Scenario: FUNC-5: A new_size of 0 asks for no nops at all
    Given payload "p" turns the first 0 bytes of plain_function into nops
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And plain_function is as at the start

  @FUNC-5 @FUNC-7
  Scenario Outline: FUNC-7: Up to 31 bytes become nops, and none after them
    Given payload "p" turns the first <count> bytes of plain_function into nops
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to <last> of plain_function are nops
    And of the hypervisor only the first <count> bytes of plain_function changed
    When REVERT of "p" is asked
    Then plain_function is as at the start

    Examples:
      | count | last |
      | 1     | 0    |
      | 4     | 3    |
      | 5     | 4    |
      | 9     | 8    |
      | 10    | 9    |
      | 30    | 29   |
      | 31    | 30   |

  @FUNC-7 @FUNC-14 @bug-13
  Scenario Outline: FUNC-7: More bytes than opaque can keep do not become nops
    Given payload "p" turns the first <count> bytes of plain_function into nops
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples:
      | count      |
      | 32         |
      | 40         |
      | 41         |
      | 4294967295 |

  @INL-1 @FUNC-14 @bug-13
  Scenario Outline: INL-1: No more bytes become nops than the old function has
    Given payload "p" turns the first <count> bytes of plain_function into nops
    And in "p" the field .livepatch.funcs[0].old_size is <old_size>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | count | old_size | returned |
      | 1     | 1        | 0        |
      | 2     | 1        | -EINVAL  |
      | 5     | 4        | -EINVAL  |
      | 5     | 5        | 0        |
      | 6     | 5        | -EINVAL  |
      | 31    | 30       | -EINVAL  |

  @FUNC-6 @FUNC-14
  Scenario: FUNC-6: An old_size of 0 is refused if a new function replaces the old one
    Given payload "p" makes xen_minor_version return 99
    And in "p" the field .livepatch.funcs[0].old_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FUNC-6 @FUNC-14
  Scenario Outline: FUNC-6: An old_size of 0 is refused if nops are asked for
    Given payload "p" turns the first <count> bytes of plain_function into nops
    And in "p" the field .livepatch.funcs[0].old_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | count |
      | 0     |
      | 5     |

  @FUNC-20
  Scenario Outline: FUNC-20: An old_size beyond the old function is accepted, and no more is patched for it
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And in "p" the field .livepatch.funcs[0].old_size is <old_size>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then of the hypervisor only the first 5 bytes of plain_function changed
    When REVERT of "p" is asked
    Then plain_function is as at the start

    Examples:
      | old_size   |
      | 5          |
      | 31         |
      | 32         |
      | 0x7fffffff |
      | 0x80000000 |
      | 0xffffffff |
