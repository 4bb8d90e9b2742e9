import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReference } from '../reference';
import { rememberFixed } from './unchanged';

test('what differs in code is found, with its place and number; data may differ', () => {
  const target = createReference({ revision: 2 });
  const stores = new Map<bigint, number>();
  const read: typeof target.memory.read = (address, length) => {
    const bytes = target.memory.read(address, length);
    for (const [at, value] of stores)
      if (at >= address && at < address + BigInt(length)) bytes[Number(at - address)] = value;
    return bytes;
  };
  const changes = rememberFixed({ ...target, memory: { ...target.memory, read } });
  assert.deepEqual(changes(), []);
  const data = target.memory.regions().find(({ permissions }) => permissions === 'rw-');
  stores.set(data?.start ?? 0n, 0xa5);
  assert.deepEqual(changes(), []);
  const address = target.image.symbol('xen_extra_version') ?? 0n;
  for (const at of [1n, 2n]) stores.set(address + at, (target.memory.read(address + at, 1)[0] ?? 0) ^ 0xff);
  assert.deepEqual(changes(), ['after REVERT 2 bytes differ, the first at xen_extra_version+0x1']);
  target.close();
});
