Feature: What a policy lets a domain do
  Beside privilege, a policy of the system's owner (XSM) can limit who may call. The policy is asked on every
  sub-operation, before anything else of the call is checked.

  @SEC-2 @SEC-7 @SEC-8 @F-6
  Scenario Outline: SEC-2: A policy that refuses <refused> to a domain refuses it nothing else
    Given a policy that refuses <refused> to the control domain
    When "p" is uploaded
    Then the hypercall returns <UPLOAD>
    When GET of "p" is asked
    Then the hypercall returns <GET>
    When LIST is asked for 1 entry
    Then the hypercall returns <LIST>
    When APPLY of "p" is asked
    Then the hypercall returns <ACTION>

    Examples:
      | refused | UPLOAD | GET     | LIST   | ACTION  |
      | UPLOAD  | -EPERM | -ENOENT | 0      | -ENOENT |
      | GET     | 0      | -EPERM  | 1      | 0       |
      | LIST    | 0      | 0       | -EPERM | 0       |
      | ACTION  | 0      | 0       | 1      | -EPERM  |

  @SEC-2 @SEC-7 @SEC-8
  Scenario: SEC-2: A policy that refuses everything but LIST leaves LIST
    Given a policy that refuses UPLOAD to the control domain
    And a policy that refuses GET to the control domain
    And a policy that refuses ACTION to the control domain
    When "p" is uploaded
    Then the hypercall returns -EPERM
    When GET of "p" is asked
    Then the hypercall returns -EPERM
    When APPLY of "p" is asked
    Then the hypercall returns -EPERM
    When LIST is asked for 1 entry
    Then the hypercall returns 0

  @SEC-2 @SEC-8
  Scenario: SEC-2: An upload that the policy refuses leaves nothing behind
    Given a policy that refuses UPLOAD to the control domain
    When "p" is uploaded
    Then the hypercall returns -EPERM
    And nothing changed
    And LIST shows nothing

  @SEC-2 @SEC-8
  Scenario Outline: SEC-2: Where the policy refuses ACTION, <action> does nothing
    Given a policy that refuses ACTION to the control domain
    And "p" is loaded
    When <action> of "p" is asked
    Then the hypercall returns -EPERM
    And nothing changed
    And "p" is CHECKED with rc 0

    Examples:
      | action  |
      | APPLY   |
      | REPLACE |
      | REVERT  |
      | UNLOAD  |

  @SEC-2 @SEC-8
  Scenario: SEC-2: A domain that the policy refuses GET does not learn which names are known
    Given a policy that refuses GET to the control domain
    And "p" is loaded
    When GET of "p" is asked
    Then the hypercall returns -EPERM
    And nothing changed
    When GET of "q" is asked
    Then the hypercall returns -EPERM

  @SEC-8
  Scenario Outline: SEC-8: The policy is asked before the call is checked: <field> is <value>
    Given a policy that refuses GET to the control domain
    And "p" is loaded
    When GET of "p" is asked with these fields:
      | field   | value   |
      | <field> | <value> |
    Then the hypercall returns -EPERM
    And nothing changed

    Examples:
      | field                    | value                     |
      | sysctl.interface_version | 0                         |
      | op.pad                   | 1                         |
      | name_size                | 0                         |
      | name_pad                 | 01 00 00 00 00 00         |
      | name                     | an unmapped guest address |

  @SEC-7
  Scenario: SEC-7: No policy refuses a sub-operation that does not exist
    Given a policy that refuses GET to the control domain
    When GET of "p" is asked with these fields:
      | field  | value |
      | op.cmd | 4     |
    Then the hypercall returns -EOPNOTSUPP

  @SEC-2
  Scenario: SEC-2: What the policy refuses to one domain it does not refuse to another
    Given a policy that refuses GET to the guest domain
    And "p" is loaded
    When GET of "p" is asked
    Then the hypercall returns 0
    And GET returns CHECKED with rc 0

  @SEC-1 @SEC-4 @SEC-5 @F-6
  Scenario: SEC-1: A policy that refuses nothing to a domain without privilege does not give it privilege
    Given a policy that refuses LIST to the control domain
    And "p" is loaded
    When a domain without privilege asks GET of "p"
    Then the hypercall returns -EPERM
    When a domain without privilege asks LIST
    Then the hypercall returns -EPERM
