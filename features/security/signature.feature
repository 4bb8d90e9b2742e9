Feature: Signed payloads
  If the hypervisor checks signatures, it loads a payload only with a signature by a key that it knows. The signature
  covers the ELF file exactly as it is laid out, and is appended to it.

  Rule: The signature decides

    @SEC-3 @SIG-1 @SIG-2
    Scenario: SEC-3: A payload that is signed with a known key can be loaded and applied
      Given a hypervisor that checks signatures with the key "vendor"
      And payload "p" makes xen_extra_version return "patched"
      And "p" is signed with the key "vendor"
      When "p" is uploaded
      Then the hypercall returns 0
      And "p" is CHECKED with rc 0
      When APPLY of "p" is asked
      Then the extra version is "patched"

    @SIG-8 @SEC-3
    Scenario Outline: SIG-8: A signature may be over the <hash> of the payload
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" is signed with the key "vendor" over its <hash>
      When "p" is uploaded
      Then the hypercall returns 0

      Examples:
        | hash   |
        | SHA256 |
        | SHA384 |
        | SHA512 |

    @SEC-3 @SIG-3 @SIG-9 @F-7
    Scenario: SIG-3: A payload that is not signed is refused
      Given a hypervisor that checks signatures with the key "vendor"
      And a payload "p"
      When "p" is uploaded
      Then the hypercall returns -EKEYREJECTED
      And nothing changed
      And "p" is unknown

    @SEC-3 @SIG-3 @SIG-9 @F-7
    Scenario: SIG-3: A payload that is signed with an unknown key is refused
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" is signed with the key "stranger"
      When "p" is uploaded
      Then the hypercall returns -ENOKEY
      And nothing changed
      And "p" is unknown

    @SEC-3 @SIG-3 @SIG-9
    Scenario Outline: SIG-3: With two keys, UPLOAD of a payload that is signed with "<key>" returns <returned>
      Given a hypervisor that checks signatures with the key "vendor"
      And a hypervisor that checks signatures with the key "owner"
      And "p" is signed with the key "<key>"
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | key      | returned |
        | vendor   | 0        |
        | owner    | 0        |
        | stranger | -ENOKEY  |

    @SEC-3 @SIG-3 @SIG-9
    Scenario: SIG-3: A hypervisor that has no key loads no payload
      Given a hypervisor that checks signatures and has no key
      And "p" is signed with the key "vendor"
      When "p" is uploaded
      Then the hypercall returns -ENOKEY
      And nothing changed

    @SIG-3 @SIG-9
    Scenario: SIG-3: A signature that names a known key but is by another is refused
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" is signed with the key "stranger"
      And "p" names the key "vendor" after that
      When "p" is uploaded
      Then the hypercall returns -EKEYREJECTED
      And nothing changed

    @SIG-3 @SIG-9
    Scenario: SIG-3: A signature that names an unknown key is refused, whoever signed
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" is signed with the key "vendor"
      And "p" names the key "stranger" after that
      When "p" is uploaded
      Then the hypercall returns -ENOKEY
      And nothing changed

    @SIG-3 @SIG-9
    Scenario: SIG-3: A payload that is refused can be loaded once it is signed
      Given a hypervisor that checks signatures with the key "vendor"
      And a payload "p"
      When "p" is uploaded
      Then the hypercall returns -EKEYREJECTED
      Given "p" is signed with the key "vendor"
      When "p" is uploaded
      Then the hypercall returns 0

    @SIG-9
    Scenario: SIG-9: The signature is checked before what is signed
      Given a hypervisor that checks signatures with the key "vendor"
      And a payload "p"
      And in "p" the field header.ei_mag0 is 0
      When "p" is uploaded
      Then the hypercall returns -EKEYREJECTED
      Given "p" is signed with the key "vendor"
      When "p" is uploaded
      Then the hypercall returns -EINVAL
      And nothing changed

    @SIG-3 @SIG-9
    Scenario: SIG-3: A payload of one byte has no signature and is refused for that
      Given a hypervisor that checks signatures with the key "vendor"
      When "p" is uploaded with these fields:
        | field | value |
        | size  | 1     |
      Then the hypercall returns -EKEYREJECTED
      And nothing changed

  Rule: What is signed is the payload as it is laid out in the file

    @SIG-1 @SIG-3 @SEC-3 @SIG-9
    Scenario Outline: SIG-1: A payload that was altered after it was signed is refused: <part>
      Given a hypervisor that checks signatures with the key "vendor"
      And payload "p" makes xen_extra_version return "patched"
      And "p" brings 24 bytes of .rodata
      And "p" is signed with the key "vendor"
      And one bit of <part> of "p" is flipped after that
      When "p" is uploaded
      Then the hypercall returns -EKEYREJECTED
      And nothing changed

      Examples:
        | part                                 |
        | header.ei_pad6                       |
        | header.e_entry                       |
        | section[.text].data                  |
        | section[.rodata].data                |
        | section[.text].sh_addralign          |
        | .livepatch.funcs[0].old_size         |
        | .rela.livepatch.funcs[0].r_addend    |
        | symbol[xen_extra_version].st_size    |
        | note[.livepatch.depends].desc        |
        | note[.note.gnu.build-id].desc        |
        | section[.strtab].data                |
        | section[.shstrtab].sh_size           |

    @SIG-3 @SIG-9
    Scenario Outline: SIG-3: A signature that was altered is refused: <part>
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" is signed with the key "vendor"
      And one bit of <part> of "p" is flipped after that
      When "p" is uploaded
      Then the hypercall returns <returned>
      And nothing changed

      Examples:
        | part                 | returned      |
        | signature.string     | -EKEYREJECTED |
        | signature.bytes      | -EKEYREJECTED |
        | signature.hash       | -EKEYREJECTED |
        | signature.key_id     | -ENOKEY       |
        | signature.id_type    | -ENOKEY       |
        | signature.algo       | -EKEYREJECTED |
        | signature.signer_len | -EKEYREJECTED |
        | signature.key_id_len | -EKEYREJECTED |
        | signature.sig_len    | -EKEYREJECTED |

    @SIG-6 @F-46
    Scenario: SIG-6: The signer's name is not part of what is signed
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" is signed with the key "vendor"
      And one bit of signature.signer of "p" is flipped after that
      When "p" is uploaded
      Then the hypercall returns 0

    @SIG-1 @SIG-3 @SIG-9
    Scenario: SIG-1: The signature of another payload is refused
      Given a hypervisor that checks signatures with the key "vendor"
      And payload "q" makes xen_extra_version return "another"
      And "q" is signed with the key "vendor"
      And payload "p" makes xen_extra_version return "patched"
      And "p" has the signature of "q"
      When "p" is uploaded
      Then the hypercall returns -EKEYREJECTED
      And nothing changed

    @SIG-6
    Scenario: SIG-6: A payload may be uploaded under another name than that it was signed as
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" is signed with the key "vendor"
      When "p" is uploaded as "q"
      Then the hypercall returns 0

    @SIG-6
    Scenario: SIG-6: Bytes after the sections are signed with them
      Given a hypervisor that checks signatures with the key "vendor"
      And a payload "p"
      And "p" is 8192 bytes long
      And "p" is signed with the key "vendor"
      When "p" is uploaded
      Then the hypercall returns 0

    @SIG-6 @F-46
    Scenario Outline: SIG-6: Of a payload that is signed twice, the last signature counts, and covers the first: <last>
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" is signed with the key "<first>"
      And "p" is signed with the key "<last>"
      When "p" is uploaded
      Then the hypercall returns <returned>

      Examples:
        | first    | last     | returned |
        | stranger | vendor   | 0        |
        | vendor   | stranger | -ENOKEY  |

    @SIG-6 @F-46
    Scenario: SIG-6: A payload may have the string that introduces a signature in its data
      # ~Module signature appended~ and a line feed
      Given a hypervisor that checks signatures with the key "vendor"
      And "p" brings 28 bytes of .rodata
      And in "p" the field section[.rodata].data is bytes 7e 4d 6f 64 75 6c 65 20 73 69 67 6e 61 74 75 72 65 20 61 70 70 65 6e 64 65 64 7e 0a
      When "p" is uploaded
      Then the hypercall returns -EKEYREJECTED
      Given "p" is signed with the key "vendor"
      When "p" is uploaded
      Then the hypercall returns 0

  Rule: If signatures are not checked, they do not count

    @SIG-4
    Scenario Outline: SIG-4: A payload that is signed loads like any other: <hash>
      Given payload "p" makes xen_extra_version return "patched"
      And "p" is signed with the key "stranger" over its <hash>
      When "p" is uploaded
      Then the hypercall returns 0
      When APPLY of "p" is asked
      Then "p" is APPLIED with rc 0
      And the extra version is "patched"

      Examples:
        | hash   |
        | SHA256 |
        | MD5    |

    @SIG-4
    Scenario Outline: SIG-4: Nothing in a signature is checked: <field> is <value>
      Given a payload "p"
      And "p" is signed with the key "vendor"
      And the field signature.<field> of "p" becomes <value> after that
      When "p" is uploaded
      Then the hypercall returns 0

      Examples:
        | field      | value             |
        | algo       | 255               |
        | hash       | 255               |
        | id_type    | 255               |
        | pad        | bytes 01 02 03    |
        | sig_len    | bytes ff ff ff ff |
        | key_id_len | 255               |
        | signer_len | 255               |

    @SIG-4
    Scenario: SIG-4: A payload that was altered after it was signed loads
      Given payload "p" makes xen_extra_version return "patched"
      And "p" is signed with the key "vendor"
      And one bit of header.ei_pad6 of "p" is flipped after that
      When "p" is uploaded
      Then the hypercall returns 0
      When APPLY of "p" is asked
      Then the extra version is "patched"

    @SIG-4
    Scenario Outline: SIG-4: A signature that is cut short by <count> bytes does no harm
      Given a payload "p"
      And "p" is signed with the key "vendor"
      And "p" loses its last <count> bytes after that
      When "p" is uploaded
      Then the hypercall returns 0

      Examples:
        | count |
        | 1     |
        | 294   |
        | 300   |
