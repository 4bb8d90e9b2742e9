/** The library's callbacks into the host: which kinds there are, and keeping them until they are taken off. */
import { AsyncLocalStorage } from 'node:async_hooks';
import koffi, { type TypeObject } from 'koffi';
import { check, unicornLibrary, type Pointer } from './native';
import type { Access } from './types';

export const HOOK_INTERRUPT = 1;
export const HOOK_INSTRUCTION = 2;
export const HOOK_INVALID_MEMORY = 0x3f0;
export const HOOK_BLOCK = 1 << 3;
export const HOOK_STORE = 1 << 11;
export const INSTRUCTION_SYSCALL = 699;
export const INSTRUCTION_CPUID = 113;

/** Fault types of the library's memory callback. */
export const FAULTS: Readonly<Record<number, { readonly access: Access; readonly reason: 'unmapped' | 'protected' }>> =
  {
    19: { access: 'read', reason: 'unmapped' },
    20: { access: 'write', reason: 'unmapped' },
    21: { access: 'fetch', reason: 'unmapped' },
    22: { access: 'write', reason: 'protected' },
    23: { access: 'read', reason: 'protected' },
    24: { access: 'fetch', reason: 'protected' },
  };

/**
 * koffi keeps the asynchronous context of its first callback as long as the process lives. That context would be a
 * scenario's, which holds its messages and, through them, the whole run.
 */
const outsideOfScenarios = AsyncLocalStorage.snapshot();

/** The callbacks of one CPU. */
export function createHooks(engine: Pointer) {
  const { native } = unicornLibrary();
  const registered = new Set<bigint>();
  const hook = (
    type: number,
    prototype: TypeObject,
    callback: (...args: never[]) => unknown,
    range: readonly [bigint, bigint] = [1n, 0n],
    ...extra: readonly unknown[]
  ): (() => void) => {
    const pointer = outsideOfScenarios(() => koffi.register(callback, prototype));
    registered.add(pointer);
    const handle: [unknown] = [0];
    check(native.hookAdd(engine, handle, type, pointer, null, range[0], range[1], ...extra), 'uc_hook_add');
    return () => {
      // The engine may have been closed since.
      if (!registered.delete(pointer)) return;
      check(native.hookDelete(engine, handle[0]), 'uc_hook_del');
      koffi.unregister(pointer);
    };
  };

  /** After the engine was closed. */
  const closeHooks = (): void => {
    for (const pointer of registered) koffi.unregister(pointer);
    registered.clear();
  };
  return { hook, closeHooks };
}
