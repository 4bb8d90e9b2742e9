Feature: Calls that are wrong in several ways
  A call returns one error, and an action fails for one reason. If there are several, neither the caller nor chance
  decides which one it is: the first check that fails does.

  @CALL-9
  Scenario Outline: CALL-9: GET with <field> and <other field> wrong returns <returned>: <value>, <other value>
    Given "p" is loaded
    When GET of "<name>" is asked with these fields:
      | field         | value         |
      | <field>       | <value>       |
      | <other field> | <other value> |
    Then the hypercall returns <returned>
    And nothing changed

    Examples: The fields around the sub-operation
      | name | field                    | value | other field | other value               | returned    |
      | p    | sysctl.interface_version | 0     | op.pad      | 2                         | -EACCES     |
      | p    | sysctl.interface_version | 0     | op.cmd      | 4                         | -EACCES     |
      | p    | sysctl.interface_version | 0     | name        | an unmapped guest address | -EACCES     |
      | p    | op.pad                   | 2     | op.cmd      | 4                         | -EINVAL     |
      | p    | op.pad                   | 2     | name        | an unmapped guest address | -EINVAL     |
      | p    | op.cmd                   | 4     | name        | an unmapped guest address | -EOPNOTSUPP |
      | p    | op.cmd                   | 4     | name_size   | 0                         | -EOPNOTSUPP |

    Examples: The name
      | name | field     | value             | other field | other value               | returned |
      | p    | name_size | 0                 | name        | an unmapped guest address | -EINVAL  |
      | p    | name_size | 129               | name        | an unmapped guest address | -EINVAL  |
      | p    | name_size | 65535             | name        | an unmapped guest address | -EINVAL  |
      | p    | name_pad  | 01 00 00 00 00 00 | name        | an unmapped guest address | -EINVAL  |

  @CALL-9
  Scenario Outline: CALL-9: GET of a name that is not known, with <field> wrong, <value>, returns <returned>
    Given "p" is loaded
    When GET of "q" is asked with these fields:
      | field   | value   |
      | <field> | <value> |
    Then the hypercall returns <returned>
    And nothing changed

    Examples: Without its NUL, the name has one byte
      | field                    | value             | returned    |
      | sysctl.interface_version | 0                 | -EACCES     |
      | op.pad                   | 2                 | -EINVAL     |
      | op.cmd                   | 4                 | -EOPNOTSUPP |
      | name_pad                 | 01 00 00 00 00 00 | -EINVAL     |
      | name_size                | 1                 | -EINVAL     |

  @CALL-9
  Scenario Outline: CALL-9: UPLOAD with a name that is taken and <field> wrong, <value>, returns <returned>
    Given "p" is loaded
    When "p" is uploaded with these fields:
      | field   | value   |
      | <field> | <value> |
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | field   | value                     | returned |
      | size    | 0                         | -EINVAL  |
      | size    | 2097153                   | -EINVAL  |
      | payload | an unmapped guest address | -EEXIST  |

  @CALL-9
  Scenario Outline: CALL-9: ACTION with a command that does not exist and <field> wrong, <value>, returns <returned>
    Given "p" is loaded
    When APPLY of "p" is asked with these fields:
      | field   | value   |
      | cmd     | 5       |
      | <field> | <value> |
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | field     | value                     | returned |
      | name      | an unmapped guest address | -EFAULT  |
      | name_size | 0                         | -EINVAL  |

  @CALL-9
  Scenario: CALL-9: ACTION with a command that does not exist, of a name that is not known, returns -ENOENT
    When APPLY of "q" is asked with these fields:
      | field | value |
      | cmd   | 5     |
    Then the hypercall returns -ENOENT
    And nothing changed

  @CALL-9 @revision-2
  Scenario: CALL-9: ACTION with a pad that is not 0 and a name that cannot be read returns -EINVAL
    Given "p" is loaded
    When APPLY of "p" is asked with these fields:
      | field | value                     |
      | pad   | 1                         |
      | name  | an unmapped guest address |
    Then the hypercall returns -EINVAL
    And nothing changed

  @CALL-9 @revision-2
  Scenario: CALL-9: ACTION with a pad that is not 0, of a name that is not known, returns -EINVAL
    When APPLY of "q" is asked with these fields:
      | field | value |
      | pad   | 1     |
    Then the hypercall returns -EINVAL
    And nothing changed

  @CALL-9 @ACT-7
  Scenario: CALL-9: A command that does not exist, of a payload whose action is pending, returns -EBUSY
    Given "p" is loaded
    And after 5 ms vCPU 1 asks APPLY of "p" with these fields:
      | field | value |
      | cmd   | 5     |
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned -EBUSY
    And "p" is APPLIED with rc 0

  @ACT-17 @ACT-6 @BSS-2
  Scenario: ACT-17: A reverted payload with data is refused for that, even while an action of another is pending
    Given "q" brings 8 bytes of .data
    And "q" is loaded and applied
    And "q" is reverted
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks APPLY of "q"
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned 0
    And LIST shows:
      | name | state   | rc      |
      | q    | CHECKED | -EINVAL |
      | p    | APPLIED | 0       |

  @ACT-17 @ACT-6 @ACT-15
  Scenario Outline: ACT-17: <action> of a payload whose dependency is not there fails for that, even while another is pending
    Given "q" depends on a build-id that nothing has
    And "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks <action> of "q"
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned 0
    And LIST shows:
      | name | state   | rc      |
      | q    | CHECKED | -EINVAL |
      | p    | APPLIED | 0       |

    Examples:
      | action  |
      | APPLY   |
      | REPLACE |

  @ACT-17 @ACT-6 @ACT-15 @revision-2
  Scenario: ACT-17: A payload that expects what is not there fails for that, even while an action of another is pending
    Given payload "q" makes xen_minor_version return 99
    And "q" expects cc at xen_minor_version
    And "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks APPLY of "q"
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned 0
    And LIST shows:
      | name | state   | rc      |
      | q    | CHECKED | -EINVAL |
      | p    | APPLIED | 0       |

  @ACT-17 @ACT-6 @ACT-15 @revision-2
  Scenario: ACT-17: REPLACE by a payload with a hook in its way fails for that, even while an action of another is pending
    Given a payload "q"
    And "q" has a preapply hook that says "called"
    And "q" is in state CHECKED
    And "p" is in state CHECKED
    And after 5 ms vCPU 1 asks REPLACE of "q"
    When APPLY of "p" is asked
    Then vCPU 1's hypercall returned 0
    And LIST shows:
      | name | state   | rc          |
      | q    | CHECKED | -EOPNOTSUPP |
      | p    | APPLIED | 0           |

  @ACT-17 @ACT-6 @ACT-15 @DEP-8
  Scenario Outline: ACT-17: <action> of a payload whose dependency is not there fails for that, whatever it calls
    Given "below" brings the function new_function, which returns 7
    And "below" is loaded
    And payload "above" makes xen_minor_version return what new_function returns, by R_X86_64_PLT32
    And "above" depends on a build-id that nothing has
    And "above" is loaded
    When <action> of "above" is asked
    Then the hypercall returns 0
    And "above" is CHECKED with rc -EINVAL
    And memory is as before the call

    Examples:
      | action  |
      | APPLY   |
      | REPLACE |

  @ACT-17 @ACT-6 @ACT-15 @revision-2
  Scenario: ACT-17: REPLACE by a payload with a hook in its way fails for its dependency, if that is not there
    Given a payload "p"
    And "p" has a preapply hook that says "called"
    And "p" depends on a build-id that nothing has
    And "p" is loaded
    When REPLACE of "p" is asked
    Then the hypercall returns 0
    And "p" is CHECKED with rc -EINVAL

  @ACT-17 @ACT-6 @ACT-15 @revision-2
  Scenario: ACT-17: REPLACE by a payload with a hook in its way fails for that, whatever its functions expect
    Given payload "p" makes xen_minor_version return 99
    And "p" expects cc at xen_minor_version
    And "p" has a preapply hook that says "called"
    And "p" is loaded
    When REPLACE of "p" is asked
    Then the hypercall returns 0
    And "p" is CHECKED with rc -EOPNOTSUPP

  @V2-FUNC-16 @ACT-6 @ACT-15 @revision-2
  Scenario Outline: V2-FUNC-16: Of two entries whose expectations are <expect> and <other>, APPLY fails with <rc>
    Given payload "p" makes xen_minor_version return 99
    And payload "p" makes xen_major_version return 98
    And in "p" these fields are written:
      | field                        | value    |
      | .livepatch.funcs[0].old_size | 16       |
      | .livepatch.funcs[1].old_size | 16       |
      | .livepatch.funcs[0].expect   | <expect> |
      | .livepatch.funcs[1].expect   | <other>  |
    And "p" is loaded
    When APPLY of "p" is asked
    Then the hypercall returns 0
    And "p" is CHECKED with rc <rc>
    And memory is as before the call

    Examples: 0x41 has a reserved bit, 0x29 expects 20 bytes of 16, 0x69 both, 0x03 a byte that is not there
      | expect | other | rc      |
      | 0x69   | 0     | -EINVAL |
      | 0x29   | 0     | -ERANGE |
      | 0x29   | 0x41  | -ERANGE |
      | 0x41   | 0x29  | -EINVAL |
      | 0x03   | 0x29  | -EINVAL |
      | 0x29   | 0x03  | -ERANGE |
