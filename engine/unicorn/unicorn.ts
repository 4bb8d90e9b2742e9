/**
 * One emulated x86-64 CPU in long mode: a typed binding of libunicorn 2. Only this folder uses the library.
 *
 * What the library does unexpectedly, and what is done about it here or by its callers:
 * - Instructions are counted or not as a block is translated, so every start has a budget; so is RIP exact at faults.
 * - After two exceptions the third is lost, so each exception ends with the clean context restored (`recover`).
 * - A callback that changes permissions crashes the process: callbacks only note what happened.
 * - A throw in a callback would surface late or never: it is kept, the CPU stopped, and it is thrown after the start.
 * - Code written by the host, or by another CPU, is not seen by translations that exist: `forget` drops them.
 * - Translations outlive the mapping they were made of: they are dropped where memory is unmapped, mapped or protected.
 * - Each region that is unmapped leaves some KiB behind until the CPU is closed: callers open another one in time.
 * - A range of translations is dropped only up to where a region was split, so it is done page by page.
 */
import { cover } from './coverage';
import {
  createHooks,
  FAULTS,
  HOOK_INTERRUPT,
  HOOK_INSTRUCTION,
  HOOK_INVALID_MEMORY,
  HOOK_BLOCK,
  HOOK_STORE,
  INSTRUCTION_SYSCALL,
  INSTRUCTION_CPUID,
} from './hooks';
import { cpuMemory } from './memory';
import { check, unicornLibrary, type Pointer } from './native';
import { KEPT_REGISTERS, REGISTERS, type Register } from './registers';
import type { Cpu, Outcome } from './types';

export { EXECUTE, READ, WRITE } from './memory';
export type { Access, Cpu, CpuidAnswer, CpuidLeaf, Outcome, Store } from './types';

const ARCH_X86 = 4;
const MODE_64 = 1 << 3;
const ERROR_INVALID_INSTRUCTION = 10;
const INVALID_OPCODE = 6;
/** Bytes of the longest single store. */
const LONGEST_STORE = 64n;

/** Most starts end so. */
const STOPPED: Outcome = { kind: 'stopped' };

const unsigned = (value: number | bigint): bigint => BigInt.asUintN(64, BigInt(value));

/** The low 32 bits. */
const low = (value: bigint): number => Number(value & 0xffff_ffffn);

function newEngine(): Pointer {
  const { native } = unicornLibrary();
  const engine: [Pointer] = [null];
  check(native.open(ARCH_X86, MODE_64, engine), 'uc_open');
  return engine[0];
}

