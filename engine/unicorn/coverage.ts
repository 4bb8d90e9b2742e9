/**
 * Which blocks of code have begun, of all CPUs that are opened afterwards. A tiny native library (`coverage.c`) notes
 * them: a callback into Node.js for each block would take most of the time.
 */
import koffi from 'koffi';
import { u32At, wordBytes } from '../bytes';
import { COVERAGE_LIBRARY } from './build';
import { HOOK_BLOCK } from './hooks';
import { check, unicornLibrary, type Pointer } from './native';

/** As in coverage.c: start, size, count, the blocks since the last look, a byte for each address. */
const AT = { start: 0, size: 8, count: 16, fresh: 24 } as const;
const ROOM = 16_384;
const SEEN_AT = AT.fresh + ROOM * 4;

export interface Coverage {
  /** The blocks that began for the first time since the last call: bytes from `start`. */
  readonly take: () => Uint32Array;
  /** These are known, and no longer new. */
  readonly know: (blocks: Iterable<number>) => void;
}

/** What each CPU of this process is to have. It holds the library, which would be unloaded otherwise. */
interface Active {
  readonly library: unknown;
  readonly callback: Pointer;
  readonly memory: Uint8Array;
  readonly range: readonly [bigint, bigint];
}

let active: Active | undefined;

/** The library and its callback; undefined where it cannot be loaded: on another processor or system. */
function findCallback(): Pick<Active, 'library' | 'callback'> | undefined {
  try {
    const library = koffi.load(COVERAGE_LIBRARY.file);
    const callback = library.func('void *coverage_callback()') as () => Pointer;
    return { library, callback: callback() };
  } catch {
    return undefined;
  }
}

/**
 * Looks at the blocks that begin at [start, start + size) of the CPUs that this process opens from now on. Undefined
 * where that is not possible. TypeError the second time.
 */
export function startCoverage(start: bigint, size: number): Coverage | undefined {
  if (active !== undefined) throw new TypeError('coverage: expected one in a process, got a second');
  const found = findCallback();
  if (found === undefined) return undefined;
  const memory = new Uint8Array(SEEN_AT + size);
  memory.set(wordBytes(start, 8), AT.start);
  memory.set(wordBytes(size, 8), AT.size);
  active = { ...found, memory, range: [start, start + BigInt(size) - 1n] };
  return {
    take() {
      const count = u32At(memory, AT.count);
      const blocks = new Uint32Array(memory.buffer, AT.fresh, count).slice();
      memory.fill(0, AT.count, AT.fresh);
      return blocks;
    },
    know(blocks) {
      for (const block of blocks) if (block < size) memory[SEEN_AT + block] = 1;
    },
  };
}

/** A CPU was opened. */
export function cover(engine: Pointer): void {
  if (active === undefined) return;
  const { callback, memory, range } = active;
  check(unicornLibrary().native.hookAdd(engine, [0], HOOK_BLOCK, callback, memory, ...range), 'uc_hook_add');
}
