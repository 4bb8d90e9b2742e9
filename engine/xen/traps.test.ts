import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { HypervisorStopped } from '../target';
import { findDebianXen } from '.';
import { createHypervisor, type Hypervisor } from './hypervisor';
import { readXen } from './image';
import { DIRECT_MAP } from './places';
import { probe } from './probe';

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;

/** Where a test puts its code. */
const CODE = 0xffff_82d0_7000_0000n;
/** again: movb $1, (%rdi); add %rsi, %rdi; dec %edx; jne again; ret */
const TOUCH = Uint8Array.of(0xc6, 0x07, 1, 0x48, 0x01, 0xf7, 0xff, 0xca, 0x75, 0xf6, 0xc3);
const PAGE = 0x1000n;
const PAGES_OF_PIECE = 512;
/** Nothing is mapped from here on. */
const FREE = DIRECT_MAP + 0x400_0000n;

describe("memory that Xen's code is the first to touch", { skip }, () => {
  let made: Hypervisor | undefined;
  const xen = (): Hypervisor => {
    if (made !== undefined) return made;
    const image = readXen(file ?? '');
    return (made = createHypervisor(image, probe(image)));
  };
  const touch = (start: bigint, step: bigint, count: number): void => {
    const { system } = xen();
    if (system.memory.find(CODE) === undefined) {
      const bytes = new Uint8Array(4096);
      bytes.set(TOUCH);
      system.memory.map({ name: 'test', start: CODE, bytes, permissions: 'r-x' });
    }
    system.drive(system.vcpu(0), (vcpu) => system.call(vcpu, CODE, start, step, BigInt(count)));
  };
  const regions = (): number => xen().system.memory.regions().length;
  beforeEach(() => xen().reset(2));
  after(() => made?.system.machine.close());

  test('a thousand pages are a few regions', () => {
    touch(FREE, PAGE, 1);
    const before = regions();
    touch(FREE, PAGE, 1024);
    assert.equal(regions() - before, 1024 / PAGES_OF_PIECE - 1);
  });

  test('it holds zeros, what was stored there, and zeros again after a reset', () => {
    const { memory } = xen().system;
    for (let time = 0; time < 2; time++) {
      touch(FREE + PAGE, PAGE, 1);
      assert.deepEqual(memory.read(FREE + PAGE, 2), Uint8Array.of(1, 0));
      assert.deepEqual(memory.read(FREE + 2n * PAGE, 1), Uint8Array.of(0));
      xen().reset(2);
      assert.equal(memory.find(FREE + PAGE), undefined);
    }
  });

  test('it is no stack: a guard page stays one', () => {
    assert.throws(() => touch(DIRECT_MAP, PAGE, 0x1000), /FATAL PAGE FAULT.*ffff830000f05000/);
  });

  test('there is not as much of it as code may ask for', () => {
    const most = 64;
    assert.throws(
      () => touch(FREE, BigInt(PAGES_OF_PIECE) * PAGE, most + 1),
      (error) => {
        assert.ok(error instanceof HypervisorStopped);
        return error.stop.why === 'it touched more than 64 pieces of unused memory';
      },
    );
    assert.ok(regions() < most + 100);
    xen().reset(2);
    touch(FREE, BigInt(PAGES_OF_PIECE) * PAGE, most - 10);
  });
});
