Feature: Placement: the hypervisor chooses where a payload goes
  Memory is allocated within reach of the hypervisor's text. Text, writable data and read-only data have pages of their
  own, with no more permissions than they need.

  @PLACE-1 @MECH-2 @PLACE-6
  Scenario: PLACE-1: Payloads are within 1 GiB above the start of the hypervisor's text, each at its own place
    Given a payload "one"
    And payload "two" makes xen_minor_version return 99
    And "two" depends on "one"
    When "one" is uploaded
    And "two" is uploaded
    Then "one" is within 1 GiB above _stext
    And "two" is within 1 GiB above _stext
    When APPLY of "one" is asked
    And APPLY of "two" is asked
    Then xen_extra_version jumps to the text of "one"
    And xen_minor_version jumps to the text of "two"

  @PLACE-2
  Scenario: PLACE-2: Text, writable data and read-only data follow one another on pages of their own
    Given a payload "p"
    When "p" is uploaded
    Then the regions of "p" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |
    And no page is both writable and executable
    When APPLY of "p" is asked
    Then no page is both writable and executable
    When REVERT of "p" is asked
    Then no page is both writable and executable

  @PLACE-2
  Scenario: PLACE-2: Each payload has regions of its own, even if its name begins with that of another
    Given a payload "a"
    And a payload "a b"
    When "a" is uploaded
    And "a b" is uploaded
    Then the regions of "a" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |
    And the regions of "a b" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |

  @PLACE-2
  Scenario Outline: PLACE-2: New code that stores to its own <section> <what>
    Given a payload "p" makes xen_compile_date store to its own <section>
    And "p" brings 8 bytes of .data
    And "p" brings 8 bytes of .bss
    And "p" brings 8 bytes of .rodata
    And "p" is loaded and applied
    Then a call of xen_compile_date <what>

    Examples:
      | section | what                |
      | .data   | returns 0           |
      | .bss    | returns 0           |
      | .text   | faults on its store |
      | .rodata | faults on its store |

  @PLACE-2
  Scenario Outline: PLACE-2: New code that goes on in its own <section> <what>
    Given a payload "p" makes xen_compile_date go on in its own <section>
    And "p" brings the <kind> section <section> of 3 bytes
    # xor %eax,%eax; ret
    And in "p" the field section[<section>].data is bytes 31 c0 c3
    And "p" is loaded and applied
    Then a call of xen_compile_date <what>

    Examples:
      | kind       | section      | what                |
      | executable | .text.more   | returns 0           |
      | writable   | .data.more   | faults on its fetch |
      | read-only  | .rodata.more | faults on its fetch |

  @PLACE-2
  Scenario Outline: PLACE-2: <text> bytes of code take <pages> page(s)
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And "p" brings the executable section .text.more of <text> bytes
    And "p" brings the read-only section .rodata.more of 4096 bytes
    When "p" is uploaded
    Then the regions of "p" follow one another:
      | region | permissions | pages   |
      | text   | r-x         | <pages> |
      | data   | rw-         | 1       |
      | rodata | r--         | 2       |

    Examples:
      | text | pages |
      | 1    | 1     |
      | 4095 | 1     |
      | 4096 | 1     |
      | 4097 | 2     |
      | 8192 | 2     |
      | 8193 | 3     |

  @PLACE-2
  Scenario: PLACE-2: An executable section of 0 bytes takes no page
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And "p" brings the executable section .text.more of 0 bytes
    When "p" is uploaded
    Then the hypercall returns 0
    And "p" has no text in memory

  @PLACE-3
  Scenario: PLACE-3: Allocated sections are placed
    Given a payload "p"
    And "p" brings 8192 bytes of .rodata
    And "p" brings 8192 bytes of .bss
    When "p" is uploaded
    Then the regions of "p" follow one another:
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
    Then the regions of "p" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |

  @PLACE-5
  Scenario Outline: PLACE-5: The table <table> is not placed, whatever its flags: <flags>
    Given a payload "p"
    And "p" brings 8 bytes of .data
    And "p" brings 8 bytes of .rodata
    # A table before or after these would take a page.
    And in "p" these fields are written:
      | field                         | value   |
      | section[.data].sh_addralign   | 4096    |
      | section[.rodata].sh_addralign | 4096    |
      | section[<table>].sh_flags     | <flags> |
      | section[<table>].sh_addralign | 4096    |
    When "p" is uploaded
    Then the regions of "p" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |
    When APPLY of "p" is asked
    Then the extra version is "p"

    Examples: allocated
      | table                 | flags |
      | .symtab               | 2     |
      | .strtab               | 2     |
      | .shstrtab             | 2     |
      | .rela.text            | 2     |
      | .rela.livepatch.funcs | 2     |

    Examples: allocated and writable
      | table                 | flags |
      | .symtab               | 3     |
      | .strtab               | 3     |
      | .shstrtab             | 3     |
      | .rela.text            | 3     |
      | .rela.livepatch.funcs | 3     |

    Examples: allocated and executable
      | table                 | flags |
      | .symtab               | 6     |
      | .strtab               | 6     |
      | .shstrtab             | 6     |
      | .rela.text            | 6     |
      | .rela.livepatch.funcs | 6     |

  @PLACE-3
  Scenario Outline: PLACE-3: A <kind> section without SHF_ALLOC is not placed
    Given a payload "p"
    And "p" brings the <kind> section .more of 12288 bytes
    And in "p" the field section[.more].sh_flags is <flags>
    When "p" is uploaded
    Then the regions of "p" follow one another:
      | region | permissions | pages |
      | text   | r-x         | 1     |
      | data   | rw-         | 1     |
      | rodata | r--         | 1     |

    Examples:
      | kind       | flags |
      | executable | 4     |
      | writable   | 1     |
      | read-only  | 0     |

  @PLACE-3
  Scenario: PLACE-3: A section of type NOBITS is filled with zeros
    Given a payload "p"
    And "p" brings 8192 bytes of .bss
    When "p" is uploaded
    Then the first 8192 bytes of the data of "p" are zero

  @SYM-6 @bug-40
  Scenario Outline: SYM-6: A section of 0 bytes has its place, and what refers to it is resolved
    Given a payload "p" makes xen_minor_version return the address of its own <section>
    And "p" brings 0 bytes of <section>
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the address that xen_minor_version returns is in the <region> of "p"

    Examples:
      | section | region |
      | .rodata | rodata |
      | .data   | data   |
      | .bss    | data   |

  @PLACE-4
  Scenario Outline: PLACE-4: A payload for which there is no room leaves nothing behind: <alignment>
    Given a payload "p"
    # The section begins that far after the one before it.
    And in "p" the field section[.note.gnu.build-id].sh_addralign is <alignment>
    When "p" is uploaded
    Then the hypercall returns -ENOMEM
    And nothing changed

    Examples:
      | alignment          |
      | 0x40000000         |
      | 0x80000000         |
      | 0x100000000        |
      | 0x80000000000      |
      | 0x100000000000     |
      | 0x8000000000000000 |

  @PLACE-4 @ELF-16 @B21
  Scenario Outline: PLACE-4: There is no room for a payload whose text has an sh_addralign of <alignment>
    Given a payload "p"
    And in "p" the field section[.text].sh_addralign is <alignment>
    When "p" is uploaded
    Then the hypercall returns -ENOMEM
    And nothing changed

    Examples:
      | alignment          |
      | 0x40000000         |
      | 0x8000000000000000 |

  @PLACE-7
  Scenario: PLACE-7: Two sections that are 2^63 bytes apart do not wrap around to the start
    Given a payload "p"
    And in "p" these fields are written:
      | field                                    | value              |
      | section[.livepatch.depends].sh_addralign | 0x8000000000000000 |
      | section[.note.gnu.build-id].sh_addralign | 0x8000000000000000 |
    When "p" is uploaded
    Then the hypercall returns -ENOMEM
    And nothing changed

  @PLACE-4 @UPL-1
  Scenario: PLACE-4: After a payload for which there was no room, the same name and build-id are free
    Given a payload "q" makes xen_extra_version return "no room"
    And in "q" the field section[.note.gnu.build-id].sh_addralign is 0x40000000
    And payload "p" makes xen_extra_version return "patched"
    And "p" has the build-id of "q"
    When "q" is uploaded as "p"
    Then the hypercall returns -ENOMEM
    And LIST shows nothing
    When "p" is uploaded
    Then the hypercall returns 0
    When APPLY of "p" is asked
    Then the extra version is "patched"
