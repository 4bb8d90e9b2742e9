Feature: The livepatch operation of the sysctl hypercall
  Live patching is one command of the hypercall that manages the system, with four sub-operations. The fields around the
  sub-operation are checked before anything is done.

  @CALL-1 @CALL-6
  Scenario Outline: CALL-1: Command 27 with sub-operation <number> is <operation>
    Given "p" is loaded
    When <call> with these fields:
      | field      | value    |
      | sysctl.cmd | 27       |
      | op.cmd     | <number> |
    Then the hypercall returns <returned>

    @UPL-5
    Examples:
      | operation | number | call            | returned |
      | UPLOAD    | 0      | "q" is uploaded | 0        |

    @GET-1
    Examples:
      | operation | number | call                | returned |
      | GET       | 1      | GET of "p" is asked | 0        |

    @LIST-2
    Examples:
      | operation | number | call                      | returned |
      | LIST      | 2      | LIST is asked for 1 entry | 1        |

    @ACT-1
    Examples:
      | operation | number | call                  | returned |
      | ACTION    | 3      | APPLY of "p" is asked | 0        |

  @CALL-5
  Scenario Outline: CALL-5: There is no sub-operation <number>
    Given "p" is loaded
    When GET of "p" is asked with these fields:
      | field  | value    |
      | op.cmd | <number> |
    Then the hypercall returns -EOPNOTSUPP
    And nothing changed

    Examples:
      | number     |
      | 4          |
      | 5          |
      | 0x80000001 |
      | 0xffffffff |

  @CALL-2 @CALL-7 @F-29 @F-55
  Scenario Outline: CALL-2: A pad of <pad> in <operation> is refused
    Given "p" is loaded
    When <call> with these fields:
      | field  | value |
      | op.pad | <pad> |
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | operation | call                      | pad        |
      | UPLOAD    | "q" is uploaded           | 1          |
      | GET       | GET of "p" is asked       | 1          |
      | LIST      | LIST is asked for 1 entry | 1          |
      | APPLY     | APPLY of "p" is asked     | 1          |
      | UNLOAD    | UNLOAD of "p" is asked    | 1          |
      | GET       | GET of "p" is asked       | 0x80000000 |
      | UNLOAD    | UNLOAD of "p" is asked    | 0xffffffff |

  # Newer Xens call the lowest bit FORCE.
  @CALL-2 @V2-FMT-4 @F-29 @revision-2
  Scenario: CALL-2: With a pad of 1, a payload for another hypervisor is still refused
    Given in "p" byte 0 of the field note[.livepatch.xen_depends].desc is 0
    When "p" is uploaded with these fields:
      | field  | value |
      | op.pad | 1     |
    Then the hypercall returns -EINVAL
    And nothing changed

  @CALL-4
  Scenario Outline: CALL-4: A caller with <version> gets <returned>
    Given "p" is loaded
    When GET of "p" is asked with these fields:
      | field                    | value     |
      | sysctl.interface_version | <version> |
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | version                   | returned |
      | the interface version - 1 | -EACCES  |
      | the interface version     | 0        |
      | the interface version + 1 | -EACCES  |
      | 0                         | -EACCES  |
      | 0xffffffff                | -EACCES  |

  @CALL-4
  Scenario: CALL-4: A tool of another interface version cannot unload
    Given "p" is loaded
    When UNLOAD of "p" is asked with these fields:
      | field                    | value                     |
      | sysctl.interface_version | the interface version + 1 |
    Then the hypercall returns -EACCES
    And nothing changed

  @V2-SYS-1 @revision-2
  Scenario Outline: V2-SYS-1: No hypervisor of revision 2 has the interface version <version>
    When LIST is asked for 1 entry with these fields:
      | field                    | value     |
      | sysctl.interface_version | <version> |
    Then the hypercall returns -EACCES
    And nothing changed

    Examples:
      | version |
      | 0x12    |
      | 0x17    |

  @CALL-8
  Scenario Outline: CALL-8: A structure at <pointer> cannot be read
    Given "p" is loaded
    When GET of "p" is asked with these fields:
      | field  | value     |
      | sysctl | <pointer> |
    Then the hypercall returns -EFAULT
    And nothing changed

    Examples:
      | pointer                          |
      | 0                                |
      | an unmapped guest address        |
      | an unmapped hypervisor address   |
      | the address of xen_extra_version |

  @CALL-8
  Scenario Outline: CALL-8: A structure with <mapped> of its 136 bytes before an unmapped page gets <returned>
    Given "p" is loaded
    When GET of "p" is asked with a structure that has <mapped> bytes before an unmapped page
    Then the hypercall returns <returned>
    And nothing changed

    Examples:
      | mapped | returned |
      | 136    | 0        |
      | 135    | -EFAULT  |
      | 16     | -EFAULT  |
      | 8      | -EFAULT  |
      | 1      | -EFAULT  |

  @CALL-8
  Scenario Outline: CALL-8: <operation> with a structure that cannot be written is refused
    Given "p" is loaded
    When <call> with a structure in read-only memory
    Then the hypercall returns -EFAULT
    And nothing changed

    Examples:
      | operation | call                        |
      | GET       | GET of "p" is asked         |
      | LIST      | LIST is asked for 1 entry   |
      | A probe   | LIST is asked for 0 entries |

  @V2-ACT-3 @V2-ACT-4 @revision-2
  Scenario Outline: V2-ACT-4: UNLOAD is refused with a pad of <pad>
    Given "p" is loaded
    When UNLOAD of "p" is asked with these fields:
      | field | value |
      | pad   | <pad> |
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | pad        |
      | 1          |
      | 0xffffffff |

  @V2-ACT-5 @F-29 @revision-2
  Scenario Outline: V2-ACT-5: UNLOAD, which needs no flags, is refused with flags of <flags>
    Given "p" is loaded
    When UNLOAD of "p" is asked with these fields:
      | field | value   |
      | flags | <flags> |
    Then the hypercall returns -EINVAL
    And nothing changed

    Examples:
      | flags      |
      | 2          |
      | 0xfffffffe |
