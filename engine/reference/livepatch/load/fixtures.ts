/** For the tests beside this file: a hypervisor that has a few functions, and a payload that uses all the loader knows. */
import { SHF, SHT } from '../../../abi/elf';
import type { Revision } from '../../../abi/hypercall';
import { hookReturning, returnsString } from '../../../../payloads/builder/code';
import type { SectionDescription } from '../../../../payloads/builder/elf';
import { livepatch, type PayloadDescription } from '../../../../payloads/builder/payload';
import { BUG_FRAMES, ALTERNATIVES, EXCEPTION_TABLE, REPLACEMENTS } from '../../../abi/sections';
import type { LoadEnvironment } from './types';

export const IMAGE_START = 0xffff82d040200000n;
const IMAGE_SIZE = 0x10000;
export const PAYLOAD_AREA = 0xffff82d040600000n;

export const HYPERVISOR_SYMBOLS: ReadonlyMap<string, bigint> = new Map([
  ['xen_extra_version', IMAGE_START + 0x100n],
  ['xen_minor_version', IMAGE_START + 0x200n],
  ['begins_with_endbr', IMAGE_START + 0x300n],
  ['printk', IMAGE_START + 0x1000n],
]);

const image = new Uint8Array(IMAGE_SIZE).fill(0xcc);
image.set([0xf3, 0x0f, 0x1e, 0xfa, 0x31, 0xc0, 0xc3], 0x300);

const id = (byte: number): Uint8Array => new Uint8Array(20).fill(byte);
export const HYPERVISOR_ID = id(0xaa);
export const LOADED_ID = id(0xbb);
export const OWN_ID = id(0xcc);

export function environment(revision: Revision, more: Partial<LoadEnvironment> = {}): LoadEnvironment {
  return {
    revision,
    forgotten: new Set(),
    buildId: HYPERVISOR_ID,
    loadedBuildIds: [LOADED_ID],
    hypervisorSymbol: (name) => HYPERVISOR_SYMBOLS.get(name),
    payloadSymbol: (name) => (name === 'loaded_before' ? PAYLOAD_AREA - 0x1000n : undefined),
    place: () => PAYLOAD_AREA,
    mapped: (address, length) => {
      const offset = address - IMAGE_START;
      const isWithin = offset >= 0n && offset + BigInt(length) <= BigInt(IMAGE_SIZE);
      return isWithin ? image.slice(Number(offset), Number(offset) + length) : undefined;
    },
    isData: () => false,
    isProtected: () => false,
    compiler: 'GCC: (fixtures) 1.0',
    cpuHas: (feature) => feature === 0,
    featureWords: 21,
    ...more,
  };
}

const READ_ONLY = { type: SHT.PROGBITS, flags: SHF.ALLOC, alignment: 4 };

/** An entry of .altinstructions whose places are filled in by relocation. */
function alternative(revision: Revision, feature: number): Uint8Array {
  const entry = new Uint8Array(revision === 1 ? 12 : 14);
  entry.set([feature & 0xff, feature >> 8, 4, 3], 8);
  return entry;
}

/** PC32 from places in a section to offsets in another: [place, section, offset]. */
const relative = (...places: readonly (readonly [number, string, number])[]) =>
  places.map(([offset, symbol, addend]) => ({ offset, type: 'PC32' as const, symbol, addend: BigInt(addend) }));

function specialSections(revision: Revision): readonly SectionDescription[] {
  const entry = alternative(revision, 0).length;
  return [
    {
      name: REPLACEMENTS,
      type: SHT.PROGBITS,
      flags: SHF.ALLOC | SHF.EXECINSTR,
      alignment: 1,
      content: Uint8Array.of(0x0f, 0x01, 0xcb),
    },
    {
      name: ALTERNATIVES,
      ...READ_ONLY,
      content: Buffer.concat([alternative(revision, 0), alternative(revision, 31)]),
      relocations: relative(
        [0, '.text', 0x20],
        [4, REPLACEMENTS, 0],
        [entry, '.text', 0x24],
        [entry + 4, REPLACEMENTS, 0],
      ),
    },
    {
      name: EXCEPTION_TABLE,
      ...READ_ONLY,
      content: new Uint8Array(16),
      relocations: relative([0, '.text', 8], [4, '.text', 9], [8, '.text', 2], [12, '.text', 3]),
    },
    {
      name: BUG_FRAMES[3].section,
      ...READ_ONLY,
      content: new Uint8Array(16),
      // Displacements count from the frame, relocations from their own field; above them is the line, 300.
      relocations: relative([0, '.text', 0x10 + (2 << 24)], [4, '.rodata', 4 + (44 << 24)], [12, '.rodata', 9 + 12]),
    },
  ];
}

/** 0: xen_extra_version is replaced, 1: xen_minor_version gets nops, 2: begins_with_endbr is replaced. */
export function description(revision: Revision, more: Partial<PayloadDescription> = {}): PayloadDescription {
  return {
    revision,
    buildId: OWN_ID,
    depends: HYPERVISOR_ID,
    xenDepends: HYPERVISOR_ID,
    functions: [
      { name: 'xen_extra_version', oldSize: 13, replacement: returnsString('Hello World') },
      { name: 'xen_minor_version', oldSize: 10, newSize: 10, replacement: undefined },
      {
        name: 'begins_with_endbr',
        oldAddress: { symbol: 'begins_with_endbr' },
        oldSize: 16,
        replacement: returnsString('new'),
        ...(revision === 2 ? { expect: { bytes: Uint8Array.of(0xf3, 0x0f) } } : {}),
      },
    ],
    hooks: {
      load: [hookReturning(0), hookReturning(1)],
      unload: [hookReturning(2)],
      ...(revision === 2 ? { preapply: hookReturning(3), postrevert: hookReturning(4) } : {}),
    },
    rodata: Buffer.from('a file\0\0\0a message\0'),
    data: { counter: new Uint8Array(8) },
    bss: 16,
    metadata: { author: 'someone' },
    sections: specialSections(revision),
    ...more,
  };
}

export const example = (revision: Revision, more: Partial<PayloadDescription> = {}) =>
  livepatch(description(revision, more));
