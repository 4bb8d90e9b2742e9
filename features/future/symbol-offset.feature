Feature: Symbols with an offset
  The document's list "Not Yet Done" begins with the look-up of symbols: a payload names a place in the hypervisor as
  `symbol` or as `symbol+offset`. The notation is that of the hypervisor's own messages, symbol+0x12.

  @TODO-1
  Scenario: TODO-1: An entry names its old function by symbol+offset
    # Five bytes in, where the return value has been set already.
    Given a hypervisor that looks up symbol+offset
    And payload "p" makes forty_bytes+0x5 return 41
    When "p" is uploaded
    And APPLY of "p" is asked
    Then forty_bytes+0x5 jumps to the text of "p"
    And of the hypervisor only the first 10 bytes of forty_bytes changed
    And a call of forty_bytes returns 41
    When REVERT of "p" is asked
    Then forty_bytes is as at the start
    And a call of forty_bytes returns 40

  @TODO-1
  Scenario Outline: TODO-1: The offset <offset> is within a function of 40 bytes
    Given a hypervisor that looks up symbol+offset
    And payload "p" turns the first 1 byte of forty_bytes+<offset> into nops
    When "p" is uploaded
    Then the hypercall returns 0

    Examples:
      | offset |
      | 0x0    |
      | 0x1    |
      | 0x26   |
      | 0x27   |

  @TODO-9 @F-47
  Scenario Outline: TODO-9: The offset <offset> is not within a function of 40 bytes
    Given a hypervisor that looks up symbol+offset
    And payload "p" turns the first 1 byte of forty_bytes+<offset> into nops
    And in "p" the field .livepatch.funcs[0].old_size is 1
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

    Examples:
      | offset             |
      | 0x28               |
      | 0x29               |
      | 0x7fffffffffffffff |
      | 0xffffffffffffffff |

  @TODO-1
  Scenario Outline: TODO-1: An undefined symbol with an offset is resolved to a place in the hypervisor
    Given a hypervisor that looks up symbol+offset
    And payload "p" makes xen_minor_version return the address of <name>
    When "p" is uploaded
    And APPLY of "p" is asked
    Then a call of xen_minor_version returns the address of <place>

    Examples:
      | name             | place              |
      | forty_bytes      | forty_bytes        |
      | forty_bytes+0x0  | forty_bytes        |
      | forty_bytes+0x27 | forty_bytes + 0x27 |

  @TODO-1 @SYM-1
  Scenario: TODO-1: A symbol of a payload that is loaded can have an offset too
    # mov $1,%eax; ret: six bytes
    Given a hypervisor that looks up symbol+offset
    And "below" brings the function new_function, which returns 1
    And "below" is loaded and applied
    And payload "above" makes xen_minor_version return the address of new_function+0x5
    And "above" depends on "below"
    When "above" is uploaded
    And APPLY of "above" is asked
    Then a call of xen_minor_version returns the address of new_function + 5

  @TODO-9
  Scenario Outline: TODO-9: <name> does not name a place
    Given a hypervisor that looks up symbol+offset
    And payload "p" makes xen_minor_version return the address of <name>
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

    Examples:
      | name                 |
      | no_such_function+0x0 |
      | forty_bytes+0x28     |

  @TODO-8 @SYM-1
  Scenario: TODO-8: By default, only whole names are looked up
    Given payload "p" makes xen_minor_version return the address of xen_extra_version+0x0
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

  @TODO-8 @FUNC-3
  Scenario: TODO-8: By default, only whole functions are patched
    Given payload "p" makes xen_extra_version+0x0 return 1
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed
