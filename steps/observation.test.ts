/** What differs between two looks at a hypervisor, in words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RegionContent, RegionOwner } from '../engine/target';
import type { ListEntry, Listing, Toolstack } from '../engine/toolstack/toolstack';
import { comparing, compares } from './comparing';
import { expectEqual, expectResult, Mismatch } from './expect';
import { othersThanNops } from './memory';
import { changedBytes, differences, extent, listAll, listPages } from './observation';
import type { Observation } from './types';

const entry = (name: string, more: Partial<ListEntry> = {}): ListEntry => ({
  name,
  state: 'CHECKED',
  rc: 0,
  length: 0,
  metadata: new Uint8Array(),
  ...more,
});

/** In two blocks. */
const holding = (bytes: Uint8Array): RegionContent => {
  const half = bytes.length / 2;
  return { blocks: [bytes.subarray(0, half), bytes.subarray(half)], bytes };
};

const region = (owner: RegionOwner, start: bigint, bytes: Uint8Array, permissions = 'r-x') => ({
  owner,
  start,
  size: bytes.length,
  permissions,
  content: holding(bytes),
});

const TEXT = region({ image: 'text' }, 0x1000n, new Uint8Array(64));
const OWN = region({ payload: 'p', part: 'data' }, 0x2000n, new Uint8Array(32), 'rw-');

const observed = (more: Partial<Observation> = {}): Observation => ({
  memory: { regions: [TEXT, OWN] },
  listVersion: 3,
  entries: [entry('a'), entry('b', { state: undefined, rc: -11 })],
  symbols: new Map([['f', 5n]]),
  ...more,
});

describe('differences', () => {
  const found = (more: Partial<Observation>): readonly string[] => differences(observed(), observed(more));

  it('are none between equal looks', () => assert.deepEqual(found({}), []));

  it('are of the list, its version, symbols and the map of memory', () => {
    assert.deepEqual(found({ entries: [entry('a')] }), ['no longer listed: b without a state -EAGAIN']);
    assert.deepEqual(found({ entries: [...observed().entries, entry('c', { state: 'APPLIED', rc: -1 })] }), [
      'newly listed: c APPLIED -EPERM',
    ]);
    assert.deepEqual(found({ entries: [entry('a', { state: 'APPLIED' }), ...observed().entries.slice(1)] }), [
      'no longer listed: a CHECKED 0',
      'newly listed: a APPLIED 0',
    ]);
    assert.deepEqual(found({ listVersion: 4 }), ['version of the list: 3, then 4']);
    assert.deepEqual(found({ symbols: new Map([['f', undefined]]) }), ['symbol f resolves differently']);
    assert.deepEqual(
      found({
        symbols: new Map([
          ['f', 5n],
          ['g', 6n],
        ] as const),
      }),
      ['symbol g resolves differently'],
    );
    assert.deepEqual(found({ memory: { regions: [TEXT] } }), ['gone: p data at 0x2000, 32 bytes, rw-']);
    const moved = { ...TEXT, permissions: 'rwx' };
    assert.deepEqual(found({ memory: { regions: [moved, OWN] } }), [
      'gone: text at 0x1000, 64 bytes, r-x',
      'new: text at 0x1000, 64 bytes, rwx',
    ]);
    assert.deepEqual(found({ memory: undefined }), []);
    assert.deepEqual(differences(observed({ memory: undefined }), observed()), []);
  });

  it('of bytes are stretches; neighbours are one', () => {
    const changedAt = (offsets: readonly number[], apart?: number): readonly string[] => {
      const bytes = TEXT.content.bytes.slice();
      for (const at of offsets) bytes[at] = 1;
      const after = { regions: [{ ...TEXT, content: holding(bytes) }, OWN] };
      return changedBytes({ regions: [TEXT, OWN] }, after, apart).map(
        ({ start, length }) => `${start - 0x1000n}+${length}`,
      );
    };
    assert.deepEqual(changedAt([]), []);
    assert.deepEqual(changedAt([0, 63]), ['0+1', '63+1']);
    assert.deepEqual(changedAt([4, 5, 6]), ['4+3']);
    assert.deepEqual(changedAt([4, 12]), ['4+9'], 'seven bytes between');
    assert.deepEqual(changedAt([4, 13]), ['4+1', '13+1'], 'eight bytes between');
    assert.deepEqual(changedAt([4, 6, 7], 1), ['4+1', '6+2']);
  });

  it('of bytes are in regions that both have', () => {
    const other = { ...TEXT, content: holding(new Uint8Array(64).fill(1)) };
    const changed = (regions: readonly (typeof TEXT)[]): number =>
      changedBytes({ regions: [TEXT] }, { regions }).length;
    assert.equal(changed([other]), 1);
    assert.equal(changed([]), 0);
    assert.equal(changed([{ ...other, start: 0x3000n }]), 0);
    assert.equal(changed([{ ...other, size: 128 }]), 0);
  });

  it('of bytes are found in large regions', () => {
    const [before, after] = [new Uint8Array(10_000), new Uint8Array(10_000)];
    for (const at of [4095, 4096, 9999]) after[at] = 1;
    assert.deepEqual(
      changedBytes(
        { regions: [{ ...TEXT, size: 10_000, content: holding(before) }] },
        { regions: [{ ...TEXT, size: 10_000, content: holding(after) }] },
      ),
      [
        { start: 0x1000n + 4095n, length: 2 },
        { start: 0x1000n + 9999n, length: 1 },
      ],
    );
  });

  it('are looked for in so much', () => {
    assert.equal(extent(observed()), '96 bytes in 2 regions, 2 listed payloads');
    assert.equal(extent(observed({ memory: undefined })), '2 listed payloads, without memory');
  });
});

