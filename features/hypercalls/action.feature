Feature: ACTION: a loaded payload is applied, reverted, put in place of all others, or unloaded
  The caller names a payload, a command and a time. The return value says whether the hypervisor accepted the request;
  the payload's rc says how it ended.

  Rule: The commands

    @ACT-1 @STATE-1
    Scenario Outline: ACT-1: Command <cmd> is <action>
      Given "p" is in state <before>
      When APPLY of "p" is asked with these fields:
        | field | value |
        | cmd   | <cmd> |
      Then the hypercall returns 0
      And "p" is <after> with rc 0
      And the extra version is <extra version>

      Examples:
        | cmd | action  | before  | after   | extra version          |
        | 2   | REVERT  | APPLIED | CHECKED | the hypervisor's own   |
        | 3   | APPLY   | CHECKED | APPLIED | "p"                    |
        | 4   | REPLACE | CHECKED | APPLIED | "p"                    |

    @ACT-1 @ACT-2 @ACT-16
    Scenario: ACT-1: Command 1 is UNLOAD
      Given "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value |
        | cmd   | 1     |
      Then the hypercall returns 0
      And "p" is unknown

    @ACT-11
    Scenario Outline: ACT-11: There is no command <cmd>
      Given "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value |
        | cmd   | <cmd> |
      Then the hypercall returns -EOPNOTSUPP
      And nothing changed

      Examples:
        | cmd        |
        | 0          |
        | 5          |
        | 0xffffffff |

    @ACT-2 @GET-7 @F-59
    Scenario Outline: ACT-2: <action> of a name fails once its payload is unloaded
      Given "p" is loaded
      And "other" is loaded and applied
      When UNLOAD of "p" is asked
      And <action> of "p" is asked
      Then the hypercall returns -ENOENT
      And nothing changed

      Examples:
        | action  |
        | UNLOAD  |
        | REVERT  |
        | APPLY   |
        | REPLACE |
        | GET     |

    @ACT-2
    Scenario: ACT-2: A name that was unloaded can be uploaded and applied again
      Given "p" is loaded
      When UNLOAD of "p" is asked
      And "p" is uploaded
      Then the hypercall returns 0
      And "p" is CHECKED with rc 0
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"

  Rule: REPLACE

    @ACT-4 @ACT-13 @F-40
    Scenario: ACT-4: REPLACE reverts the applied payloads, the newest first, and applies the one it names
      Given "first" has an unload hook that says "first is reverted"
      And "second" has an unload hook that says "second is reverted"
      And "third" has an unload hook that says "third is reverted"
      And "p" has a load hook that says "p is applied"
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
      And "p" is loaded
      When REPLACE of "p" is asked
      Then the hypercall returns 0
      And the console shows, in this order:
        | line               |
        | third is reverted  |
        | second is reverted |
        | first is reverted  |
        | p is applied       |
      And the extra version is "p"
      And LIST shows:
        | name   | state   | rc |
        | first  | CHECKED | 0  |
        | second | CHECKED | 0  |
        | third  | CHECKED | 0  |
        | p      | APPLIED | 0  |

    @ACT-4 @MECH-6
    Scenario: ACT-4: What the replaced payloads had patched and the new one does not patch is restored
      Given a payload "first" makes xen_minor_version return 99
      And "first" is in state APPLIED
      And "p" is in state CHECKED
      When REPLACE of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "p"
      And the minor version is the hypervisor's own
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And the extra version is the hypervisor's own

    @ACT-9 @F-42 @bug-34 @revision-1
    Scenario: ACT-9: REPLACE stops at the first payload that cannot be reverted
      Given "second" has an unload hook that faults
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
        | fourth |
      And "p" is loaded
      When REPLACE of "p" is asked
      Then the hypercall returns 0
      And LIST shows:
        | name   | state   | rc      |
        | first  | APPLIED | 0       |
        | second | APPLIED | -EFAULT |
        | third  | CHECKED | 0       |
        | fourth | CHECKED | 0       |
        | p      | CHECKED | -EINVAL |
      And xen_extra_version jumps to the text of "second"
      And the extra version is "second"

    @ACT-9 @bug-34 @revision-1
    Scenario Outline: ACT-9: Of a stack of three, "<failing>" cannot be reverted
      Given "<failing>" has an unload hook that faults
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
      And "p" is loaded
      When REPLACE of "p" is asked
      Then the hypercall returns 0
      And "<failing>" is APPLIED with rc -EFAULT
      And "p" is CHECKED with rc -EINVAL
      And "first" is still <first>
      And "second" is still <second>
      And "third" is still <third>
      And the extra version is "<failing>"

      Examples:
        | failing | first   | second  | third   |
        | first   | APPLIED | CHECKED | CHECKED |
        | second  | APPLIED | APPLIED | CHECKED |
        | third   | APPLIED | APPLIED | APPLIED |

    @ACT-9 @revision-1
    Scenario: ACT-9: After a REPLACE that stopped, the stack goes on from the payload that could not be reverted
      Given "first" has an unload hook that faults
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      And "p" is loaded
      And "next" depends on "first"
      When REPLACE of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      When "next" is uploaded
      And APPLY of "next" is asked
      Then "next" is APPLIED with rc 0
      And the extra version is "next"

    @ACT-9 @F-42 @bug-34 @revision-2 @needs-full-reset
    Scenario: ACT-9: REPLACE stops at the first payload whose revert hook returns an error
      Given "second" has a revert hook that says "failed" and returns -EPERM
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
        | fourth |
      And "p" is loaded
      When REPLACE of "p" is asked
      Then the hypercall returns 0
      And LIST shows:
        | name   | state   | rc      |
        | first  | APPLIED | 0       |
        | second | APPLIED | -EPERM  |
        | third  | CHECKED | 0       |
        | fourth | CHECKED | 0       |
        | p      | CHECKED | -EINVAL |
      And xen_extra_version jumps to the text of "second"
      And the extra version is "second"

    @ACT-9 @bug-34 @revision-2 @needs-full-reset
    Scenario Outline: ACT-9: Of a stack of three, the revert hook of "<failing>" returns an error
      Given "<failing>" has a revert hook that says "failed" and returns -EPERM
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
        | third  |
      And "p" is loaded
      When REPLACE of "p" is asked
      Then the hypercall returns 0
      And "<failing>" is APPLIED with rc -EPERM
      And "p" is CHECKED with rc -EINVAL
      And "first" is still <first>
      And "second" is still <second>
      And "third" is still <third>
      And the extra version is "<failing>"

      Examples:
        | failing | first   | second  | third   |
        | first   | APPLIED | CHECKED | CHECKED |
        | second  | APPLIED | APPLIED | CHECKED |
        | third   | APPLIED | APPLIED | APPLIED |

    @ACT-9 @revision-2 @needs-full-reset
    Scenario: ACT-9: After a REPLACE that a revert hook stopped, the stack goes on from its payload
      Given "first" has a revert hook that says "failed" and returns -EPERM
      And these payloads are applied, each on top of the one before:
        | name   |
        | first  |
        | second |
      And "p" is loaded
      And "next" depends on "first"
      When REPLACE of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      When "next" is uploaded
      And APPLY of "next" is asked
      Then "next" is APPLIED with rc 0
      And the extra version is "next"

  Rule: What the hypercall returns

    @ACT-6 @ACT-15 @GET-2 @F-32 @C7
    Scenario Outline: ACT-6: <action> of a payload whose dependency is not there returns 0, and its rc is the error
      Given "p" depends on a build-id that nothing has
      And "p" is loaded
      When <action> of "p" is asked
      Then the hypercall returns 0
      And "p" is CHECKED with rc -EINVAL

      Examples:
        | action  |
        | APPLY   |
        | REPLACE |

    @ACT-6 @ACT-11
    Scenario: ACT-6: The hypercall returns the error of a wrong field, and the rc of the last action stays
      Given "p" brings 8 bytes of .data
      And "p" is loaded and applied
      And "p" is reverted
      When APPLY of "p" is asked
      Then "p" is CHECKED with rc -EINVAL
      When APPLY of "p" is asked with these fields:
        | field | value |
        | cmd   | 5     |
      Then the hypercall returns -EOPNOTSUPP
      And "p" is CHECKED with rc -EINVAL

  Rule: The fields of revision 2

    @V2-ACT-1 @V2-ACT-3 @V2-ACT-4 @revision-2
    Scenario Outline: V2-ACT-4: A pad of <pad> is refused
      Given "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value |
        | pad   | <pad> |
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | pad        |
        | 1          |
        | 0x80000000 |

    @V2-ACT-5 @F-29 @C9 @revision-2
    Scenario Outline: V2-ACT-5: Flags that the document does not know are refused: <flags>
      Given "p" is loaded
      When APPLY of "p" is asked with these fields:
        | field | value   |
        | flags | <flags> |
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | flags      |
        | 2          |
        | 3          |
        | 0x80000000 |
        | 0xffffffff |
