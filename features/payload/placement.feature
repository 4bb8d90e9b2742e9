Feature: Placement: the hypervisor chooses where a payload lies
  Memory is allocated within reach of the hypervisor's text. Text, writable data and read-only data have pages of their
  own, with no more permissions than they need.

  @PLACE-1 @MECH-2
  Scenario: PLACE-1: Payloads lie within 1 GiB above the start of the hypervisor's text, each at its own place
    Given a payload "one"
    And payload "two" makes xen_minor_version return 99
    And "two" depends on "one"
    When "one" is uploaded
    And "two" is uploaded
    Then "one" lies within 1 GiB above _stext
    And "two" lies within 1 GiB above _stext
    When APPLY of "one" is asked
    And APPLY of "two" is asked
    Then xen_extra_version jumps to the text of "one"
    And xen_minor_version jumps to the text of "two"

  @PLACE-2
  Scenario: PLACE-2: Text, writable data and read-only data lie one behind the other on pages of their own
    Given a payload "p"
    When "p" is uploaded
    Then the regions of "p" lie one behind the other:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |
    And no page is both writable and executable
    When APPLY of "p" is asked
    Then no page is both writable and executable

  @PLACE-3
  Scenario: PLACE-3: Allocated sections are placed
    Given a payload "p"
    And "p" brings 8192 bytes of .rodata
    And "p" brings 8192 bytes of .bss
    When "p" is uploaded
    Then the regions of "p" lie one behind the other:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 3     |
      | rodata | r--         | 3     |

  @PLACE-3
  Scenario: PLACE-3: A section without SHF_ALLOC is not placed
    Given a payload "p"
    And "p" brings 8192 bytes of .rodata
    And in "p" the field section[.rodata].sh_flags is 0
    When "p" is uploaded
    Then the regions of "p" lie one behind the other:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |

  @PLACE-3
  Scenario: PLACE-3: A section of type NOBITS is filled with zeros
    Given a payload "p"
    And "p" brings 8192 bytes of .bss
    When "p" is uploaded
    Then the first 8192 bytes of the data of "p" are zero

  @PLACE-4
  Scenario: PLACE-4: A payload for which there is no room leaves nothing behind
    Given a payload "p"
    # The section starts 1 GiB behind the one before it.
    And in "p" the field section[.note.gnu.build-id].sh_addralign is 0x40000000
    When "p" is uploaded
    Then the hypercall returns -ENOMEM
    And nothing changed
