Feature: Applying and reverting: functions are replaced by new ones, and restored
  On apply each entry puts a trampoline or nops over the start of an old function; on revert the hypervisor puts back
  the bytes that it kept. In between, every CPU executes the new code, and nothing else has changed.

  @FUNC-10 @MECH-3
  Scenario: FUNC-10: Apply puts a jump to the new function over the first five bytes of the old one
    # mov $99,%eax; ret
    Given payload "p" makes xen_minor_version return 99
    When "p" is uploaded
    And APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And the jump in xen_minor_version leads to b8 63 00 00 00 c3
    And of the hypervisor only the first 5 bytes of xen_minor_version changed
    And the minor version is 99

  @FUNC-10
  Scenario Outline: FUNC-10: Whichever vCPU asks, every vCPU executes the new code
    Given a hypervisor with 4 vCPUs
    And payload "p" makes xen_extra_version return "patched"
    When "p" is uploaded
    And APPLY of "p" is asked on vCPU <asked>
    Then the extra version on vCPU 0 is "patched"
    And the extra version on vCPU 1 is "patched"
    And the extra version on vCPU 2 is "patched"
    And the extra version on vCPU 3 is "patched"

    Examples:
      | asked |
      | 0     |
      | 1     |
      | 3     |

  @FUNC-11 @MECH-6
  Scenario: FUNC-11: After a revert every vCPU executes the old code
    Given payload "p" makes xen_extra_version return "patched"
    And "p" is loaded and applied
    And the extra version on vCPU 0 is "patched"
    And the extra version on vCPU 1 is "patched"
    When REVERT of "p" is asked
    Then the extra version on vCPU 0 is the hypervisor's own
    And the extra version on vCPU 1 is the hypervisor's own

  @FUNC-11 @FMT-1 @MECH-6
  Scenario: FUNC-11: After a revert memory is byte for byte as it was before the apply
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" turns the first 5 bytes of quiet_function into nops
    And the bytes of xen_extra_version are shown throughout
    When "p" is uploaded
    And APPLY of "p" is asked
    And REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And xen_extra_version is as at the start
    And quiet_function is as at the start
    And the extra version is the hypervisor's own
    And quiet_function returns the hypervisor's own value
    When UNLOAD of "p" is asked
    Then the hypervisor is as at the start but for the version of the list

  @FUNC-11 @BSS-3
  Scenario: FUNC-11: What was reverted can be applied and reverted again
    Given payload "p" makes xen_extra_version return "patched"
    And "p" is loaded and applied
    And "p" is reverted
    And "p" is applied
    And the extra version is "patched"
    When REVERT of "p" is asked
    Then xen_extra_version is as at the start
    And the extra version is the hypervisor's own

  @FUNC-17 @needs-full-reset
  Scenario: FUNC-17: Entries are applied in order, so the last of two for one address is in force
    Given payload "p" makes xen_minor_version return 1
    And payload "p" makes xen_extra_version return 2
    And in "p" the field .livepatch.funcs[1].old_addr is the address of xen_minor_version
    When "p" is uploaded
    And APPLY of "p" is asked
    # mov $2,%eax; ret
    Then the jump in xen_minor_version leads to b8 02 00 00 00 c3
    And the minor version is 2

  @FUNC-17 @FUNC-5 @needs-full-reset
  Scenario: FUNC-17: If the last of two entries for one address asks for nops, there are nops
    Given payload "p" makes plain_function return 1
    And payload "p" turns the first 5 bytes of plain_function into nops
    When "p" is uploaded
    And APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops

  @FUNC-18 @F-15 @B17 @needs-full-reset
  Scenario: FUNC-18: Two entries for one address are undone in reverse order
    Given payload "p" makes quiet_function return 1
    And payload "p" turns the first 5 bytes of quiet_function into nops
    And the bytes of quiet_function are shown throughout
    When "p" is uploaded
    And APPLY of "p" is asked
    And REVERT of "p" is asked
    Then quiet_function is as at the start
    And quiet_function returns the hypervisor's own value

  @FUNC-18 @F-15 @B17 @needs-full-reset
  Scenario Outline: FUNC-18: Entries that overlap are undone in reverse order
    Given payload "p" turns the first <first> bytes of plain_function into nops
    And payload "p" turns the first <second> bytes of plain_function into nops
    And in "p" the field .livepatch.funcs[1].old_addr is the address of plain_function + <offset>
    When "p" is uploaded
    And APPLY of "p" is asked
    And REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And plain_function is as at the start

    Examples:
      | first | second | offset |
      | 5     | 1      | 0      |
      | 1     | 5      | 0      |
      | 4     | 3      | 2      |

  @FUNC-11 @MECH-6
  Scenario: FUNC-11: REVERT of a payload on top of another restores the other's trampoline
    Given payload "below" makes xen_extra_version return "below"
    And payload "above" makes xen_extra_version return "above"
    And these payloads are applied, each on top of the one before:
      | name  |
      | below |
      | above |
    And the extra version is "above"
    When REVERT of "above" is asked
    Then xen_extra_version jumps to the text of "below"
    And the extra version is "below"
    When REVERT of "below" is asked
    Then xen_extra_version is as at the start

  @FUNC-5 @FUNC-11
  Scenario: FUNC-5: Nops are executed in place of the old code, until they are reverted
    Given payload "p" turns the first 5 bytes of plain_number into nops
    And "p" is loaded and applied
    And plain_number no longer returns the hypervisor's own value
    When REVERT of "p" is asked
    Then plain_number is as at the start
    And plain_number returns the hypervisor's own value

  @FUNC-10
  Scenario: FUNC-10: A trampoline may be on two pages
    Given payload "p" makes getter_across_pages return 8
    When "p" is uploaded
    And APPLY of "p" is asked
    Then of the hypervisor only the first 5 bytes of getter_across_pages changed
    And a call of getter_across_pages returns 8
    When REVERT of "p" is asked
    Then getter_across_pages is as at the start
    And getter_across_pages returns the hypervisor's own value

  @FUNC-10 @FUNC-11 @bug-51
  Scenario Outline: FUNC-10: A trampoline is put <where> a page's edge
    Given payload "p" makes <place> return 99
    And "p" is loaded
    When APPLY of "p" is asked
    Then of the hypervisor only the first 5 bytes of <place> changed
    And a call of <place> returns 99
    When REVERT of "p" is asked
    Then near_page_edge is as at the start

    Examples: near_page_edge is 16 bytes before the edge
      | where                   | place              |
      | after                   | near_page_edge+0x10 |
      | with its first byte at  | near_page_edge+0xf |
      | with two bytes before   | near_page_edge+0xe |
      | with three bytes before | near_page_edge+0xd |
      | with four bytes before  | near_page_edge+0xc |
      | right before            | near_page_edge+0xb |
      | a byte before           | near_page_edge+0xa |

  @FUNC-5 @FUNC-11 @bug-51
  Scenario Outline: FUNC-5: <count> nops that begin three bytes before a page's edge are put in and taken away
    Given payload "p" turns the first <count> bytes of before_page_edge into nops
    And "p" is loaded
    When APPLY of "p" is asked
    Then bytes 0 to <last> of before_page_edge are nops
    And of the hypervisor only the first <count> bytes of before_page_edge changed
    When REVERT of "p" is asked
    Then before_page_edge is as at the start

    Examples:
      | count | last |
      | 2     | 1    |
      | 3     | 2    |
      | 4     | 3    |
      | 5     | 4    |

  # The flags say that the section is allocated, and nothing else.
  @FUNC-10 @FUNC-11 @PLACE-2 @bug-44
  Scenario: FUNC-10: A payload whose entries are read-only is applied and reverted, and nothing is written to it
    Given payload "p" makes xen_extra_version return "patched"
    And in "p" the field section[.livepatch.funcs].sh_flags is 2
    When "p" is uploaded
    Then the hypercall returns 0
    And the permissions of the rodata of "p" are r--
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And of the hypervisor only the first 5 bytes of xen_extra_version changed
    And the extra version is "patched"
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc 0
    And xen_extra_version is as at the start
    And the extra version is the hypervisor's own

  @FUNC-10 @FUNC-11 @PLACE-2 @bug-51
  Scenario: FUNC-11: Applying and reverting leave the permissions of all pages as they were
    Given payload "p" makes xen_extra_version return "patched"
    And "p" brings 4096 bytes of .data
    And "p" brings 4096 bytes of .rodata
    And "p" is loaded
    When APPLY of "p" is asked
    Then of the hypervisor only the first 5 bytes of xen_extra_version changed
    And the permissions of the text of "p" are r-x
    And the permissions of the data of "p" are rw-
    And the permissions of the rodata of "p" are r--
    And the permissions of xen_extra_version are r-x
    And no page is both writable and executable
    When REVERT of "p" is asked
    And UNLOAD of "p" is asked
    Then the hypervisor is as at the start but for the version of the list

  @FUNC-10 @WHEN-1 @WHEN-6
  Scenario Outline: WHEN-6: One vCPU patches, while interrupts are off on all of them
    Given a hypervisor with 4 vCPUs
    And payload "p" makes xen_extra_version return "patched"
    And "p" is loaded
    And the stores to xen_extra_version are watched
    When APPLY of "p" is asked on vCPU <asked>
    Then the extra version is "patched"
    And all stores to xen_extra_version were made by vCPU <asked>
    And every vCPU had interrupts off at each store to xen_extra_version

    Examples:
      | asked |
      | 0     |
      | 2     |

  @FUNC-11 @WHEN-1 @WHEN-6
  Scenario Outline: WHEN-6: One vCPU reverts, while interrupts are off on all of them
    Given a hypervisor with 4 vCPUs
    And payload "p" makes xen_extra_version return "patched"
    And "p" is loaded and applied
    And the stores to xen_extra_version are watched
    When REVERT of "p" is asked on vCPU <asked>
    Then the extra version is the hypervisor's own
    And all stores to xen_extra_version were made by vCPU <asked>
    And every vCPU had interrupts off at each store to xen_extra_version

    Examples:
      | asked |
      | 0     |
      | 2     |

  @WHEN-1 @UPL-2
  Scenario: WHEN-1: An upload stores nothing to the functions that the payload names
    Given payload "p" makes xen_extra_version return "patched"
    And the stores to xen_extra_version are watched
    When "p" is uploaded
    And UNLOAD of "p" is asked
    Then nothing was stored to xen_extra_version

  @MECH-3
  Scenario: MECH-3: What the payload does not name stays as it is
    Given payload "p" makes xen_extra_version return "patched"
    When "p" is uploaded
    Then xen_minor_version is as at the start
    When APPLY of "p" is asked
    Then of the hypervisor only the first 5 bytes of xen_extra_version changed
    And the minor version is the hypervisor's own

  @MECH-5
  Scenario: MECH-5: LIST shows what has been applied
    Given a payload "one"
    And payload "two" makes xen_minor_version return 99
    And "one" is loaded
    And "two" is loaded and applied
    Then LIST shows:
      | name | state   | rc |
      | one  | CHECKED | 0  |
      | two  | APPLIED | 0  |

  # Revision 1 knows no endbr64.
  @FUNC-10 @TRAMP-1 @revision-1
  Scenario: FUNC-10: In revision 1, the trampoline overwrites an endbr64 too
    Given payload "p" makes endbr64_getter return 99
    When "p" is uploaded
    And APPLY of "p" is asked
    Then endbr64_getter begins with e9
    And a call of endbr64_getter returns 99
    When REVERT of "p" is asked
    Then endbr64_getter is as at the start
