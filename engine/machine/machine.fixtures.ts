/** For the tests: a machine whose vCPUs can wait, be interrupted and run programs, and which notes what happens. */
import assert from 'node:assert/strict';
import { u32At, wordBytes } from '../bytes';
import { CODE, DATA, FOREVER, HLT, PAGE } from '../unicorn/fixtures';
import { NEVER } from './clock';
import { createMachine, type Machine } from './machine';
import type { RunEnd, Vcpu } from './vcpu';

const BUDGET = 10_000;
const RETURN = CODE + 0xff0n;
/** `hlt; ret`: waits for the u32 at DATA to differ from ESI, until RDX. */
export const WAIT = CODE + 0xf00n;
/** Ends what an interrupt began. */
const LEAVE = CODE + 0xf10n;
const STACK_SIZE = 0x100n;

/** The interrupt handler: incl COUNT(%rip); hlt at LEAVE */
const HANDLER = 0x100;
const COUNT = DATA + 8n;
/** call WAIT; ret */
const WAITER = 0x200;
/** jmp . */
export const ENDLESS = 0x40;
/** call WAIT; then as the handler. */
export const PATIENT_HANDLER = 0x300;

const relative = (from: bigint, to: bigint): readonly number[] => [...wordBytes(to - from - 4n, 4)];

export interface TestMachine {
  readonly machine: Machine;
  /** Lines of what happened, with the time. */
  readonly log: string[];
  readonly word: (value?: number) => number;
  readonly counted: () => number;
  /** Runs the waiting function on a vCPU as the driving one. */
  readonly waitOn: (index: number, value: number, deadline: bigint) => bigint;
  /** Where an interrupt goes. */
  setHandler: (offset: number) => void;
}

export function withMachine(action: (bench: TestMachine) => void, cpus = 3): void {
  const log: string[] = [];
  let handler = HANDLER;
  const stackOf = (vcpu: Vcpu): bigint => DATA + BigInt(PAGE) - BigInt(vcpu.index) * STACK_SIZE;
  const machine: Machine = createMachine({
    returnAddress: RETURN,
    budget: BUDGET,
    onTrap: () => undefined,
    onSyscall: () => RETURN,
    onInterrupt: (vcpu) => {
      log.push(`${machine.now()}: interrupt ${vcpu.index}`);
      vcpu.set('rsp', stackOf(vcpu));
      vcpu.set('rsi', 0n);
      vcpu.set('rdx', NEVER);
      return CODE + BigInt(handler);
    },
    onUnexpectedEnd: (vcpu, end) => {
      throw new Error(`vCPU ${vcpu.index}: ${end.kind}`);
    },
  });
  const { memory } = machine;
  const code = new Uint8Array(PAGE);
  const put = (at: bigint, ...bytes: readonly (readonly number[])[]): void => code.set(bytes.flat(), Number(at - CODE));
  put(RETURN, HLT);
  put(WAIT, HLT, [0xc3]);
  put(LEAVE, HLT);
  const handlerAt = CODE + BigInt(HANDLER);
  put(handlerAt, [0xff, 0x05], relative(handlerAt + 2n, COUNT), [0xe9], relative(handlerAt + 7n, LEAVE));
  const waiter = CODE + BigInt(WAITER);
  put(waiter, [0xe8], relative(waiter + 1n, WAIT), [0xc3]);
  const patient = CODE + BigInt(PATIENT_HANDLER);
  put(patient, [0xe8], relative(patient + 1n, WAIT), [0xe9], relative(patient + 6n, handlerAt));
  put(CODE + BigInt(ENDLESS), FOREVER);
  memory.map({ name: 'code', start: CODE, bytes: code, permissions: 'r-x' });
  memory.map({ name: 'data', start: DATA, bytes: new Uint8Array(PAGE), permissions: 'rw-' });
  machine.gate(WAIT, (vcpu) => {
    const value = Number(vcpu.get('rsi'));
    const result = machine.wait(vcpu, { holds: () => read(DATA) === value, deadline: vcpu.get('rdx') });
    log.push(`${machine.now()}: ${result === 'park' ? 'park' : 'waited'} ${vcpu.index}`);
    return result;
  });
  machine.gate(LEAVE, (vcpu) => {
    log.push(`${machine.now()}: left ${vcpu.index}`);
    return 'leave';
  });
  machine.setCpus(cpus);
  const read = (address: bigint): number => u32At(memory.read(address, 4));
  try {
    action({
      machine,
      log,
      word: (value) => {
        if (value !== undefined) memory.write(DATA, Uint8Array.of(value, 0, 0, 0));
        return read(DATA);
      },
      counted: () => read(COUNT),
      waitOn: (index, value, deadline) => {
        const vcpu = machine.vcpu(index);
        return machine.drive(vcpu, () => {
          const end = vcpu.call(CODE + BigInt(WAITER), [0n, BigInt(value), deadline], stackOf(vcpu), BUDGET);
          return end.kind === 'value' ? end.value : assert.fail(end.kind);
        });
      },
      setHandler: (offset) => {
        handler = offset;
      },
    });
  } finally {
    machine.close();
  }
}

/** A program that notes when it began and ended; it runs the leaving code. */
export function program(bench: TestMachine, time: bigint, name: string, from = LEAVE) {
  const note = (what: string): void => {
    bench.log.push(`${bench.machine.now()}: ${name} ${what}`);
  };
  return {
    time,
    start: (vcpu: Vcpu) => {
      note('starts');
      vcpu.set('rsp', DATA + BigInt(PAGE) - BigInt(vcpu.index) * STACK_SIZE);
      return from;
    },
    done: (_vcpu: Vcpu, end: RunEnd) => note(end.kind),
  };
}
