import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODE, NOWHERE, PAGE, setRax } from '../unicorn/fixtures';
import type { Store } from '../unicorn/unicorn';
import { RET, value, withVcpus } from './vcpu.fixtures';

const WRITE_PROTECT = 1n << 16n;
/** mov %cr0, %rcx; btr/bts $16, %rcx; mov %rcx, %cr0 */
const writeProtect = (on: boolean): readonly number[] => [
  ...[0x0f, 0x20, 0xc1],
  ...[0x48, 0x0f, 0xba, on ? 0xe9 : 0xf1, 16],
  ...[0x0f, 0x22, 0xc1],
];
/** movb %sil, (%rdi) */
const STORE_BYTE = [0x40, 0x88, 0x37];
const TARGET = 0x400;

describe('vCPU: CR0.WP', () => {
  test('with WP clear a store to r-x goes through, and with WP set it faults again', () => {
    withVcpus(({ vcpu, call, put, memory }) => {
      put(0, writeProtect(false), STORE_BYTE, writeProtect(true), RET);
      put(0x40, STORE_BYTE, RET);
      put(TARGET, setRax(1), RET);
      const at = CODE + BigInt(TARGET) + 1n;
      assert.equal(call(vcpu, 0x40, at, 9n).kind, 'fault');
      assert.equal(call(vcpu, 0, at, 2n).kind, 'value');
      assert.deepEqual(call(vcpu, TARGET), value(2n));
      assert.equal(call(vcpu, 0x40, at, 9n).kind, 'fault');
      assert.equal(memory.find(at)?.permissions, 'r-x');
    });
  });

  test('only on the vCPU whose WP is clear', () => {
    withVcpus(({ vcpu, other, call, put }) => {
      put(0, writeProtect(false), STORE_BYTE, RET);
      put(0x40, STORE_BYTE, RET);
      assert.equal(call(vcpu, 0, CODE + BigInt(TARGET), 1n).kind, 'value');
      assert.equal(call(other, 0x40, CODE + BigInt(TARGET), 1n).kind, 'fault');
    });
  });

  test('not to a page that cannot even be read, nor to one that is not there', () => {
    withVcpus(({ vcpu, call, put, memory }) => {
      put(0, writeProtect(false), STORE_BYTE, RET);
      memory.protect(CODE + BigInt(PAGE), PAGE, '---');
      for (const address of [CODE + BigInt(PAGE), NOWHERE]) {
        assert.equal(call(vcpu, 0, address, 1n).kind, 'fault');
        vcpu.reset();
      }
    });
  });

  test('a page that is only read does not become executable meanwhile', () => {
    withVcpus(({ vcpu, call, put, memory }) => {
      memory.map({ name: 'rodata', start: NOWHERE, bytes: new Uint8Array(PAGE).fill(0xc3), permissions: 'r--' });
      put(0, writeProtect(false), STORE_BYTE, [0xff, 0xe7]); // jmp *%rdi
      const end = call(vcpu, 0, NOWHERE, 0xc3n);
      assert.deepEqual(end, { kind: 'fault', access: 'fetch', reason: 'protected', address: NOWHERE });
    });
  });

  test('a store over two pages', () => {
    withVcpus(({ vcpu, call, put, memory }) => {
      put(0, writeProtect(false), [0x48, 0x89, 0x37], writeProtect(true), RET); // mov %rsi, (%rdi)
      const at = CODE + BigInt(PAGE) - 3n;
      assert.equal(call(vcpu, 0, at, 0x1122_3344_5566_7788n).kind, 'value');
      assert.equal(Buffer.from(memory.read(at, 8)).readBigUInt64LE(), 0x1122_3344_5566_7788n);
    });
  });

  test('another vCPU executes the old code until it serialises', () => {
    withVcpus(({ vcpu, other, call, put }) => {
      put(0, writeProtect(false), STORE_BYTE, writeProtect(true), RET);
      put(TARGET, setRax(1), RET);
      assert.deepEqual(call(other, TARGET), value(1n));
      call(vcpu, 0, CODE + BigInt(TARGET) + 1n, 2n);
      assert.deepEqual([call(vcpu, TARGET), call(other, TARGET)], [value(2n), value(1n)]);
      other.serialise();
      assert.deepEqual(call(other, TARGET), value(2n));
    });
  });

  test('preserve puts WP back, and with it the protection', () => {
    withVcpus(({ vcpu, call, put }) => {
      put(0, writeProtect(false), STORE_BYTE, RET);
      put(0x40, STORE_BYTE, RET);
      const at = CODE + BigInt(TARGET);
      assert.equal(vcpu.preserve(() => call(vcpu, 0, at, 1n)).kind, 'value');
      assert.equal(vcpu.get('cr0') & WRITE_PROTECT, WRITE_PROTECT);
      assert.equal(call(vcpu, 0x40, at, 1n).kind, 'fault');
    });
  });

  test('reset sets WP, protects, forgets registers, and lets the vCPU see all code', () => {
    withVcpus(({ vcpu, other, call, put }) => {
      put(0, writeProtect(false), STORE_BYTE, RET);
      put(0x40, STORE_BYTE, RET);
      put(TARGET, setRax(1), RET);
      call(other, TARGET);
      call(vcpu, 0, CODE + BigInt(TARGET) + 1n, 2n);
      for (const one of [vcpu, other]) one.reset();
      assert.deepEqual([vcpu.get('rdi'), vcpu.get('rsp')], [0n, 0n]);
      assert.deepEqual(call(other, TARGET), value(2n));
      assert.equal(call(vcpu, 0x40, CODE + BigInt(TARGET), 1n).kind, 'fault');
    });
  });
});

describe('vCPU: watches', () => {
  test('a watch sees stores of code that was translated before, also with WP clear', () => {
    withVcpus(({ vcpu, call, put }) => {
      put(0, writeProtect(false), STORE_BYTE, writeProtect(true), RET);
      const at = CODE + BigInt(PAGE) + 5n;
      call(vcpu, 0, at, 1n);
      const seen: Store[] = [];
      const end = vcpu.watchStores(at, at + 1n, (store) => seen.push(store));
      call(vcpu, 0, at, 2n);
      end();
      call(vcpu, 0, at, 3n);
      assert.deepEqual([...new Set(seen.map(({ address }) => address))], [at]);
      assert.equal(seen.length, 1);
    });
  });
});
