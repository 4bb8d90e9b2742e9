Feature: Ways to patch: in place, at call sites, in tables of pointers, by a jump
  A function can be replaced in several ways, and one payload may mix them. Jumps and nops are entries of
  .livepatch.funcs. For the other ways a payload has hooks, which write while all CPUs are held, and later put back what
  they found. The worked examples are the document's, with its bytes.

  Rule: The first worked example: a call site

    Background:
      # The entry changes nothing; revision 1 asks for one.
      Given payload "xsa_132" turns the first 0 bytes of xen_minor_version into nops
      And "xsa_132" brings the function arch_do_domctl_fixed, a copy of arch_do_domctl with these bytes before arch_do_domctl_fix:
        | bytes                   | instruction          |
        | 48 c7 45 b8 00 00 00 00 | movq $0, -0x48(%rbp) |
        | 48 c7 45 c0 00 00 00 00 | movq $0, -0x40(%rbp) |
        | 48 c7 45 c8 00 00 00 00 | movq $0, -0x38(%rbp) |
      And "xsa_132" redirects the call at do_domctl_call to arch_do_domctl_fixed

    # Without the fix, the domain gets what do_domctl left on the stack: 0x1ea7.
    @MECH-7 @MECH-12 @F-1 @F-2 @needs-worked-examples
    Scenario: MECH-7: The call in do_domctl is redirected to a function that has the fix
      Given arch_do_domctl_fix begins with 48 89 e0 48 25 00 80 ff ff
      And do_domctl_call begins with e8 4b b1 05 00
      And the call at do_domctl_call leads to arch_do_domctl
      And a domain's domctl returns 7847
      And "xsa_132" is loaded
      When APPLY of "xsa_132" is asked
      Then "xsa_132" is APPLIED with rc 0
      And the call at do_domctl_call leads to arch_do_domctl_fixed
      And a domain's domctl returns 0

    @MECH-7 @MECH-3 @needs-worked-examples
    Scenario: MECH-7: Nothing of the hypervisor changes but the displacement of the call
      Given "xsa_132" is loaded
      When APPLY of "xsa_132" is asked
      Then of the hypervisor only these bytes changed:
        | symbol         | from | bytes |
        | do_domctl_call | 1    | 4     |
      And arch_do_domctl is as at the start

    @MECH-7 @MECH-6 @needs-worked-examples
    Scenario: MECH-7: After the revert the call has the document's bytes again
      Given "xsa_132" is loaded and applied
      And a domain's domctl returns 0
      When REVERT of "xsa_132" is asked
      Then do_domctl_call begins with e8 4b b1 05 00
      And a domain's domctl returns 7847
      When UNLOAD of "xsa_132" is asked
      Then the hypervisor is as at the start but for the version of the list

    @MECH-7 @WHEN-6 @needs-worked-examples
    Scenario: MECH-7: The call is re-targeted while all CPUs are held
      Given "xsa_132" is loaded
      And the stores to do_domctl are watched
      When APPLY of "xsa_132" is asked
      And REVERT of "xsa_132" is asked
      Then every vCPU had interrupts off at each store to do_domctl
      And no vCPU was in do_domctl at a store to it

  Rule: The second worked example: a pointer in read-only data

    Background:
      Given payload "p" turns the first 0 bytes of xen_minor_version into nops
      And "p" brings the function new_domctl, which returns 5
      And "p" points entry 36 of hypercall_table to new_domctl

    @MECH-8 @needs-worked-examples
    Scenario: MECH-8: The hypercall of a domain reaches the function that was spliced into the table
      Given entry 36 of hypercall_table points to do_domctl
      And a domain's domctl returns 7847
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And entry 36 of hypercall_table points to new_domctl
      And a domain's domctl returns 5
      And do_domctl is as at the start

    @MECH-8 @MECH-3 @needs-worked-examples
    Scenario: MECH-8: A table that is not spliced still leads to the old function
      Given "p" is loaded
      When APPLY of "p" is asked
      Then entry 36 of hvm_hypercall_table points to do_domctl
      And a call of hvm_domctl returns 7847
      And a domain's domctl returns 5

    @MECH-8 @F-2 @needs-worked-examples
    Scenario: MECH-8: The new address is spliced into every table that holds the old one
      Given "p" points entry 36 of hvm_hypercall_table to new_domctl
      And "p" is loaded
      When APPLY of "p" is asked
      Then of the hypervisor only these bytes changed:
        | symbol              | from | bytes |
        | hypercall_table     | 288  | 8     |
        | hvm_hypercall_table | 288  | 8     |
      And a domain's domctl returns 5
      And a call of hvm_domctl returns 5

    @MECH-8 @MECH-6 @needs-worked-examples
    Scenario: MECH-8: After the revert every table leads to the old function
      Given "p" points entry 36 of hvm_hypercall_table to new_domctl
      And "p" is loaded and applied
      And a domain's domctl returns 5
      When REVERT of "p" is asked
      Then entry 36 of hypercall_table points to do_domctl
      And entry 36 of hvm_hypercall_table points to do_domctl
      And a domain's domctl returns 7847
      And a call of hvm_domctl returns 7847
      When UNLOAD of "p" is asked
      Then the hypervisor is as at the start but for the version of the list

    @MECH-8 @ROD-2 @ROD-3 @bug-50 @bug-51 @needs-worked-examples
    Scenario: MECH-8: The page of the table is writable only while its pointer is spliced in
      Given "p" brings the function late, which writes 0 to hypercall_table
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And a domain's domctl returns 5
      And the permissions of hypercall_table are r--
      And a call of late faults on its store

    @MECH-8 @WHEN-6 @needs-worked-examples
    Scenario: MECH-8: The pointer is stored by one vCPU, while interrupts are off on all of them
      Given "p" is loaded
      And the stores to hypercall_table are watched
      When APPLY of "p" is asked on vCPU 1
      And REVERT of "p" is asked on vCPU 1
      Then all stores to hypercall_table were made by vCPU 1
      And every vCPU had interrupts off at each store to hypercall_table

  Rule: Call sites of the hypervisor's own

    Background:
      # The entry is there because revision 1 asks for one.
      Given payload "p" makes plain_function return 99
      And "p" brings the function new_version, which returns the text "led"
      And "p" redirects every call of xen_extra_version to new_version

    @MECH-7 @MECH-12
    Scenario: MECH-7: Every call of a function is redirected to another, and the function stays
      Given every call of xen_extra_version leads to xen_extra_version
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And every call of xen_extra_version leads to new_version
      And the extra version is "led"
      And xen_extra_version is as at the start

    @MECH-7 @MECH-3
    Scenario: MECH-7: Nothing of the calls changes but their displacements
      Given "p" is loaded
      When APPLY of "p" is asked
      Then of the hypervisor only these bytes changed:
        | symbol                          | from | bytes |
        | plain_function                  | 0    | 5     |
        | every call of xen_extra_version | 1    | 4     |

    @MECH-7 @MECH-6
    Scenario: MECH-7: After the revert every call leads to the old function
      Given "p" is loaded and applied
      And the extra version is "led"
      When REVERT of "p" is asked
      Then every call of xen_extra_version leads to xen_extra_version
      And the extra version is the hypervisor's own
      When UNLOAD of "p" is asked
      Then the hypervisor is as at the start but for the version of the list

  Rule: Pointers of the hypervisor's own in read-only data

    Background:
      Given payload "p" makes plain_function return 99
      And "p" brings the function new_function, which returns 5
      And "p" points entry 0 of function_pointer to new_function

    @MECH-8 @MECH-3
    Scenario: MECH-8: A pointer is changed, and nothing else of the table
      Given "p" is loaded
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And entry 0 of function_pointer points to new_function
      And of the hypervisor only these bytes changed:
        | symbol           | from | bytes |
        | plain_function   | 0    | 5     |
        | function_pointer | 0    | 8     |

    @MECH-8 @MECH-6
    Scenario: MECH-8: After the revert the pointer leads to the old function
      Given "p" is loaded and applied
      And entry 0 of function_pointer points to new_function
      When REVERT of "p" is asked
      Then function_pointer is as at the start
      When UNLOAD of "p" is asked
      Then the hypervisor is as at the start but for the version of the list

    @MECH-8 @ROD-2 @ROD-3 @bug-50 @bug-51
    Scenario: MECH-8: The page of a pointer is writable only while the pointer is changed
      Given "p" brings the function late, which writes 0 to function_pointer
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the permissions of function_pointer are r--
      And a call of late faults on its store

    @MECH-8 @WHEN-6
    Scenario: MECH-8: A pointer is stored by one vCPU, while interrupts are off on all of them
      Given "p" is loaded
      And the stores to function_pointer are watched
      When APPLY of "p" is asked on vCPU 1
      And REVERT of "p" is asked on vCPU 1
      Then all stores to function_pointer were made by vCPU 1
      And every vCPU had interrupts off at each store to function_pointer

  Rule: The third worked example: a jump at the start of the function

    @MECH-9 @FUNC-10 @needs-worked-examples
    Scenario: MECH-9: Five bytes of do_xen_version become a jump, and its pointer in the table stays
      Given payload "p" makes do_xen_version return 99
      And do_xen_version begins with 48 c7 c0 da ff ff ff 83 ff 09 0f 87 24 05 00 00
      And entry 17 of hypercall_table points to do_xen_version
      And "p" is loaded
      When APPLY of "p" is asked
      Then do_xen_version jumps to the text of "p"
      And of the hypervisor only the first 5 bytes of do_xen_version changed
      And entry 17 of hypercall_table points to do_xen_version
      And the minor version is 99
      When REVERT of "p" is asked
      Then do_xen_version begins with 48 c7 c0 da ff ff ff 83 ff 09 0f 87 24 05 00 00
      And the minor version is the hypervisor's own

    @MECH-9 @MECH-6
    Scenario: MECH-9: A jump in do_xen_version is one location, whoever calls the function
      Given payload "p" makes do_xen_version return 99
      When "p" is uploaded
      And APPLY of "p" is asked
      Then do_xen_version jumps to the text of "p"
      And of the hypervisor only the first 5 bytes of do_xen_version changed
      And the minor version is 99
      And a call of do_xen_version returns 99
      When REVERT of "p" is asked
      Then do_xen_version is as at the start
      And the minor version is the hypervisor's own

    @MECH-10 @EXC-2
    Scenario: MECH-10: After the jump, a second one to a function with a BUG catches code that still runs the old function
      Given payload "p" makes plain_function return 99
      And payload "p" makes plain_function+0x5 go on in bug_function
      And "p" is loaded
      When APPLY of "p" is asked
      Then of the hypervisor only the first 10 bytes of plain_function changed
      And a call of plain_function returns 99
      And a call of plain_function after its first 5 bytes ends in a BUG

    @MECH-10 @MECH-6
    Scenario: MECH-10: The revert restores the old code, at the second jump too
      Given payload "p" makes plain_getter return 99
      And payload "p" makes plain_getter+0x5 go on in bug_function
      And "p" is loaded and applied
      When REVERT of "p" is asked
      Then plain_getter is as at the start
      And plain_getter returns the hypervisor's own value

  Rule: In place

    # mov $99,%eax; ret
    @MECH-12 @MECH-4 @HOOK-4
    Scenario: MECH-12: New code that is no longer than the old takes its place
      Given "p" replaces xen_minor_version in place by b8 63 00 00 00 c3
      And "p" is loaded
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And xen_minor_version begins with b8 63 00 00 00 c3
      And the minor version is 99
      And the extra version is "p"

    @MECH-12 @MECH-6
    Scenario: MECH-12: What was replaced in place is put back to the byte
      Given "p" replaces xen_minor_version in place by b8 63 00 00 00 c3
      And "p" is loaded and applied
      And the minor version is 99
      When REVERT of "p" is asked
      Then "p" is CHECKED with rc 0
      And xen_minor_version is as at the start
      And the minor version is the hypervisor's own
      When UNLOAD of "p" is asked
      Then the hypervisor is as at the start but for the version of the list

    @MECH-12
    Scenario Outline: MECH-12: New code that is shorter than the old is padded with nops
      Given "p" replaces <function> in place by <code>
      And "p" is loaded
      When APPLY of "p" is asked
      Then <function> begins with <code>
      And <function> is nops from byte <from> on
      And a call of <function> returns 99
      When REVERT of "p" is asked
      Then <function> is as at the start
      And <function> returns the hypervisor's own value

      Examples: mov $99,%eax; ret, then push $99; pop %rax; ret
        | function           | code              | from |
        | quiet_function     | b8 63 00 00 00 c3 | 6    |
        | plain_getter       | b8 63 00 00 00 c3 | 6    |
        | five_byte_function | 6a 63 58 c3       | 4    |

    # mov $99,%eax; ret
    @MECH-12
    Scenario: MECH-12: Code on both sides of a page's edge is replaced in place
      Given "p" replaces near_page_edge in place by b8 63 00 00 00 c3
      And "p" is loaded
      When APPLY of "p" is asked
      Then near_page_edge begins with b8 63 00 00 00 c3
      And near_page_edge is nops from byte 6 on
      And a call of near_page_edge returns 99
      When REVERT of "p" is asked
      Then near_page_edge is as at the start

  Rule: Mixes

    @MECH-1 @MECH-2 @MECH-5
    Scenario: MECH-1: One payload patches in place, at call sites, in a table, by a jump and by nops
      Given payload "mix" makes xen_extra_version return "jump"
      And payload "mix" turns the first 5 bytes of plain_function into nops
      And "mix" replaces quiet_function in place by b8 63 00 00 00 c3
      And "mix" brings the function new_function, which returns 5
      And "mix" redirects every call of xen_minor_version to new_function
      And "mix" points entry 0 of function_pointer to new_function
      And "mix" is loaded
      When APPLY of "mix" is asked
      Then "mix" is APPLIED with rc 0
      And of the hypervisor only these bytes changed:
        | symbol                          | from  | bytes |
        | xen_extra_version               | patch | 5     |
        | plain_function                  | 0     | 5     |
        | quiet_function                  | 0     | all   |
        | every call of xen_minor_version | 1     | 4     |
        | function_pointer                | 0     | 8     |
      And the extra version is "jump"
      And bytes 0 to 4 of plain_function are nops
      And a call of quiet_function returns 99
      And the minor version is 5
      And entry 0 of function_pointer points to new_function

    @MECH-1 @MECH-6
    Scenario: MECH-6: A mix of all ways to patch is reverted to the byte
      Given payload "mix" makes xen_extra_version return "jump"
      And payload "mix" turns the first 5 bytes of plain_function into nops
      And "mix" replaces quiet_function in place by b8 63 00 00 00 c3
      And "mix" brings the function new_function, which returns 5
      And "mix" redirects every call of xen_minor_version to new_function
      And "mix" points entry 0 of function_pointer to new_function
      And "mix" is loaded and applied
      When REVERT of "mix" is asked
      Then "mix" is CHECKED with rc 0
      And the extra version is the hypervisor's own
      And the minor version is the hypervisor's own
      And quiet_function returns the hypervisor's own value
      When UNLOAD of "mix" is asked
      Then the hypervisor is as at the start but for the version of the list

    @MECH-1 @MECH-6 @FUNC-11
    Scenario: MECH-1: A jump and a replacement in place are made and undone together
      Given payload "mix" makes xen_extra_version return "jump"
      And "mix" replaces xen_minor_version in place by b8 63 00 00 00 c3
      And "mix" is loaded and applied
      And the extra version is "jump"
      And the minor version is 99
      When REVERT of "mix" is asked
      And UNLOAD of "mix" is asked
      Then the hypervisor is as at the start but for the version of the list

    @MECH-1 @HOOK-1 @HOOK-2
    Scenario: MECH-1: If a hook and an entry patch the same place, the entry is applied on top and reverted first
      # mov $98,%eax; ret
      Given payload "p" turns the first 5 bytes of quiet_function into nops
      And "p" replaces quiet_function in place by b8 62 00 00 00 c3
      And "p" is loaded
      When APPLY of "p" is asked
      Then bytes 0 to 4 of quiet_function are nops
      When REVERT of "p" is asked
      Then quiet_function is as at the start
      And quiet_function returns the hypervisor's own value

  Rule: A function is not patched while it is on a stack

    @MECH-11 @WHEN-1
    Scenario Outline: MECH-11: The function that a hypercall goes through to ask for <action> is off all stacks when it is patched
      Given a hypervisor with 4 vCPUs
      And payload "p" lets do_sysctl go on after a copy of its first instructions
      And after 5 ms vCPU 1 asks GET of "p"
      And "p" is <prepared>
      And the stores to do_sysctl are watched
      When <action> of "p" is asked on vCPU 2
      Then "p" is <state> with rc 0
      And all stores to do_sysctl were made by vCPU 2
      And no vCPU was in do_sysctl at a store to it

      Examples:
        | action  | prepared           | state   |
        | APPLY   | loaded             | APPLIED |
        | REPLACE | loaded             | APPLIED |
        | REVERT  | loaded and applied | CHECKED |

    @MECH-11
    Scenario: MECH-11: The function that every livepatch hypercall goes through is patched, and reverted through its successor
      Given payload "p" lets do_sysctl go on after a copy of its first instructions
      When "p" is uploaded
      And APPLY of "p" is asked
      Then the hypercall returns 0
      And do_sysctl jumps to the text of "p"
      And "p" is APPLIED with rc 0
      When REVERT of "p" is asked
      Then the hypercall returns 0
      And do_sysctl is as at the start
      And "p" is CHECKED with rc 0
