@toolstack @revision-2
Feature: Names, commands and options that the tool takes
  What the user writes is checked before the hypervisor is asked. What is no command, no option or no name is none: the
  tool does not guess.

  @NAME-5
  Scenario Outline: NAME-5: A name of <length> characters <what>
    When xen-livepatch "upload NAME p.livepatch" is run, where NAME has <length> characters
    Then the tool exits with <status> and says "<says>"

    Examples:
      | length | what            | status | says                                                          |
      | 127    | is uploaded     | 0      | Uploading p.livepatch... completed                            |
      | 128    | is not accepted | 1      | Uploading p.livepatch... failed / Error 22: Invalid argument |
      | 129    | is not accepted | 1      | ID must be no more than 128 characters.                       |

  @NAME-5
  Scenario Outline: NAME-5: The hypervisor is not asked about a name of <length> characters
    When xen-livepatch "upload NAME p.livepatch" is run, where NAME has <length> characters
    Then the tool made no hypercall
    And LIST shows nothing

    Examples:
      | length |
      | 128    |
      | 129    |

  @NAME-3
  Scenario: NAME-3: load takes the name from the file, without what comes after its last dot
    When xen-livepatch "load xsa.123.livepatch" is run
    Then the tool exits with 0 and says "Uploading xsa.123.livepatch... completed / Applying xsa.123... completed"
    And "xsa.123" is APPLIED with rc 0

  @V2-FLOW-1 @bug-52
  Scenario Outline: V2-FLOW-1: <word> is no command
    Given "p" is loaded
    When xen-livepatch "<word> <arguments>" is run
    Then the tool made no hypercall
    And the tool exits with 1 and says "Unrecognised command '<word>' -- try 'xen-livepatch help'"
    And LIST shows:
      | name | state   | rc |
      | p    | CHECKED | 0  |

    Examples:
      | word   | arguments     |
      | up     | q q.livepatch |
      | u      | q q.livepatch |
      | lo     | q.livepatch   |
      | app    | p             |
      | unl    | p             |
      | l      |               |
      | remove | p             |

  @V2-FLOW-1
  Scenario Outline: V2-FLOW-1: If <what>, the tool explains its commands, and asks nothing
    Given "p" is loaded
    When xen-livepatch "<command>" is run
    Then the tool made no hypercall
    And the tool exits with <status> and explains its commands

    Examples:
      | what                       | command  | status |
      | help is asked for          | help     | 0      |
      | there is no command        |          | 0      |
      | list has an argument       | list p   | 1      |
      | upload has no file         | upload p | 1      |
      | apply has no name          | apply    | 1      |

  @V2-FLOW-1
  Scenario Outline: V2-FLOW-1: A file that cannot be opened is not uploaded by <command>
    When xen-livepatch "<command>" is run
    Then the tool made no hypercall
    And the tool exits with 1 and says "Could not open missing/p.livepatch. / Error 2: No such file or directory"

    Examples:
      | command                    |
      | upload p missing/p.livepatch |
      | load missing/p.livepatch   |

  @CALL-2 @V2-FLOW-1 @bug-53
  Scenario: CALL-2: Without --force, a command is not forced: pad of its hypercalls is 0
    When xen-livepatch "load p.livepatch" is run
    Then the tool made these hypercalls:
      | hypercall | op.pad | returns |
      | UPLOAD    | 0      | 0       |
      | GET       | 0      | 0       |
      | APPLY     | 0      | 0       |
      | GET       | 0      | 0       |

  @V2-ACT-2
  Scenario Outline: V2-ACT-2: <command> asks for APPLY with the flags <flags>
    Given "p" is loaded
    When xen-livepatch "<command>" is run
    Then the tool made these hypercalls:
      | hypercall | flags   | returns |
      | GET       |         | 0       |
      | APPLY     | <flags> | 0       |
      | GET       |         | 0       |
    And the tool exits with 0 and says "Applying p... completed"

    Examples:
      | command          | flags  |
      | apply p          | 0      |
      | apply p --nodeps | NODEPS |

  @V2-ACT-2
  Scenario: V2-ACT-2: load passes --nodeps on to APPLY
    Given "p" depends on a build-id that nothing has
    When xen-livepatch "load p.livepatch --nodeps" is run
    Then the tool made these hypercalls:
      | hypercall | flags  | returns |
      | UPLOAD    |        | 0       |
      | GET       |        | 0       |
      | APPLY     | NODEPS | 0       |
      | GET       |        | 0       |
    And "p" is APPLIED with rc 0

  @V2-FLOW-1 @bug-53
  Scenario Outline: V2-FLOW-1: <option> is no option of <action>
    Given "p" is in state <state>
    When xen-livepatch "<action> p <option>" is run
    Then the tool made no hypercall
    And the tool exits with 1 and says "Unsupported flag: <option>."

    Examples:
      | action  | option   | state   |
      | apply   | --nodep  | CHECKED |
      | apply   | --force  | CHECKED |
      | revert  | --nodeps | APPLIED |
      | replace | --nodeps | CHECKED |
      | unload  | --nodeps | CHECKED |
