import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDomains, type Domain } from './domains';
import { createAddressSpace } from './machine/address-space';
import { PAGE_SIZE } from './pages';

const PAGE = BigInt(PAGE_SIZE);
const MIB = 1n << 20n;

function made() {
  const memory = createAddressSpace();
  return { memory, ...createDomains(memory) };
}

/** Where the buffers of a domain are. */
const buffersOf = ({ program }: Domain): bigint => program + MIB;

describe('a domain', () => {
  it('has its privilege, its code and its buffers, all of which are renewed', () => {
    const { memory, control, guest } = made();
    assert.deepEqual(
      [control.name, control.privileged, guest.name, guest.privileged],
      ['control', true, 'guest', false],
    );
    for (const domain of [control, guest]) {
      assert.deepEqual(domain.read(domain.program, 4), Uint8Array.of(0x0f, 0x05, 0xf4, 0));
      assert.equal(domain.programEnd, domain.program + 3n);
    }
    assert.deepEqual([control.program, guest.program], [0x1000_0000n, 0x4000_0000n]);
    const regions = memory.regions().map(({ name, start, bytes, permissions, scratch }) => ({
      name,
      start,
      size: bytes.length,
      permissions,
      scratch,
    }));
    assert.deepEqual(
      regions.filter(({ name }) => name === 'control code'),
      [{ name: 'control code', start: 0x1000_0000n, size: PAGE_SIZE, permissions: 'r-x', scratch: true }],
    );
    const buffers = regions.filter(({ name }) => name === 'guest buffers');
    assert.equal(
      buffers.reduce((sum, { size }) => sum + size, 0),
      32 << 20,
    );
    assert.ok(buffers.every(({ permissions, scratch }) => permissions === 'rw-' && scratch));
    assert.equal(buffers[0]?.start, buffersOf(guest));
  });

  it('allocates buffers one after the other, on multiples of 16', () => {
    const { control } = made();
    const first = buffersOf(control);
    assert.deepEqual(
      [1, 16, 17, 0, 0, 5].map((length) => control.allocate(length) - first),
      [0n, 16n, 32n, 64n, 64n, 64n],
    );
    control.reset();
    assert.equal(control.allocate(32 << 20), first);
    assert.throws(() => control.allocate(1), RangeError, 'there is no more');
  });

  it('allocates lengths only', () => {
    const { control } = made();
    for (const length of [-1, 0.5, Number.NaN, (32 << 20) + 1])
      assert.throws(() => control.allocate(length), RangeError, String(length));
    assert.doesNotThrow(() => control.allocate(0));
  });

  it('allocates buffers with pages of their own, each before an unmapped page', () => {
    const { memory, control } = made();
    const edge = control.program + 0x800_0000n;
    const ends = [3, PAGE_SIZE, PAGE_SIZE + 1, 0].map((length) => {
      const start = control.allocate(length, { atEdge: true });
      const end = start + BigInt(length);
      assert.equal(memory.find(end), undefined);
      assert.equal(memory.find(end - 1n)?.permissions, 'rw-');
      control.write(start, new Uint8Array(length).fill(7));
      assert.deepEqual(control.read(start, length), new Uint8Array(length).fill(7));
      return end - edge;
    });
    assert.deepEqual(ends, [PAGE, 3n * PAGE, 6n * PAGE, 8n * PAGE]);
    const readOnly = control.allocate(8, { readOnly: true });
    const region = memory.find(readOnly);
    assert.deepEqual([region?.permissions, region?.scratch, region?.name], ['r--', true, 'control edge']);
    assert.equal(memory.find(readOnly + 8n), undefined);
    const both = control.allocate(8, { readOnly: true, atEdge: true });
    assert.equal(memory.find(both)?.permissions, 'r--');
    assert.equal(control.allocate(4), buffersOf(control), 'they take no room of the others');
    assert.equal(control.allocate(4, { readOnly: false, atEdge: false }), buffersOf(control) + 16n);
  });

  it('begins anew after a reset of the memory', () => {
    const { memory, control } = made();
    const restore = memory.save();
    const own = (): readonly bigint[] => [control.allocate(5), control.allocate(5, { atEdge: true })];
    const before = own();
    restore();
    control.reset();
    assert.deepEqual(own(), before);
  });

  it('gets back what it lent, however that ended', () => {
    const { control } = made();
    const inner = control.borrow(() => control.allocate(100));
    assert.equal(control.allocate(1), inner);
    assert.throws(() =>
      control.borrow(() => {
        control.allocate(100);
        throw new Error('why');
      }),
    );
    assert.equal(control.allocate(1), inner + 16n);
  });

  it('owns its memory, and may write what is writable', () => {
    const { control, guest } = made();
    const buffer = control.allocate(64);
    const last = buffersOf(control) + 32n * MIB;
    const edge = control.allocate(8, { atEdge: true });
    const readOnly = control.allocate(8, { readOnly: true });
    const judged = (address: bigint, length: number): readonly boolean[] => [
      control.owns(address, length),
      control.mayWrite(address, length),
    ];
    assert.deepEqual(judged(buffer, 64), [true, true]);
    assert.deepEqual(judged(last - 8n, 8), [true, true]);
    assert.deepEqual(judged(last - 8n, 9), [false, false]);
    assert.deepEqual(judged(control.program, 3), [true, false]);
    assert.deepEqual(judged(control.program - 1n, 1), [false, false]);
    assert.deepEqual(judged(control.program + PAGE, 1), [false, false]);
    assert.deepEqual(judged(edge, 8), [true, true]);
    assert.deepEqual(judged(edge, 9), [false, false]);
    assert.deepEqual(judged(readOnly, 8), [true, false]);
    assert.deepEqual(judged(guest.allocate(8), 8), [false, false]);
    assert.equal(guest.owns(buffer, 8), false);
  });

  it('has buffers that are written across pages', () => {
    const { control } = made();
    assert.deepEqual(
      [control.mayWrite(buffersOf(control) - 1n, 2), control.mayWrite(buffersOf(control), 3 * PAGE_SIZE)],
      [false, true],
    );
  });
});
