@toolstack @revision-2
Feature: The tool and this suite's toolstack make the same hypercalls
  All other features are about hypercalls that this suite makes. Here the tool and the suite do the same from the same
  state, and each field of their hypercalls is compared: pointers by what they point to, names and payloads included.
  What differs is listed with its reason.

  @FLOW-2 @ACT-5 @ACT-14
  Scenario Outline: FLOW-2: <command> makes the same hypercalls, except for the time of the action
    Given "p" is in state <state>
    When xen-livepatch "<command> p" is run, and this suite's toolstack does the same
    Then both made the same hypercalls, except for these fields:
      | hypercall | field             | tool     | suite | because                                                            |
      | <action>  | time              | 30000000 | 0     | the tool bounds each action itself; 0 is the hypervisor's default  |
      | <action>  | rest of the union | anything | zeros | up to 4.18 the tool leaves there what was on its stack             |
      | GET       | rest of the union | anything | zeros | likewise                                                           |

    Examples:
      | command | action  | state   |
      | apply   | APPLY   | CHECKED |
      | replace | REPLACE | CHECKED |
      | revert  | REVERT  | APPLIED |
      | unload  | UNLOAD  | CHECKED |

  @FLOW-2 @ACT-5
  Scenario: FLOW-2: load makes the same hypercalls, except for the time of the action
    When xen-livepatch "load p.livepatch" is run, and this suite's toolstack does the same
    Then both made the same hypercalls, except for these fields:
      | hypercall | field             | tool     | suite | because                                                           |
      | APPLY     | time              | 30000000 | 0     | the tool bounds each action itself; 0 is the hypervisor's default |
      | UPLOAD    | rest of the union | anything | zeros | up to 4.18 the tool leaves there what was on its stack            |
      | APPLY     | rest of the union | anything | zeros | likewise                                                          |
      | GET       | rest of the union | anything | zeros | likewise                                                          |

  @UPL-1
  Scenario: UPL-1: upload makes the same hypercall
    When xen-livepatch "upload p p.livepatch" is run, and this suite's toolstack does the same
    Then both made the same hypercalls, except for these fields:
      | hypercall | field             | tool     | suite | because                                                |
      | UPLOAD    | rest of the union | anything | zeros | up to 4.18 the tool leaves there what was on its stack |

  @LIST-9 @V2-LIST-3 @V2-LIST-9
  Scenario: LIST-9: list makes the same hypercalls, except for buffers that a probe does not need, and the room that the tool does not state
    Given "a" has the metadata "by=me"
    And "a" is loaded
    And "b" is loaded
    When xen-livepatch "list" is run, and this suite's toolstack does the same
    Then both made the same hypercalls, except for these fields:
      | hypercall | field               | tool | suite    | because                                             |
      | LIST      | status              | none | a buffer | a probe needs no buffers                            |
      | LIST      | name                | none | a buffer | likewise                                            |
      | LIST      | len                 | none | a buffer | likewise                                            |
      | LIST      | metadata            | none | a buffer | likewise                                            |
      | LIST      | metadata_len        | none | a buffer | likewise                                            |
      | LIST      | name_total_size     | 0    | 256      | a hypervisor reads the stated sizes only since 4.21 |
      | LIST      | metadata_total_size | 0    | 512      | likewise                                            |
