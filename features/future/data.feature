Feature: Data that is patched in place
  An entry of `.livepatch.funcs` puts a jump into a function. The document's list "Not Yet Done" asks that .rodata, .bss
  and .data can be patched too. If the old address of an entry is data, the new bytes take the place of the old ones.

  @TODO-2 @F-45
  Scenario Outline: TODO-2: Bytes of <section> are replaced in place, and put back
    Given a hypervisor that patches data in place
    And payload "p" puts the bytes 07 00 00 00 00 00 00 00 in place of <object>
    When "p" is uploaded
    Then the hypercall returns 0
    And <object> is as at the start
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And <object> holds 7
    And of the hypervisor only the first 8 bytes of <object> changed
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And <object> is as at the start

    Examples:
      | section | object              |
      | .rodata | hypervisor_constant |
      | .data   | hypervisor_counter  |
      | .bss    | hypervisor_scratch  |

  @TODO-2 @ROD-2
  Scenario: TODO-2: Read-only data is read-only again afterwards
    Given a hypervisor that patches data in place
    And payload "p" puts the bytes 07 in place of hypervisor_constant
    When "p" is uploaded
    And APPLY of "p" is asked
    Then of the hypervisor only the first 1 bytes of hypervisor_constant changed
    And hypervisor_constant begins with 07 77 66 55 44 33 22 11
    And no page is both writable and executable

  @TODO-2 @WHEN-6
  Scenario: TODO-2: Data is patched by one vCPU, while interrupts are off on all of them
    Given a hypervisor that patches data in place
    And payload "p" puts the bytes 07 00 00 00 00 00 00 00 in place of hypervisor_constant
    And "p" is loaded
    And the stores to hypervisor_constant are watched
    When APPLY of "p" is asked on vCPU 1
    Then all stores to hypervisor_constant were made by vCPU 1
    And every vCPU had interrupts off at each store to hypervisor_constant

  @TODO-2
  Scenario: TODO-2: Data and functions are patched by one payload
    Given a hypervisor that patches data in place
    And payload "p" puts the bytes 07 00 00 00 00 00 00 00 in place of hypervisor_constant
    And payload "p" makes xen_minor_version return 99
    When "p" is uploaded
    And APPLY of "p" is asked
    Then hypervisor_constant holds 7
    And the minor version is 99
    When REVERT of "p" is asked
    Then hypervisor_constant is as at the start
    And the minor version is the hypervisor's own

  @TODO-2 @F-47 @INL-1 @TODO-9
  Scenario Outline: TODO-2: New data of <new> bytes in place of <old> bytes: <returned>
    Given a hypervisor that patches data in place
    And payload "p" puts the bytes 01 02 03 04 05 06 07 08 in place of hypervisor_counter
    And in "p" these fields are written:
      | field                        | value |
      | .livepatch.funcs[0].new_size | <new> |
      | .livepatch.funcs[0].old_size | <old> |
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | new | old | returned |
      | 0   | 1   | 0        |
      | 1   | 1   | 0        |
      | 2   | 1   | -EINVAL  |
      | 7   | 8   | 0        |
      | 8   | 8   | 0        |
      | 8   | 7   | -EINVAL  |
      | 1   | 0   | -EINVAL  |

  @TODO-9
  Scenario: TODO-9: New data that is longer than the old is refused, and nothing is left behind
    Given a hypervisor that patches data in place
    And payload "p" puts the bytes 01 02 03 04 05 06 07 08 in place of hypervisor_counter
    And in "p" the field .livepatch.funcs[0].old_size is 7
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @TODO-9
  Scenario Outline: TODO-9: New data has to be data that the payload brings: <what>
    Given a hypervisor that patches data in place
    And payload "p" puts the bytes 01 02 03 04 05 06 07 08 in place of hypervisor_counter
    And in "p" these fields are written:
      | field                             | value    |
      | .livepatch.funcs[0].new_size      | <size>   |
      | .livepatch.funcs[0].old_size      | 16       |
      | .rela.livepatch.funcs[1].r_addend | <offset> |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      # The pages of "p": text, data, read-only data, in which .rodata comes first.
      | what                         | size | offset |
      | it begins before the payload | 8    | -12288 |
      | it is code                   | 8    | -8192  |
      | it ends after the sections   | 8    | 4092   |
      | it begins after the payload  | 8    | 4096   |

  @TODO-9
  Scenario: TODO-9: Code is not accepted as new data
    Given a hypervisor that patches data in place
    And payload "p" makes hypervisor_counter return 1
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @TODO-9
  Scenario: TODO-9: Data is not replaced by nops
    Given a hypervisor that patches data in place
    And payload "p" turns the first 5 bytes of hypervisor_counter into nops
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @TODO-8 @BSS-1 @FUNC-4
  Scenario Outline: TODO-8: By default, data is not accepted as a function to patch: <object>
    Given payload "p" puts the bytes 07 00 00 00 00 00 00 00 in place of <object>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | object              |
      | hypervisor_constant |
      | hypervisor_counter  |
      | hypervisor_scratch  |
