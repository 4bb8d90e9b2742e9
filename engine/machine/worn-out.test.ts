import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODE, DATA, NOWHERE, PAGE, setRax, STORE } from '../unicorn/fixtures';
import { RET, STACK, value, withVcpus, type TestVcpus } from './vcpu.fixtures';
import { WORN_OUT, type Vcpu } from './vcpu';

/** CR2 is not among the registers that another CPU gets: what is put there tells which one runs. */
const MARK = 5n;
const mark = (vcpu: Vcpu): void => vcpu.set('cr2', MARK);
const isAnother = (vcpu: Vcpu): boolean => vcpu.get('cr2') !== MARK;

const START = DATA + BigInt(4 * PAGE);
/** Takes as many regions from the vCPU as make its emulator worn out; the code at 0 stores into each. */
function wearOut({ memory, vcpu, call }: TestVcpus): void {
  for (let regions = 0; regions < WORN_OUT; regions++) {
    memory.map({ name: 'payload', start: START, bytes: new Uint8Array(PAGE), permissions: 'rw-' });
    call(vcpu, 0, START);
    memory.unmap(START, PAGE);
  }
}

test('a vCPU whose emulator had too many regions goes on with another after a reset', () => {
  withVcpus(({ memory, vcpu, call, put }) => {
    const seen: bigint[] = [];
    put(0, STORE, setRax(7), RET);
    const unwatch = vcpu.watchStores(START, START + 8n, ({ address }) => seen.push(address));
    const touch = (): void => {
      memory.map({ name: 'payload', start: START, bytes: new Uint8Array(PAGE), permissions: 'rw-' });
      assert.deepEqual(call(vcpu, 0, START), value(7n));
      memory.unmap(START, PAGE);
    };
    for (let regions = 0; regions < WORN_OUT; regions++) touch();
    vcpu.set('rbx', 5n);
    vcpu.reset();
    assert.equal(vcpu.get('rbx'), 0n);
    const before = seen.length;
    assert.equal(before, WORN_OUT);
    unwatch();
    mark(vcpu);
    touch();
    assert.ok(isAnother(vcpu));
    assert.equal(seen.length, before);
    // The new one sees what the host stores into code, and memory as it is.
    put(0, setRax(9), RET);
    assert.deepEqual(call(vcpu, 0, START), value(9n));
    assert.deepEqual(memory.find(CODE)?.permissions, 'r-x');
    assert.equal(vcpu.get('rsp'), STACK);
  });
});

test('one goes on with another at its next run, with its registers, unless something would be lost', () => {
  withVcpus((bench) => {
    const { memory, vcpu, call, put } = bench;
    put(0, STORE, setRax(7), RET);
    const seen: bigint[] = [];
    wearOut(bench);
    vcpu.set('rbx', 5n);
    mark(vcpu);
    put(0, setRax(9), RET);
    vcpu.preserve(() => {
      vcpu.set('rbx', 6n);
      assert.deepEqual(call(vcpu, 0, START), value(9n));
    });
    assert.equal(vcpu.get('rbx'), 5n);
    assert.ok(!isAnother(vcpu));
    assert.deepEqual(call(vcpu, 0, START), value(9n));
    assert.equal(vcpu.get('rbx'), 5n);
    assert.ok(isAnother(vcpu));
    put(0, STORE, setRax(7), RET);
    vcpu.watchStores(START, START + 8n, ({ address }) => seen.push(address));
    wearOut(bench);
    memory.map({ name: 'payload', start: START, bytes: new Uint8Array(PAGE), permissions: 'rw-' });
    call(vcpu, 0, START);
    assert.equal(seen.length, WORN_OUT + 1, 'a watch goes on');
  });
});

test('and not while pages are lifted: it protects these again first', () => {
  withVcpus((bench) => {
    const { memory, vcpu, call, put } = bench;
    const writeProtect = vcpu.get('cr0');
    memory.map({ name: 'rodata', start: NOWHERE, bytes: new Uint8Array(PAGE), permissions: 'r--' });
    put(0, STORE, RET);
    vcpu.set('cr0', 0n);
    assert.equal(call(vcpu, 0, NOWHERE).kind, 'value');
    wearOut(bench);
    mark(vcpu);
    vcpu.set('cr0', writeProtect);
    put(0, RET);
    assert.equal(call(vcpu, 0).kind, 'value');
    assert.ok(!isAnother(vcpu));
    assert.equal(call(vcpu, 0).kind, 'value');
    assert.ok(isAnother(vcpu));
  });
});
