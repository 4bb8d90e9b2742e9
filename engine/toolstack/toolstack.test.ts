/** Each hypercall as it arrives, byte by byte as the public header has it, and what is made of the answer. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { Revision } from '../abi/hypercall';
import { hexDigits, u64At } from '../bytes';
import { assertStructure, callsOf, HEADER, playing, reference, zeros, type Answer } from './playing.fixtures';
import { UNTOUCHED } from './toolstack';

beforeEach(() => reference.reset());
after(() => reference.close());

/** The bytes that a pointer in a structure leads to. */
function content(structure: string | undefined, offset: number, length: number): string {
  const bytes = Buffer.from(structure ?? '', 'hex');
  return hexDigits(reference.domain('control').read(u64At(bytes.subarray(offset)), length));
}

describe('a hypercall', () => {
  it('UPLOAD has name and payload', () => {
    const { toolstack, structures, calls } = playing(2, () => -22n);
    assert.deepEqual(toolstack.upload('ab', Uint8Array.of(1, 2, 3)), { returned: -22 });
    assertStructure(structures[0], `${HEADER} 00000000 00000000 p 0300 ${zeros(6)} 0300000000000000 p`);
    assert.equal(content(structures[0], 16, 3), '616200');
    assert.equal(content(structures[0], 40, 3), '010203');
    assert.deepEqual(
      calls.map(({ number, domain, cpu, arguments: args }) => [number, domain, cpu, args.length]),
      [[35, undefined, undefined, 1]],
    );
  });

  it('GET reads state and rc from the structure', () => {
    for (const [bytes, state, rc] of [
      ['01000000 f5ffffff', 'CHECKED', -11],
      ['02000000 00000000', 'APPLIED', 0],
      ['03000000 05000000', undefined, 5],
      ['00000000 00000000', undefined, 0],
    ] as const) {
      const { toolstack, structures } = playing(2, (_, memory, structure) => {
        memory.write(structure + 32n, Buffer.from(bytes.replace(' ', ''), 'hex'));
        return 0n;
      });
      assert.deepEqual(toolstack.get('p'), { returned: 0, state, rc });
      assertStructure(structures[0], `${HEADER} 01000000 00000000 p 0200 ${zeros(6)} 00000000 00000000`);
    }
  });

  for (const [action, number] of [
    ['UNLOAD', '01'],
    ['REVERT', '02'],
    ['APPLY', '03'],
    ['REPLACE', '04'],
  ] as const)
    for (const revision of [1, 2] as const)
      it(`${action} has its number and its time in revision ${revision}`, () => {
        const { toolstack, structures } = playing(revision);
        assert.deepEqual(toolstack.action(action, 'p', 7), { returned: 0 });
        assert.deepEqual(toolstack.action(action, 'p').returned, 0);
        const fields = (time: string): string => `03000000 00000000 p 0200 ${zeros(6)} ${number}000000 ${time}000000`;
        assertStructure(structures[0], `${HEADER} ${fields('07')}`);
        assertStructure(structures[1], `${HEADER} ${fields('00')}`);
      });

  it('LIST has buffers with room for one entry more, and reads them as its revision says', () => {
    const listed =
      (names: string, lengths: string, revision: Revision): Answer =>
      (_, memory, structure) => {
        const at = (offset: number): bigint => u64At(memory.read(structure + 16n + BigInt(offset), 8));
        const place = revision === 1 ? [16, 24, 32] : [24, 32, 40];
        const [status = 0n, name = 0n, len = 0n] = place.map(at);
        memory.write(status, Buffer.from('0100000000000000 02000000ffffffff'.replace(' ', ''), 'hex'));
        memory.write(name, Buffer.from(names, 'latin1'));
        memory.write(len, Buffer.from(lengths, 'hex'));
        if (revision === 2) {
          memory.write(at(48), Buffer.from('xyz'));
          memory.write(at(56), Buffer.from('0100000002000000', 'hex'));
          memory.write(structure + 32n, Buffer.from('0500000006000000', 'hex'));
        }
        memory.write(structure + 16n, Buffer.from('09000000', 'hex'));
        memory.write(structure + 24n, Buffer.from('04000000', 'hex'));
        return 2n;
      };
    const entry = { state: 'CHECKED', rc: 0, metadata: new Uint8Array() };
    const one = playing(1, listed(`a\0${'x'.repeat(126)}bb`, '0200000003000000', 1));
    const { buffer, ...first } = one.toolstack.list(2, 3);
    assertStructure(one.structures[0], `${HEADER} 02000000 00000000 00000000 03000000 02000000 00000000 p p p`);
    const applied = { ...entry, state: 'APPLIED', rc: -1 };
    assert.deepEqual(first, {
      returned: 2,
      version: 9,
      remaining: 4,
      entries: [
        { ...entry, name: 'a', length: 2 },
        { ...applied, name: 'bb\xee', length: 3 },
      ],
      nameTotal: 0,
      metadataTotal: 0,
    });
    const lengths = (['status', 'name', 'len', 'metadata', 'metadata_len'] as const).map((name) => buffer(name).length);
    assert.deepEqual(lengths, [24, 384, 12, 768, 12]);
    assert.equal(buffer('status')[16], UNTOUCHED);

    const two = playing(2, listed('a\0bb\0', '0200000003000000', 2));
    const { buffer: other, ...second } = two.toolstack.list(2);
    assert.equal(other('metadata').length, 768);
    assertStructure(
      two.structures[0],
      `${HEADER} 02000000 00000000 00000000 00000000 02000000 00000000 00010000 00020000 p p p p p`,
    );
    assert.deepEqual(second, {
      returned: 2,
      version: 9,
      remaining: 4,
      entries: [
        { ...entry, name: 'a', length: 2, metadata: Uint8Array.from(Buffer.from('x')) },
        { ...applied, name: 'bb', length: 3, metadata: Uint8Array.from(Buffer.from('yz')) },
      ],
      nameTotal: 5,
      metadataTotal: 6,
    });
  });

  it('LIST has no more room than the document allows entries, and for all metadata that a probe counted', () => {
    const { toolstack, structures } = playing(2, (_, memory, structure) => {
      memory.write(structure + 36n, Buffer.from('00100000', 'hex'));
      return 0n;
    });
    const roomOf = (nr: number): readonly number[] => {
      toolstack.list(nr);
      const bytes = Buffer.from(structures.at(-1) ?? '', 'hex');
      return [bytes.readUInt32LE(24), bytes.readUInt32LE(32), bytes.readUInt32LE(36)];
    };
    assert.deepEqual(roomOf(1), [1, 128, 256]);
    assert.deepEqual(roomOf(0), [0, 0, 0]);
    assert.deepEqual(roomOf(1), [1, 128, 0x1000]);
    assert.deepEqual(roomOf(17), [17, 17 * 128, 17 * 256]);
    assert.deepEqual(roomOf(2000), [2000, 1025 * 128, 1025 * 256]);
    const failed = playing(2, (_, memory, structure) => {
      memory.write(structure + 36n, Buffer.from('00100000', 'hex'));
      return -1n;
    });
    failed.toolstack.list(0);
    assert.deepEqual(failed.toolstack.list(1).entries, []);
    assert.equal(Buffer.from(failed.structures[1] ?? '', 'hex').readUInt32LE(36), 256, 'a failed probe counts nothing');
  });

  it('LIST reads where the caller said that the entries are', () => {
    const { toolstack } = playing(2, (_, memory, structure) => {
      const name = u64At(memory.read(structure + 48n, 8));
      memory.write(name, Buffer.from('there\0'));
      memory.write(u64At(memory.read(structure + 40n, 8)), new Uint8Array(8));
      memory.write(u64At(memory.read(structure + 56n, 8)), Uint8Array.of(6, 0, 0, 0));
      memory.write(u64At(memory.read(structure + 72n, 8)), new Uint8Array(4));
      return 1n;
    });
    const elsewhere = reference.domain('control').allocate(64);
    const { entries, buffer } = toolstack.list(1, 0, { fields: { name: elsewhere } });
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['there'],
    );
    assert.ok(buffer('name').every((byte) => byte === UNTOUCHED));
  });

  it('of other kinds has plain numbers', () => {
    const { toolstack, calls } = playing(2, ({ arguments: [kind, place = 0n] }, memory) => {
      if (kind === 1n) memory.write(place, Buffer.from('-rc1\0rest'));
      return 0x4_0011n;
    });
    assert.equal(toolstack.version(), 0x4_0011);
    assert.equal(toolstack.extraVersion({ cpu: 1 }), '-rc1');
    assert.equal(toolstack.domctl({ domain: 'guest' }), 0x4_0011);
    assert.deepEqual(
      toolstack.bare(35, 0n, () => Uint8Array.of(0xab)),
      { returned: 0x4_0011 },
    );
    const [version, extra, domctl, bare] = calls;
    assert.deepEqual(version, { number: 17, arguments: [0n, 0n] });
    assert.deepEqual([extra?.number, extra?.arguments[0], extra?.cpu], [17, 1n, 1]);
    assert.deepEqual(domctl, { number: 36, arguments: [0n], domain: 'guest' });
    assert.deepEqual(bare, { number: 35, arguments: [0n] });
    assert.deepEqual(
      callsOf(toolstack.drain()).map(({ operation, domain, cpu, in: given, out }) => [
        operation,
        domain,
        cpu,
        given,
        out,
      ]),
      [
        ['XENVER_version', 'control', 0, {}, { version: '4.17' }],
        ['XENVER_extraversion', 'control', 1, {}, { text: '-rc1' }],
        ['domctl', 'guest', 0, {}, {}],
        ['hypercall 35', 'control', 0, {}, { structure: 'ab' }],
      ],
    );
    const full = playing(2, ({ arguments: [, place = 0n] }, memory) => {
      memory.write(place, Buffer.from('0123456789abcdef+'));
      return 0n;
    });
    assert.equal(full.toolstack.extraVersion(), '0123456789abcdef', 'sixteen bytes without a NUL');
  });
});
