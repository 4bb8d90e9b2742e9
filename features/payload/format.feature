Feature: The format of a payload
  A payload is a relocatable ELF object with the new code, its data and relocations, and with sections that tell what
  is patched, what the payload depends on and which one it is.

  @FMT-2 @F-9
  Scenario: FMT-2: A payload of nops needs no text
    Given payload "p" turns the first 5 bytes of xen_minor_version into nops
    When "p" is uploaded
    Then the hypercall returns 0
    And "p" has no text in memory
    When APPLY of "p" is asked
    Then bytes 0 to 4 of xen_minor_version are nops

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

  @FMT-4 @F-8 @revision-1
  Scenario: FMT-4: A payload without .livepatch.funcs is refused
    Given a payload "p"
    And "p" lacks the section .livepatch.funcs
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-4 @F-8 @revision-1
  Scenario: FMT-4: A payload without .livepatch.funcs is refused although it has hooks
    Given a payload "p" without functions
    And "p" has a load hook that says "load"
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-4 @F-8 @revision-1
  Scenario: FMT-4: An empty .livepatch.funcs is refused
    Given a payload "p"
    And in "p" the field section[.rela.livepatch.funcs].sh_size is 0
    And in "p" the field section[.livepatch.funcs].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-5 @F-8
  Scenario: FMT-5: A payload without .livepatch.depends is refused
    Given a payload "p"
    And "p" lacks the section .livepatch.depends
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-5 @F-8
  Scenario: FMT-5: An empty .livepatch.depends is refused
    Given a payload "p"
    And in "p" the field section[.livepatch.depends].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-6 @F-8
  Scenario: FMT-6: A payload without .note.gnu.build-id is refused
    Given a payload "p"
    And "p" lacks the section .note.gnu.build-id
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-6 @F-8
  Scenario: FMT-6: An empty .note.gnu.build-id is refused
    Given a payload "p"
    And in "p" the field section[.note.gnu.build-id].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @FMT-8 @F-10 @B10
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

  @V2-FMT-1 @F-8 @revision-2
  Scenario: V2-FMT-1: A payload without .livepatch.xen_depends is refused
    Given a payload "p"
    And "p" lacks the section .livepatch.xen_depends
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @V2-FMT-1 @F-8 @revision-2
  Scenario: V2-FMT-1: An empty .livepatch.xen_depends is refused
    Given a payload "p"
    And in "p" the field section[.livepatch.xen_depends].sh_size is 0
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @V2-FMT-2 @F-8 @revision-2
  Scenario Outline: V2-FMT-2: A payload with nothing but <kind> hooks is loaded and applied
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

  @V2-FMT-2 @F-8 @revision-2
  Scenario: V2-FMT-2: A payload with neither functions nor hooks is refused
    Given a payload "p" without functions
    When "p" is uploaded
    Then the hypercall returns -EINVAL
    And nothing changed

  @V2-FMT-2 @F-8 @revision-2
  Scenario Outline: V2-FMT-2: An empty <section> is refused
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
