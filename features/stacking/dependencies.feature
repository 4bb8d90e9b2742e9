Feature: Dependencies: payloads are applied on top of each other and reverted from the top
  Each payload names the build-id that it depends on: that of the hypervisor for the first one, that of the payload
  applied last for the next.

  Rule: APPLY

    @DEP-2
    Scenario: DEP-2: The first payload depends on the hypervisor, each further one on the one applied before it
      Given "second" depends on "first"
      And "third" depends on "second"
      And "first" is loaded
      And "second" is loaded
      And "third" is loaded
      When APPLY of "first" is asked
      Then "first" is APPLIED with rc 0
      And the extra version is "first"
      When APPLY of "second" is asked
      Then "second" is APPLIED with rc 0
      And the extra version is "second"
      When APPLY of "third" is asked
      Then "third" is APPLIED with rc 0
      And the extra version is "third"
      And xen_extra_version jumps to the text of "third"

    @DEP-2 @DEP-7 @F-28 @bug-3
    Scenario Outline: DEP-2: APPLY of a payload that depends on <what> is refused
      Given these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      And "unused" is in state CHECKED
      And "p" depends on <what>
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is still CHECKED
      And "first" is APPLIED with rc 0
      And "second" is APPLIED with rc 0
      And "unused" is CHECKED with rc 0
      And memory is as before the call
      And the extra version is "second"

      Examples:
        | what                        |
        | "first"                     |
        | "unused"                    |
        | "p"                         |
        | a build-id that nothing has |

    @DEP-2 @DEP-7 @F-28
    Scenario: DEP-2: APPLY of a payload that depends on the hypervisor is refused while another is applied
      Given "first" is in state APPLIED
      And "p" is in state CHECKED
      When APPLY of "p" is asked
      Then "p" is still CHECKED
      And memory is as before the call
      And the extra version is "first"

    @DEP-2 @DEP-7 @F-28
    Scenario Outline: DEP-2: With nothing applied, APPLY of a payload that depends on <what> is refused
      Given "unused" is in state CHECKED
      And "p" depends on <what>
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is still CHECKED
      And memory is as before the call
      And the extra version is the hypervisor's own

      Examples:
        | what                        |
        | "unused"                    |
        | a build-id that nothing has |

    @DEP-2 @DEP-7
    Scenario: DEP-2: A payload is applied once the one that it depends on is
      Given "p" depends on "first"
      And "first" is in state CHECKED
      And "p" is in state CHECKED
      When APPLY of "p" is asked
      Then "p" is still CHECKED
      When APPLY of "first" is asked
      And APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"

    @DEP-2
    Scenario: DEP-2: After a revert, the payload below is again the one applied last
      Given these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      And "p" depends on "first"
      And "p" is loaded
      When REVERT of "second" is asked
      And APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"
      And LIST shows:
        | name   | state   | rc |
        | first  | APPLIED | 0  |
        | second | CHECKED | 0  |
        | p      | APPLIED | 0  |

    @DEP-2 @DEP-7
    Scenario: DEP-2: A payload that was unloaded can no longer be depended on
      Given "p" depends on "first"
      And "p" is loaded
      And "first" is loaded and applied
      And "first" is reverted
      When UNLOAD of "first" is asked
      And APPLY of "p" is asked
      Then "p" is still CHECKED
      And the extra version is the hypervisor's own

  Rule: REPLACE

    @DEP-3 @ACT-4
    Scenario: DEP-3: A payload that depends on the hypervisor replaces all others
      Given these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      And "p" is in state CHECKED
      When REPLACE of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"

    @DEP-3 @DEP-7 @F-28 @bug-3
    Scenario Outline: DEP-3: REPLACE by a payload that depends on <what> is refused, and nothing is reverted
      Given these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      And "p" depends on <what>
      And "p" is loaded
      When REPLACE of "p" is asked
      Then "p" is still CHECKED
      And "first" is APPLIED with rc 0
      And "second" is APPLIED with rc 0
      And memory is as before the call
      And the extra version is "second"

      Examples:
        | what                        |
        | "first"                     |
        | "second"                    |
        | "p"                         |
        | a build-id that nothing has |

    @DEP-3 @DEP-2 @DEP-7
    Scenario: DEP-3: After REPLACE, the next payload depends on the one that replaced the others
      Given "p" is in state APPLIED
      And "q" is loaded
      And "q" replaces all others
      And "on-p" depends on "p"
      And "on-q" depends on "q"
      And "on-p" is loaded
      And "on-q" is loaded
      When APPLY of "on-p" is asked
      Then "on-p" is still CHECKED
      And the extra version is "q"
      When APPLY of "on-q" is asked
      Then "on-q" is APPLIED with rc 0
      And the extra version is "on-q"

    @DEP-3 @DEP-2 @ACT-4
    Scenario: DEP-3: A stack of three that was replaced is applied again from the bottom, once the other is reverted
      Given these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
      And "p" is loaded
      And "p" replaces all others
      And "p" is reverted
      Then the extra version is the hypervisor's own
      Given "first" is applied
      And "second" is applied
      And "third" is applied
      Then the extra version is "third"
      And LIST shows:
        | name   | state   | rc |
        | first  | APPLIED | 0  |
        | second | APPLIED | 0  |
        | third  | APPLIED | 0  |
        | p      | CHECKED | 0  |

  Rule: Symbols and functions of another payload

    @DEP-8 @STATE-2 @F-50 @C14
    Scenario Outline: DEP-8: <action> of a payload whose code calls a payload that was unloaded fails, and the hypervisor goes on
      Given "below" brings the function new_function, which returns 7
      And "below" is loaded
      And payload "above" makes xen_minor_version return what new_function returns, by R_X86_64_PLT32
      And "above" is loaded
      When UNLOAD of "below" is asked
      Then "below" is unknown
      When <action> of "above" is asked
      Then the minor version is the hypervisor's own
      And "above" is CHECKED with rc -ENOENT

      Examples:
        | action  |
        | APPLY   |
        | REPLACE |

    @DEP-8 @STATE-2 @F-50 @C14
    Scenario Outline: DEP-8: <action> of a payload that names a function of one that was unloaded fails, and the hypervisor goes on
      Given "below" brings the function new_function, which returns 7
      And "below" is loaded
      And payload "above" makes new_function return 2
      And in "above" the field .livepatch.funcs[0].old_size is 6
      And "above" is loaded
      When UNLOAD of "below" is asked
      And <action> of "above" is asked
      Then "above" is CHECKED with rc -ENOENT
      And memory is as before the call

      Examples:
        | action  |
        | APPLY   |
        | REPLACE |

    @DEP-8 @F-50 @C14
    Scenario: DEP-8: An entry that gives the address of a function of an unloaded payload is not applied either
      Given "below" brings the function new_function, which returns 7
      And "below" is loaded
      And payload "above" makes xen_minor_version return 2
      And in "above" the field .livepatch.funcs[0].old_addr is the address of new_function
      And "above" is loaded
      When UNLOAD of "below" is asked
      And APPLY of "above" is asked
      Then "above" is CHECKED with rc -ENOENT
      And memory is as before the call

    @DEP-8 @F-50 @C14
    Scenario: DEP-8: A payload that was unloaded and uploaded again is a different one
      Given "below" brings the function new_function, which returns 7
      And "below" is loaded
      And payload "above" makes xen_minor_version return what new_function returns, by R_X86_64_PLT32
      And "above" depends on "below"
      And "above" is loaded
      When UNLOAD of "below" is asked
      And "below" is uploaded
      And APPLY of "below" is asked
      And APPLY of "above" is asked
      Then "above" is CHECKED with rc -ENOENT
      And memory is as before the call

    @DEP-8 @F-50 @C14
    Scenario: DEP-8: A payload is not applied while one that it calls is only loaded, since that may be unloaded at any time
      Given "below" brings the function new_function, which returns 7
      And "below" is loaded
      And payload "above" makes xen_minor_version return what new_function returns, by R_X86_64_PLT32
      And "above" is loaded
      When APPLY of "above" is asked
      Then "above" is CHECKED with rc -ENOENT
      And memory is as before the call

    @DEP-8 @F-50 @C14
    Scenario: DEP-8: A payload does not replace one that it calls
      Given "below" brings the function new_function, which returns 7
      And "below" is loaded and applied
      And payload "above" makes xen_minor_version return what new_function returns, by R_X86_64_PLT32
      And "above" is loaded
      When REPLACE of "above" is asked
      Then "above" is CHECKED with rc -ENOENT
      And "below" is still APPLIED
      And memory is as before the call

  Rule: REVERT

    @ACT-8 @MECH-6
    Scenario: ACT-8: A stack is reverted from the top, and at the end the hypervisor is as it was
      Given "second" depends on "first"
      And "third" depends on "second"
      When "first" is uploaded
      And APPLY of "first" is asked
      And "second" is uploaded
      And APPLY of "second" is asked
      And "third" is uploaded
      And APPLY of "third" is asked
      Then the extra version is "third"
      When REVERT of "third" is asked
      Then "third" is CHECKED with rc 0
      And the extra version is "second"
      When REVERT of "second" is asked
      Then "second" is CHECKED with rc 0
      And the extra version is "first"
      When REVERT of "first" is asked
      Then "first" is CHECKED with rc 0
      And the extra version is the hypervisor's own
      And xen_extra_version is as at the start

    @ACT-8 @F-32 @C10
    Scenario Outline: ACT-8: REVERT of a payload below the one applied last does nothing: <name>
      Given these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
      When REVERT of "<name>" is asked
      Then "<name>" is still APPLIED
      And memory is as before the call
      And the extra version is "third"

      Examples:
        | name   |
        | first  |
        | second |

    @ACT-6 @ACT-8 @ACT-15 @GET-2
    Scenario: ACT-6: REVERT out of order returns 0, and its rc is -EBUSY
      Given these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      When REVERT of "first" is asked
      Then the hypercall returns 0
      And "first" is APPLIED with rc -EBUSY

    @ACT-8
    Scenario: ACT-8: REVERT out of order does nothing even if the payloads patch different functions
      Given a payload "minor" makes xen_minor_version return 99
      And "minor" is loaded and applied
      And "text" depends on "minor"
      And "text" is loaded and applied
      When REVERT of "minor" is asked
      Then "minor" is still APPLIED
      And memory is as before the call
      And the minor version is 99
      And the extra version is "text"

  Rule: Without the dependency on the previous payload

    @V2-ACT-1 @V2-ACT-2 @revision-2
    Scenario: V2-ACT-2: With NODEPS, APPLY does not check the payload applied last
      Given "first" is in state APPLIED
      And "p" depends on a build-id that nothing has
      And "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value  |
        | flags | NODEPS |
      Then the hypercall returns 0
      And "p" is APPLIED with rc 0
      And LIST shows:
        | name  | state   | rc |
        | first | APPLIED | 0  |
        | p     | APPLIED | 0  |
      And the extra version is "p"

    @V2-ACT-2 @revision-2
    Scenario: V2-ACT-2: With NODEPS, a payload can be applied first that depends on another
      Given "p" depends on "first"
      And "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value  |
        | flags | NODEPS |
      Then the hypercall returns 0
      And "p" is APPLIED with rc 0
      And the extra version is "p"

    @V2-ACT-2 @DEP-3 @DEP-7 @revision-2
    Scenario: V2-ACT-2: NODEPS is about APPLY; REPLACE still checks its dependency
      Given "first" is in state APPLIED
      And "p" depends on "first"
      And "p" is loaded
      When REPLACE of "p" is asked with these fields:
        | field | value  |
        | flags | NODEPS |
      Then "p" is still CHECKED
      And memory is as before the call
      And the extra version is "first"

    @V2-ACT-2 @STATE-9 @revision-2
    Scenario: V2-ACT-2: NODEPS makes no other transition valid
      Given "p" is in state APPLIED
      When APPLY of "p" is asked with these fields:
        | field | value  |
        | flags | NODEPS |
      Then "p" is still APPLIED
      And memory is as before the call

    @V2-ACT-2 @ACT-8 @revision-2
    Scenario: V2-ACT-2: What was applied with NODEPS is the one applied last
      Given "first" is in state APPLIED
      And "p" is in state CHECKED
      When APPLY of "p" is asked with these fields:
        | field | value  |
        | flags | NODEPS |
      Then "p" is APPLIED with rc 0
      When REVERT of "first" is asked
      Then "first" is still APPLIED
      And memory is as before the call
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And the extra version is "first"
