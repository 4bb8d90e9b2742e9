Feature: Lies that comparing steps have to notice
  Each scenario passes on the reference. On one that tells the lie in the title, from the sentence that says so on, the
  last step fails, and no other does.

  Scenario Outline: <lie>
    Given "p" is loaded
    And the hypervisor lies from here on
    When APPLY of "p" is asked
    Then <step>

    Examples:
      | lie            | step                              |
      | another return | the hypercall returns 0           |
      | another return | the hypercall returns 0 or -EPERM |

  Scenario Outline: <lie>
    Given "p" is loaded
    And the hypervisor lies from here on
    When GET of "p" is asked
    Then <step>

    Examples:
      | lie            | step                          |
      | another return | GET returns CHECKED with rc 0 |
      | another state  | GET returns CHECKED with rc 0 |
      | another rc     | GET returns CHECKED with rc 0 |

  Scenario Outline: <lie>
    Given "p" is loaded
    And "q" is loaded and applied
    When REVERT of "p" is asked
    And the hypervisor lies from here on
    Then <step>

    Examples:
      | lie            | step                                  |
      | another return | "q" is APPLIED with rc 0              |
      | another state  | "q" is APPLIED with rc 0              |
      | another rc     | "q" is APPLIED with rc 0              |
      | another return | "q" is still APPLIED                  |
      | another state  | "q" is still APPLIED                  |
      | another return | "p" is CHECKED and its rc is an error |
      | another state  | "p" is CHECKED and its rc is an error |
      | rc 0           | "p" is CHECKED and its rc is an error |
      | rc -EAGAIN     | "p" is CHECKED and its rc is an error |
      | another return | "r" is unknown                        |
      | return 0       | "r" is unknown                        |

  Scenario Outline: <lie>
    Given "a" is loaded
    And "bb" has the metadata "by=me"
    And "bb" is loaded
    And the hypervisor lies from here on
    When LIST is asked for 2 entries
    Then <step>

    Examples:
      | lie                 | step                                                 |
      | another return      | the hypercall returns 2                              |
      | another nr          | 0 payloads remain                                    |
      | another name        | the entries are "a, bb"                              |
      | names exchanged     | the entries are "a, bb"                              |
      | an entry less       | the entries are "a, bb"                              |
      | another length      | the lengths of the names are "2, 3"                  |
      | another length      | each length counts the name and its NUL              |
      | other metadata      | the metadata of "bb" is complete                     |
      | shorter metadata    | the metadata of "bb" is complete                     |
      | other totals        | the names have 5 bytes in all, the metadata 6        |
      | another status      | the buffer status holds 01 00 00 00 00 00 00 00 at 0 |
      | another last status | the buffer status holds 01 00 00 00 00 00 00 00 at 8 |

  Scenario Outline: <lie>
    Given 2 payloads are loaded
    And the hypervisor lies from here on
    When LIST is asked for 2 entries
    Then the entries are those of 2 payloads, in the order of upload

    Examples:
      | lie           |
      | another name  |
      | an entry less |

  Scenario: an entry more
    Given "a" is loaded
    And the hypervisor lies from here on
    When LIST is asked for 1 entry
    Then nothing is written past these bytes of the buffers:
      | buffer | bytes |
      | status | 8     |

  Scenario Outline: <lie>
    Given "a" is loaded
    And "bb" is loaded
    And the hypervisor lies from here on
    Then LIST shows:
      | name | state   | rc |
      | a    | CHECKED | 0  |
      | bb   | CHECKED | 0  |

    Examples:
      | lie                 |
      | another return      |
      | an entry less       |
      | an entry more       |
      | another name        |
      | another status      |
      | another last status |

  Scenario Outline: <lie>
    Given the hypervisor lies from here on
    Then LIST shows nothing

    Examples:
      | lie            |
      | an entry more  |
      | another return |

  Scenario: another version of the list
    Given "a" is loaded
    When LIST is asked for 1 entry
    And the hypervisor lies from here on
    Then the version of the list is as before

  Scenario: the version of the list before
    Given "a" is loaded
    When LIST is asked for 1 entry
    And "b" is uploaded
    And the hypervisor lies from here on
    Then the version of the list has changed

  Scenario Outline: <lie>
    Given "p" is loaded
    And the control domain's memory has these buffers:
      | buffer | content |
      | name   | 70 00   |
    And the hypervisor lies from here on
    When hypercall 35 is made with this structure:
      | bytes                   |
      | 1b 00 00 00             |
      | the interface version   |
      | 01 00 00 00 00 00 00 00 |
      | the address of name     |
      | 02 00 00 00 00 00 00 00 |
      | ee ee ee ee ee ee ee ee |
    Then the structure is now:
      | bytes                   |
      | 1b 00 00 00             |
      | the interface version   |
      | 01 00 00 00 00 00 00 00 |
      | the address of name     |
      | 02 00 00 00 00 00 00 00 |
      | 01 00 00 00             |
      | 00 00 00 00             |

    Examples:
      | lie           |
      | another state |
      | another rc    |

  Scenario: another name
    Given "p" is loaded
    And the control domain's memory has these buffers:
      | buffer   | content    |
      | status   | 8 times ee |
      | names    | 8 times ee |
      | lengths  | 4 times ee |
      | metadata | 8 times ee |
      | sizes    | 4 times ee |
    And the hypervisor lies from here on
    When hypercall 35 is made with this structure:
      | bytes                               |
      | 1b 00 00 00                         |
      | the interface version               |
      | 02 00 00 00 00 00 00 00 00 00 00 00 |
      | 00 00 00 00 01 00 00 00 00 00 00 00 |
      | 08 00 00 00 08 00 00 00             |
      | the address of status               |
      | the address of names                |
      | the address of lengths              |
      | the address of metadata             |
      | the address of sizes                |
    Then the buffer names is now 70 00 ee ee ee ee ee ee

  Scenario Outline: <lie>
    Given "p" is loaded
    And after 5 ms vCPU 1 asks GET of "p"
    And the hypervisor lies from here on
    When APPLY of "p" is asked
    Then <step>

    Examples:
      | lie            | step                                          |
      | another return | vCPU 1's GET returned CHECKED with rc -EAGAIN |
      | another state  | vCPU 1's GET returned CHECKED with rc -EAGAIN |
      | another rc     | vCPU 1's GET returned CHECKED with rc -EAGAIN |
      | another return | vCPU 1's hypercall returned 0                 |
      | another time   | 5 ms has passed                               |

  Scenario Outline: <lie>
    Given "p" is loaded
    And the hypervisor lies from here on
    And after 5 ms vCPU 1 asks <call>
    When APPLY of "p" is asked
    Then <step>

    Examples:
      | lie           | call       | step                                          |
      | no later call | GET of "p" | vCPU 1's GET returned CHECKED with rc -EAGAIN |
      | no later call | GET of "p" | vCPU 1's hypercall returned 0                 |

  Scenario: no later call
    Given "p" is loaded
    And the hypervisor lies from here on
    And after 5 ms vCPU 1 asks LIST
    When APPLY of "p" is asked
    Then vCPU 1's LIST returned:
      | name | state   | rc      |
      | p    | CHECKED | -EAGAIN |

  Scenario Outline: <lie>
    Given "p" is loaded
    And after 5 ms vCPU 1 asks LIST
    And the hypervisor lies from here on
    When APPLY of "p" is asked
    Then vCPU 1's LIST returned:
      | name | state   | rc      |
      | p    | CHECKED | -EAGAIN |

    Examples:
      | lie            |
      | another return |
      | another name   |
      | another status |
      | an entry less  |

  Scenario Outline: <lie>
    Given payload "p" makes xen_extra_version return "patched"
    And payload "p" makes xen_minor_version return 99
    And payload "p" makes xen_major_version return the address of its own .rodata
    And payload "p" makes forty_bytes return 39
    And "p" brings 8 bytes of .rodata
    And "p" has a load hook that counts its calls
    And "p" has a preapply hook that looks at xen_extra_version
    And "p" has a postapply hook that looks at its payload
    And the bytes of xen_extra_version are shown throughout
    And "p" is loaded and applied
    And the hypervisor lies from here on
    Then <step>

    Examples: what is executed
      | lie               | step                                                                   |
      | another text      | the extra version is "patched"                                         |
      | another text      | the extra version on vCPU 1 is "patched"                               |
      | a text for vCPU 1 | the extra version on every vCPU is "patched"                           |
      | another return    | the minor version is 99                                                |
      | its own version   | the minor version is not the hypervisor's own                          |
      | another result    | a call of xen_minor_version returns 99                                 |
      | another result    | xen_changeset returns the hypervisor's own value                       |
      | another result    | forty_bytes no longer returns the hypervisor's own value               |
      | another result    | a call of lingering on vCPU 1, which stays inside for 5 ms, returns 11 |
      | another result    | xen_compile_date returns the text "the reference hypervisor"           |
      | result 0          | the address that xen_major_version returns is in the rodata of "p"     |
      | another result    | the address that xen_major_version returns is a multiple of 8          |

    Examples: what is in memory
      | lie                | step                                                               |
      | other bytes        | the hooks of "p" have been called 1 time                           |
      | other bytes        | hypervisor_counter holds 0                                         |
      | other bytes        | xen_extra_version begins with e9                                   |
      | other bytes        | xen_extra_version jumps to the text of "p"                         |
      | a jump elsewhere   | xen_extra_version jumps to the text of "p"                         |
      | other bytes        | xen_extra_version jumps to the text of "p" after its first 0 bytes |
      | a jump elsewhere   | xen_extra_version jumps to the text of "p" after its first 0 bytes |
      | a jump nearby      | the jump in xen_minor_version leads to b8 63 00 00 00 c3           |
      | other bytes        | the preapply hook of "p" saw xen_extra_version as at the start     |
      | other bytes        | the postapply hook of "p" saw its payload APPLIED with rc 0        |
      | another fifth byte | the postapply hook of "p" saw its payload APPLIED with rc 0        |
      | other bytes        | the call at do_domctl_call leads to arch_do_domctl                 |
      | another fifth byte | the call at do_domctl_call leads to arch_do_domctl                 |
      | other bytes        | every call of xen_extra_version leads to xen_extra_version         |
      | another fifth byte | every call of xen_extra_version leads to xen_extra_version         |
      | other bytes        | entry 36 of hypercall_table points to do_domctl                    |
      | another return     | a domain's domctl returns 7847                                     |
      | other bytes        | do_domctl is as at the start                                       |
      | other bytes        | the rodata of "p" holds 0d at 0                                    |
      | other permissions  | the permissions of the text of "p" are r-x                         |
      | other permissions  | the permissions of xen_extra_version are r-x                       |
      | other permissions  | no page is both writable and executable                            |
      | regions elsewhere  | "p" is within 1 GiB above _stext                                   |
      | a region more      | "q" has no text in memory                                          |
      | another symbol     | nothing has the name new_function                                  |

  Scenario Outline: <lie>
    Given "p" is loaded
    And the hypervisor lies from here on
    Then the regions of "p" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |

    Examples:
      | lie               |
      | other permissions |
      | regions apart     |
      | larger regions    |
      | a region less     |

  Scenario Outline: <lie>
    Given the hypervisor lies from here on
    Then <step>

    Examples:
      | lie               | step                                                    |
      | another text      | the extra version is the hypervisor's own               |
      | another text      | the extra version on vCPU 1 is the hypervisor's own     |
      | a text for vCPU 1 | the extra version on every vCPU is the hypervisor's own |
      | another return    | the minor version is the hypervisor's own               |

  Scenario Outline: <lie>
    Given payload "p" turns the first 5 bytes of xen_minor_version into nops
    And "p" brings the function late, which writes 0 to _ctype
    And "p" brings 16 bytes of .bss
    And "p" brings 16 bytes of .data
    And "p" has these symbols:
      | name | section |
      | cell | .data   |
    And the section .data of "p" has these relocations:
      | offset | type          | symbol            |
      | 0      | R_X86_64_PC32 | xen_major_version |
    And "p" is loaded and applied
    And the hypervisor lies from here on
    Then <step>

    Examples:
      | lie           | step                                                           |
      | other bytes   | bytes 0 to 4 of xen_minor_version are nops                     |
      | other bytes   | cell leads to the address of xen_major_version                 |
      | no crash      | a call of late faults on its store                             |
      | another crash | a call of late faults on its store                             |
      | no crash      | a call of catches_strays after its first 0 bytes ends in a BUG |
      | another crash | a call of catches_strays after its first 0 bytes ends in a BUG |

  Scenario: other bytes
    Given "p" replaces forty_bytes in place by b8 63 00 00 00 c3
    And "p" is loaded and applied
    And the hypervisor lies from here on
    Then forty_bytes is nops from byte 6 on

  Scenario: other bytes
    Given "p" brings 8192 bytes of .bss
    And "p" is loaded
    And the hypervisor lies from here on
    Then the first 8192 bytes of the data of "p" are zero

  Scenario Outline: <lie>
    Given a payload "q" makes xen_major_version fault 2 times and then return 98
    And a payload "q" makes xen_compile_date BUG at line 300 of "fix.c" and then return 99
    And "q" is loaded and applied
    And the hypervisor lies from here on
    Then <step>

    Examples:
      | lie                 | step                                              |
      | no crash            | a call of xen_compile_date crashes the hypervisor |
      | another fourth byte | the 2 fix-ups of "q" are sorted by their faults   |

  Scenario Outline: <lie>
    Given "p" has a preapply hook that says "first"
    And "p" has a load hook that says "second"
    And "p" is loaded
    And the hypervisor lies from here on
    When APPLY of "p" is asked
    Then <step>

    Examples:
      | lie              | step                             |
      | a silent console | the console shows "first"        |
      | a line more      | the console does not show "more" |

  Scenario Outline: <lie>
    Given "p" has a preapply hook that says "first"
    And "p" has a load hook that says "second"
    And "p" is loaded
    And the hypervisor lies from here on
    When APPLY of "p" is asked
    Then the console shows, in this order:
      | line   |
      | first  |
      | second |

    Examples:
      | lie                |
      | a silent console   |
      | a console reversed |

  Scenario Outline: <lie>
    Given the stores to xen_extra_version are watched
    And the stores to do_domctl are watched
    And the stores to hypervisor_counter are watched
    And payload "p" makes xen_extra_version return "patched"
    And "p" has a preapply hook that writes 7 to hypervisor_counter
    And "p" is loaded and applied
    And the hypervisor lies from here on
    Then <step>

    Examples:
      | lie                     | step                                                               |
      | a store by another vCPU | all stores to xen_extra_version were made by vCPU 0                |
      | no stores               | all stores to xen_extra_version were made by vCPU 0                |
      | a store by another vCPU | all stores to xen_extra_version were made by one vCPU              |
      | no stores               | all stores to xen_extra_version were made by one vCPU              |
      | a store later           | all stores to xen_extra_version were made at 0 ns                  |
      | interrupts exchanged    | every vCPU had interrupts off at each store to xen_extra_version   |
      | interrupts exchanged    | every vCPU accepted interrupts at each store to hypervisor_counter |
      | a store more            | nothing was stored to do_domctl                                    |
      | a vCPU inside           | no vCPU was in xen_extra_version at a store to it                  |
      | a vCPU below            | no vCPU was in xen_extra_version at a store to it                  |

  Scenario Outline: <lie>
    Given "p" brings the function new_function, which returns 7
    And "p" is loaded
    When APPLY of "p" is asked with these fields:
      | field | value |
      | cmd   | 5     |
    And the hypervisor lies from here on
    Then <step>

    Examples:
      | lie                         | step                         |
      | changed bytes               | nothing changed              |
      | a region more               | nothing changed              |
      | a region less               | nothing changed              |
      | other permissions           | nothing changed              |
      | another name                | nothing changed              |
      | another status              | nothing changed              |
      | an entry more               | nothing changed              |
      | another version of the list | nothing changed              |
      | another symbol              | nothing changed              |
      | changed bytes               | memory is as before the call |
      | a region more               | memory is as before the call |
      | other permissions           | memory is as before the call |

  Scenario Outline: <lie>
    Given "p" is loaded
    When UNLOAD of "p" is asked
    And the hypervisor lies from here on
    Then the hypervisor is as at the start but for the version of the list

    Examples:
      | lie           |
      | changed bytes |
      | a region more |
      | an entry more |

  Scenario Outline: <lie>
    Given "p" is loaded
    When APPLY of "p" is asked
    And the hypervisor lies from here on
    Then of the hypervisor only the first 5 bytes of xen_extra_version changed

    Examples:
      | lie                   |
      | changed bytes         |
      | one more byte changed |
      | a region more         |

  Scenario Outline: <lie>
    Given "p" is loaded
    When APPLY of "p" is asked
    And the hypervisor lies from here on
    Then of the hypervisor only these bytes changed:
      | symbol            | from | bytes |
      | xen_extra_version | 0    | 5     |

    Examples:
      | lie                   |
      | changed bytes         |
      | one more byte changed |

  Scenario Outline: <lie>
    Given "p" is loaded
    When an NMI reaches vCPU 1
    And the hypervisor lies from here on
    Then 1 NMI has been handled

    Examples:
      | lie         |
      | another NMI |
