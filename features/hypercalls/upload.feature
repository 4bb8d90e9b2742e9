Feature: UPLOAD: a payload is checked and loaded, not applied
  A payload is checked on upload. A faulty one is refused and leaves nothing behind; a good one is in memory
  afterwards, and the hypervisor goes on running its old code until the payload is applied.

  @UPL-1 @UPL-6
  Scenario: UPL-1: A faulty payload leaves nothing behind
    Given a payload "p"
    And in "p" the field header.e_machine is 40
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

  @UPL-1 @UPL-6 @F-11
  Scenario Outline: UPL-1: A payload that turns out faulty while it is loaded leaves nothing behind: <fault>
    Given a payload "p"
    And "p" has a load hook that counts its calls
    And in "p" the field <field> is <value>
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed
    And "p" is unknown

    Examples: From the first check to the last
      | fault                 | field                       | value | returned    |
      | no ELF file           | header.ei_mag0              | 0     | -EINVAL     |
      | no relocatable object | header.e_type               | 2     | -EOPNOTSUPP |
      | reserved section      | symbol[1].st_shndx          | 0xff01 | -EOPNOTSUPP |
      | unknown relocation    | .rela.text[0].r_type        | 10    | -EOPNOTSUPP |
      | unknown version       | .livepatch.funcs[0].version | 3     | -EOPNOTSUPP |

  @UPL-1 @UPL-6
  Scenario: UPL-1: A payload that needs a symbol that does not exist leaves nothing behind
    Given a payload "p"
    And "p" has a load hook that counts its calls
    And "p" has a load hook that writes 1 to no_such_symbol
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

  @UPL-1
  Scenario: UPL-1: The name of a payload that was refused is free
    Given a payload "p"
    And a payload "bad"
    And in "bad" the field header.e_machine is 40
    When "bad" is uploaded as "p"
    Then the hypercall returns -EOPNOTSUPP
    When "p" is uploaded
    Then the hypercall returns 0
    And LIST shows:
      | name | state   | rc |
      | p    | CHECKED | 0  |

  @UPL-6
  Scenario: UPL-6: A faulty payload leaves those that are loaded as they are
    Given "p" is loaded and applied
    And "q" is loaded
    And a payload "bad"
    And in "bad" the field header.e_machine is 40
    When "bad" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed
    And LIST shows:
      | name | state   | rc |
      | p    | APPLIED | 0  |
      | q    | CHECKED | 0  |

  @UPL-2 @STATE-1
  Scenario: UPL-2: A payload that was uploaded is CHECKED, and the hypervisor runs its old code
    Given a payload "p"
    When "p" is uploaded
    Then the hypercall returns 0
    And "p" is CHECKED with rc 0
    And the extra version is the hypervisor's own
    And xen_extra_version is as at the start
    When APPLY of "p" is asked
    Then xen_extra_version jumps to the text of "p"
    And of the hypervisor only the first 5 bytes of xen_extra_version changed
    And the extra version is "p"

  @UPL-2
  Scenario: UPL-2: UPLOAD calls no hook
    Given a payload "p"
    And "p" has a load hook that counts its calls
    When "p" is uploaded
    Then the hypercall returns 0
    And the hooks of "p" have been called 0 times
    When APPLY of "p" is asked
    Then the hooks of "p" have been called 1 time

  @UPL-3
  Scenario: UPL-3: Two payloads for one function are loaded at once
    Given "one" is loaded
    When "other" is uploaded
    Then the hypercall returns 0
    And the extra version is the hypervisor's own
    And LIST shows:
      | name  | state   | rc |
      | one   | CHECKED | 0  |
      | other | CHECKED | 0  |
    When APPLY of "other" is asked
    Then the extra version is "other"
    And "one" is CHECKED with rc 0

  @UPL-3
  Scenario: UPL-3: A payload is loaded while another is applied to the same function
    Given "one" is loaded and applied
    When "other" is uploaded
    Then the hypercall returns 0
    And the extra version is "one"
    And "other" is CHECKED with rc 0

  @UPL-4
  Scenario Outline: UPL-4: A payload of <size> bytes, <which is>, gets <returned>
    Given a payload "p"
    And "p" is <size> bytes long
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | size    | which is           | returned |
      | 2097151 | 2 MiB but for 1    | 0        |
      | 2097152 | 2 MiB              | 0        |
      | 2097153 | 2 MiB and 1 more   | -EINVAL  |

  @UPL-4
  Scenario Outline: UPL-4: A size of <size> is refused
    Given a payload "p"
    When "p" is uploaded with these fields:
      | field | value  |
      | size  | <size> |
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | size               |
      | 0                  |
      | 0x200001           |
      | 0x100000000        |
      | 0xffffffffffffffff |

  @UPL-4
  Scenario: UPL-4: Nothing is read of a payload whose size is 0
    Given a payload "p"
    When "p" is uploaded with these fields:
      | field   | value                     |
      | size    | 0                         |
      | payload | an unmapped guest address |
    Then the hypercall returns -EINVAL
    And nothing changed

  @UPL-7
  Scenario Outline: UPL-7: A payload at <pointer> cannot be read
    Given a payload "p"
    When "p" is uploaded with these fields:
      | field   | value     |
      | payload | <pointer> |
    Then the hypercall returns -EFAULT
    And nothing changed

    Examples:
      | pointer                          |
      | 0                                |
      | an unmapped guest address        |
      | an unmapped hypervisor address   |
      | the address of xen_extra_version |

  @UPL-7
  Scenario: UPL-7: A payload that goes on into an unmapped page cannot be read
    Given a payload "p"
    When "p" is uploaded with these fields:
      | field   | value                                       |
      | payload | the text "\0\0\0\0" before an unmapped page |
      | size    | 5                                           |
    Then the hypercall returns -EFAULT
    And nothing changed
