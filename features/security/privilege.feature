Feature: Who may call
  Live patching changes the code of the hypervisor. Only the privileged domain may do any of it.

  @SEC-1 @SEC-4 @SEC-5 @F-6
  Scenario: SEC-1: A domain without privilege uploads nothing
    Given a payload "p"
    When a domain without privilege uploads "p"
    Then the hypercall returns -EPERM
    And nothing changed
    And LIST shows nothing

  @SEC-1 @SEC-4 @SEC-5
  Scenario Outline: SEC-1: A domain without privilege may not ask <action> of a payload that is <state>
    Given "p" is in state <state>
    When a domain without privilege asks <action> of "p"
    Then the hypercall returns -EPERM
    And nothing changed

    Examples:
      | state   | action  |
      | CHECKED | APPLY   |
      | CHECKED | REPLACE |
      | CHECKED | UNLOAD  |
      | APPLIED | REVERT  |

  @SEC-1 @SEC-4 @SEC-5
  Scenario: SEC-1: A domain without privilege learns nothing by GET
    Given "p" is loaded
    When a domain without privilege asks GET of "p"
    Then the hypercall returns -EPERM
    And nothing changed

  @SEC-1 @SEC-4 @SEC-5
  Scenario: SEC-1: A domain without privilege learns nothing by LIST
    Given "p" is loaded
    When a domain without privilege asks LIST
    Then the hypercall returns -EPERM
    And nothing changed

  @SEC-1 @SEC-4 @SEC-5
  Scenario: SEC-1: A domain without privilege does not learn which names are known
    Given "p" is loaded
    When a domain without privilege asks GET of "q"
    Then the hypercall returns -EPERM
    And nothing changed

  @SEC-5
  Scenario Outline: SEC-5: A domain without privilege is refused before the operation is checked: <field> is <value>
    Given "p" is loaded
    When a domain without privilege asks GET of "p" with these fields:
      | field   | value   |
      | <field> | <value> |
    Then the hypercall returns -EPERM
    And nothing changed

    Examples:
      | field     | value                     |
      | op.cmd    | 4                         |
      | op.pad    | 1                         |
      | name_size | 0                         |
      | name_pad  | 01 00 00 00 00 00         |
      | name      | an unmapped guest address |

  @SEC-6
  Scenario Outline: SEC-6: A domain without privilege is refused before anything else is checked: <field> is <value>
    Given "p" is loaded
    When a domain without privilege asks GET of "p" with these fields:
      | field   | value   |
      | <field> | <value> |
    Then the hypercall returns -EPERM
    And nothing changed

    Examples:
      | field                    | value                     |
      | sysctl.interface_version | 0                         |
      | sysctl                   | an unmapped guest address |

  @SEC-1 @SEC-4 @SEC-5
  Scenario: SEC-1: What the privileged domain did stays out of reach of the others
    Given "p" is loaded and applied
    When a domain without privilege uploads "p"
    Then the hypercall returns -EPERM
    And nothing changed
    And the extra version is "p"