/** Opens a CPU: no memory, registers zero, CR0.WP set. */
export function openCpu(): Cpu {
  const { native, callbacks } = unicornLibrary();
  const engine = newEngine();
  cover(engine);
  const { isWritable, ...memory } = cpuMemory(engine);
  const scratch = new BigUint64Array(1);
  let isClosed = false;
  let seen: Outcome | undefined;
  let stoppedAt: bigint | undefined;
  let passed: bigint | undefined;
  let thrown: { readonly error: unknown } | undefined;

  const note = (outcome: Outcome): void => {
    seen ??= outcome;
    native.stop(engine);
  };
  const guarded = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      thrown ??= { error };
      native.stop(engine);
    }
  };
  const { hook, closeHooks } = createHooks(engine);

  hook(HOOK_INTERRUPT, callbacks.interrupt, (_engine: Pointer, vector: number) => {
    note({ kind: 'exception', vector });
  });
  hook(
    HOOK_INVALID_MEMORY,
    callbacks.memoryFault,
    (_engine: Pointer, type: number, address: number | bigint): boolean => {
      const fault = FAULTS[type];
      if (fault !== undefined) seen ??= { kind: 'fault', ...fault, address: unsigned(address) };
      return false;
    },
  );
  hook(HOOK_INSTRUCTION, callbacks.syscall, () => note({ kind: 'syscall' }), [1n, 0n], 'int', INSTRUCTION_SYSCALL);

  const get = (register: Register): bigint => {
    check(native.regRead(engine, REGISTERS[register], scratch), 'uc_reg_read');
    return scratch[0] ?? 0n;
  };
  const set = (register: Register, value: bigint): void => {
    scratch[0] = value;
    if (scratch[0] !== value) throw new RangeError(`${register}: expected 0..2^64-1, got ${value}`);
    check(native.regWrite(engine, REGISTERS[register], scratch), 'uc_reg_write');
  };
  const WRITE_PROTECT = 1n << 16n;
  set('cr0', get('cr0') | WRITE_PROTECT);
  const contexts: Pointer[] = [];
  const newContext = (): Pointer => {
    const context: [Pointer] = [null];
    check(native.contextAlloc(engine, context), 'uc_context_alloc');
    contexts.push(context[0]);
    return context[0];
  };
  const clean = newContext();
  check(native.contextSave(engine, clean), 'uc_context_save');
  let depth = 0;

  /** Where a callback of `stopAt` stopped the last start. */
  const takeStop = (): bigint | undefined => {
    const at = stoppedAt;
    stoppedAt = undefined;
    return at;
  };

  const recover = (): void => {
    const kept = KEPT_REGISTERS.map((register) => [register, get(register)] as const);
    check(native.contextRestore(engine, clean), 'uc_context_restore');
    for (const [register, value] of kept) set(register, value);
  };

  const outcomeOf = (code: number): Outcome => {
    if (seen !== undefined) {
      if (seen.kind === 'exception') recover();
      return seen;
    }
    if (code === ERROR_INVALID_INSTRUCTION) {
      recover();
      return { kind: 'exception', vector: INVALID_OPCODE };
    }
    check(code, 'uc_emu_start');
    return STOPPED;
  };

  return {
    ...memory,
    get,
    set,
    start(begin, until, budget) {
      if (!Number.isSafeInteger(budget) || budget <= 0)
        throw new RangeError(`budget: expected a positive number of instructions, got ${budget}`);
      seen = undefined;
      const code = native.start(engine, begin, until, 0, budget);
      const stop = takeStop();
      if (thrown !== undefined) {
        const { error } = thrown;
        thrown = undefined;
        throw error;
      }
      // A block that follows another without a look-up finds RIP at the instruction that led to it.
      if (stop !== undefined) set('rip', stop);
      return outcomeOf(code);
    },
    preserve(action) {
      depth += 1;
      const context = contexts[depth] ?? newContext();
      check(native.contextSave(engine, context), 'uc_context_save');
      try {
        return action();
      } finally {
        check(native.contextRestore(engine, context), 'uc_context_restore');
        depth -= 1;
      }
    },
    watchStores(start, end, report) {
      const callback = (_engine: Pointer, _type: number, at: number | bigint, size: number): void => {
        const address = unsigned(at);
        const last = address + BigInt(size) - 1n;
        // The library reports a store before it finds that it is not allowed.
        if (last >= start && isWritable(address) && isWritable(last)) guarded(() => report({ address, size }));
      };
      // The library asks where a store begins.
      const first = start > LONGEST_STORE ? start - LONGEST_STORE : 0n;
      return hook(HOOK_STORE, callbacks.memoryAccess, callback, [first, end - 1n]);
    },
    stopAt(address) {
      const stop = (): void => {
        if (passed === address) passed = undefined;
        else {
          stoppedAt = address;
          native.stop(engine);
        }
      };
      hook(HOOK_BLOCK, callbacks.block, stop, [address, address]);
      memory.forget(address, address + 1n);
    },
    passOnce(address) {
      passed = address;
    },
    onCpuid(answer) {
      const instead = (): number => {
        guarded(() => {
          const { eax, ebx, ecx, edx } = answer(low(get('rax')), low(get('rcx')));
          set('rax', unsigned(eax >>> 0));
          set('rbx', unsigned(ebx >>> 0));
          set('rcx', unsigned(ecx >>> 0));
          set('rdx', unsigned(edx >>> 0));
        });
        return 1;
      };
      hook(HOOK_INSTRUCTION, callbacks.cpuid, instead, [1n, 0n], 'int', INSTRUCTION_CPUID);
    },
    reset() {
      check(native.contextRestore(engine, clean), 'uc_context_restore');
    },
    close() {
      // The memory may be that of others by now.
      if (isClosed) return;
      isClosed = true;
      for (const context of contexts) check(native.contextFree(context), 'uc_context_free');
      check(native.close(engine), 'uc_close');
      closeHooks();
    },
  };
}
