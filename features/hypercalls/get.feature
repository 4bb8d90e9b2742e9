Feature: GET: the state of a payload, and how its last action ended
  GET answers at once. Its own return value says whether it could answer; the outcome of an action is in rc.

  @GET-1 @GET-6
  Scenario Outline: GET-1: GET writes state and rc of a payload that is <state> over what was there
    Given "p" is in state <state>
    When GET of "p" is asked with these fields:
      | field | value      |
      | state | 0xffffffff |
      | rc    | -1         |
    Then GET returns <state> with rc 0
    And nothing changed

    Examples:
      | state   |
      | CHECKED |
      | APPLIED |

  @GET-6
  Scenario: GET-6: A payload that was reverted is CHECKED
    Given "p" is loaded and applied
    And "p" is reverted
    When GET of "p" is asked
    Then GET returns CHECKED with rc 0

  @GET-2
  Scenario: GET-2: rc is -EAGAIN while an action is in progress, then 0
    Given "p" is loaded
    And after 5 ms vCPU 1 asks GET of "p"
    When APPLY of "p" is asked
    Then vCPU 1's GET returned CHECKED with rc -EAGAIN
    And "p" is APPLIED with rc 0

  @GET-2
  Scenario: GET-2: An rc that is an error says that the state has not changed
    Given "p" is loaded
    And vCPU 1 is kept busy for 40 ms
    When APPLY of "p" is asked
    Then the hypercall returns 0
    And "p" is CHECKED with rc -EBUSY
    And xen_extra_version is as at the start
    When APPLY of "p" is asked
    Then "p" is APPLIED with rc 0

  @GET-3 @GET-2 @F-31
  Scenario: GET-3: The document's example: REVERT of a payload that is CHECKED leaves it loaded, with rc -EINVAL
    Given "p" is loaded
    And "p" is CHECKED with rc 0
    When REVERT of "p" is asked
    Then "p" is CHECKED with rc -EINVAL
    And memory is as before the call
    And LIST shows:
      | name | state   | rc      |
      | p    | CHECKED | -EINVAL |

  @GET-4
  Scenario: GET-4: A GET that returns 0 may show rc -EAGAIN
    Given "p" is loaded and applied
    And after 1 ms vCPU 1 asks GET of "p"
    When REVERT of "p" is asked
    Then vCPU 1's GET returned APPLIED with rc -EAGAIN
    And "p" is CHECKED with rc 0

  @GET-4
  Scenario: GET-4: A GET that returns 0 may show rc -EINVAL
    Given "p" brings 8 bytes of .data
    And "p" is loaded and applied
    And "p" is reverted
    When APPLY of "p" is asked
    And GET of "p" is asked
    Then the hypercall returns 0
    And GET returns CHECKED with rc -EINVAL

  @GET-7
  Scenario: GET-7: GET of a name that no payload has is refused
    Given "p" is loaded
    When GET of "q" is asked
    Then the hypercall returns -ENOENT
    And nothing changed

  @GET-7
  Scenario Outline: GET-7: A name is known only if it is the same in every byte: <name> is not
    Given "Payload-1" is loaded
    When GET of "<name>" is asked
    Then the hypercall returns -ENOENT

    Examples:
      | name       |
      | payload-1  |
      | Payload-   |
      | Payload-10 |

  @GET-7
  Scenario: GET-7: GET of a payload that was unloaded is refused
    Given "p" is loaded
    When UNLOAD of "p" is asked
    And GET of "p" is asked
    Then the hypercall returns -ENOENT

  @GET-5
  Scenario: GET-5: GET waits for no other vCPU
    Given "p" is loaded
    And vCPU 1 is kept busy for 10 ms
    When GET of "p" is asked
    Then GET returns CHECKED with rc 0
    And 0 ms has passed
