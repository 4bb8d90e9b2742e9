@FUNC-1
Feature: Every status a scenario can have

  Background:
    Given a hypervisor

  Scenario: passes
    Then it passes

  @FUNC-2 @F-1
  Scenario: fails
    Then it fails
    And it passes

  @FUNC-3
  Scenario: has a sentence that nobody wrote a step for
    Then nobody wrote this

  @FUNC-4
  Scenario: has a step that is not finished
    Then it is pending

  @FUNC-5
  Scenario: has a sentence with two meanings
    Then it is ambiguous

  @FUNC-6 @needs-several-cpus
  Scenario: needs what the target cannot do
    Then it passes

  @FUNC-7
  Scenario: skips itself
    Then it skips itself

  @FUNC-8 @broken-hook
  Scenario: fails in a hook
    Then it passes

  @FUNC-9 @flaky
  Scenario: passes at the second attempt
    Then it passes at the second attempt

  @FUNC-10
  Scenario: the same name
    Then it passes

  @FUNC-10
  Scenario: the same name
    Then it fails

  @FUNC-11
  Scenario: has no steps

  @STATE-2 @STATE-9
  Scenario Outline: <action> in <state>
    Then the states are
      | before  | after  |
      | <state> | <next> |

    Examples:
      | state   | action | outcome | next    |
      | CHECKED | UNLOAD | success | gone    |
      | APPLIED | UNLOAD | invalid | APPLIED |

  Rule: What a payload says is not believed

    @FUNC-12
    Scenario: <script>alert("1")</script> & ]]> 'x'
      Then it says
        """
        </script><img src=x onerror=alert(1)>
        """

    @broken-end
    Scenario: fails in the hook behind it
      Then it passes
