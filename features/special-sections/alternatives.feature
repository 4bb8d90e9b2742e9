Feature: Alternatives: the instructions that suit the CPU
  Code of a payload may have other instructions for CPUs with a feature, such as stac and clac for SMAP. They are put in
  place while the payload is loaded. The code of these payloads returns 99, its alternatives 97 or 96.

  Rule: Each CPU gets the instructions that suit it

    @ALT-1 @ALT-3
    Scenario Outline: ALT-1: A function with an alternative for SMAP returns <minor> on a CPU <with> SMAP
      Given a hypervisor on a CPU <with> SMAP
      And a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has SMAP
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is <minor>
      And the jump in xen_minor_version leads to <code>

      Examples:
        | with    | minor | code              |
        | with    | 97    | b8 61 00 00 00 c3 |
        | without | 99    | b8 63 00 00 00 c3 |

    @ALT-1
    Scenario Outline: ALT-1: The function has <instruction> on a CPU with SMAP, and nops on one without
      # The original: nopl (%rax)
      Given a hypervisor on a CPU with SMAP
      And a payload "p" replaces xen_minor_version by 0f 1f 00 b8 63 00 00 00 c3
      And "p" has the alternative <bytes> for the first 3 bytes of xen_minor_version where the CPU has SMAP
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the jump in xen_minor_version leads to <bytes> b8 63 00 00 00 c3
      Given a hypervisor on a CPU without SMAP
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the jump in xen_minor_version leads to 0f 1f 00 b8 63 00 00 00 c3
      And the minor version is 99

      Examples:
        | instruction | bytes    |
        | stac        | 0f 01 cb |
        | clac        | 0f 01 ca |

    @ALT-1 @ALT-3
    Scenario Outline: ALT-1: A function with an alternative for <feature> returns <minor>, since <CPUs> has it
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has <feature>
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is <minor>
      When REVERT of "p" is asked
      Then the minor version is the hypervisor's own

      Examples:
        | feature | CPUs     | minor |
        | FPU     | each CPU | 97    |
        | IA64    | no CPU   | 99    |

    # cpuid: the feature's number and the highest bit
    @ALT-5
    Scenario Outline: ALT-5: A function with an alternative for CPUs without <feature> returns <minor>
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has <feature>
      And in "p" the field .altinstructions[0].cpuid is <cpuid>
      When "p" is uploaded
      Then the hypercall returns 0
      When APPLY of "p" is asked
      Then the minor version is <minor>

      Examples:
        | feature | cpuid  | minor |
        | FPU     | 0x8000 | 99    |
        | IA64    | 0x801e | 97    |

    @ALT-1
    Scenario Outline: ALT-1: Of two alternatives for one place, for <first> and for <second>, <minor> is returned
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has <first>
      And "p" has the alternative b8 60 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has <second>
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is <minor>

      Examples:
        | first | second | minor |
        | FPU   | FPU    | 96    |
        | FPU   | IA64   | 97    |
        | IA64  | FPU    | 96    |
        | IA64  | IA64   | 99    |

    @ALT-1
    Scenario: ALT-1: Alternatives of several functions find each its own
      Given a payload "p" makes xen_extra_version return "p"
      And a payload "p" makes xen_minor_version return 99
      And a payload "p" makes xen_major_version return 98
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And "p" has the alternative b8 60 00 00 00 for the first 5 bytes of xen_major_version where the CPU has FPU
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 97
      And a call of xen_major_version returns 96
      And the extra version is "p"

  Rule: What is shorter is padded with nops

    # What is left of the original is int3, which would crash the hypervisor.
    @ALT-1
    Scenario Outline: ALT-1: An alternative of 5 bytes in place of <size> is padded with nops
      Given a payload "p" replaces xen_minor_version by <original>
      And "p" has the alternative b8 61 00 00 00 for the first <size> bytes of xen_minor_version where the CPU has FPU
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 97

      Examples:
        | size | original                                        |
        | 6    | b8 63 00 00 00 cc c3                            |
        | 7    | b8 63 00 00 00 cc cc c3                         |
        | 13   | b8 63 00 00 00 cc cc cc cc cc cc cc cc c3       |
        | 14   | b8 63 00 00 00 cc cc cc cc cc cc cc cc cc c3    |
        | 15   | b8 63 00 00 00 cc cc cc cc cc cc cc cc cc cc c3 |

    @ALT-1
    Scenario: ALT-1: What is after the original is left alone
      # mov $98,%eax; mov $99,%eax: the first is replaced
      Given a payload "p" replaces xen_minor_version by b8 62 00 00 00 b8 63 00 00 00 c3
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 99
      And the jump in xen_minor_version leads to b8 61 00 00 00 b8 63 00 00 00 c3

    @ALT-1 @ALT-3 @revision-2
    Scenario Outline: ALT-1: With padding after the original, an alternative for <feature> may be longer than it
      Given a payload "p" replaces xen_minor_version by b8 63 00 00 00 90 90 90 c3
      And "p" has the alternative 0f 1f 00 b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has <feature>
      And in "p" the field .altinstructions[0].pad_len is 3
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is <minor>

      Examples:
        | feature | minor |
        | FPU     | 97    |
        | IA64    | 99    |

    @ALT-1 @ALT-3 @revision-2
    Scenario: ALT-1: The padding after the original becomes nops if the alternative is shorter
      Given a payload "p" replaces xen_minor_version by b8 63 00 00 00 cc cc cc c3
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And in "p" the field .altinstructions[0].pad_len is 3
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 97

    @ALT-6
    Scenario: ALT-6: A jump leads to the same place after it is copied
      Given a payload "p" makes xen_minor_version return 99
      And a payload "p" makes xen_major_version return 98
      And "p" has the alternative of a jump to xen_major_version for the first 5 bytes of xen_minor_version where the CPU has FPU
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 98

    # The byte is the first of the jump, which so becomes a call.
    @ALT-6
    Scenario: ALT-6: A call leads to the same place after it is copied
      Given a payload "p" makes xen_minor_version return 99
      And a payload "p" makes xen_major_version return 98
      And "p" has the alternative of a jump to xen_major_version for the first 5 bytes of xen_minor_version where the CPU has FPU
      And in "p" byte 0 of the field section[.altinstr_replacement].data is 232
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the minor version is 98

  Rule: A malformed alternative is refused, whatever the CPU has

    @ALT-4 @bug-57
    Scenario Outline: ALT-4: An alternative of <bytes> in place of 5 bytes is refused
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative <bytes> for the first 5 bytes of xen_minor_version where the CPU has <feature>
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | bytes                   | feature |
        | b8 61 00 00 00 90       | FPU     |
        | b8 61 00 00 00 90       | IA64    |
        | b8 61 00 00 00 90 90 90 | IA64    |

    @ALT-4 @bug-57 @revision-2
    Scenario Outline: ALT-4: With <padding> bytes of padding after 5, an alternative of 8 bytes gets <returned>
      Given a payload "p" replaces xen_minor_version by b8 63 00 00 00 90 90 90 c3
      And "p" has the alternative 0f 1f 00 b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has IA64
      And in "p" the field .altinstructions[0].pad_len is <padding>
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | padding | returned |
        | 2       | -EINVAL  |
        | 3       | 0        |
        | 4       | 0        |

    @ALT-4 @bug-57
    Scenario Outline: ALT-4: An alternative for a feature of the number <feature> gets <returned>
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has IA64
      And in "p" the field .altinstructions[0].cpuid is <feature>
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | feature | returned |
        | 30      | 0        |
        | 65535   | -EINVAL  |

      @needs-feature-words
      Examples: These CPUs have 21 words of 32 features
        | feature | returned |
        | 671     | 0        |
        | 672     | -EINVAL  |
        | 0x829f  | 0        |
        | 0x82a0  | -EINVAL  |

    # The text of the payload is the function's 9 bytes, and the replacement's 5 after them.
    @ALT-2 @bug-43
    Scenario Outline: ALT-2: An original of <size> bytes that begins <offset> bytes into the text gets <returned>
      Given a payload "p" replaces xen_minor_version by b8 63 00 00 00 90 90 90 c3
      And "p" has the alternative b8 61 00 00 00 for the first <size> bytes of xen_minor_version where the CPU has IA64
      And in "p" the field .rela.altinstructions[0].r_addend is <offset>
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | offset | size | returned |
        | 0      | 5    | 0        |
        | 4      | 5    | 0        |
        | 9      | 5    | 0        |
        | 0      | 14   | 0        |

      @bug-57
      Examples: Outside the text
        | offset    | size | returned |
        | -1        | 5    | -EINVAL  |
        | 10        | 5    | -EINVAL  |
        | 14        | 5    | -EINVAL  |
        | 0         | 15   | -EINVAL  |
        | -1        | 16   | -EINVAL  |
        | 0x1000    | 5    | -EINVAL  |
        | 0x7000000 | 5    | -EINVAL  |
        | -0x80000  | 5    | -EINVAL  |

    @ALT-2 @B24 @revision-2
    Scenario Outline: ALT-2: An original at the end of the text with <padding> bytes of padding gets <returned>
      Given a payload "p" replaces xen_minor_version by b8 63 00 00 00 90 90 90 c3
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has IA64
      And in "p" these fields are written:
        | field                             | value     |
        | .rela.altinstructions[0].r_addend | 9         |
        | .altinstructions[0].pad_len       | <padding> |
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | padding | returned |
        | 0       | 0        |
        | 1       | -EINVAL  |
        | 200     | -EINVAL  |

      # With the original, more than the 254 bytes that Xen patches at a time.
      @bug-57
      Examples: more than Xen has room for
        | padding | returned |
        | 250     | -EINVAL  |

    @ALT-2 @B24 @revision-2
    Scenario: ALT-2: Padding after the end of the text does not lead to stores behind it
      Given a payload "p" replaces xen_minor_version by b8 63 00 00 00 90 90 90 c3
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And in "p" these fields are written:
        | field                             | value |
        | .rela.altinstructions[0].r_addend | 9     |
        | .altinstructions[0].pad_len       | 200   |
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

    @ALT-2 @bug-43
    Scenario Outline: ALT-2: A replacement of <size> bytes that begins <offset> bytes into .altinstr_replacement gets <returned>
      Given a payload "p" replaces xen_minor_version by b8 63 00 00 00 90 90 90 c3
      And "p" has the alternative b8 61 00 00 00 90 for the first 8 bytes of xen_minor_version where the CPU has IA64
      And in "p" these fields are written:
        | field                             | value    |
        | .rela.altinstructions[1].r_addend | <offset> |
        | .altinstructions[0].repl_len      | <size>   |
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | offset  | size | returned |
        | 0       | 6    | 0        |
        | 0       | 0    | 0        |
        | 1       | 5    | 0        |
        | 6       | 0    | 0        |
        | -1      | 6    | -EINVAL  |
        | -1      | 1    | -EINVAL  |
        | 0       | 7    | -EINVAL  |
        | 1       | 6    | -EINVAL  |
        | 6       | 1    | -EINVAL  |
        | 0x1000  | 5    | -EINVAL  |
        | -0x8000 | 5    | -EINVAL  |

    @ALT-2 @bug-43
    Scenario: ALT-2: An original outside the payload's text does not lead to stores anywhere
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And in "p" these fields are written:
        | field                             | value   |
        | .rela.altinstructions[0].r_addend | -0x8000 |
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

    @ALT-4 @bug-57
    Scenario: ALT-4: If the second alternative is refused, nothing is left of the first
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And "p" has the alternative b8 60 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And in "p" the field .altinstructions[1].cpuid is 65535
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

    @ALT-4 @bug-57
    Scenario Outline: ALT-4: Of four alternatives, it is enough that number <number> is refused
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And "p" has the alternative b8 60 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And "p" has the alternative b8 5f 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And "p" has the alternative b8 5e 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And in "p" the field .altinstructions[<number>].orig_len is 4
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples:
        | number |
        | 0      |
        | 1      |
        | 2      |
        | 3      |

    @ALT-2
    Scenario Outline: ALT-2: <more> bytes after the last alternative are refused
      Given a payload "p" makes xen_minor_version return 99
      And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
      And in "p" the section .altinstructions is <more> bytes longer
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      @revision-1
      Examples: An alternative has 12 bytes, or 14
        | more |
        | 1    |
        | 3    |
        | 11   |

      @revision-2
      Examples: An alternative has 14 bytes
        | more |
        | 1    |
        | 12   |
        | 13   |

    @ALT-2
    Scenario: ALT-2: An empty table of alternatives is accepted
      Given a payload "p" makes xen_minor_version return 99
      And "p" has an empty section .altinstructions
      When "p" is uploaded
      And APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the minor version is 99