describe('LIST, page by page', () => {
  /** A toolstack whose hypervisor gives at most two entries a call. */
  function lister(names: readonly string[], stopsAt = Infinity) {
    const asked: (readonly [number, number | undefined])[] = [];
    const list = (nr: number, idx = 0): Listing => {
      asked.push([nr, idx]);
      const own = idx >= stopsAt ? [] : names.slice(idx, idx + Math.min(nr, 2));
      const buffer = (): Uint8Array => new Uint8Array();
      const remaining = names.length - idx - own.length;
      return {
        returned: own.length,
        version: 1,
        remaining,
        entries: own.map((name) => entry(name)),
        nameTotal: 0,
        metadataTotal: 0,
        buffer,
      };
    };
    return { asked, toolstack: { list } as Pick<Toolstack, 'list'> as Toolstack };
  }
  const namesOf = ({ entries }: Listing): readonly string[] => entries.map(({ name }) => name);

  it('goes on until none remains', () => {
    const { asked, toolstack } = lister(['a', 'b', 'c']);
    let before = 0;
    const all = listPages(toolstack, 5, () => (before += 1));
    assert.deepEqual([namesOf(all), all.remaining, all.returned], [['a', 'b', 'c'], 0, 1]);
    assert.deepEqual(asked, [
      [5, 0],
      [5, 2],
    ]);
    assert.equal(before, 2);
  });

  it('ends if nothing comes', () => {
    assert.deepEqual(namesOf(listPages(lister(['a', 'b', 'c'], 2).toolstack, 5)), ['a', 'b']);
    assert.deepEqual(namesOf(listPages(lister([]).toolstack, 5)), []);
  });

  it('begins with a probe, as a tool does', () => {
    const { asked, toolstack } = lister(['a']);
    assert.deepEqual(namesOf(listAll(toolstack, 5)), ['a']);
    assert.deepEqual(asked, [
      [0, 0],
      [5, 0],
    ]);
  });
});

describe('a comparison', () => {
  const mismatch = (found: unknown, expected: unknown): string => {
    try {
      expectEqual('it', found, expected);
      return 'equal';
    } catch (error) {
      assert.ok(error instanceof Mismatch && error.name === 'Mismatch' && error.what === 'it');
      return `${error.expected} / ${error.found}`;
    }
  };

  it('shows what was expected and found', () => {
    assert.equal(mismatch('1', 1), '1 / "1"');
    assert.equal(mismatch('1', '1'), 'equal');
    assert.equal(mismatch(16n, undefined), 'nothing / 0x10');
    assert.equal(mismatch(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), '01 03 / 01 02');
    assert.equal(mismatch([1n, 'a'], [2n]), '["0x2"] / ["0x1","a"]');
  });

  it('of what was returned is by name', () => {
    const said = (found: number | undefined, expected: number): string => {
      try {
        expectResult('it', found, expected);
        return 'equal';
      } catch (error) {
        return String(error);
      }
    };
    assert.equal(said(0, 0), 'equal');
    assert.equal(said(-22, 0), 'Mismatch: it: the specification says 0, found -EINVAL');
    assert.equal(said(undefined, -1), 'Mismatch: it: the specification says -EPERM, found nothing');
  });

  it('is a step of these words only', () => {
    const words = comparing('of {string} only what is (not) compared'.replace(' (not)', ' $'));
    assert.equal(words, 'of {string} only what is $ compared');
    const isOne = (...texts: readonly string[]): boolean => compares(texts.map((text) => ({ text })));
    assert.ok(isOne('x', 'of "p"\nq only what is $ compared'));
    for (const text of [
      'of only what is $ compared',
      'of "p" only what is $ compared here',
      'so of "p" only what is $ compared',
    ])
      assert.ok(!isOne(text), text);
    for (const odd of ['a(b)', 'a/b', 'a {string} {', 'a\\b']) assert.throws(() => comparing(odd), RangeError, odd);
  });
});

it('nops are told from other instructions, which may not end', () => {
  const others = (...bytes: readonly number[]): readonly number[] => othersThanNops(Uint8Array.from(bytes));
  assert.deepEqual(others(), []);
  assert.deepEqual(others(0x90, 0x0f, 0x1f, 0x40, 0x00, 0xf3, 0x0f, 0x1e, 0xfa), []);
  assert.deepEqual(others(0x90, 0xc3, 0x90, 0xb8, 1, 0, 0, 0), [1, 3]);
  assert.deepEqual(others(0x90, 0x0f), [1]);
});
