Feature: Build-ids: each payload has one, and names the one that it depends on
  Both are ELF notes as the linker makes them, of any length. They are read when the payload is uploaded.

  Rule: Any length

    @DEP-1 @DEP-2
    Scenario Outline: DEP-1: A payload can depend on a build-id of <length> bytes
      Given "p" has a build-id of <length> bytes
      And "p" is loaded and applied
      And "q" depends on "p"
      And "q" is loaded
      When APPLY of "q" is asked
      Then the hypercall returns 0
      And "q" is APPLIED with rc 0
      And the extra version is "q"

      Examples:
        | length |
        | 1      |
        | 16     |
        | 20     |
        | 64     |

    @DEP-1 @DEP-2 @DEP-7
    Scenario Outline: DEP-1: A build-id of <depends> bytes does not match one of <length> bytes that begins like it
      Given "p" has a build-id of <length> bytes
      And "p" is loaded and applied
      And "namesake" has a build-id of <depends> bytes
      And "q" depends on "namesake"
      And "q" is loaded
      When APPLY of "q" is asked
      Then "q" is still CHECKED
      And memory is as before the call
      And the extra version is "p"

      Examples:
        | length | depends |
        | 20     | 16      |
        | 20     | 19      |
        | 20     | 21      |
        | 20     | 1       |

  Rule: Malformed notes

    @DEP-1 @UPL-1 @DEP-6
    Scenario Outline: DEP-1: A note in <section> whose <field> is <value> is refused
      Given in "p" the field note[<section>].<field> is <value>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples: What the payload depends on
        | section            | field  | value             |
        | .livepatch.depends | type   | 0                 |
        | .livepatch.depends | type   | 1                 |
        | .livepatch.depends | type   | 2                 |
        | .livepatch.depends | type   | 4                 |
        | .livepatch.depends | type   | 0xffffffff        |
        | .livepatch.depends | namesz | 0                 |
        | .livepatch.depends | namesz | 3                 |
        | .livepatch.depends | namesz | 0xffffffff        |
        | .livepatch.depends | name   | bytes 47 4e 54 00 |
        | .livepatch.depends | name   | bytes 58 65 6e 00 |
        | .livepatch.depends | name   | bytes 67 6e 75 00 |
        | .livepatch.depends | name   | bytes 47 4e 00 00 |
        | .livepatch.depends | descsz | 0                 |
        | .livepatch.depends | descsz | 21                |
        | .livepatch.depends | descsz | 0xffffffff        |

      Examples: What the payload is
        | section            | field  | value             |
        | .note.gnu.build-id | type   | 0                 |
        | .note.gnu.build-id | type   | 1                 |
        | .note.gnu.build-id | type   | 2                 |
        | .note.gnu.build-id | type   | 4                 |
        | .note.gnu.build-id | type   | 0xffffffff        |
        | .note.gnu.build-id | namesz | 0                 |
        | .note.gnu.build-id | namesz | 3                 |
        | .note.gnu.build-id | namesz | 0xffffffff        |
        | .note.gnu.build-id | name   | bytes 47 4e 54 00 |
        | .note.gnu.build-id | name   | bytes 58 65 6e 00 |
        | .note.gnu.build-id | name   | bytes 67 6e 75 00 |
        | .note.gnu.build-id | name   | bytes 47 4e 00 00 |
        | .note.gnu.build-id | descsz | 0                 |
        | .note.gnu.build-id | descsz | 21                |
        | .note.gnu.build-id | descsz | 0xffffffff        |

    @DEP-1 @DEP-6
    Scenario Outline: DEP-1: A section <section> of <size> bytes is too short for its note
      Given in "p" the field section[<section>].sh_size is <size>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | section            | size |
        | .livepatch.depends | 1    |
        | .livepatch.depends | 11   |
        | .livepatch.depends | 12   |
        | .livepatch.depends | 13   |
        | .livepatch.depends | 16   |
        | .livepatch.depends | 35   |
        | .note.gnu.build-id | 1    |
        | .note.gnu.build-id | 11   |
        | .note.gnu.build-id | 12   |
        | .note.gnu.build-id | 13   |
        | .note.gnu.build-id | 16   |
        | .note.gnu.build-id | 35   |

    @DEP-6
    Scenario Outline: DEP-6: In <section>, a build-id of <descsz> bytes after a name of <namesz> ends within the 36 bytes
      Given in "p" these fields are written:
        | field                  | value    |
        | note[<section>].namesz | <namesz> |
        | note[<section>].descsz | <descsz> |
      When "p" is uploaded
      Then the hypercall returns 0

      Examples: the build-id begins at a multiple of four, 12 bytes of the note's header included
        | section            | namesz | descsz |
        | .livepatch.depends | 4      | 1      |
        | .livepatch.depends | 4      | 20     |
        | .livepatch.depends | 5      | 16     |
        | .livepatch.depends | 8      | 16     |
        | .livepatch.depends | 9      | 12     |
        | .note.gnu.build-id | 4      | 1      |
        | .note.gnu.build-id | 4      | 20     |
        | .note.gnu.build-id | 5      | 16     |
        | .note.gnu.build-id | 8      | 16     |
        | .note.gnu.build-id | 9      | 12     |

    @DEP-6 @B14
    Scenario Outline: DEP-6: In <section>, a build-id of <descsz> bytes after a name of <namesz> does not end within the 36 bytes
      Given in "p" these fields are written:
        | field                  | value    |
        | note[<section>].namesz | <namesz> |
        | note[<section>].descsz | <descsz> |
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples: name and build-id have no more than 24 bytes, and it is the gap between them that is too much
        | section            | namesz | descsz |
        | .livepatch.depends | 5      | 17     |
        | .livepatch.depends | 5      | 19     |
        | .livepatch.depends | 6      | 17     |
        | .livepatch.depends | 6      | 18     |
        | .livepatch.depends | 7      | 17     |
        | .note.gnu.build-id | 5      | 17     |
        | .note.gnu.build-id | 5      | 19     |
        | .note.gnu.build-id | 6      | 17     |
        | .note.gnu.build-id | 6      | 18     |
        | .note.gnu.build-id | 7      | 17     |

      Examples: they have more than 24 bytes
        | section            | namesz     | descsz     |
        | .livepatch.depends | 5          | 20         |
        | .livepatch.depends | 8          | 17         |
        | .livepatch.depends | 9          | 16         |
        | .livepatch.depends | 25         | 1          |
        | .note.gnu.build-id | 5          | 20         |
        | .note.gnu.build-id | 8          | 17         |
        | .note.gnu.build-id | 9          | 16         |
        | .note.gnu.build-id | 25         | 1          |

      Examples: their sum is one of 2^32 or more
        | section            | namesz     | descsz     |
        | .livepatch.depends | 0xffffffff | 5          |
        | .livepatch.depends | 0xfffffffc | 0x18       |
        | .livepatch.depends | 4          | 0xfffffffc |
        | .livepatch.depends | 4          | 0x80000000 |
        | .note.gnu.build-id | 0xffffffff | 5          |
        | .note.gnu.build-id | 0xfffffffc | 0x18       |
        | .note.gnu.build-id | 4          | 0xfffffffc |
        | .note.gnu.build-id | 4          | 0x80000000 |

    # The build-id itself is the hypervisor's, and is where it should be.
    @V2-FMT-1 @DEP-6 @V2-FMT-4 @revision-2
    Scenario Outline: V2-FMT-1: A note in .livepatch.xen_depends whose <field> is <value> is refused
      Given in "p" the field note[.livepatch.xen_depends].<field> is <value>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | field  | value             |
        | type   | 0                 |
        | type   | 2                 |
        | type   | 4                 |
        | type   | 0xffffffff        |
        | namesz | 1                 |
        | namesz | 3                 |
        | name   | bytes 47 4e 54 00 |
        | name   | bytes 47 4e 00 00 |
        | descsz | 0                 |
        | descsz | 21                |
        | descsz | 0xffffffff        |

    @V2-FMT-1 @V2-FMT-4 @bug-30 @revision-2
    Scenario Outline: V2-FMT-1: A build-id in .livepatch.xen_depends that is <which> is not the hypervisor's
      Given in "p" <change>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | which             | change                                                     |
        | other at its head | byte 0 of the field note[.livepatch.xen_depends].desc is 0  |
        | other at its end  | byte 19 of the field note[.livepatch.xen_depends].desc is 0 |
        | one byte shorter  | the field note[.livepatch.xen_depends].descsz is 19         |
        | one byte long     | the field note[.livepatch.xen_depends].descsz is 1          |

    @DEP-6
    Scenario: DEP-6: A build-id that ends with its section is well formed
      Given in "p" the field section[.note.gnu.build-id].sh_size is 36
      When "p" is uploaded
      Then the hypercall returns 0
      And "p" is CHECKED with rc 0

  Rule: Three build-ids in revision 2

    @V2-FMT-3 @DEP-2 @F-27 @revision-2
    Scenario: V2-FMT-3: Each payload is for the hypervisor, the first goes on top of that too, the next on top of the first
      Given "first" is loaded
      And "second" depends on "first"
      And "second" is loaded
      When APPLY of "first" is asked
      And APPLY of "second" is asked
      Then LIST shows:
        | name   | state   | rc |
        | first  | APPLIED | 0  |
        | second | APPLIED | 0  |
      And the extra version is "second"

    @V2-FMT-3 @V2-FMT-1 @FMT-5 @FMT-6 @FMT-10 @revision-2
    Scenario Outline: V2-FMT-3: A payload without <section> is refused
      Given a payload "p"
      And "p" lacks the section <section>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | section                |
        | .note.gnu.build-id     |
        | .livepatch.depends     |
        | .livepatch.xen_depends |

    @V2-FMT-3 @V2-FMT-1 @DEP-2 @revision-2
    Scenario Outline: V2-FMT-3: Another build-id in <section>: UPLOAD returns <returned>
      Given in "p" byte 0 of the field note[<section>].desc is 0
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | section                | returned |
        | .note.gnu.build-id     | 0        |
        | .livepatch.depends     | 0        |
        | .livepatch.xen_depends | -EINVAL  |

    @V2-FMT-3 @DEP-2 @revision-2
    Scenario Outline: V2-FMT-3: With another build-id in <section>, a payload that is to be applied is then <state>
      Given in "p" byte 0 of the field note[<section>].desc is 0
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is still <state>

      Examples:
        | section            | state   |
        | .note.gnu.build-id | APPLIED |
        | .livepatch.depends | CHECKED |

    @V2-FMT-4 @bug-56 @revision-2
    Scenario: V2-FMT-4: A payload for another hypervisor is refused for that, before its functions are checked
      Given in "p" byte 0 of the field note[.livepatch.xen_depends].desc is 0
      And in "p" the field .livepatch.funcs[0].version is 3
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

  Rule: One payload of a build-id

    @DEP-4 @bug-2
    Scenario Outline: DEP-4: A payload with the build-id of one that is <state> is refused
      Given "p" is in state <state>
      And "q" has the build-id of "p"
      When "q" is uploaded
      Then the hypercall returns -EEXIST
      And nothing changed

      Examples:
        | state   |
        | CHECKED |
        | APPLIED |

    @DEP-4
    Scenario: DEP-4: The build-id of the hypervisor does not count as that of a loaded payload
      Given "p" has the hypervisor's build-id
      When "p" is uploaded
      Then the hypercall returns 0
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0

    @DEP-4
    Scenario Outline: DEP-4: A payload with the build-id of <number> of three that are loaded is refused
      Given "a" is loaded
      And "b" is loaded
      And "c" is loaded
      And "q" has the build-id of "<name>"
      When "q" is uploaded
      Then the hypercall returns -EEXIST
      And nothing changed

      Examples:
        | number     | name |
        | the first  | a    |
        | the second | b    |
        | the third  | c    |

    @DEP-4
    Scenario: DEP-4: A build-id that only begins like that of a loaded payload is a different one
      Given "p" has a build-id of 20 bytes
      And "p" is loaded
      And "q" has a build-id of 16 bytes
      When "q" is uploaded
      Then the hypercall returns 0
      And "q" is CHECKED with rc 0

    @DEP-4
    Scenario: DEP-4: The build-id of a payload that was unloaded is free again
      Given "p" is loaded
      And "q" has the build-id of "p"
      When UNLOAD of "p" is asked
      And "q" is uploaded
      Then the hypercall returns 0
      And "q" is CHECKED with rc 0
