Feature: Exception tables and bug frames: what patched code does when it faults
  Code of a payload may fault at a place that has a fix-up, and may have a BUG, a WARN or an assertion. The payload
  brings the tables for these, which are in force as long as it is loaded.

  Rule: Exception tables

    @EXC-1 @EXC-3
    Scenario Outline: EXC-1: A patched function that faults <times> times goes on at the payload's fix-ups
      Given a payload "p" makes xen_minor_version fault <times> times and then return 99
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 99
      When REVERT of "p" is asked
      Then the minor version is the hypervisor's own

      Examples:
        | times |
        | 1     |
        | 2     |
        | 9     |

    @EXC-3
    Scenario Outline: EXC-3: A table of <times> fix-ups in the wrong order is sorted when the payload is loaded
      Given a payload "p" makes xen_minor_version fault <times> times and then return 99
      And the fix-ups of "p" are in reverse order
      When "p" is uploaded
      Then the <times> fix-ups of "p" are sorted by their faults
      When APPLY of "p" is asked
      Then the minor version is 99

      Examples:
        | times |
        | 2     |
        | 3     |
        | 9     |

    @EXC-1
    Scenario: EXC-1: Two payloads bring their own tables
      Given a payload "p" makes xen_minor_version fault 2 times and then return 99
      And a payload "q" makes xen_major_version fault 2 times and then return 98
      And these payloads are applied, each on top of the one before:
        | name |
        | p    |
        | q    |
      Then the minor version is 99
      And a call of xen_major_version returns 98
      When REVERT of "q" is asked
      Then the minor version is 99

    @EXC-6
    Scenario: EXC-6: A fault without a fix-up crashes the hypervisor
      Given a payload "p" makes quiet_function fault 1 time and then return 99
      And "p" lacks the section .ex_table
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of quiet_function crashes the hypervisor

    @EXC-6
    Scenario: EXC-6: The fix-ups of a payload that was unloaded are not those of another at the same place
      Given a payload "p" makes quiet_function fault 1 time and then return 99
      And "p" is loaded and applied
      Then a call of quiet_function returns 99
      Given "p" is reverted
      When UNLOAD of "p" is asked
      Then "p" is unknown
      Given a payload "q" makes quiet_function fault 1 time and then return 99
      And "q" lacks the section .ex_table
      And "q" is loaded and applied
      Then a call of quiet_function crashes the hypervisor

    @EXC-4
    Scenario Outline: EXC-4: <more> bytes after the last fix-up are refused
      Given a payload "p" makes xen_minor_version fault 2 times and then return 99
      And in "p" the section .ex_table is <more> bytes longer
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples: An entry has 8 bytes
        | more |
        | 1    |
        | 4    |
        | 7    |

    @EXC-4 @bug-26
    Scenario Outline: EXC-4: An empty table <section> is accepted
      Given a payload "p" makes xen_minor_version return 99
      And "p" has an empty section <section>
      When "p" is uploaded
      Then the hypercall returns 0
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the minor version is 99

      Examples:
        | section       |
        | .ex_table     |
        | .bug_frames.0 |
        | .bug_frames.1 |
        | .bug_frames.2 |
        | .bug_frames.3 |

  Rule: Bug frames

    @EXC-2 @EXC-6
    Scenario: EXC-2: A WARN in patched code is reported, and the code goes on
      Given a payload "p" makes xen_compile_date WARN at line 300 of "fix.c" and then return 99
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of xen_compile_date returns 99
      And the console shows "Xen WARN at fix.c:300"

    @EXC-2 @EXC-6
    Scenario: EXC-2: A BUG in patched code is reported, and the hypervisor crashes
      Given a payload "p" makes xen_compile_date BUG at line 300 of "fix.c" and then return 99
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of xen_compile_date crashes the hypervisor
      And the console shows "Xen BUG at fix.c:300"

    @EXC-2 @EXC-6
    Scenario: EXC-2: An assertion in patched code is reported with its text, and the hypervisor crashes
      Given a payload "p" makes xen_compile_date assert "one == two" at line 300 of "fix.c"
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of xen_compile_date crashes the hypervisor
      And the console shows "Assertion 'one == two' failed at fix.c:300"

    @EXC-2 @EXC-6
    Scenario: EXC-2: The function of a run_fn frame in patched code is called, and the code goes on
      Given a payload "p" makes xen_compile_date run a function that says "called" and then return 99
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of xen_compile_date returns 99
      And the console shows "called"
      And the console does not show "Xen WARN at ?:0"

    @EXC-6
    Scenario: EXC-6: An undefined instruction without a bug frame crashes the hypervisor
      Given a payload "p" makes xen_compile_date WARN at line 300 of "fix.c" and then return 99
      And "p" lacks the section .bug_frames.1
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of xen_compile_date crashes the hypervisor
      And the console does not show "Xen WARN at fix.c:300"

    @EXC-2 @EXC-5 @EXC-6
    Scenario: EXC-2: Each frame has its own place and line, and each kind its own section
      Given a payload "p" makes xen_compile_date WARN at line 300 of "fix.c" and then return 99
      And "p" has a load hook with a WARN at line 5 of "other.c"
      And payload "p" makes xen_changeset BUG at line 7 of "fix.c" and then return 0
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of xen_compile_date returns 99
      And a call of xen_changeset crashes the hypervisor
      And the console shows "Xen WARN at other.c:5"
      And the console shows "Xen WARN at fix.c:300"
      And the console shows "Xen BUG at fix.c:7"

    @EXC-2 @EXC-5 @EXC-6
    Scenario Outline: EXC-5: Of two assertions, that in <function> is reported with its own text and line
      Given a payload "p" makes xen_compile_date assert "one == two" at line 300 of "fix.c"
      And payload "p" makes xen_changeset assert "three < four" at line 7 of "other.c"
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of <function> crashes the hypervisor
      And the console shows "Assertion '<text>' failed at <place>"

      Examples:
        | function         | text         | place     |
        | xen_compile_date | one == two   | fix.c:300 |
        | xen_changeset    | three < four | other.c:7 |

    # A negative displacement borrows from the bits of the line, which are above it.
    @EXC-5
    Scenario Outline: EXC-5: Line <line> is reported if code and file name come before the frame
      Given a payload "p" makes xen_compile_date WARN at line <line> of "fix.c" and then return 99
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of xen_compile_date returns 99
      And the console shows "Xen WARN at fix.c:<line>"

      Examples: each displacement has 7 bits of the line with it
        | line  |
        | 1     |
        | 127   |
        | 128   |
        | 129   |
        | 255   |
        | 256   |
        | 16255 |
        | 16256 |
        | 16383 |

    @EXC-5
    Scenario Outline: EXC-5: Line <line> is reported if the code comes before the frame and the file name after it
      Given a payload "p" makes xen_compile_date WARN at line <line> of "fix.c" and then return 99
      And the file names of "p" come after its bug frames
      When "p" is uploaded
      And APPLY of "p" is asked
      Then a call of xen_compile_date returns 99
      And the console shows "Xen WARN at fix.c:<line>"

      Examples: each displacement has 7 bits of the line with it
        | line  |
        | 1     |
        | 127   |
        | 128   |
        | 129   |
        | 255   |
        | 256   |
        | 16383 |

    @EXC-2 @EXC-6 @bug-45
    Scenario Outline: EXC-2: A WARN in <a hook> hook is reported from the payload's frames
      Given a payload "p" makes xen_compile_date return 99
      And "p" has <a hook> hook with a WARN at line 300 of "hook.c"
      And "p" is in state <before>
      When <action> of "p" is asked
      Then "p" is <after> with rc 0
      And the console shows "Xen WARN at hook.c:300"

      Examples:
        | a hook    | before  | action  | after   |
        | a load    | CHECKED | APPLY   | APPLIED |
        | a load    | CHECKED | REPLACE | APPLIED |
        | an unload | APPLIED | REVERT  | CHECKED |

    @HOOK-8
    Scenario: HOOK-8: A BUG in a hook is reported, and the action fails
      Given a payload "p" makes xen_compile_date return 99
      And "p" has a load hook with a BUG at line 300 of "hook.c"
      And "p" is in state CHECKED
      When APPLY of "p" is asked
      Then "p" is CHECKED with rc -EFAULT
      And memory is as before the call
      And the console shows "Xen BUG at hook.c:300"

    @EXC-6
    Scenario: EXC-6: The frames of a payload that was unloaded are not those of another at the same place
      Given a payload "p" makes xen_compile_date WARN at line 300 of "fix.c" and then return 99
      And "p" is loaded and applied
      Then a call of xen_compile_date returns 99
      Given "p" is reverted
      When UNLOAD of "p" is asked
      Then "p" is unknown
      Given a payload "q" makes xen_compile_date WARN at line 300 of "fix.c" and then return 99
      And "q" lacks the section .bug_frames.1
      And "q" is loaded and applied
      Then a call of xen_compile_date crashes the hypervisor

    @EXC-2
    Scenario: EXC-2: Frames count again when the payload is applied again
      Given a payload "p" makes xen_compile_date WARN at line 300 of "fix.c" and then return 99
      And "p" is loaded and applied
      And "p" is reverted
      And "p" is applied
      Then a call of xen_compile_date returns 99
      And the console shows "Xen WARN at fix.c:300"

    @EXC-4
    Scenario Outline: EXC-4: <more> bytes after the last frame of .bug_frames.<number> are refused
      Given a payload "p" makes xen_compile_date <does>
      And in "p" the section .bug_frames.<number> is <more> bytes longer
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples: A frame has 8 bytes
        | number | does                                                | more |
        | 0      | run a function that says "called" and then return 1 | 1    |
        | 0      | run a function that says "called" and then return 1 | 7    |
        | 1      | WARN at line 300 of "fix.c" and then return 1       | 1    |
        | 1      | WARN at line 300 of "fix.c" and then return 1       | 4    |
        | 1      | WARN at line 300 of "fix.c" and then return 1       | 7    |
        | 2      | BUG at line 300 of "fix.c" and then return 1        | 1    |
        | 2      | BUG at line 300 of "fix.c" and then return 1        | 7    |
        | 3      | assert "one == two" at line 300 of "fix.c"          | 1    |
        | 3      | assert "one == two" at line 300 of "fix.c"          | 7    |

  Rule: Hooks

    @EXC-1 @EXC-6 @HOOK-1 @HOOK-2
    Scenario Outline: EXC-1: A <kind> hook that faults <times> times goes on at the payload's fix-ups
      Given a payload "p"
      And "p" has a <kind> hook that faults <times> times, goes on at its fix-ups, and then says "went on"
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And the console shows "went on"

      Examples:
        | kind   | times |
        | load   | 1     |
        | load   | 3     |
        | unload | 1     |
        | unload | 3     |

      @revision-2
      Examples: of revision 2
        | kind       | times |
        | preapply   | 1     |
        | postapply  | 1     |
        | prerevert  | 1     |
        | postrevert | 1     |
