/** The numbers of DWARF 4 and 5 that matter for where functions were inlined, by the tables of its section 7. */

export const TAG = { inlined_subroutine: 0x1d, subprogram: 0x2e } as const;

/** The kind of unit that has code. */
export const COMPILE_UNIT = 1;

export type Attribute =
  'low_pc' | 'high_pc' | 'abstract_origin' | 'entry_pc' | 'ranges' | 'addr_base' | 'rnglists_base';

/** The attributes that are read, by number. */
export const ATTRIBUTES: Readonly<Record<number, Attribute>> = {
  0x11: 'low_pc',
  0x12: 'high_pc',
  0x31: 'abstract_origin',
  0x52: 'entry_pc',
  0x55: 'ranges',
  0x73: 'addr_base',
  0x74: 'rnglists_base',
};

/** What a value means: itself, or where to find it. */
export type Meaning = 'constant' | 'address' | 'address index' | 'in unit' | 'in section' | 'offset' | 'list index';

/** How many bytes a value has: a number, as many as its unit's addresses or offsets, or what the bytes themselves say. */
export type Size =
  | number
  | 'address'
  | 'offset'
  | 'leb'
  | 'text'
  | 'block'
  | { readonly blockAfter: 1 | 2 | 4 }
  /** The number of the form comes first. */
  | 'form';

export interface Form {
  readonly size: Size;
  /** Absent where the value is never read. */
  readonly is?: Meaning;
}

/** By number. */
export const FORMS: Readonly<Record<number, Form>> = {
  0x01: { size: 'address', is: 'address' }, // addr
  0x03: { size: { blockAfter: 2 } }, // block2
  0x04: { size: { blockAfter: 4 } }, // block4
  0x05: { size: 2, is: 'constant' }, // data2
  0x06: { size: 4, is: 'constant' }, // data4
  0x07: { size: 8, is: 'constant' }, // data8
  0x08: { size: 'text' }, // string
  0x09: { size: 'block' }, // block
  0x0a: { size: { blockAfter: 1 } }, // block1
  0x0b: { size: 1, is: 'constant' }, // data1
  0x0c: { size: 1 }, // flag
  0x0d: { size: 'leb' }, // sdata
  0x0e: { size: 'offset' }, // strp
  0x0f: { size: 'leb', is: 'constant' }, // udata
  0x10: { size: 'offset', is: 'in section' }, // ref_addr
  0x11: { size: 1, is: 'in unit' }, // ref1
  0x12: { size: 2, is: 'in unit' }, // ref2
  0x13: { size: 4, is: 'in unit' }, // ref4
  0x14: { size: 8, is: 'in unit' }, // ref8
  0x15: { size: 'leb', is: 'in unit' }, // ref_udata
  0x16: { size: 'form' }, // indirect
  0x17: { size: 'offset', is: 'offset' }, // sec_offset
  0x18: { size: 'block' }, // exprloc
  0x19: { size: 0 }, // flag_present
  0x1a: { size: 'leb' }, // strx
  0x1b: { size: 'leb', is: 'address index' }, // addrx
  0x1c: { size: 4 }, // ref_sup4
  0x1d: { size: 'offset' }, // strp_sup
  0x1e: { size: 16 }, // data16
  0x1f: { size: 'offset' }, // line_strp
  0x20: { size: 8 }, // ref_sig8
  0x21: { size: 0 }, // implicit_const
  0x22: { size: 'leb' }, // loclistx
  0x23: { size: 'leb', is: 'list index' }, // rnglistx
  0x24: { size: 8 }, // ref_sup8
  0x25: { size: 1 }, // strx1
  0x26: { size: 2 }, // strx2
  0x27: { size: 3 }, // strx3
  0x28: { size: 4 }, // strx4
  0x29: { size: 1, is: 'address index' }, // addrx1
  0x2a: { size: 2, is: 'address index' }, // addrx2
  0x2b: { size: 3, is: 'address index' }, // addrx3
  0x2c: { size: 4, is: 'address index' }, // addrx4
  0x1f20: { size: 'offset' }, // GNU_ref_alt
  0x1f21: { size: 'offset' }, // GNU_strp_alt
};

/** A value of this form is in the abbreviation. */
export const IMPLICIT_CONST = 0x21;

/** An operand of a range list's entry. A length counts from the start, an offset from the base. */
export type Operand = 'address' | 'address index' | 'offset' | 'length';

/** The entries of a range list (DWARF 5), by number; 0 ends the list. One operand sets the base, two are a range. */
export const RANGE_ENTRIES: Readonly<Record<number, readonly [Operand] | readonly [Operand, Operand]>> = {
  1: ['address index'], // base_addressx
  2: ['address index', 'address index'], // startx_endx
  3: ['address index', 'length'], // startx_length
  4: ['offset', 'offset'], // offset_pair
  5: ['address'], // base_address
  6: ['address', 'address'], // start_end
  7: ['address', 'length'], // start_length
};
