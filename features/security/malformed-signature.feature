Feature: Malformed signatures are refused
  The trailer of a signed payload is checked before it is used, as the payload itself is.

  Scenario Outline: SIG-7: A signature is laid out as the header says: <field> is <value>
    # sig_len has its high byte first; a signature has 256 bytes here, the identifier 20, the name 6.
    Given a hypervisor that checks signatures with the key "vendor"
    And "p" is signed with the key "vendor"
    And the field signature.<field> of "p" becomes <value> after that
    When "p" is uploaded
    Then the hypercall returns -EKEYREJECTED
    And nothing changed

    @SIG-5 @SIG-7
    Examples: Lengths
      | field      | value             |
      | sig_len    | bytes 00 00 00 00 |
      | sig_len    | bytes 00 00 00 01 |
      | sig_len    | bytes 00 00 00 ff |
      | sig_len    | bytes 00 00 01 01 |
      | sig_len    | bytes 00 01 00 00 |
      | sig_len    | bytes 7f ff ff ff |
      | sig_len    | bytes ff ff ff ff |
      | key_id_len | 0                 |
      | key_id_len | 19                |
      | key_id_len | 21                |
      | key_id_len | 255               |
      | signer_len | 0                 |
      | signer_len | 5                 |
      | signer_len | 7                 |
      | signer_len | 255               |

    @SIG-7
    Examples: Padding
      | field | value          |
      | pad   | bytes 01 00 00 |
      | pad   | bytes 00 01 00 |
      | pad   | bytes 00 00 80 |

    @SIG-8
    Examples: Algorithms
      | field | value |
      | algo  | 0     |
      | algo  | 2     |
      | algo  | 255   |
      | hash  | 17    |
      | hash  | 255   |

    @SIG-7
    Examples: Kinds of key identifier
      | field   | value |
      | id_type | 2     |
      | id_type | 255   |

  @SIG-5 @SIG-9
  Scenario Outline: SIG-5: Lengths that together reach the end, but are not those of the parts, are refused: <signature> bytes of signature
    Given a hypervisor that checks signatures with the key "vendor"
    And "p" is signed with the key "vendor"
    And the field signature.sig_len of "p" becomes <sig_len> after that
    And the field signature.key_id_len of "p" becomes <key_id_len> after that
    When "p" is uploaded
    Then the hypercall returns -ENOKEY
    And nothing changed

    Examples:
      | signature | sig_len           | key_id_len |
      | 255       | bytes 00 00 00 ff | 21         |
      | 257       | bytes 00 00 01 01 | 19         |
      | 276       | bytes 00 00 01 14 | 0          |

  @SEC-3 @SIG-3 @SIG-9
  Scenario Outline: SIG-3: A well-formed signature of <count> zero bytes is the signature of nothing
    Given a hypervisor that checks signatures with the key "vendor"
    And "p" has a signature of <count> zero bytes by the key "vendor"
    When "p" is uploaded
    Then the hypercall returns -EKEYREJECTED
    And nothing changed

    Examples:
      | count |
      | 0     |
      | 1     |
      | 255   |
      | 256   |
      | 257   |
      | 65536 |

  @SIG-8 @F-60
  Scenario Outline: SIG-8: A signature over the <hash> of the payload is refused
    Given a hypervisor that checks signatures with the key "vendor"
    And "p" is signed with the key "vendor" over its <hash>
    When "p" is uploaded
    Then the hypercall returns -EKEYREJECTED
    And nothing changed

    Examples:
      | hash        |
      | MD4         |
      | MD5         |
      | SHA1        |
      | RIPE_MD_160 |
      | SHA224      |
      | RIPE_MD_128 |
      | RIPE_MD_256 |
      | RIPE_MD_320 |
      | WP_256      |
      | WP_384      |
      | WP_512      |
      | TGR_128     |
      | TGR_160     |
      | TGR_192     |

  @SIG-7
  Scenario Outline: SIG-7: A signature that is cut short by <count> bytes is refused
    # After the string: 12 bytes of header, 256 of signature, 20 of identifier, 6 of name.
    Given a hypervisor that checks signatures with the key "vendor"
    And "p" is signed with the key "vendor"
    And "p" loses its last <count> bytes after that
    When "p" is uploaded
    Then the hypercall returns -EKEYREJECTED
    And nothing changed

    Examples:
      | count |
      | 1     |
      | 6     |
      | 26    |
      | 282   |
      | 283   |
      | 294   |
      | 295   |
      | 322   |

  @SIG-7
  Scenario Outline: SIG-7: Nothing may follow a signature: <count> bytes
    Given a hypervisor that checks signatures with the key "vendor"
    And "p" is signed with the key "vendor"
    And "p" gets <count> bytes more after that
    When "p" is uploaded
    Then the hypercall returns -EKEYREJECTED
    And nothing changed

    Examples:
      | count |
      | 1     |
      | 4096  |

  @SIG-5
  Scenario: SIG-5: A key may be an OpenPGP key
    Given a hypervisor that checks signatures with the OpenPGP key "vendor"
    And "p" is signed with the key "vendor"
    And the field signature.id_type of "p" becomes 0 after that
    When "p" is uploaded
    Then the hypercall returns 0

  @SIG-5 @SIG-3 @SIG-9
  Scenario: SIG-5: An OpenPGP key is not an X.509 key
    Given a hypervisor that checks signatures with the OpenPGP key "vendor"
    And "p" is signed with the key "vendor"
    When "p" is uploaded
    Then the hypercall returns -ENOKEY
    And nothing changed

  @SIG-10
  Scenario Outline: SIG-10: A signature by an unknown key is refused for its <field> of <value>
    Given a hypervisor that checks signatures with the key "vendor"
    And "p" is signed with the key "stranger"
    And the field signature.<field> of "p" becomes <value> after that
    When "p" is uploaded
    Then the hypercall returns -EKEYREJECTED
    And nothing changed

    Examples:
      | field   | value             |
      | sig_len | bytes 00 00 01 01 |
      | pad     | bytes 01 00 00    |
      | algo    | 0                 |
      | hash    | 2                 |
      | hash    | 255               |
      | id_type | 255               |
