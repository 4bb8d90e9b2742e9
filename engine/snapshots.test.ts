import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCopies } from './machine/copies';
import { createSnapshots, type ShownRegion } from './snapshots';

const region = (start: bigint, ...bytes: readonly number[]): ShownRegion => {
  return { owner: { image: `at ${start}` }, start, bytes: Uint8Array.from(bytes), permissions: 'rw-' };
};

describe('snapshots', () => {
  it('keep what was there when memory changes afterwards', () => {
    const data = region(0n, 1, 2, 3);
    const snapshot = createSnapshots(createCopies());
    const before = snapshot([data]);
    data.bytes[1] = 9;
    const after = snapshot([data]);
    assert.deepEqual(
      [before, after].map(({ regions }) => regions.map(({ content }) => [...content.bytes])),
      [[[1, 2, 3]], [[1, 9, 3]]],
    );
  });

  it('share one copy of what did not change', () => {
    const [text, data] = [region(0n, 1), region(8n, 2)];
    const snapshot = createSnapshots(createCopies());
    const before = snapshot([text, data]);
    data.bytes[0] = 3;
    const after = snapshot([text, data]);
    assert.deepEqual(
      after.regions.map(({ content }, index) => content === before.regions[index]?.content),
      [true, false],
    );
  });

  it('take a region of another size at the same place for another', () => {
    const snapshot = createSnapshots(createCopies());
    snapshot([region(0n, 1)]);
    assert.deepEqual(snapshot([region(0n, 1, 2)]).regions[0]?.content.bytes, Uint8Array.of(1, 2));
  });
});
