/** What is found out about builds that no run of the tests has: by their symbols alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageSymbol } from '../machine/image';
import { budgetOf, upToPartsEnd } from './bare';
import { mostCpus } from './cpus';
import type { XenImage } from './image';
import { fillSecurityTable } from './security';

/** An image with these symbols: address and size. */
const image = (symbols: Readonly<Record<string, readonly [bigint, number]>>): Pick<XenImage, 'find'> => ({
  find(name): ImageSymbol | undefined {
    const [address, size] = symbols[name] ?? [];
    return address === undefined || size === undefined ? undefined : { name, address, size, isVariable: true };
  },
});

test('a Xen has as many CPUs as it was built for, up to eight', () => {
  const most = (entries: number): number => mostCpus(image({ __per_cpu_offset: [0n, 8 * entries] }));
  assert.deepEqual([1, 2, 4, 8, 256].map(most), [1, 2, 4, 8, 8]);
});

test('a Xen without fast look-up of symbols gets a hundred times as many instructions', () => {
  assert.equal(budgetOf(image({ symbols_sorted_offsets: [0n, 4] })), 10_000_000);
  assert.equal(budgetOf(image({})), 1_000_000_000);
});

test('the operations of XSM are filled in where the code has their address, or a pointer to them', () => {
  const filled = (symbols: Parameters<typeof image>[0]): readonly unknown[] => {
    const done: unknown[] = [];
    const end = fillSecurityTable(
      image(symbols),
      (...call) => done.push(['call', ...call]),
      (...pointer) => done.push(['put', ...pointer]),
    );
    return [end !== undefined, ...done];
  };
  const fill = { xsm_fixup_ops: [1n, 8] } as const;
  assert.deepEqual(filled({}), [false]);
  assert.deepEqual(filled({ ...fill, xsm_ops: [2n, 0x2d8] }), [true, ['call', 1n, 2n]]);
  assert.deepEqual(filled({ ...fill, xsm_ops: [2n, 8], dummy_xsm_ops: [3n, 0x2d8] }), [
    true,
    ['call', 1n, 3n],
    ['put', 2n, 3n],
  ]);
});

test('a segment reaches up to the end of the part that it ends in', () => {
  const segment = { start: 0x1000n, bytes: Uint8Array.of(1, 2, 3), permissions: 'rwx' } as const;
  const part = { name: 'data', start: 0x1000n, size: 0x2000, permissions: 'rw-' } as const;
  const { start, bytes } = upToPartsEnd(segment, [part]);
  assert.deepEqual([start, bytes.length, bytes[2], bytes[3]], [0x1000n, 0x2000, 3, 0]);
  assert.equal(upToPartsEnd(segment, [{ ...part, start: 0x4000n }]), segment);
});
