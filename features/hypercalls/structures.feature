Feature: The structures of the hypercalls, byte by byte
  Here the caller writes every byte of a structure, and reads back every byte of the answer. So nothing but the document
  says where a field is.

  @CALL-1 @NAME-1 @UPL-1 @F-55
  Scenario: UPL-1: UPLOAD takes name, size and payload where the document puts them
    Given payload "p" makes xen_extra_version return "patched"
    And the control domain's memory has these buffers:
      | buffer | content         |
      | name   | 70 00           |
      | file   | the file of "p" |
    When hypercall 35 is made with this structure:
      | bytes                 | meaning                           |
      | 1b 00 00 00           | sysctl: live patching, 27         |
      | the interface version | sysctl: 4 bytes                   |
      | 00 00 00 00           | UPLOAD                            |
      | 00 00 00 00           | pad                               |
      | the address of name   | name: where it is, 8 bytes        |
      | 02 00                 | name: its size, with the NUL      |
      | 00 00 00 00 00 00     | name: pad                         |
      | the size of file      | size of the payload, 8 bytes      |
      | the address of file   | where the payload is, 8 bytes     |
    Then the hypercall returns 0
    And "p" is CHECKED with rc 0

  @CALL-1 @NAME-1 @GET-1 @F-55
  Scenario: GET-1: GET puts state and rc where the document says
    Given "p" brings 8 bytes of .data
    And "p" is loaded and applied
    And "p" is reverted
    And APPLY of "p" is asked
    And the control domain's memory has these buffers:
      | buffer | content |
      | name   | 70 00   |
    When hypercall 35 is made with this structure:
      | bytes                   | meaning           |
      | 1b 00 00 00             | sysctl            |
      | the interface version   | sysctl            |
      | 01 00 00 00             | GET               |
      | 00 00 00 00             | pad               |
      | the address of name     | name              |
      | 02 00 00 00 00 00 00 00 | its size, and pad |
      | ee ee ee ee             | state             |
      | ee ee ee ee             | rc                |
    Then the hypercall returns 0
    And the structure is now:
      | bytes                   | meaning           |
      | 1b 00 00 00             | sysctl            |
      | the interface version   | sysctl            |
      | 01 00 00 00             | GET               |
      | 00 00 00 00             | pad               |
      | the address of name     | name              |
      | 02 00 00 00 00 00 00 00 | its size, and pad |
      | 01 00 00 00             | CHECKED           |
      | ea ff ff ff             | -EINVAL           |

  @CALL-1 @LIST-2 @LIST-4 @revision-1
  Scenario: LIST-4: LIST has its fields where revision 1 puts them
    Given "aa" is loaded
    And "b" is loaded
    And "cc" is loaded
    And "dd" is loaded
    And the control domain's memory has these buffers:
      | buffer | content     |
      | status | 8 times ee  |
      | names  | 4 times ee  |
      | len    | 4 times ee  |
    When hypercall 35 is made with this structure:
      | bytes                 | meaning                        |
      | 1b 00 00 00           | sysctl                         |
      | the interface version | sysctl                         |
      | 02 00 00 00           | LIST                           |
      | 00 00 00 00           | pad of the call                |
      | 77 00 00 00           | version                        |
      | 03 00 00 00           | idx                            |
      | 02 00 00 00           | nr                             |
      | 00 00 00 00           | pad                            |
      | the address of status | status                         |
      | the address of names  | name                           |
      | the address of len    | len                            |
    Then the hypercall returns 1
    And the buffer status is now 01 00 00 00 00 00 00 00
    And the buffer names is now 64 64 00 ee
    And the buffer len is now 03 00 00 00
    And the structure is now:
      | bytes                 | meaning                        |
      | 1b 00 00 00           | sysctl                         |
      | the interface version | sysctl                         |
      | 02 00 00 00           | LIST                           |
      | 00 00 00 00           | pad of the call                |
      | any 4 bytes           | version                        |
      | 03 00 00 00           | idx                            |
      | 00 00 00 00           | nr: none remains               |
      | 00 00 00 00           | pad                            |
      | the address of status | status                         |
      | the address of names  | name                           |
      | the address of len    | len                            |

  @CALL-1 @LIST-2 @LIST-4 @revision-1
  Scenario: LIST-4: LIST has state before rc in each entry
    Given "p" brings 8 bytes of .data
    And "p" is loaded and applied
    And "p" is reverted
    And APPLY of "p" is asked
    And the control domain's memory has these buffers:
      | buffer | content      |
      | status | 8 times ee   |
      | names  | 128 times ee |
      | len    | 4 times ee   |
    When hypercall 35 is made with this structure:
      | bytes                   | meaning          |
      | 1b 00 00 00             | sysctl           |
      | the interface version   | sysctl           |
      | 02 00 00 00 00 00 00 00 | LIST             |
      | 00 00 00 00 00 00 00 00 | version, idx     |
      | 01 00 00 00 00 00 00 00 | nr, pad          |
      | the address of status   | status           |
      | the address of names    | name             |
      | the address of len      | len              |
    Then the hypercall returns 1
    And the buffer status is now 01 00 00 00 ea ff ff ff

  @CALL-1 @V2-LIST-1 @revision-2
  Scenario: V2-LIST-1: LIST has its fields where revision 2 puts them
    Given "aa" is loaded
    And "b" is loaded
    And "cc" is loaded
    And "p" brings 8 bytes of .data
    And "p" has the metadata "a=1"
    And "p" is loaded and applied
    And "p" is reverted
    And APPLY of "p" is asked
    And the control domain's memory has these buffers:
      | buffer       | content    |
      | status       | 8 times ee |
      | names        | 8 times ee |
      | len          | 4 times ee |
      | metadata     | 8 times ee |
      | metadata_len | 4 times ee |
    When hypercall 35 is made with this structure:
      | bytes                       | meaning                          |
      | 1b 00 00 00                 | sysctl                           |
      | the interface version       | sysctl                           |
      | 02 00 00 00                 | LIST                             |
      | 00 00 00 00                 | pad of the call                  |
      | 77 00 00 00                 | version                          |
      | 03 00 00 00                 | idx                              |
      | 02 00 00 00                 | nr                               |
      | 00 00 00 00                 | pad                              |
      | 08 00 00 00                 | name_total_size                  |
      | 07 00 00 00                 | metadata_total_size              |
      | the address of status       | status                           |
      | the address of names        | name                             |
      | the address of len          | len                              |
      | the address of metadata     | metadata                         |
      | the address of metadata_len | metadata_len                     |
    Then the hypercall returns 1
    And the buffer status is now 01 00 00 00 ea ff ff ff
    And the buffer names is now 70 00 ee ee ee ee ee ee
    And the buffer len is now 02 00 00 00
    And the buffer metadata is now 61 3d 31 00 ee ee ee ee
    And the buffer metadata_len is now 04 00 00 00

  @CALL-1 @V2-LIST-1 @V2-LIST-2 @revision-2
  Scenario: V2-LIST-1: A probe gives version, nr and both totals where revision 2 puts them
    Given a payload "pp"
    And "pp" has the metadata "a=1 b=2"
    And "pp" is loaded
    And "b" is loaded
    When hypercall 35 is made with this structure:
      | bytes                   | meaning                |
      | 1b 00 00 00             | sysctl                 |
      | the interface version   | sysctl                 |
      | 02 00 00 00 00 00 00 00 | LIST                   |
      | 00 00 00 00             | version                |
      | 00 00 00 00             | idx                    |
      | 00 00 00 00             | nr                     |
      | 00 00 00 00             | pad                    |
      | 00 00 00 00             | name_total_size        |
      | 00 00 00 00             | metadata_total_size    |
      | 00 00 00 00 00 00 00 00 | status                 |
      | 00 00 00 00 00 00 00 00 | name                   |
      | 00 00 00 00 00 00 00 00 | len                    |
      | 00 00 00 00 00 00 00 00 | metadata               |
      | 00 00 00 00 00 00 00 00 | metadata_len           |
    Then the hypercall returns 0
    And the structure is now:
      | bytes                   | meaning                |
      | 1b 00 00 00             | sysctl                 |
      | the interface version   | sysctl                 |
      | 02 00 00 00 00 00 00 00 | LIST                   |
      | any 4 bytes             | version                |
      | 00 00 00 00             | idx                    |
      | 02 00 00 00             | nr: two payloads       |
      | 00 00 00 00             | pad                    |
      | 05 00 00 00             | names: "pp" and "b"    |
      | 08 00 00 00             | metadata: "a=1", "b=2" |
      | 00 00 00 00 00 00 00 00 | status                 |
      | 00 00 00 00 00 00 00 00 | name                   |
      | 00 00 00 00 00 00 00 00 | len                    |
      | 00 00 00 00 00 00 00 00 | metadata               |
      | 00 00 00 00 00 00 00 00 | metadata_len           |

  @CALL-1 @NAME-1 @ACT-1 @F-33 @revision-1
  Scenario: ACT-1: ACTION takes cmd and time where revision 1 puts them
    Given "p" is loaded
    And the control domain's memory has these buffers:
      | buffer | content |
      | name   | 70 00   |
    When hypercall 35 is made with this structure:
      | bytes                   | meaning           |
      | 1b 00 00 00             | sysctl            |
      | the interface version   | sysctl            |
      | 03 00 00 00             | ACTION            |
      | 00 00 00 00             | pad of the call   |
      | the address of name     | name              |
      | 02 00 00 00 00 00 00 00 | its size, and pad |
      | 03 00 00 00             | APPLY             |
      | 80 c3 c9 01             | time: 30 ms       |
    Then the hypercall returns 0
    And "p" is APPLIED with rc 0

  @CALL-1 @NAME-1 @ACT-1 @V2-ACT-1 @V2-ACT-2 @F-33 @revision-2
  Scenario: V2-ACT-1: ACTION takes cmd, time, flags and pad where revision 2 puts them
    Given a payload "p"
    And "p" depends on a build-id that nothing has
    And "p" is loaded
    And the control domain's memory has these buffers:
      | buffer | content |
      | name   | 70 00   |
    When hypercall 35 is made with this structure:
      | bytes                   | meaning           |
      | 1b 00 00 00             | sysctl            |
      | the interface version   | sysctl            |
      | 03 00 00 00             | ACTION            |
      | 00 00 00 00             | pad of the call   |
      | the address of name     | name              |
      | 02 00 00 00 00 00 00 00 | its size, and pad |
      | 03 00 00 00             | APPLY             |
      | 80 c3 c9 01             | time: 30 ms       |
      | 01 00 00 00             | flags: NODEPS     |
      | 00 00 00 00             | pad               |
    Then the hypercall returns 0
    And "p" is APPLIED with rc 0
