Feature: The structures of a payload, byte by byte
  Each field of a structure gets bytes of its own, and the file shows them in the order in which the document, or the
  ELF specification that it builds on, has them.

  @FMT-3
  Scenario: FMT-3: The ELF header has its fields where ELF puts them
    Given a payload "p"
    And in "p" these fields are written:
      | field                | value                         |
      | header.ei_mag0       | bytes 01                      |
      | header.ei_mag1       | bytes 02                      |
      | header.ei_mag2       | bytes 03                      |
      | header.ei_mag3       | bytes 04                      |
      | header.ei_class      | bytes 05                      |
      | header.ei_data       | bytes 06                      |
      | header.ei_version    | bytes 07                      |
      | header.ei_osabi      | bytes 08                      |
      | header.ei_abiversion | bytes 09                      |
      | header.ei_pad0       | bytes 0a                      |
      | header.ei_pad1       | bytes 0b                      |
      | header.ei_pad2       | bytes 0c                      |
      | header.ei_pad3       | bytes 0d                      |
      | header.ei_pad4       | bytes 0e                      |
      | header.ei_pad5       | bytes 0f                      |
      | header.ei_pad6       | bytes 10                      |
      | header.e_type        | bytes 11 12                   |
      | header.e_machine     | bytes 13 14                   |
      | header.e_version     | bytes 15 16 17 18             |
      | header.e_entry       | bytes 19 1a 1b 1c 1d 1e 1f 20 |
      | header.e_phoff       | bytes 21 22 23 24 25 26 27 28 |
      | header.e_shoff       | bytes 29 2a 2b 2c 2d 2e 2f 30 |
      | header.e_flags       | bytes 31 32 33 34             |
      | header.e_ehsize      | bytes 35 36                   |
      | header.e_phentsize   | bytes 37 38                   |
      | header.e_phnum       | bytes 39 3a                   |
      | header.e_shentsize   | bytes 3b 3c                   |
      | header.e_shnum       | bytes 3d 3e                   |
      | header.e_shstrndx    | bytes 3f 40                   |
    Then the file of "p" begins with 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 40

  @FMT-3
  Scenario: FMT-3: A section header has its fields where ELF puts them
    Given a payload "p"
    And in "p" these fields are written:
      | field                       | value                         |
      | section[.text].sh_name      | bytes 01 02 03 04             |
      | section[.text].sh_type      | bytes 05 06 07 08             |
      | section[.text].sh_flags     | bytes 09 0a 0b 0c 0d 0e 0f 10 |
      | section[.text].sh_addr      | bytes 11 12 13 14 15 16 17 18 |
      | section[.text].sh_offset    | bytes 19 1a 1b 1c 1d 1e 1f 20 |
      | section[.text].sh_size      | bytes 21 22 23 24 25 26 27 28 |
      | section[.text].sh_link      | bytes 29 2a 2b 2c             |
      | section[.text].sh_info      | bytes 2d 2e 2f 30             |
      | section[.text].sh_addralign | bytes 31 32 33 34 35 36 37 38 |
      | section[.text].sh_entsize   | bytes 39 3a 3b 3c 3d 3e 3f 40 |
    Then the file of "p" has, from the field section[.text].sh_name on, 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 40

  @FMT-3
  Scenario: FMT-3: A symbol has its fields where ELF puts them
    Given a payload "p"
    And "p" has these symbols:
      | name | section |
      | here | .text   |
    And in "p" these fields are written:
      | field                 | value                         |
      | symbol[here].st_name  | bytes 01 02 03 04             |
      | symbol[here].st_info  | bytes 05                      |
      | symbol[here].st_other | bytes 06                      |
      | symbol[here].st_shndx | bytes 07 08                   |
      | symbol[here].st_value | bytes 09 0a 0b 0c 0d 0e 0f 10 |
      | symbol[here].st_size  | bytes 11 12 13 14 15 16 17 18 |
    Then the file of "p" has, from the field symbol[here].st_name on, 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18

  @FMT-3
  Scenario: FMT-3: A relocation has its fields where ELF puts them
    Given a payload "p"
    And in "p" these fields are written:
      | field                            | value                         |
      | .rela.livepatch.funcs[0].r_offset | bytes 01 02 03 04 05 06 07 08 |
      | .rela.livepatch.funcs[0].r_type   | bytes 09 0a 0b 0c             |
      | .rela.livepatch.funcs[0].r_sym    | bytes 0d 0e 0f 10             |
      | .rela.livepatch.funcs[0].r_addend | bytes 11 12 13 14 15 16 17 18 |
    Then the file of "p" has, from the field .rela.livepatch.funcs[0].r_offset on, 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18

  @FUNC-1 @revision-1
  Scenario: FUNC-1: An entry has its fields where revision 1 puts them
    Given a payload "p"
    And in "p" these fields are written:
      | field                         | value                                                                                            |
      | .livepatch.funcs[0].name      | bytes 01 02 03 04 05 06 07 08                                                                    |
      | .livepatch.funcs[0].new_addr  | bytes 09 0a 0b 0c 0d 0e 0f 10                                                                    |
      | .livepatch.funcs[0].old_addr  | bytes 11 12 13 14 15 16 17 18                                                                    |
      | .livepatch.funcs[0].new_size  | bytes 19 1a 1b 1c                                                                                |
      | .livepatch.funcs[0].old_size  | bytes 1d 1e 1f 20                                                                                |
      | .livepatch.funcs[0].version   | bytes 21                                                                                         |
      | .livepatch.funcs[0].opaque    | bytes 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 40 |
    Then the file of "p" has, from the field section[.livepatch.funcs].data on, 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 40

  @V2-FUNC-1 @V2-FUNC-3 @F-18 @revision-2
  Scenario: V2-FUNC-1: An entry has its fields where revision 2 puts them
    Given a payload "p"
    And in "p" these fields are written:
      | field                           | value                                                                                            |
      | .livepatch.funcs[0].name        | bytes 01 02 03 04 05 06 07 08                                                                    |
      | .livepatch.funcs[0].new_addr    | bytes 09 0a 0b 0c 0d 0e 0f 10                                                                    |
      | .livepatch.funcs[0].old_addr    | bytes 11 12 13 14 15 16 17 18                                                                    |
      | .livepatch.funcs[0].new_size    | bytes 19 1a 1b 1c                                                                                |
      | .livepatch.funcs[0].old_size    | bytes 1d 1e 1f 20                                                                                |
      | .livepatch.funcs[0].version     | bytes 21                                                                                         |
      | .livepatch.funcs[0].opaque      | bytes 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 40 |
      | .livepatch.funcs[0].applied     | bytes 41                                                                                         |
      | .livepatch.funcs[0]._pad        | bytes 42 43 44 45 46 47 48                                                                       |
      | .livepatch.funcs[0].expect      | bytes 49                                                                                         |
      | .livepatch.funcs[0].expect_data | bytes 4a 4b 4c 4d 4e 4f 50 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f 60 61 62 63 64 65 66 67 68 |
    Then the file of "p" has, from the field section[.livepatch.funcs].data on, 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f 60 61 62 63 64 65 66 67 68

  @DEP-1
  Scenario: DEP-1: A note has its fields where ELF puts them
    Given a payload "p"
    And in "p" these fields are written:
      | field                           | value             |
      | note[.livepatch.depends].namesz | bytes 01 02 03 04 |
      | note[.livepatch.depends].descsz | bytes 05 06 07 08 |
      | note[.livepatch.depends].type   | bytes 09 0a 0b 0c |
    Then the file of "p" has, from the field section[.livepatch.depends].data on, 01 02 03 04 05 06 07 08 09 0a 0b 0c 47 4e 55 00

  @ALT-1 @revision-1
  Scenario: ALT-1: An alternative has its fields where Xens of revision 1 put them
    Given payload "p" replaces xen_minor_version by b8 63 00 00 00 c3
    And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
    And in "p" these fields are written:
      | field                         | value             |
      | .altinstructions[0].orig      | bytes 01 02 03 04 |
      | .altinstructions[0].repl      | bytes 05 06 07 08 |
      | .altinstructions[0].cpuid     | bytes 09 0a       |
      | .altinstructions[0].orig_len  | bytes 0b          |
      | .altinstructions[0].repl_len  | bytes 0c          |
    Then the file of "p" has, from the field section[.altinstructions].data on, 01 02 03 04 05 06 07 08 09 0a 0b 0c

  @ALT-1 @revision-2
  Scenario: ALT-1: An alternative has its fields where Xens of revision 2 put them
    Given payload "p" replaces xen_minor_version by b8 63 00 00 00 c3
    And "p" has the alternative b8 61 00 00 00 for the first 5 bytes of xen_minor_version where the CPU has FPU
    And in "p" these fields are written:
      | field                         | value             |
      | .altinstructions[0].orig      | bytes 01 02 03 04 |
      | .altinstructions[0].repl      | bytes 05 06 07 08 |
      | .altinstructions[0].cpuid     | bytes 09 0a       |
      | .altinstructions[0].orig_len  | bytes 0b          |
      | .altinstructions[0].repl_len  | bytes 0c          |
      | .altinstructions[0].pad_len   | bytes 0d          |
      | .altinstructions[0].priv      | bytes 0e          |
    Then the file of "p" has, from the field section[.altinstructions].data on, 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e

  @EXC-1
  Scenario: EXC-1: A fix-up has its fault first, then the place to go on at
    Given a payload "p" makes xen_minor_version fault 1 times and then return 99
    And in "p" these fields are written:
      | field             | value             |
      | .ex_table[0].addr | bytes 01 02 03 04 |
      | .ex_table[0].cont | bytes 05 06 07 08 |
    Then the file of "p" has, from the field section[.ex_table].data on, 01 02 03 04 05 06 07 08

  @EXC-2
  Scenario: EXC-2: A bug frame has the place of the code first, then what goes with it
    Given a payload "p" makes xen_compile_date WARN at line 300 of "fix.c" and then return 99
    And in "p" these fields are written:
      | field                | value             |
      | .bug_frames.1[0].loc | bytes 01 02 03 04 |
      | .bug_frames.1[0].ptr | bytes 05 06 07 08 |
    Then the file of "p" has, from the field section[.bug_frames.1].data on, 01 02 03 04 05 06 07 08

  @EXC-2
  Scenario: EXC-2: The frame of an assertion has a zero after it, then the displacement of its message
    Given a payload "p" makes xen_compile_date assert "one == two" at line 300 of "fix.c"
    Then the file of "p" has, from the field .rela.bug_frames.3[2].r_offset on, 0c 00 00 00 00 00 00 00

  @SIG-2
  Scenario: SIG-2: The header of a signature has its fields where the document puts them
    Given a hypervisor that checks signatures with the key "vendor"
    And "p" is signed with the key "vendor"
    And the field signature.algo of "p" becomes bytes 01 after that
    And the field signature.hash of "p" becomes bytes 02 after that
    And the field signature.id_type of "p" becomes bytes 03 after that
    And the field signature.signer_len of "p" becomes bytes 04 after that
    And the field signature.key_id_len of "p" becomes bytes 05 after that
    And the field signature.pad of "p" becomes bytes 06 07 08 after that
    And the field signature.sig_len of "p" becomes bytes 09 0a 0b 0c after that
    Then the file of "p" has, from the field signature.algo on, 01 02 03 04 05 06 07 08 09 0a 0b 0c

  @V2-HOOK-17 @F-48 @revision-2
  Scenario Outline: V2-HOOK-17: A hook finds <what> at byte <offset> of the payload that it is given
    Given a payload "p"
    And "p" has a preapply hook of the bytes <code>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -EPERM

    Examples: The hook returns the number, negated
      | what                  | offset | code              |
      | the state CHECKED, 1  | 0      | 8b 07 f7 d8 c3    |
      | one entry             | 112    | 8b 47 70 f7 d8 c3 |

  @V2-HOOK-17 @F-48 @revision-2
  Scenario: V2-HOOK-17: A hook finds at byte 104 of the payload where its entries are
    # It returns the version of the first entry, negated.
    Given a payload "p"
    And "p" has a preapply hook of the bytes 48 8b 47 68 0f b6 40 20 f7 d8 c3
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -ENOENT

  @V2-HOOK-17 @F-48 @revision-2
  Scenario: V2-HOOK-17: A hook finds at byte 4 of the payload the outcome of its last action
    # It returns one less than that.
    Given a payload "p"
    And "p" has a preapply hook of the bytes 8b 47 04 ff c8 c3
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -EPERM
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc -ENOENT

  @V2-HOOK-17 @F-48 @revision-2
  Scenario Outline: V2-HOOK-17: In a payload with two entries, a hook finds <what> by the payload that it is given
    Given payload "p" turns the first 5 bytes of plain_function into nops
    And payload "p" turns the first 6 bytes of xen_major_version into nops
    And "p" has a preapply hook of the bytes <code>
    And "p" is loaded
    When APPLY of "p" is asked
    Then "p" is CHECKED with rc <rc>

    Examples: The hook returns the number, negated
      | what                              | code                             | rc      |
      | their number                      | 8b 47 70 f7 d8 c3                | -ENOENT |
      | the first, with its new_size of 5 | 48 8b 47 68 0f b6 40 18 f7 d8 c3 | -EIO    |
