@toolstack @revision-2
Feature: The 37 commands of the automated test, by the tool itself
  For years one script tested live patching on real machines: 37 commands of the control domain. Here they are given to
  xen-livepatch itself. Where the script called `xl info`, the hypercall behind it is made.

  Background:
    Given the compiled payload "hello_world"
    And the compiled payload "bye_world"
    And the compiled payload "replace_world"
    And "bye_world" depends on "hello_world"
    And payload "nop" turns xen_minor_version into nops up to its return

  @FLOW-1 @FLOW-2 @V2-FLOW-1 @V2-FLOW-2 @bug-18
  Scenario: FLOW-1: The tool loads, lists, stacks, replaces, reverts and unloads payloads, and says how each command ended
    Then these commands, run one after the other, have these outcomes:
      | command                                      | status | says                                                                                     |
      | list                                         | 0      | Nothing to list                                                                          |
      | list                                         | 0      | Nothing to list                                                                          |
      | xl info xen_extra                            |        | the hypervisor's own                                                                     |
      | xl info xen_extra                            |        | the hypervisor's own                                                                     |
      | revert hello_world                           | 1      | Failed to get status of hello_world. / Error 2: No such file or directory                |
      | load hello_world.livepatch                   | 0      | Uploading hello_world.livepatch... completed / Applying hello_world... completed         |
      | load hello_world.livepatch                   | 1      | Uploading hello_world.livepatch... failed / Error 17: File exists                        |
      | list                                         | 0      | ID \| status \| metadata / hello_world \| APPLIED \|                                     |
      | xl info xen_extra                            |        | Hello World                                                                              |
      | revert hello_world                           | 0      | Reverting hello_world... completed                                                       |
      | xl info xen_extra                            |        | the hypervisor's own                                                                     |
      | unload hello_world                           | 0      | Unloading hello_world... completed                                                       |
      | unload hello_world                           | 1      | Failed to get status of hello_world. / Error 2: No such file or directory                |
      | xl info xen_extra                            |        | the hypervisor's own                                                                     |
      | load hello_world.livepatch                   | 0      | Uploading hello_world.livepatch... completed / Applying hello_world... completed         |
      | xl info xen_extra                            |        | Hello World                                                                              |
      | load bye_world.livepatch                     | 0      | Uploading bye_world.livepatch... completed / Applying bye_world... completed             |
      | xl info xen_extra                            |        | Bye World!                                                                               |
      | upload replace_world replace_world.livepatch | 0      | Uploading replace_world.livepatch... completed                                           |
      | replace replace_world                        | 0      | Replacing all live patches with replace_world... completed                               |
      | xl info xen_extra                            |        | Hello Again Wor                                                                          |
      | apply hello_world                            | 1      | Applying hello_world... failed / Error 22: Invalid argument                              |
      | apply bye_world                              | 1      | Applying bye_world... failed / Error 22: Invalid argument                                |
      | apply replace_world                          | 0      | No action needed.                                                                        |
      | revert replace_world                         | 0      | Reverting replace_world... completed                                                     |
      | unload replace_world                         | 0      | Unloading replace_world... completed                                                     |
      | unload hello_world                           | 0      | Unloading hello_world... completed                                                       |
      | unload bye_world                             | 0      | Unloading bye_world... completed                                                         |
      | list                                         | 0      | Nothing to list                                                                          |
      | xl info xen_extra                            |        | the hypervisor's own                                                                     |
      | load nop.livepatch                           | 0      | Uploading nop.livepatch... completed / Applying nop... completed                         |
      | revert nop                                   | 0      | Reverting nop... completed                                                               |
      | apply nop                                    | 0      | Applying nop... completed                                                                |
      | xl info xen_minor                            |        | not the hypervisor's own                                                                 |
      | unload nop                                   | 1      | nop is in the wrong state. / Current state: APPLIED / Expected state: CHECKED            |
      | revert nop                                   | 0      | Reverting nop... completed                                                               |
      | unload nop                                   | 0      | Unloading nop... completed                                                               |
    And LIST shows nothing
    And the minor version is the hypervisor's own
