import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ACTION_STRUCT,
  GET,
  LIST,
  LIVEPATCH_OP_HEADER,
  SYSCTL_HEADER,
  UPLOAD,
  type LivepatchOp,
  type Revision,
} from '../abi/hypercall';
import { describeSysctl, layoutOf, livepatchOpOf, operationOf, type ForeignCall } from './describe';
import { changes, plain } from './shown';
import { stopEvidence } from './stop';

/** A structure with this content of the union. */
function structure(cmd: number, union: Uint8Array = new Uint8Array(), version = 0x15, pad = 0): Uint8Array {
  const bytes = new Uint8Array(136);
  bytes.set(SYSCTL_HEADER.encode({ cmd: 27, interface_version: version }));
  bytes.set(LIVEPATCH_OP_HEADER.encode({ cmd, pad }), 8);
  bytes.set(union, 16);
  return bytes;
}

const described = (before: Uint8Array, after: Uint8Array, more: Partial<ForeignCall> = {}) =>
  describeSysctl({ revision: 2, interfaceVersion: 0x15, before, after, pointers: new Set(), ...more });

describe("somebody else's hypercall", () => {
  it('has the operation of its number, in the layout of its revision', () => {
    const operations: readonly LivepatchOp[] = ['UPLOAD', 'GET', 'LIST', 'ACTION'];
    for (const [cmd, operation] of operations.entries()) assert.equal(livepatchOpOf(structure(cmd)), operation);
    assert.equal(livepatchOpOf(structure(4)), undefined);
    for (const revision of [1, 2] as const satisfies readonly Revision[])
      assert.deepEqual(
        operations.map((operation) => layoutOf(revision, operation)),
        [UPLOAD, GET, LIST[revision], ACTION_STRUCT[revision]],
      );
  });

  it('that is an action is called as the action is', () => {
    const named = (cmd: number): string => operationOf('ACTION', structure(3, ACTION_STRUCT[2].encode({ cmd })));
    assert.deepEqual([0, 1, 2, 3, 4, 5].map(named), ['ACTION', 'UNLOAD', 'REVERT', 'APPLY', 'REPLACE', 'ACTION']);
    assert.equal(operationOf('GET', structure(1, ACTION_STRUCT[2].encode({ cmd: 1 }))), 'GET');
  });

  it('has its fields, what is a pointer, and what the hypervisor changed', () => {
    const asked = { name: 0x10n, name_size: 2 };
    const before = structure(1, GET.encode(asked));
    const after = structure(1, GET.encode({ ...asked, state: 2, rc: -11 }));
    const name = Buffer.from('ab\0cd');
    assert.deepEqual(described(before, after, { pointers: new Set(['name']), name }), {
      operation: 'GET',
      payload: 'ab',
      in: { name: { buffer: '0x10' }, name_size: 2, name_pad: '000000000000', state: 0, rc: 0 },
      out: { state: 2, rc: -11 },
    });
    assert.deepEqual(described(before, before), {
      operation: 'GET',
      in: { name: '0x10', name_size: 2, name_pad: '000000000000', state: 0, rc: 0 },
      out: {},
    });
    const list = structure(2, LIST[2].encode({ nr: 1 }));
    assert.equal('payload' in described(list, list, { name }), false);
  });

  it('has what is unusual in front of it', () => {
    const odd = structure(1, new Uint8Array(), 0x16, 5);
    const { in: given } = described(odd, odd);
    assert.deepEqual(Object.entries(given).slice(0, 2), [
      ['sysctl.interface_version', '0x16'],
      ['op.pad', 5],
    ]);
    const none = structure(9, new Uint8Array(), 0x16);
    assert.deepEqual(described(none, none), {
      operation: 'livepatch_op 9',
      in: { 'sysctl.interface_version': '0x16' },
      out: {},
    });
    assert.deepEqual(described(structure(9), structure(9)).in, {});
  });
});

describe('fields', () => {
  it('are numbers as they are, 64-bit values and bytes in hexadecimal', () =>
    assert.deepEqual(plain({ a: 5, b: 5n, c: Uint8Array.of(5) }), { a: 5, b: '0x5', c: '05' }));

  it('have changed if they hold another value', () => {
    const before = { same: 1, pointer: { buffer: '0x1' }, moved: { buffer: '0x1' }, other: 1 };
    assert.deepEqual(changes(before, { same: 1, pointer: '0x1', moved: '0x2', other: 2, added: 3 }), {
      moved: '0x2',
      other: 2,
      added: 3,
    });
  });
});

it('a stop is evidence with its addresses in hexadecimal', () => {
  const stop = { where: 'a+0x1', why: 'BUG', registers: { rip: 16n }, backtrace: ['b'], console: ['c'] };
  const shown = { kind: 'stop', ...stop, registers: { rip: '0x10' } };
  assert.deepEqual(stopEvidence(stop), shown);
  const fault = { access: 'load', reason: 'unmapped', address: 32n } as const;
  assert.deepEqual(stopEvidence({ ...stop, fault, isOutOfBudget: true }), {
    ...shown,
    fault: { ...fault, address: '0x20' },
    isOutOfBudget: true,
  });
});
