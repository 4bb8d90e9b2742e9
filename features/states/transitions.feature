Feature: The state transition table
  A payload is CHECKED or APPLIED. Four actions lead from one state to the other or end the payload's life. Each row of
  the document's table is an example here, and so is each transition that the table leaves out, which is invalid.

  Rule: The two states

    @STATE-1
    Scenario: STATE-1: A payload that is uploaded starts in CHECKED
      Given a payload "p"
      When "p" is uploaded
      Then the hypercall returns 0
      And "p" is CHECKED with rc 0
      And LIST shows:
        | name | state   | rc |
        | p    | CHECKED | 0  |
      And the extra version is the hypervisor's own

    @STATE-10
    Scenario: STATE-10: A payload walks through the whole diagram
      When "p" is uploaded
      Then "p" is CHECKED with rc 0
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And the extra version is the hypervisor's own
      When REPLACE of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And xen_extra_version is as at the start
      When UNLOAD of "p" is asked
      Then "p" is unknown
      And the hypervisor is as at the start but for the version of the list

  Rule: CHECKED

    @STATE-2 @ACT-16
    Scenario Outline: STATE-2: <action> in <state> always works, and the payload is <next>
      When "p" is uploaded
      Then "p" is <state> with rc 0
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is unknown
      And LIST shows nothing
      And the hypervisor is as at the start but for the version of the list

      Examples:
        | state   | action | outcome | next | returned |
        | CHECKED | UNLOAD | success | gone | 0        |

    @STATE-2
    Scenario Outline: STATE-2: UNLOAD works in CHECKED when the last <action> was <asked for>
      Given "q" is loaded and applied
      And "p" is loaded
      When <action> of "p" is asked
      Then "p" is still CHECKED
      When UNLOAD of "p" is asked
      Then the hypercall returns 0
      And "p" is unknown
      And LIST shows:
        | name | state   | rc |
        | q    | APPLIED | 0  |
      And the extra version is "q"

      Examples:
        | action | asked for                           |
        | APPLY  | refused for what it depends on      |
        | REVERT | no transition of a CHECKED payload  |

    @STATE-2
    Scenario: STATE-2: UNLOAD works in CHECKED when the payload was applied and reverted
      Given "p" is loaded and applied
      And "p" is reverted
      When UNLOAD of "p" is asked
      Then the hypercall returns 0
      And "p" is unknown
      And LIST shows nothing

    @STATE-3 @GET-2
    Scenario Outline: STATE-3: <action> in <state> that ends in <outcome> leads to <next>
      Given "p" is in state <state>
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      And LIST shows:
        | name | state  | rc   |
        | p    | <next> | <rc> |
      And xen_extra_version jumps to the text of "p"
      And of the hypervisor only the first 5 bytes of xen_extra_version changed
      And the extra version is "p"

      Examples:
        | state   | action | outcome | next    | rc | returned |
        | CHECKED | APPLY  | success | APPLIED | 0  | 0        |

    @STATE-4 @GET-2
    Scenario Outline: STATE-4: <action> of a payload whose .data is used ends in <outcome> and leaves <next>
      Given "p" brings 8 bytes of .data
      And "p" is loaded and applied
      And "p" is reverted
      And "p" is <state> with rc 0
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      And memory is as before the call
      And LIST shows:
        | name | state  | rc   |
        | p    | <next> | <rc> |
      And the extra version is the hypervisor's own

      Examples:
        | state   | action | outcome | next    | rc      | returned |
        | CHECKED | APPLY  | error   | CHECKED | -EINVAL | 0        |

    @STATE-4 @GET-2
    Scenario Outline: STATE-4: <action> in <state> whose load hook faults ends in <outcome> and leaves <next>
      Given "p" has a load hook that faults
      And "p" is in state <state>
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      And memory is as before the call
      And the extra version is the hypervisor's own

      Examples:
        | state   | action | outcome | next    | rc      | returned |
        | CHECKED | APPLY  | error   | CHECKED | -EFAULT | 0        |

    @STATE-4 @ACT-3 @GET-2
    Scenario Outline: STATE-4: <action> in <state> that ends in <outcome> leaves <next>
      Given "p" is in state <state>
      And vCPU 1 is kept busy for 40 ms
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      When vCPU 1 is free again
      Then "p" is <next> with rc <rc>
      And memory is as before the call
      And LIST shows:
        | name | state  | rc   |
        | p    | <next> | <rc> |
      And the extra version on vCPU 1 is the hypervisor's own

      Examples:
        | state   | action | outcome | next    | rc     | returned |
        | CHECKED | APPLY  | timeout | CHECKED | -EBUSY | 0        |

    @STATE-5 @ACT-4 @GET-2 @F-40
    Scenario Outline: STATE-5: <action> in <state> that ends in <outcome> leads to <next>, and all others are CHECKED
      Given these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
      And "unused" is in state CHECKED
      And "p" is in state <state>
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      And LIST shows:
        | name   | state   | rc   |
        | first  | CHECKED | 0    |
        | second | CHECKED | 0    |
        | third  | CHECKED | 0    |
        | unused | CHECKED | 0    |
        | p      | <next>  | <rc> |
      And xen_extra_version jumps to the text of "p"
      And of the hypervisor only the first 5 bytes of xen_extra_version changed
      And the extra version is "p"

      Examples:
        | state   | action  | outcome | next    | rc | returned |
        | CHECKED | REPLACE | success | APPLIED | 0  | 0        |

    @STATE-6
    Scenario Outline: STATE-6: <action> of a payload whose dependency is not there ends in <outcome> and leaves <next>
      Given "other" is in state APPLIED
      And "p" depends on a build-id that nothing has
      And "p" is in state <state>
      When <action> of "p" is asked
      Then "p" is still <next>
      And "other" is APPLIED with rc 0
      And memory is as before the call
      And the extra version is "other"

      Examples:
        | state   | action  | outcome | next    |
        | CHECKED | REPLACE | error   | CHECKED |

    @STATE-6 @ACT-3 @GET-2 @F-41
    Scenario Outline: STATE-6: <action> in <state> that ends in <outcome> leaves <next>
      Given "other" is in state APPLIED
      And "p" is in state <state>
      And vCPU 1 is kept busy for 40 ms
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      When vCPU 1 is free again
      Then memory is as before the call
      And LIST shows:
        | name  | state   | rc   |
        | other | APPLIED | 0    |
        | p     | <next>  | <rc> |
      And the extra version on vCPU 1 is "other"

      Examples:
        | state   | action  | outcome | next    | rc     | returned |
        | CHECKED | REPLACE | timeout | CHECKED | -EBUSY | 0        |

  Rule: APPLIED

    @STATE-7 @MECH-6 @GET-2
    Scenario Outline: STATE-7: <action> in <state> that ends in <outcome> leads to <next>
      When "p" is uploaded
      And APPLY of "p" is asked
      Then "p" is <state> with rc 0
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      And LIST shows:
        | name | state  | rc   |
        | p    | <next> | <rc> |
      And xen_extra_version is as at the start
      And of the hypervisor only the first 5 bytes of xen_extra_version changed
      And the extra version is the hypervisor's own

      Examples:
        | state   | action | outcome | next    | rc | returned |
        | APPLIED | REVERT | success | CHECKED | 0  | 0        |

    @STATE-8 @GET-2
    Scenario Outline: STATE-8: <action> in <state> whose unload hook faults ends in <outcome> and leaves <next>
      Given "p" has an unload hook that faults
      And "p" is in state <state>
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      And memory is as before the call
      And LIST shows:
        | name | state  | rc   |
        | p    | <next> | <rc> |
      And the extra version is "p"

      Examples:
        | state   | action | outcome | next    | rc      | returned |
        | APPLIED | REVERT | error   | APPLIED | -EFAULT | 0        |

    @STATE-8 @ACT-3 @GET-2
    Scenario Outline: STATE-8: <action> in <state> that ends in <outcome> leaves <next>
      Given "p" is in state <state>
      And vCPU 1 is kept busy for 40 ms
      When <action> of "p" is asked
      Then the hypercall returns <returned>
      And "p" is <next> with rc <rc>
      When vCPU 1 is free again
      Then memory is as before the call
      And LIST shows:
        | name | state  | rc   |
        | p    | <next> | <rc> |
      And the extra version on vCPU 1 is "p"

      Examples:
        | state   | action | outcome | next    | rc     | returned |
        | APPLIED | REVERT | timeout | APPLIED | -EBUSY | 0        |

  Rule: All other transitions are invalid

    @STATE-9
    Scenario Outline: STATE-9: <action> in <state> is <outcome> and leaves <next>
      Given "p" is in state <state>
      When <action> of "p" is asked
      Then "p" is still <next>
      And memory is as before the call

      Examples:
        | state   | action  | outcome | next    |
        | CHECKED | REVERT  | invalid | CHECKED |
        | APPLIED | APPLY   | invalid | APPLIED |
        | APPLIED | REPLACE | invalid | APPLIED |
        | APPLIED | UNLOAD  | invalid | APPLIED |

    @STATE-11 @ACT-6 @ACT-15 @F-31 @C1 @C2 @C3 @C4
    Scenario Outline: STATE-11: <action> in <before> returns 0, and its rc is -EINVAL
      Given "p" is in state <before>
      When <action> of "p" is asked
      Then the hypercall returns 0
      And "p" is <before> with rc -EINVAL
      And LIST shows:
        | name | state    | rc      |
        | p    | <before> | -EINVAL |

      Examples:
        | before  | action  |
        | CHECKED | REVERT  |
        | APPLIED | APPLY   |
        | APPLIED | REPLACE |
        | APPLIED | UNLOAD  |

    @STATE-9
    Scenario Outline: STATE-9: The next valid transition works after an invalid <action> in <state>
      Given "p" is in state <state>
      When <action> of "p" is asked
      And <valid action> of "p" is asked
      Then the hypercall returns 0
      And "p" is <then> with rc 0

      Examples:
        | state   | action  | valid action | then    |
        | CHECKED | REVERT  | APPLY        | APPLIED |
        | APPLIED | APPLY   | REVERT       | CHECKED |
        | APPLIED | REPLACE | REVERT       | CHECKED |
        | APPLIED | UNLOAD  | REVERT       | CHECKED |

    @STATE-9
    Scenario: STATE-9: REPLACE of the only payload that is APPLIED does not apply it again
      Given "p" has a load hook that says "load hook"
      And "p" is in state APPLIED
      When REPLACE of "p" is asked
      Then "p" is still APPLIED
      And the console shows, in this order:
        | line      |
        | load hook |
      And the extra version is "p"
