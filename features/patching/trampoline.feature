Feature: Trampolines: a jump of five bytes
  A trampoline is the byte e9 and the distance from its own end to the new function, in 32 bits. It needs a function of
  five bytes and a distance of less than 2 GiB.

  @TRAMP-1 @MECH-2
  Scenario: TRAMP-1: The displacement is new_addr - old_addr - 5
    # The new functions: mov $1,%eax; ret and mov $2,%eax; ret
    Given payload "p" makes xen_extra_version return 1
    And payload "p" makes xen_minor_version return 2
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the jump in xen_extra_version leads to b8 01 00 00 00 c3
    And the jump in xen_minor_version leads to b8 02 00 00 00 c3

  # new_addr is in no payload, so an address within reach is refused by another rule.
  @F-24 @B9 @bug-15
  Scenario Outline: TRAMP-2: A displacement that does not fit in 32 signed bits is refused
    Given payload "p" makes xen_extra_version jump to the address of xen_extra_version <distance>
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    @TRAMP-8 @FUNC-4 @FUNC-14
    Examples: within reach, but in no payload
      | distance     | returned |
      | + 0x80000004 | -EINVAL  |
      | - 0x7ffffffb | -EINVAL  |

    @TRAMP-2 @TRAMP-7 @TRAMP-8
    Examples: 2^31 - 1 and the five bytes of the trampoline are 0x80000004
      | distance             | returned   |
      | + 0x80000005         | -EOVERFLOW |
      | + 0x80000006         | -EOVERFLOW |
      | + 0x100000000        | -EOVERFLOW |
      | + 0x100000005        | -EOVERFLOW |
      | + 0x7fffffffffffffff | -EOVERFLOW |

    @TRAMP-2 @TRAMP-7 @TRAMP-8
    Examples: -2^31 and the five bytes of the trampoline are -0x7ffffffb
      | distance             | returned   |
      | - 0x7ffffffc         | -EOVERFLOW |
      | - 0x7ffffffd         | -EOVERFLOW |
      | - 0x80000000         | -EOVERFLOW |
      | - 0x100000000        | -EOVERFLOW |
      | - 0x8000000000000000 | -EOVERFLOW |

  # The layout of the image puts these functions where a jump to the first byte of the first payload is the longest.
  @TRAMP-1 @PLACE-1 @TRAMP-8 @F-24 @B9 @bug-15 @needs-far-functions
  Scenario Outline: TRAMP-8: A jump with a displacement of <displacement> is put in place and executed
    Given payload "p" makes <function> return 99
    And a call of <function> returns <old>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And <function> begins with <trampoline>
    And of the hypervisor only the first 5 bytes of <function> changed
    And a call of <function> returns 99
    When REVERT of "p" is asked
    Then <function> is as at the start
    And a call of <function> returns <old>

    Examples:
      | displacement | function    | trampoline     | old |
      | 2^31 - 1     | reach_below | e9 ff ff ff 7f | 9   |
      | -2^31        | reach_above | e9 00 00 00 80 | 8   |

  @TRAMP-2 @TRAMP-7 @TRAMP-8 @F-24 @B9 @bug-15 @needs-far-functions
  Scenario Outline: TRAMP-2: About the longest displacement, <function> <offset> is <kind>
    Given payload "p" makes <function> return 99
    And in "p" the field .livepatch.funcs[0].old_addr is the address of <function> <offset>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | function    | offset       | kind         | returned   |
      | reach_below | + 4          | within reach | 0          |
      | reach_below | + 1          | within reach | 0          |
      | reach_below | - 1          | too far      | -EOVERFLOW |
      | reach_below | - 4          | too far      | -EOVERFLOW |
      | reach_above | - 4          | within reach | 0          |
      | reach_above | - 1          | within reach | 0          |
      | reach_above | + 1          | too far      | -EOVERFLOW |
      | reach_above | + 4          | too far      | -EOVERFLOW |

  @TRAMP-2 @UPL-1 @TRAMP-7 @needs-far-functions
  Scenario Outline: TRAMP-2: A payload of which one jump is too long leaves nothing behind
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes <function> return 99
    And in "p" the field .livepatch.funcs[1].old_addr is the address of <function> <offset>
    When "p" is uploaded
    Then the hypercall returns -EOVERFLOW
    And nothing changed

    Examples:
      | function    | offset |
      | reach_below | - 17   |
      | reach_above | + 17   |

  @TRAMP-8 @V2-CET-1 @F-24 @B9 @revision-2
  Scenario Outline: V2-CET-1: After endbr64 the displacement counts from the trampoline, four bytes further on
    Given payload "p" makes endbr64_getter jump to the address of endbr64_getter <distance>
    When "p" is uploaded
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | distance     | returned   |
      | + 0x80000008 | -EINVAL    |
      | + 0x80000009 | -EOVERFLOW |
      | - 0x7ffffff7 | -EINVAL    |
      | - 0x7ffffff8 | -EOVERFLOW |

  @TRAMP-4 @FUNC-14 @F-54
  Scenario Outline: TRAMP-4: The old function has at least five bytes
    Given payload "p" makes plain_function return 99
    And in "p" the field .livepatch.funcs[0].old_size is <old_size>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | old_size   | returned |
      | 1          | -EINVAL  |
      | 4          | -EINVAL  |
      | 5          | 0        |
      | 6          | 0        |
      | 4294967295 | 0        |

  @TRAMP-4
  Scenario: TRAMP-4: Nops do not need a function of five bytes
    Given payload "p" turns the first 1 byte of plain_function into nops
    And in "p" the field .livepatch.funcs[0].old_size is 1
    When "p" is uploaded
    Then the hypercall returns 0

  @TRAMP-4 @TRAMP-5 @FUNC-14
  Scenario Outline: TRAMP-5: A function that cannot hold a trampoline is refused when the payload is uploaded
    Given payload "p" makes <function> return 99
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | function          |
      | shortest_function |
      | short_function    |

  @TRAMP-4 @TRAMP-5
  Scenario: TRAMP-5: A function of five bytes holds a trampoline
    Given payload "p" makes five_byte_function return 99
    When "p" is uploaded
    And APPLY of "p" is asked
    Then of the hypervisor only the first 5 bytes of five_byte_function changed
    And a call of five_byte_function returns 99
    When REVERT of "p" is asked
    Then five_byte_function is as at the start
    And five_byte_function returns the hypervisor's own value

  @TRAMP-9 @FUNC-20 @F-54
  Scenario Outline: TRAMP-9: A function of fewer than five bytes holds a trampoline with the padding after it
    Given payload "p" makes <function> return 99
    And in "p" the field .livepatch.funcs[0].old_size is 5
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then of the hypervisor only the first 5 bytes of <function> changed
    And a call of <function> returns 99
    When REVERT of "p" is asked
    Then <function> is as at the start

    Examples:
      | function          |
      | shortest_function |
      | short_function    |

  @TRAMP-9 @FUNC-20 @F-54
  Scenario: TRAMP-9: After a revert a function of fewer than five bytes is executed to its end
    Given payload "p" makes short_getter return 99
    And in "p" the field .livepatch.funcs[0].old_size is 5
    And "p" is loaded and applied
    And a call of short_getter returns 99
    When REVERT of "p" is asked
    Then short_getter returns the hypervisor's own value

  @V2-CET-1 @F-23 @bug-38 @revision-2
  Scenario: V2-CET-1: A function that begins with endbr64 keeps it, and jumps after it
    Given payload "p" makes endbr64_getter return 99
    When "p" is uploaded
    And APPLY of "p" is asked
    Then endbr64_getter begins with f3 0f 1e fa e9
    And endbr64_getter jumps to the text of "p" after its first 4 bytes
    And a call of endbr64_getter returns 99
    When REVERT of "p" is asked
    Then endbr64_getter is as at the start
    And endbr64_getter returns the hypervisor's own value

  @V2-CET-1 @FUNC-14 @F-23 @bug-37 @bug-38 @revision-2
  Scenario Outline: V2-CET-1: A function that begins with endbr64 has at least nine bytes
    Given payload "p" makes endbr64_getter return 99
    And in "p" the field .livepatch.funcs[0].old_size is <old_size>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | old_size | returned |
      | 4        | -EINVAL  |
      | 5        | -EINVAL  |
      | 8        | -EINVAL  |
      | 9        | 0        |

  @V2-CET-1 @FUNC-5 @F-23 @bug-39 @revision-2
  Scenario Outline: V2-CET-1: Nops begin after endbr64, and new_size counts from before it
    Given payload "p" turns the first <count> bytes of endbr64_getter into nops
    When "p" is uploaded
    And APPLY of "p" is asked
    Then endbr64_getter begins with f3 0f 1e fa
    And bytes 4 to <last> of endbr64_getter are nops
    And of the hypervisor only the first <count> bytes of endbr64_getter changed
    When REVERT of "p" is asked
    Then endbr64_getter is as at the start

    Examples:
      | count | last |
      | 5     | 4    |
      | 9     | 8    |

  @V2-CET-2 @B8 @revision-2
  Scenario Outline: V2-CET-2: <count> bytes of nops at endbr64 lead to no stores
    Given payload "p" turns the first <count> bytes of endbr64_getter into nops
    When "p" is uploaded
    And APPLY of "p" is asked
    Then "p" is unknown
    And memory is as before the call

    Examples:
      | count |
      | 1     |
      | 3     |

  @V2-CET-2 @B8 @revision-2
  Scenario Outline: V2-CET-2: Nops that would not reach past endbr64 are refused
    Given payload "p" turns the first <count> bytes of endbr64_getter into nops
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | count | returned |
      | 0     | -EINVAL  |
      | 1     | -EINVAL  |
      | 3     | -EINVAL  |
      | 4     | -EINVAL  |
      | 5     | 0        |

  @TRAMP-1 @F-23 @revision-1
  Scenario: TRAMP-1: In revision 1, a trampoline overwrites an endbr64 too
    Given payload "p" makes endbr64_getter return 99
    When "p" is uploaded
    And APPLY of "p" is asked
    Then endbr64_getter jumps to the text of "p"
    And a call of endbr64_getter returns 99
