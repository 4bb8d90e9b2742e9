/** The C functions of libunicorn 2 that the project calls, through koffi. */
import koffi, { type TypeObject } from 'koffi';
import { provideUnicorn } from './library';

/** A pointer as koffi hands it out. */
export type Pointer = unknown;

export interface NativeUnicorn {
  readonly open: (arch: number, mode: number, engine: [Pointer]) => number;
  readonly close: (engine: Pointer) => number;
  readonly strerror: (code: number) => string;
  readonly mapPtr: (engine: Pointer, address: bigint, size: number, permissions: number, memory: Uint8Array) => number;
  readonly unmap: (engine: Pointer, address: bigint, size: number) => number;
  readonly protect: (engine: Pointer, address: bigint, size: number, permissions: number) => number;
  readonly regRead: (engine: Pointer, register: number, value: BigUint64Array) => number;
  readonly regWrite: (engine: Pointer, register: number, value: BigUint64Array) => number;
  readonly start: (engine: Pointer, begin: bigint, until: bigint, timeout: number, count: number) => number;
  readonly stop: (engine: Pointer) => number;
  readonly hookAdd: (...args: readonly unknown[]) => number;
  readonly hookDelete: (engine: Pointer, hook: unknown) => number;
  readonly control: (...args: readonly unknown[]) => number;
  readonly contextAlloc: (engine: Pointer, context: [Pointer]) => number;
  readonly contextSave: (engine: Pointer, context: Pointer) => number;
  readonly contextRestore: (engine: Pointer, context: Pointer) => number;
  readonly contextFree: (context: Pointer) => number;
}

/** The C types of the callbacks. koffi hands 64-bit numbers above 2^63 over as negative ones. */
export interface CallbackTypes {
  readonly interrupt: TypeObject;
  readonly invalidInstruction: TypeObject;
  readonly memoryFault: TypeObject;
  readonly memoryAccess: TypeObject;
  readonly syscall: TypeObject;
  readonly block: TypeObject;
  readonly cpuid: TypeObject;
}

interface Library {
  readonly native: NativeUnicorn;
  readonly callbacks: CallbackTypes;
}

function load(path: string): Library {
  const library = koffi.load(path);
  const native: NativeUnicorn = {
    open: library.func('int uc_open(int arch, int mode, _Out_ void **engine)'),
    close: library.func('int uc_close(void *engine)'),
    strerror: library.func('const char *uc_strerror(int code)'),
    mapPtr: library.func('int uc_mem_map_ptr(void *engine, uint64_t address, size_t size, uint32_t perms, void *ptr)'),
    unmap: library.func('int uc_mem_unmap(void *engine, uint64_t address, size_t size)'),
    protect: library.func('int uc_mem_protect(void *engine, uint64_t address, size_t size, uint32_t perms)'),
    regRead: library.func('int uc_reg_read(void *engine, int reg, void *value)'),
    regWrite: library.func('int uc_reg_write(void *engine, int reg, const void *value)'),
    start: library.func(
      'int uc_emu_start(void *engine, uint64_t begin, uint64_t until, uint64_t timeout, size_t count)',
    ),
    stop: library.func('int uc_emu_stop(void *engine)'),
    hookAdd: library.func(
      'int uc_hook_add(void *engine, _Out_ size_t *hook, int type, void *callback, void *data, uint64_t begin, uint64_t end, ...)',
    ),
    hookDelete: library.func('int uc_hook_del(void *engine, size_t hook)'),
    control: library.func('int uc_ctl(void *engine, uint32_t control, ...)'),
    contextAlloc: library.func('int uc_context_alloc(void *engine, _Out_ void **context)'),
    contextSave: library.func('int uc_context_save(void *engine, void *context)'),
    contextRestore: library.func('int uc_context_restore(void *engine, void *context)'),
    contextFree: library.func('int uc_context_free(void *context)'),
  };
  const pointerTo = (prototype: string) => koffi.pointer(koffi.proto(prototype));
  return {
    native,
    callbacks: {
      interrupt: pointerTo('void lpc_interrupt(void *engine, uint32_t vector, void *data)'),
      invalidInstruction: pointerTo('bool lpc_invalid(void *engine, void *data)'),
      memoryFault: pointerTo(
        'bool lpc_fault(void *engine, int type, uint64_t address, int size, int64_t value, void *data)',
      ),
      memoryAccess: pointerTo(
        'void lpc_access(void *engine, int type, uint64_t address, int size, int64_t value, void *data)',
      ),
      syscall: pointerTo('void lpc_syscall(void *engine, void *data)'),
      block: pointerTo('void lpc_block(void *engine, uint64_t address, uint32_t size, void *data)'),
      cpuid: pointerTo('int lpc_cpuid(void *engine, void *data)'),
    },
  };
}

/** A process has one: koffi cannot take back what it declared. */
let loaded: Library | undefined;

/** libunicorn, loaded once in a process. User error if it can neither be found nor provided. */
export function unicornLibrary(): Library {
  loaded ??= load(provideUnicorn((line) => process.stderr.write(`${line}\n`)));
  return loaded;
}

/** Throws where the library answers with an error. */
export function check(code: number, what: string): void {
  if (code !== 0) throw new Error(`${what}: ${unicornLibrary().native.strerror(code)}`);
}
