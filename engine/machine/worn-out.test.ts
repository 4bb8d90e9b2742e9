import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODE, DATA, PAGE, setRax, STORE } from '../unicorn/fixtures';
import { RET, STACK, value, withVcpus } from './vcpu.fixtures';
import { WORN_OUT } from './vcpu';

test('a vCPU whose emulator had too many regions goes on with another after a reset', () => {
  withVcpus(({ memory, vcpu, call, put }) => {
    const start = DATA + BigInt(4 * PAGE);
    const seen: bigint[] = [];
    put(0, STORE, setRax(7), RET);
    const unwatch = vcpu.watchStores(start, start + 8n, ({ address }) => seen.push(address));
    const touch = (): void => {
      memory.map({ name: 'payload', start, bytes: new Uint8Array(PAGE), permissions: 'rw-' });
      assert.deepEqual(call(vcpu, 0, start), value(7n));
      memory.unmap(start, PAGE);
    };
    for (let regions = 0; regions < WORN_OUT; regions++) touch();
    vcpu.set('rbx', 5n);
    vcpu.reset();
    assert.equal(vcpu.get('rbx'), 0n);
    const before = seen.length;
    assert.equal(before, WORN_OUT);
    unwatch();
    touch();
    assert.equal(seen.length, before);
    // The new one sees what the host stores into code, and memory as it is.
    put(0, setRax(9), RET);
    assert.deepEqual(call(vcpu, 0, start), value(9n));
    assert.deepEqual(memory.find(CODE)?.permissions, 'r-x');
    assert.equal(vcpu.get('rsp'), STACK);
  });
});

test('one goes on with another at its next run, with its registers, unless something would be lost', () => {
  withVcpus(({ memory, vcpu, call, put }) => {
    const start = DATA + BigInt(4 * PAGE);
    put(0, STORE, setRax(7), RET);
    const wearOut = (): void => {
      for (let regions = 0; regions < WORN_OUT; regions++) {
        memory.map({ name: 'payload', start, bytes: new Uint8Array(PAGE), permissions: 'rw-' });
        call(vcpu, 0, start);
        memory.unmap(start, PAGE);
      }
    };
    const seen: bigint[] = [];
    wearOut();
    vcpu.set('rbx', 5n);
    put(0, setRax(9), RET);
    vcpu.preserve(() => {
      vcpu.set('rbx', 6n);
      assert.deepEqual(call(vcpu, 0, start), value(9n));
    });
    assert.equal(vcpu.get('rbx'), 5n);
    assert.deepEqual(call(vcpu, 0, start), value(9n));
    assert.equal(vcpu.get('rbx'), 5n);
    put(0, STORE, setRax(7), RET);
    vcpu.watchStores(start, start + 8n, ({ address }) => seen.push(address));
    wearOut();
    memory.map({ name: 'payload', start, bytes: new Uint8Array(PAGE), permissions: 'rw-' });
    call(vcpu, 0, start);
    assert.equal(seen.length, WORN_OUT + 1, 'a watch goes on');
  });
});
