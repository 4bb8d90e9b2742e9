Feature: The sections of a payload: what may be done with them
  Code is not writable, and data is not executable. Sections with a meaning to live patching are loaded, so that they
  can be read.

  @ELF-10
  Scenario Outline: ELF-10: An allocated section that is writable and executable is refused: <section>
    Given a payload "p"
    And "p" brings 8 bytes of .data
    And "p" brings 8 bytes of .rodata
    And "p" brings 8 bytes of .bss
    And "p" brings the read-only section .more of 0 bytes
    And in "p" the field section[<section>].sh_flags is <flags>
    When "p" is uploaded
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples:
      | section          | flags |
      | .text            | 0x7   |
      | .data            | 0x7   |
      | .rodata          | 0x7   |
      | .bss             | 0x7   |
      | .livepatch.funcs | 0x7   |
      | .more            | 0x7   |
      | .symtab          | 0x7   |
      | .rela.text       | 0x47  |
      | .text            | 0x37  |

  @ELF-10
  Scenario Outline: ELF-10: A section with the flags <flags>, not allocated, writable and executable at once, is loaded
    Given a payload "p"
    And "p" brings the read-only section .more of 8 bytes
    And in "p" the field section[.more].sh_flags is <flags>
    When "p" is uploaded
    Then the hypercall returns 0
    And no page is both writable and executable
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples:
      | flags |
      | 0     |
      | 1     |
      | 2     |
      | 3     |
      | 4     |
      | 5     |
      | 6     |

  @ELF-11 @B5
  Scenario Outline: ELF-11: A special section that is not allocated is refused: <section>
    Given a payload "p"
    And "p" has a load hook that says "load"
    And "p" has an unload hook that says "unload"
    And in "p" the field section[<section>].sh_flags is <flags>
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples: of functions and hooks
      | section                 | flags |
      | .livepatch.funcs        | 0     |
      | .livepatch.funcs        | 1     |
      | .livepatch.funcs        | 4     |
      | .livepatch.hooks.load   | 0     |
      | .livepatch.hooks.load   | 1     |
      | .livepatch.hooks.unload | 0     |
      | .livepatch.hooks.unload | 1     |

    Examples: notes
      | section            | flags |
      | .livepatch.depends | 0     |
      | .note.gnu.build-id | 0     |

    @revision-2
    Examples: of revision 2
      | section                | flags |
      | .livepatch.xen_depends | 0     |

  @PLACE-5
  Scenario Outline: PLACE-5: A section of type STRTAB is a table of the file, not a special section: <section>
    Given a payload "p"
    And in "p" the field section[<section>].sh_type is 3
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | section            |
      | .livepatch.funcs   |
      | .livepatch.depends |
      | .note.gnu.build-id |

  @PLACE-5
  Scenario: PLACE-5: Relocations are a table of the file, not a special section, whatever their name
    Given a payload "p" replaces xen_minor_version by b8 63 00 00 00 90 90 90 c3
    And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has IA64
    And in "p" the field section[.rela.altinstructions].sh_name is that of section[.altinstr_replacement].sh_name
    When "p" is uploaded
    Then the hypercall returns 0

  @ELF-11
  Scenario Outline: ELF-11: Every section with a meaning to live patching has to be allocated: <section>
    Given a payload "p"
    And "p" brings the read-only section <section> of <size> bytes
    And in "p" the field section[<section>].sh_flags is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | section       | size |
      | .ex_table     | 8    |
      | .bug_frames.0 | 8    |
      | .bug_frames.1 | 8    |
      | .bug_frames.2 | 8    |
      | .bug_frames.3 | 8    |

    Examples: whole entries, of 12 bytes or of 14
      | section          | size |
      | .altinstructions | 84   |

    @revision-2
    Examples: of revision 2
      | section                     | size |
      | .livepatch.hooks.preapply   | 8    |
      | .livepatch.hooks.apply      | 8    |
      | .livepatch.hooks.postapply  | 8    |
      | .livepatch.hooks.prerevert  | 8    |
      | .livepatch.hooks.revert     | 8    |
      | .livepatch.hooks.postrevert | 8    |

  # The pointers in a section that is not loaded have no address: a hypervisor that uses them calls whatever it finds.
  @ELF-11 @HOOK-6 @B18
  Scenario Outline: ELF-11: A section of <kind> hooks that is not allocated makes the hypervisor call nothing
    Given a payload "p"
    And "p" has a <kind> hook that says "called"
    And in "p" the field section[.livepatch.hooks.<kind>].sh_flags is 0
    When "p" is uploaded
    And APPLY of "p" is asked
    And REVERT of "p" is asked
    Then "p" is unknown
    And the console does not show "called"

    Examples:
      | kind   |
      | load   |
      | unload |

  @ELF-11 @HOOK-6 @B18 @revision-2
  Scenario Outline: ELF-11: A single hook whose section is not allocated is not called, and its payload is not applied: <kind>
    Given payload "p" makes xen_extra_version return "patched"
    And "p" has a <kind> hook that says "called"
    And in "p" the field section[.livepatch.hooks.<kind>].sh_flags is 0
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the extra version is the hypervisor's own
    And the console does not show "called"
    And "p" is unknown

    Examples:
      | kind      |
      | preapply  |
      | apply     |
      | postapply |

  @ELF-11 @B19
  Scenario: ELF-11: Fix-ups in a section that is not allocated are not used for a fault
    Given a payload "p" makes xen_minor_version fault 1 times and then return 99
    And in "p" the field section[.ex_table].sh_flags is 0
    When "p" is uploaded
    And APPLY of "p" is asked
    Then the minor version is the hypervisor's own
    And "p" is unknown

  @ELF-11 @B19
  Scenario: ELF-11: Bug frames in a section that is not allocated are not read by a WARN
    Given a payload "p"
    And "p" has a load hook with a WARN at line 5 of "other.c"
    And in "p" the field section[.bug_frames.1].sh_flags is 0
    When "p" is uploaded
    And APPLY of "p" is asked
    Then "p" is unknown
    And the console does not show "Xen WARN at other.c:5"

  @ELF-11 @B22 @revision-2
  Scenario: ELF-11: Metadata in a section that is not allocated is refused
    Given a payload "p"
    And "p" brings the read-only section .modinfo of 4 bytes
    And in "p" these fields are written:
      | field                      | value             |
      | section[.modinfo].data     | bytes 61 3d 62 00 |
      | section[.modinfo].sh_flags | 0                 |
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @ELF-11 @B22 @revision-2
  Scenario: ELF-11: Metadata in a section that is not allocated is not listed
    Given a payload "p"
    And "p" brings the read-only section .modinfo of 4 bytes
    And in "p" these fields are written:
      | field                      | value             |
      | section[.modinfo].data     | bytes 61 3d 62 00 |
      | section[.modinfo].sh_flags | 0                 |
    When "p" is uploaded
    And LIST is asked for 1 entry
    Then the hypercall returns 0
    And the entries are ""
