Feature: The format of a payload
  A payload is a relocatable ELF object with the new code, its data and relocations. Its special sections say what is
  patched, what the payload depends on and what its build-id is.

  @FMT-11 @F-9 @bug-9
  Scenario: FMT-11: A payload of nops needs no text
    Given payload "p" turns the first 5 bytes of plain_function into nops
    When "p" is uploaded
    Then the hypercall returns 0
    And "p" has no text in memory
    When APPLY of "p" is asked
    Then bytes 0 to 4 of plain_function are nops

  @FMT-2 @FMT-3
  Scenario: FMT-3: Text, writable data and read-only data are placed, and relocations lead from one to the other
    Given payload "p" makes xen_extra_version return "patched"
    And "p" brings 24 bytes of .rodata
    And "p" has a load hook that counts its calls
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "patched"
    And the hooks of "p" have been called 1 time

  @FMT-2 @bug-4
  Scenario: FMT-2: A payload needs no data, no hooks and no table of the architecture
    Given payload "p" makes xen_minor_version return 99
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the minor version is 99
    When REVERT of "p" is asked
    Then the minor version is the hypervisor's own

  @FMT-2 @FMT-3
  Scenario: FMT-2: A payload may have several sections of code, of writable and of read-only data
    Given payload "p" makes xen_minor_version go on in its own .text.more
    And "p" brings 24 bytes of .data
    And "p" brings 24 bytes of .rodata
    And "p" brings the executable section .text.more of 6 bytes
    And "p" brings the writable section .data.more of 4096 bytes
    And "p" brings the read-only section .rodata.more of 4096 bytes
    # mov $99,%eax; ret
    And in "p" the field section[.text.more].data is bytes b8 63 00 00 00 c3
    When "p" is uploaded
    Then the hypercall returns 0
    And the regions of "p" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 2     |
      | rodata | r--         | 2     |
    When APPLY of "p" is asked
    Then the minor version is 99
    When REVERT of "p" is asked
    Then the minor version is the hypervisor's own

  @FMT-12 @bug-26
  Scenario Outline: FMT-12: An optional section may also be empty: <section>
    Given a payload "p"
    And "p" brings the read-only section <section> of 0 bytes
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"
    When REVERT of "p" is asked
    Then the extra version is the hypervisor's own

    Examples:
      | section               |
      | .ex_table             |
      | .bug_frames.0         |
      | .bug_frames.1         |
      | .bug_frames.2         |
      | .bug_frames.3         |
      | .altinstr_replacement |
      | .text.more            |
      | .comment              |

  @FMT-4 @FMT-10 @F-8 @revision-1
  Scenario: FMT-4: A payload without .livepatch.funcs is refused
    Given a payload "p"
    And "p" lacks the section .livepatch.funcs
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-4 @FMT-10 @F-8 @revision-1
  Scenario: FMT-4: A payload without .livepatch.funcs is refused although it has hooks
    Given a payload "p" without functions
    And "p" has a load hook that says "load"
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-10 @F-8 @revision-1
  Scenario: FMT-10: An empty .livepatch.funcs is refused
    Given a payload "p"
    And in "p" the field section[.rela.livepatch.funcs].sh_size is 0
    And in "p" the field section[.livepatch.funcs].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-5 @FMT-10 @F-8
  Scenario: FMT-5: A payload without .livepatch.depends is refused
    Given a payload "p"
    And "p" lacks the section .livepatch.depends
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-10 @F-8
  Scenario: FMT-10: An empty .livepatch.depends is refused
    Given a payload "p"
    And in "p" the field section[.livepatch.depends].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-6 @FMT-10 @F-8
  Scenario: FMT-6: A payload without .note.gnu.build-id is refused
    Given a payload "p"
    And "p" lacks the section .note.gnu.build-id
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-10 @F-8
  Scenario: FMT-10: An empty .note.gnu.build-id is refused
    Given a payload "p"
    And in "p" the field section[.note.gnu.build-id].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-8 @F-10 @B10 @bug-55
  Scenario Outline: FMT-8: A payload with a special section twice is refused
    Given a payload "p"
    And "p" has a load hook that says "load"
    And "p" has an unload hook that says "unload"
    And "p" has the section <section> twice
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | section                 |
      | .livepatch.funcs        |
      | .livepatch.depends      |
      | .note.gnu.build-id      |
      | .livepatch.hooks.load   |
      | .livepatch.hooks.unload |

  @FMT-8 @F-10 @B10 @bug-55
  Scenario Outline: FMT-8: A payload with a second, empty <section> is refused
    Given a payload "p"
    And "p" has a load hook that says "load"
    And "p" brings the read-only section <section> of 0 bytes
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | section               |
      | .livepatch.funcs      |
      | .livepatch.depends    |
      | .note.gnu.build-id    |
      | .livepatch.hooks.load |

  @FMT-2
  Scenario Outline: FMT-2: Sections without a meaning of their own may share a name: <section>
    Given a payload "p"
    And "p" brings 8 bytes of .data
    And "p" brings 8 bytes of .bss
    And "p" brings 8 bytes of .rodata
    And "p" has the section <section> twice
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | section     |
      | .text       |
      | .data       |
      | .bss        |
      | .rodata     |
      | .rodata.str |

  @V2-FMT-1 @FMT-10 @F-8 @revision-2
  Scenario: V2-FMT-1: A payload without .livepatch.xen_depends is refused
    Given a payload "p"
    And "p" lacks the section .livepatch.xen_depends
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-10 @F-8 @revision-2
  Scenario: FMT-10: An empty .livepatch.xen_depends is refused
    Given a payload "p"
    And in "p" the field section[.livepatch.xen_depends].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @V2-FMT-1 @V2-FMT-4 @revision-2
  Scenario Outline: V2-FMT-1: The build-id of the hypervisor in a note with <field> <value> is refused
    Given a payload "p"
    And in "p" the field note[.livepatch.xen_depends].<field> is <value>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: another type, another owner, a name that is cut
      | field  | value             |
      | type   | 0                 |
      | type   | 2                 |
      | type   | 4                 |
      | name   | bytes 47 4e 55 20 |
      | name   | bytes 58 65 6e 00 |
      | namesz | 3                 |
      | namesz | 0                 |

    Examples: none, one that ends past the section, one that is cut
      | field  | value      |
      | descsz | 0          |
      | descsz | 19         |
      | descsz | 21         |
      | descsz | 0xffffffff |

  @V2-FMT-1 @V2-FMT-4 @revision-2
  Scenario Outline: V2-FMT-1: A payload for the hypervisor with build-id <value> is refused
    Given a payload "p"
    And in "p" the field note[.livepatch.xen_depends].desc is bytes <value>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: of which the rest is right, and one of nothing but zeros
      | value                                                       |
      | 00 00                                                       |
      | 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 |

  @V2-MOD-3 @B7 @revision-2
  Scenario: V2-MOD-3: A payload with an empty .modinfo has no metadata
    Given a payload "p"
    And "p" brings the read-only section .modinfo of 0 bytes
    When "p" is uploaded
    Then the hypercall returns 0
    When LIST is asked for 1 entry
    Then the names have 2 bytes in all, the metadata 0

  @V2-MOD-1 @V2-MOD-2 @revision-2
  Scenario Outline: V2-MOD-1: Metadata that does not end with NUL is refused: <metadata>
    Given a payload "p"
    And "p" brings the read-only section .modinfo of <size> bytes
    And in "p" the field section[.modinfo].data is bytes <metadata>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | size | metadata    |
      | 1    | 61          |
      | 3    | 61 3d 62    |
      | 4    | 61 3d 00 62 |

  @V2-MOD-1 @V2-MOD-2 @revision-2
  Scenario Outline: V2-MOD-1: Metadata that ends with NUL is kept: <metadata>
    Given a payload "p"
    And "p" brings the read-only section .modinfo of <size> bytes
    And in "p" the field section[.modinfo].data is bytes <metadata>
    When "p" is uploaded
    Then the hypercall returns 0
    When LIST is asked for 1 entry
    Then the buffer metadata holds <metadata> at 0

    Examples:
      | size | metadata    |
      | 1    | 00          |
      | 4    | 61 3d 62 00 |

  @V2-MOD-4 @revision-2
  Scenario Outline: V2-MOD-4: Metadata of <size> bytes is kept to its end
    Given a payload "p"
    And "p" brings the read-only section .modinfo of <size> bytes
    And in "p" byte <last> of the field section[.modinfo].data is 0
    When "p" is uploaded
    Then the hypercall returns 0
    When LIST is asked for 1 entry
    Then the names have 2 bytes in all, the metadata <size>
    And the buffer metadata holds cc 00 at <from>

    Examples:
      | size | last | from |
      | 16   | 15   | 14   |
      | 17   | 16   | 15   |
      | 255  | 254  | 253  |
      | 256  | 255  | 254  |

  @V2-FMT-5 @F-52 @revision-2 @bug-33
  Scenario Outline: V2-FMT-5: A payload with nothing but <kind> hooks is loaded and applied
    Given a payload "p" without functions
    And "p" has a <kind> hook that says "called"
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    And REVERT of "p" is asked
    Then the console shows "called"

    Examples:
      | kind   |
      | load   |
      | unload |

  @V2-FMT-2 @revision-2
  Scenario Outline: V2-FMT-2: A payload with nothing but a <kind> hook is loaded, applied and reverted
    Given a payload "p" without functions
    And "p" has a <kind> hook that says "called"
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    And REVERT of "p" is asked
    Then the console shows "called"

    Examples:
      | kind       |
      | preapply   |
      | apply      |
      | postapply  |
      | prerevert  |
      | revert     |
      | postrevert |

  @V2-FMT-2 @FMT-10 @F-8 @revision-2
  Scenario: V2-FMT-2: A payload with neither functions nor hooks is refused
    Given a payload "p" without functions
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-10 @F-8 @revision-2
  Scenario Outline: FMT-10: An empty <section> is refused
    Given a payload "p"
    And "p" has a load hook that says "load"
    And "p" has an unload hook that says "unload"
    And in "p" the field section[.rela<section>].sh_size is 0
    And in "p" the field section[<section>].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | section                 |
      | .livepatch.funcs        |
      | .livepatch.hooks.load   |
      | .livepatch.hooks.unload |
