@toolstack @revision-2
Feature: How the tool has payloads applied, reverted, replaced and unloaded
  Long operations go on after the call that asked for them. The tool looks at the payload before it asks for an action,
  and finds out by GET how the action ended.

  @FLOW-2 @CALL-3 @ACT-5 @V2-FLOW-1
  Scenario: FLOW-2: load is UPLOAD, GET, APPLY and GET
    When xen-livepatch "load p.livepatch" is run
    Then the tool made these hypercalls:
      | hypercall | payload | time  | state   | rc | returns |
      | UPLOAD    | p       |       |         |    | 0       |
      | GET       | p       |       | CHECKED | 0  | 0       |
      | APPLY     | p       | 30 ms |         |    | 0       |
      | GET       | p       |       | APPLIED | 0  | 0       |
    And the tool exits with 0 and says "Uploading p.livepatch... completed / Applying p... completed"
    And the extra version is "p"

  @FLOW-2 @CALL-3 @ACT-15 @V2-FLOW-1
  Scenario Outline: CALL-3: After <action> the tool asks GET how it ended
    Given "p" is in state <state>
    When xen-livepatch "<command> p" is run
    Then the tool made these hypercalls:
      | hypercall | state   | rc | returns |
      | GET       | <state> | 0  | 0       |
      | <action>  |         |    | 0       |
      | GET       | <next>  | 0  | 0       |
    And the tool exits with 0 and says "<says>"
    And "p" is <next> with rc 0

    Examples:
      | command | action  | state   | next    | says                                           |
      | apply   | APPLY   | CHECKED | APPLIED | Applying p... completed                        |
      | replace | REPLACE | CHECKED | APPLIED | Replacing all live patches with p... completed |
      | revert  | REVERT  | APPLIED | CHECKED | Reverting p... completed                       |

  @ACT-2
  Scenario: ACT-2: After UNLOAD the tool takes it for success that GET no longer knows the name
    Given "p" is loaded
    When xen-livepatch "unload p" is run
    Then the tool made these hypercalls:
      | hypercall | returns |
      | GET       | 0       |
      | UNLOAD    | 0       |
      | GET       | -ENOENT |
    And the tool exits with 0 and says "Unloading p... completed"
    And LIST shows nothing

  @FLOW-2
  Scenario: FLOW-2: The sequence stops at UPLOAD if that fails
    Given "p" lacks the section .livepatch.depends
    When xen-livepatch "load p.livepatch" is run
    Then the tool made these hypercalls:
      | hypercall | returns |
      | UPLOAD    | -EINVAL |
    And the tool exits with 1 and says "Uploading p.livepatch... failed / Error 22: Invalid argument"

  @CALL-3 @V2-FLOW-1
  Scenario: CALL-3: An APPLY that fails as part of load is followed by UNLOAD
    Given "p" depends on a build-id that nothing has
    When xen-livepatch "load p.livepatch" is run
    Then the tool exits with 1 and says "Uploading p.livepatch... completed / Applying p... failed / Unloading p... completed / Error 22: Invalid argument"
    And LIST shows nothing
    And the extra version is the hypervisor's own

  @STATE-9 @V2-FLOW-2 @bug-18
  Scenario Outline: STATE-9: The tool does not ask for <command> in <state>, and names the state that it expects
    Given "p" is in state <state>
    When xen-livepatch "<command> p" is run
    Then the tool made these hypercalls:
      | hypercall | state   | returns |
      | GET       | <state> | 0       |
    And the tool exits with <status> and says "<says>"
    And "p" is <state> with rc 0

    Examples:
      | command | state   | status | says                                                                         |
      | apply   | APPLIED | 0      | No action needed.                                                            |
      | replace | APPLIED | 0      | No action needed.                                                            |
      | revert  | CHECKED | 0      | No action needed.                                                            |
      | unload  | APPLIED | 1      | p is in the wrong state. / Current state: APPLIED / Expected state: CHECKED |

  @GET-5 @V2-FLOW-2
  Scenario Outline: GET-5: <command> of a name that is not loaded fails at GET
    When xen-livepatch "<command> p" is run
    Then the tool made these hypercalls:
      | hypercall | returns |
      | GET       | -ENOENT |
    And the tool exits with 1 and says "Failed to get status of p. / Error 2: No such file or directory"

    Examples:
      | command |
      | apply   |
      | revert  |
      | replace |
      | unload  |

  @ACT-5 @ACT-3 @V2-FLOW-2 @bug-20 @bug-21
  Scenario: ACT-5: The tool bounds an action by 30 ms, asks once how it ended, and its status tells a time-out from a failure
    Given "p" is loaded
    And vCPU 1 is kept busy for 40 ms
    When xen-livepatch "apply p" is run
    Then the tool made these hypercalls:
      | hypercall | time  | state   | rc     | returns |
      | GET       |       | CHECKED | 0      | 0       |
      | APPLY     | 30 ms |         |        | 0       |
      | GET       |       | CHECKED | -EBUSY | 0       |
    And the tool exits with 2 and says "Applying p... failed / Error 16: Device or resource busy"
    And the extra version is the hypervisor's own

  @ACT-5 @V2-FLOW-2 @bug-21
  Scenario: ACT-5: A load that timed out leaves nothing, and its status says that it can be run again
    Given vCPU 1 is kept busy for 40 ms
    When xen-livepatch "load p.livepatch" is run
    Then the tool exits with 2 and says "Uploading p.livepatch... completed / Applying p... failed / Unloading p... completed / Error 16: Device or resource busy"
    And LIST shows nothing
    When xen-livepatch "load p.livepatch" is run
    Then the tool exits with 0 and says "Uploading p.livepatch... completed / Applying p... completed"
    And the extra version is "p"

  @ACT-8 @V2-FLOW-2 @bug-21
  Scenario: ACT-8: REVERT of a payload below another one can be tried again
    Given these payloads are applied, each on top of the one before:
      | payload |
      | below   |
      | above   |
    When xen-livepatch "revert below" is run
    Then the tool exits with 2 and says "Reverting below... failed / Error 16: Device or resource busy"
    And "below" is still APPLIED
    And the extra version is "above"

  @GET-2 @V2-FLOW-2 @bug-21
  Scenario: GET-2: The tool asks for no action while another one of the payload is in progress
    Given "p" is loaded
    And the tool's GET after 0 hypercalls finds rc -EAGAIN
    When xen-livepatch "apply p" is run
    Then the tool made these hypercalls:
      | hypercall | rc      | returns |
      | GET       | -EAGAIN | 0       |
    And the tool exits with 2 and says "Cannot execute apply. / Operation already in progress."

  @FLOW-2
  Scenario: FLOW-2: The tool asks GET until rc is no longer -EAGAIN
    Given "p" is loaded
    And the tool's GET after 2 hypercalls finds rc -EAGAIN
    When xen-livepatch "apply p" is run
    Then the tool made these hypercalls:
      | hypercall | rc      | returns |
      | GET       | 0       | 0       |
      | APPLY     |         | 0       |
      | GET       | -EAGAIN | 0       |
      | GET       | 0       | 0       |

  @V2-FLOW-2 @bug-20 @bug-21
  Scenario: V2-FLOW-2: The tool gives up an action that remains in progress, and its status says that it can be run again
    Given "p" is loaded
    And each of the tool's GETs after 2 hypercalls finds rc -EAGAIN
    When xen-livepatch "apply p" is run
    Then the tool exits with 2 and says "Applying p... failed / Operation didn't complete."
