Feature: Further checks before anything is patched
  The document's list "Not Yet Done" has three safety checks: some functions may not be patched, above all those that do
  the patching; no function changes while a vCPU is in it; and the same compiler built hypervisor and payload.

  Rule: Functions that run during patching may not be patched

    @TODO-4 @TODO-9
    Scenario Outline: TODO-4: <function> may not be patched
      Given a hypervisor that protects its own patching code
      And payload "p" turns the first 1 byte of <function> into nops
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

      Examples: On the way in
        | function         |
        | syscall_entry    |
        | do_sysctl        |
        | livepatch_sysctl |

      Examples: Bringing the vCPUs together
        | function         |
        | process_softirqs |
        | send_interrupts  |
        | interrupt_entry  |
        | interrupted      |
        | wait_while       |
        | now              |

      Examples: Patching, or giving up
        | function           |
        | livepatch_act      |
        | livepatch_give_up  |
        | patch_bytes        |
        | serialise          |
        | nmi_entry          |
        | nmi_while_patching |
        | handle_kept_nmis   |

      Examples: On the way out
        | function        |
        | return_to_guest |
        | host_return     |

    @TODO-4 @TODO-9
    Scenario: TODO-4: A function that may not be patched gets no trampoline either
      Given a hypervisor that protects its own patching code
      And payload "p" makes do_sysctl return 0
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

    @TODO-4 @TODO-9 @F-47
    Scenario Outline: TODO-4: No byte of such a function may be patched: <count> from <address> on
      # printk is right before now; copy_to_guest is right after the six bytes of patch_bytes.
      Given a hypervisor that protects its own patching code
      And payload "p" turns the first <count> bytes of patch_bytes into nops
      And in "p" these fields are written:
        | field                        | value                    |
        | .livepatch.funcs[0].old_addr | the address of <address> |
        | .livepatch.funcs[0].old_size | 31                       |
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | count | address         | returned |
        | 1     | now - 1         | 0        |
        | 2     | now - 1         | -EINVAL  |
        | 1     | patch_bytes + 5 | -EINVAL  |
        | 1     | patch_bytes + 6 | 0        |

    @TODO-4
    Scenario: TODO-4: Any other function may still be patched
      Given a hypervisor that protects its own patching code
      And payload "p" makes xen_extra_version return "patched"
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the extra version is "patched"

    @TODO-8 @needs-full-reset
    Scenario: TODO-8: By default, a payload can make its own revert impossible
      # From then on the call does nothing and returns 0.
      Given payload "p" makes do_sysctl return 0
      When "p" is uploaded
      And APPLY of "p" is asked
      And REVERT of "p" is asked
      Then the hypercall returns 0
      And do_sysctl jumps to the text of "p"

  Rule: A function that is on a stack is not changed

    @TODO-4 @F-47 @MECH-11 @TODO-9
    Scenario: TODO-4: APPLY fails while a vCPU is in a function, and can be asked again
      # vCPU 1 joins the others from within the function that "in" has put in the place of xen_minor_version.
      Given a hypervisor that checks the stacks before patching
      And payload "in" makes xen_minor_version call interrupted
      And payload "on" turns the first 1 byte of xen_version into nops
      And "in" is loaded and applied
      And "on" depends on "in"
      And "on" is loaded
      And after 1 ms vCPU 1 asks for the version
      When APPLY of "on" is asked
      Then "on" is CHECKED with rc -EBUSY
      And memory is as before the call
      When APPLY of "on" is asked
      Then "on" is APPLIED with rc 0

    @TODO-4 @MECH-11
    Scenario: TODO-4: A function that no vCPU is in is patched, whatever else the vCPUs are in
      Given a hypervisor that checks the stacks before patching
      And payload "in" makes xen_minor_version call interrupted
      And payload "on" makes xen_extra_version return "patched"
      And "in" is loaded and applied
      And "on" depends on "in"
      And "on" is loaded
      And after 1 ms vCPU 1 asks for the version
      When APPLY of "on" is asked
      Then "on" is APPLIED with rc 0
      And the extra version is "patched"

    @TODO-4 @MECH-11 @TODO-9
    Scenario: TODO-4: REVERT fails while a vCPU is in the code of the payload, and can be asked again
      Given a hypervisor that checks the stacks before patching
      And payload "in" makes xen_minor_version call interrupted
      And "in" is loaded and applied
      And after 1 ms vCPU 1 asks for the version
      When REVERT of "in" is asked
      Then "in" is APPLIED with rc -EBUSY
      And memory is as before the call
      When REVERT of "in" is asked
      Then "in" is CHECKED with rc 0
      And xen_minor_version is as at the start

    @TODO-4 @MECH-11 @TODO-9
    Scenario: TODO-4: REPLACE fails while a vCPU is in the code of a payload that it would revert
      Given a hypervisor that checks the stacks before patching
      And payload "in" makes xen_minor_version call interrupted
      And payload "instead" makes xen_extra_version return "patched"
      And "in" is loaded and applied
      And "instead" is loaded
      And after 1 ms vCPU 1 asks for the version
      When REPLACE of "instead" is asked
      Then "instead" is CHECKED with rc -EBUSY
      And "in" is still APPLIED
      And memory is as before the call
      When REPLACE of "instead" is asked
      Then "instead" is APPLIED with rc 0
      And "in" is still CHECKED

    @TODO-4 @TODO-9
    Scenario Outline: TODO-4: With <cpus> vCPUs <function> is <on> while the hypervisor patches
      Given a hypervisor with <cpus> vCPUs
      And a hypervisor that checks the stacks before patching
      And payload "p" turns the first 1 byte of <function> into nops
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is <state> with rc <rc>

      Examples:
        | cpus | function         | on                           | state   | rc     |
        | 1    | process_softirqs | on the patching vCPU's stack | CHECKED | -EBUSY |
        | 1    | interrupt_entry  | on no stack                  | APPLIED | 0      |
        | 2    | interrupt_entry  | on the other vCPU's stack    | CHECKED | -EBUSY |
        | 8    | interrupt_entry  | on the other vCPUs' stacks   | CHECKED | -EBUSY |

    # livepatch_act begins with an instruction of one byte, after which the patching vCPU goes on.
    @TODO-4 @TODO-9
    Scenario Outline: TODO-4: The patching vCPU is <where> of <size> bytes that begin at livepatch_act
      Given a hypervisor with 1 vCPU
      And a hypervisor that checks the stacks before patching
      And payload "p" turns the first 0 bytes of livepatch_act into nops
      And in "p" the field .livepatch.funcs[0].old_size is <size>
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is <state> with rc <rc>

      Examples:
        | size | where               | state   | rc     |
        | 1    | just after the last | APPLIED | 0      |
        | 2    | at the last         | CHECKED | -EBUSY |

    @TODO-8 @needs-waiting-function
    Scenario: TODO-8: By default, a function changes while a vCPU is in it
      Given payload "in" makes xen_minor_version call interrupted
      And "in" is loaded and applied
      And after 1 ms vCPU 1 asks for the version
      When REVERT of "in" is asked
      Then "in" is CHECKED with rc 0
      And xen_minor_version is as at the start

  Rule: Hypervisor and payload are built by the same compiler

    @TODO-4
    Scenario: TODO-4: A payload that was built by the hypervisor's compiler is loaded
      Given a hypervisor that asks for its own compiler
      And "p" was compiled by the hypervisor's compiler
      When "p" is uploaded
      Then the hypercall returns 0

    @TODO-4 @TODO-9
    Scenario: TODO-4: A payload that was built by another compiler is refused
      Given a hypervisor that asks for its own compiler
      And "p" was compiled by "GCC: (GNU) 0.9"
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

    @TODO-4 @TODO-9
    Scenario: TODO-4: A payload of which a part was built by another compiler is refused
      Given a hypervisor that asks for its own compiler
      And "p" was compiled by the hypervisor's compiler and "GCC: (GNU) 0.9"
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

    @TODO-4 @TODO-9
    Scenario: TODO-4: A payload that does not say by which compiler it was built is refused
      Given a hypervisor that asks for its own compiler
      And a payload "p"
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

    @TODO-8
    Scenario: TODO-8: By default, a payload of any compiler is loaded
      Given payload "p" makes xen_extra_version return "patched"
      And "p" was compiled by "GCC: (GNU) 0.9"
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the extra version is "patched"
