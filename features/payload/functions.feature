Feature: .livepatch.funcs: which functions are patched, and with what
  Each entry of the section names an old function and what takes its place: a new function of the payload, or nops.
  Entries are judged when the payload is uploaded; one that breaks a rule is refused, and nothing is loaded.

  @FUNC-1 @revision-1
  Scenario Outline: FUNC-1: The size of the section is a multiple of 64
    Given payload "p" turns the first 5 bytes of xen_minor_version into nops
    And in "p" the field section[.livepatch.funcs].sh_size is <size>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | size | returned |
      | 63   | -EINVAL  |
      | 64   | 0        |
      | 65   | -EINVAL  |
      | 104  | -EINVAL  |

  @V2-FUNC-1 @F-18 @revision-2
  Scenario Outline: V2-FUNC-1: The size of the section is a multiple of 104
    Given payload "p" turns the first 5 bytes of xen_minor_version into nops
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
  Scenario: FUNC-1: The fields of an entry stand where the document says
    # name (filled in by a relocation), new_addr 0, old_addr 0, new_size 5, old_size 6, version 1
    Given payload "p" turns the first 1 byte of xen_minor_version into nops
    And in "p" the field section[.livepatch.funcs].data is bytes 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05 00 00 00 06 00 00 00 01
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of xen_minor_version are nops
    And of the hypervisor only the first 5 bytes of xen_minor_version changed

  @V2-FUNC-1 @revision-2
  Scenario: V2-FUNC-1: The fields of an entry stand where those of revision 1 do
    # name (filled in by a relocation), new_addr 0, old_addr 0, new_size 5, old_size 6, version 2
    Given payload "p" turns the first 1 byte of xen_minor_version into nops
    And in "p" the field section[.livepatch.funcs].data is bytes 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05 00 00 00 06 00 00 00 02
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of xen_minor_version are nops
    And of the hypervisor only the first 5 bytes of xen_minor_version changed

  @FUNC-1 @FUNC-10 @revision-1
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

  @V2-FUNC-1 @FUNC-10 @revision-2
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

  @FUNC-11 @B17
  Scenario Outline: FUNC-11: A revert undoes <count> entries for one function
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

  @FUNC-2 @FUNC-3 @F-12 @bug-37
  Scenario: FUNC-2: The name is looked up where old_addr is 0
    Given payload "p" makes xen_minor_version return 99
    And in "p" the field .livepatch.funcs[0].old_addr is 0
    When "p" is uploaded
    And APPLY of "p" is asked
    Then xen_minor_version jumps to the text of "p"
    And the minor version is 99

  @FUNC-2 @F-12
  Scenario: FUNC-2: The name is not looked up where old_addr is an address
    Given payload "p" makes xen_extra_version return 99
    And in "p" the field .livepatch.funcs[0].old_addr is the address of xen_minor_version
    And the bytes of xen_extra_version are shown throughout
    When "p" is uploaded
    And APPLY of "p" is asked
    Then xen_minor_version jumps to the text of "p"
    And xen_extra_version is as at the start
    And the minor version is 99
    And the extra version is the hypervisor's own

  @FUNC-2 @F-12
  Scenario: FUNC-2: A name that nothing bears does no harm where old_addr is an address
    Given payload "p" makes no_such_function return 99
    And in "p" these fields are written:
      | field                        | value                            |
      | .livepatch.funcs[0].old_addr | the address of xen_minor_version |
      | .livepatch.funcs[0].old_size | 9                                |
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the minor version is 99

  @FUNC-2 @B13
  Scenario Outline: FUNC-2: An entry without old_addr has a name
    Given payload "p" turns the first 5 bytes of xen_minor_version into nops
    # The relocation that fills in the name is made one that does nothing.
    And in "p" these fields are written:
      | field                              | value  |
      | .livepatch.funcs[0].name           | <name> |
      | .rela.livepatch.funcs[0].r_type    | 0      |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | name                           |
      | 0                              |
      | 1                              |
      | an unmapped hypervisor address |
      | an unmapped guest address      |
      | 0x7fffffffffff                 |
      | 0x8000000000000000             |
      | 0xffffffffffffffff             |

  @FUNC-3
  Scenario: FUNC-3: A name that is no symbol of the hypervisor is looked up among loaded payloads
    Given payload "below" makes xen_extra_version return "below"
    And "below" brings the function new_function, which returns 1
    And "below" is loaded and applied
    And a call of new_function returns 1
    And payload "above" makes new_function return 2
    And in "above" the field .livepatch.funcs[0].old_size is 6
    And "above" depends on "below"
    When "above" is uploaded
    Then the hypercall returns 0
    When APPLY of "above" is asked
    Then new_function jumps to the text of "above"
    And a call of new_function returns 2
    When REVERT of "above" is asked
    Then a call of new_function returns 1

  @FUNC-3
  Scenario: FUNC-3: A name that nothing bears is refused
    Given payload "p" makes no_such_function return 99
    And in "p" the field .livepatch.funcs[0].old_size is 6
    When "p" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

  @FUNC-3
  Scenario: FUNC-3: A name of a payload that is no longer loaded is refused
    Given payload "below" makes xen_extra_version return "below"
    And "below" brings the function new_function, which returns 1
    And "below" is loaded
    And payload "above" makes new_function return 2
    And in "above" the field .livepatch.funcs[0].old_size is 6
    When UNLOAD of "below" is asked
    And "above" is uploaded
    Then the hypercall returns -ENOENT
    And nothing changed

  @FUNC-4 @F-13 @B15
  Scenario Outline: FUNC-4: A new_addr outside the payload's text is refused
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes xen_minor_version jump to <target>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | target                           |
      | the address of xen_minor_version |
      | the address of xen_extra_version |
      | an unmapped hypervisor address   |
      | its own .rodata.str              |
      | its own .livepatch.funcs         |

  @FUNC-4 @F-13 @B15
  Scenario Outline: FUNC-4: new_addr is within the payload's text, from its first byte to its last
    # The text is the new function alone, of 6 bytes; new_addr is where its symbol points to.
    Given payload "p" makes xen_minor_version return 99
    And in "p" the field symbol[xen_minor_version].st_value is <offset>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | offset | returned |
      | -1     | -EINVAL  |
      | 0      | 0        |
      | 5      | 0        |
      | 6      | -EINVAL  |

  @FUNC-5 @FUNC-7 @bug-13 @needs-plain-functions
  Scenario: FUNC-5: Where new_addr is 0, new_size bytes become nops
    Given payload "p" turns the first 5 bytes of xen_minor_version into nops
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to 4 of xen_minor_version are nops
    And of the hypervisor only the first 5 bytes of xen_minor_version changed
    And the minor version is not the hypervisor's own

  @FUNC-5 @F-14 @TODO-5 @needs-plain-functions
  Scenario: FUNC-5: A new_size of 0 asks for no nops at all
    Given payload "p" turns the first 0 bytes of xen_minor_version into nops
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0
    And xen_minor_version is as at the start
    And the minor version is the hypervisor's own

  @FUNC-5 @FUNC-7 @INL-1 @needs-plain-functions
  Scenario Outline: FUNC-7: Up to 31 bytes become nops, and none behind them
    Given payload "p" turns the first <count> bytes of do_xen_version into nops
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then bytes 0 to <last> of do_xen_version are nops
    And of the hypervisor only the first <count> bytes of do_xen_version changed
    When REVERT of "p" is asked
    Then do_xen_version is as at the start
    And the extra version is the hypervisor's own

    Examples:
      | count | last |
      | 1     | 0    |
      | 4     | 3    |
      | 5     | 4    |
      | 9     | 8    |
      | 10    | 9    |
      | 30    | 29   |
      | 31    | 30   |

  @FUNC-7 @bug-13
  Scenario Outline: FUNC-7: More bytes than opaque can keep do not become nops
    Given payload "p" turns the first <count> bytes of do_xen_version into nops
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples:
      | count      |
      | 32         |
      | 40         |
      | 41         |
      | 4294967295 |

  @FUNC-7 @INL-1 @bug-13
  Scenario Outline: FUNC-7: No more bytes become nops than the old function has
    Given payload "p" turns the first <count> bytes of xen_minor_version into nops
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

  @FUNC-6
  Scenario: FUNC-6: An old_size of 0 is refused where a new function takes the place of the old
    Given payload "p" makes xen_minor_version return 99
    And in "p" the field .livepatch.funcs[0].old_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FUNC-6
  Scenario Outline: FUNC-6: An old_size of 0 is refused where nops are asked for
    Given payload "p" turns the first <count> bytes of xen_minor_version into nops
    And in "p" the field .livepatch.funcs[0].old_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | count |
      | 0     |
      | 5     |

  @FUNC-6 @FUNC-12
  Scenario Outline: FUNC-6: An old_size beyond the old function is believed, and no more is patched for it
    Given payload "p" turns the first 5 bytes of xen_minor_version into nops
    And in "p" the field .livepatch.funcs[0].old_size is <old_size>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then of the hypervisor only the first 5 bytes of xen_minor_version changed
    When REVERT of "p" is asked
    Then xen_minor_version is as at the start

    Examples:
      | old_size   |
      | 5          |
      | 31         |
      | 32         |
      | 0x7fffffff |
      | 0x80000000 |
      | 0xffffffff |

  @FUNC-8 @revision-1
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

  @V2-FUNC-2 @F-20 @revision-2
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

  @FUNC-9 @F-13 @B16
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

  @V2-FUNC-5 @F-19 @B16 @revision-2
  Scenario Outline: V2-FUNC-5: applied is 0 in the file
    Given a payload "p"
    And in "p" the field .livepatch.funcs[0].applied is <applied>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | applied | returned |
      | 0       | 0        |
      | 1       | -EINVAL  |
      | 255     | -EINVAL  |

  @FUNC-12 @F-16
  Scenario Outline: FUNC-12: An old_addr that is no memory of the hypervisor gets no trampoline
    Given payload "p" makes xen_minor_version return 99
    And in "p" the field .livepatch.funcs[0].old_addr is <address>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | address                        |
      | 1                              |
      | an unmapped guest address      |
      | an unmapped hypervisor address |
      | 0x8000000000000000             |
      | 0xffffffffffffffff             |

  @FUNC-12 @F-16
  Scenario Outline: FUNC-12: An old_addr that is no memory of the hypervisor gets no nops
    Given payload "p" turns the first 5 bytes of xen_minor_version into nops
    And in "p" the field .livepatch.funcs[0].old_addr is <address>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | address                        |
      | 1                              |
      | 0x8000000000000000             |
      | an unmapped guest address      |
      | an unmapped hypervisor address |
      | 0xfffffffffffffffb             |
      | 0xffffffffffffffff             |

  @FUNC-12 @needs-own-image
  Scenario Outline: FUNC-12: All bytes that are patched are mapped
    Given payload "p" turns the first <count> bytes of forty_bytes into nops
    And in "p" the field .livepatch.funcs[0].old_addr is the address of _end - <before>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples: _end is the first byte that is not mapped
      | count | before | returned |
      | 1     | 1      | 0        |
      | 2     | 1      | -EINVAL  |
      | 5     | 5      | 0        |
      | 5     | 4      | -EINVAL  |
      | 31    | 31     | 0        |
      | 31    | 30     | -EINVAL  |
      | 1     | 0      | -EINVAL  |

  @FUNC-12 @TRAMP-5 @needs-own-image
  Scenario Outline: FUNC-12: A trampoline has room before the end of what is mapped
    Given payload "p" makes forty_bytes return 99
    And in "p" the field .livepatch.funcs[0].old_addr is the address of _end - <before>
    When "p" is uploaded
    Then the hypercall returns <returned>

    Examples:
      | before | returned |
      | 5      | 0        |
      | 4      | -EINVAL  |
      | 1      | -EINVAL  |

  @FUNC-13 @F-17 @BSS-2
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
