import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  BUDGET,
  CODE,
  DATA,
  END,
  HLT,
  JUMP,
  LOAD,
  MANY,
  NOP,
  NOWHERE,
  PAGE,
  setRax,
  STORE,
  withCpu,
  type TestCpu,
} from './fixtures';
import type { Outcome } from './unicorn';

/** What goes wrong, the code for it, and what is expected of it; RDI is set first. */
const FAILURES: readonly {
  readonly name: string;
  readonly code: readonly number[];
  readonly rdi: bigint;
  readonly outcome: Outcome;
  /** RIP, from the instruction's own address; undefined if it is RDI. */
  readonly rip: number | undefined;
}[] = [
  { name: '#UD', code: [0x0f, 0x0b], rdi: 0n, outcome: { kind: 'exception', vector: 6 }, rip: 0 },
  {
    name: '#UD of popcnt, which it does not know',
    code: [0xf3, 0x0f, 0xb8, 0xc1],
    rdi: 0n,
    outcome: { kind: 'exception', vector: 6 },
    rip: 0,
  },
  { name: '#DE', code: [0x48, 0xf7, 0xf7], rdi: 0n, outcome: { kind: 'exception', vector: 0 }, rip: 0 },
  { name: '#BP', code: [0xcc], rdi: 0n, outcome: { kind: 'exception', vector: 3 }, rip: 1 },
  { name: '#GP', code: [0x8e, 0xdf], rdi: 0x1234n, outcome: { kind: 'exception', vector: 13 }, rip: 0 },
  {
    name: 'read of unmapped memory',
    code: LOAD,
    rdi: NOWHERE,
    outcome: { kind: 'fault', access: 'read', reason: 'unmapped', address: NOWHERE },
    rip: 0,
  },
  {
    name: 'write of unmapped memory',
    code: STORE,
    rdi: NOWHERE,
    outcome: { kind: 'fault', access: 'write', reason: 'unmapped', address: NOWHERE },
    rip: 0,
  },
  {
    name: 'write of protected memory',
    code: STORE,
    rdi: CODE + 0x123n,
    outcome: { kind: 'fault', access: 'write', reason: 'protected', address: CODE + 0x123n },
    rip: 0,
  },
  {
    name: 'fetch of protected memory',
    code: JUMP,
    rdi: DATA + 5n,
    outcome: { kind: 'fault', access: 'fetch', reason: 'protected', address: DATA + 5n },
    rip: undefined,
  },
  {
    name: 'fetch of unmapped memory',
    code: JUMP,
    rdi: NOWHERE,
    outcome: { kind: 'fault', access: 'fetch', reason: 'unmapped', address: NOWHERE },
    rip: undefined,
  },
];

const FAIL_AT = 0x40;
const WORKS_AT = 0x80;

/** Runs the failing code, which is in the middle of a block, and then code that works. */
function failOnce({ cpu, put, start, run }: TestCpu, { code, rdi, outcome, rip }: (typeof FAILURES)[number]): void {
  put(FAIL_AT, NOP, NOP, NOP, code, HLT);
  cpu.forget(CODE + BigInt(FAIL_AT), CODE + BigInt(WORKS_AT));
  cpu.set('rdi', rdi);
  assert.deepEqual(start(FAIL_AT), outcome);
  assert.equal(cpu.get('rip'), rip === undefined ? rdi : CODE + BigInt(FAIL_AT + 3 + rip));
  put(WORKS_AT, setRax(7), HLT);
  assert.deepEqual(run(WORKS_AT), { kind: 'stopped', rip: CODE + BigInt(WORKS_AT + 6), rax: 7n });
}

describe('trap 2: exceptions stick; trap 3: RIP is imprecise in a block; trap 8: there is no IDT', () => {
  for (const failure of FAILURES)
    test(`${failure.name}, ${MANY} times in a row`, () => {
      withCpu((bench) => {
        for (let time = 0; time < MANY; time++) failOnce(bench, failure);
      });
    });

  test('in any order', () => {
    withCpu((bench) => {
      const order = fc.array(fc.constantFrom(...FAILURES), { minLength: 4, maxLength: 12 });
      fc.assert(
        fc.property(order, (failures) => failures.forEach((failure) => failOnce(bench, failure))),
        { numRuns: 20 },
      );
    });
  });

  test('after an exception the registers are those of the code', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, setRax(5), [0x0f, 0x0b]);
      cpu.set('r15', 0xffff_ffff_ffff_ffffn);
      cpu.set('rflags', 0x202n);
      run();
      assert.deepEqual(
        [cpu.get('rax'), cpu.get('r15'), cpu.get('rsp'), cpu.get('rflags')],
        [5n, 0xffff_ffff_ffff_ffffn, DATA + BigInt(PAGE), 0x202n],
      );
    });
  });

  test('going on behind an undefined instruction is starting again', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, [0x0f, 0x0b], setRax(9), HLT);
      const { rip } = run();
      assert.deepEqual(cpu.start(rip + 2n, END, BUDGET), { kind: 'stopped' });
      assert.equal(cpu.get('rax'), 9n);
    });
  });
});
