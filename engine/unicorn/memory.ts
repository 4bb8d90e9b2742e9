/** The memory of one emulated CPU, as the library has it: ranges of the host's memory with permissions. */
import { check, unicornLibrary, type Pointer } from './native';
import type { Cpu } from './unicorn';

/** Access rights, as the library numbers them. */
export const READ = 1;
export const WRITE = 2;
export const EXECUTE = 4;

const CONTROL_FORGET = 0x4800_0009;
const PAGE = 4096n;

/** A range with one permission, and its memory, which must not be collected as long as the library uses it. */
interface Mapped {
  readonly start: bigint;
  readonly end: bigint;
  readonly permissions: number;
  readonly memory: Uint8Array;
}

/** The parts in [start, end), and those before and after it. */
function cut(mapped: readonly Mapped[], start: bigint, end: bigint) {
  const touches = (one: Mapped): boolean => one.start < end && start < one.end;
  const touched = mapped.filter(touches);
  const within = (from: bigint, to: bigint): readonly Mapped[] =>
    touched
      .map((one) => ({ ...one, start: one.start > from ? one.start : from, end: one.end < to ? one.end : to }))
      .filter((one) => one.start < one.end);
  const untouched = mapped.filter((one) => !touches(one));
  return { inside: within(start, end), outside: [...untouched, ...within(0n, start), ...within(end, 1n << 64n)] };
}

interface CpuMemory extends Pick<Cpu, 'map' | 'unmap' | 'protect' | 'forget'> {
  readonly isWritable: (address: bigint) => boolean;
}

/** What a CPU can do with its memory, for an engine that has none yet. */
export function cpuMemory(engine: Pointer): CpuMemory {
  const { native } = unicornLibrary();
  let mapped: readonly Mapped[] = [];
  const forget = (start: bigint, end: bigint): void => {
    for (let from = start; from < end;) {
      const next = (from / PAGE + 1n) * PAGE;
      const to = next < end ? next : end;
      check(native.control(engine, CONTROL_FORGET, 'uint64_t', from, 'uint64_t', to), 'uc_ctl');
      from = to;
    }
  };
  const forgetCode = (start: bigint, size: number, permissions: number): void => {
    if ((permissions & EXECUTE) !== 0) forget(start, start + BigInt(size));
  };

  return {
    map(address, memory, permissions) {
      check(native.mapPtr(engine, address, memory.byteLength, permissions, memory), 'uc_mem_map_ptr');
      mapped = [...mapped, { start: address, end: address + BigInt(memory.byteLength), permissions, memory }];
      forgetCode(address, memory.byteLength, permissions);
    },
    unmap(address, size) {
      const end = address + BigInt(size);
      forget(address, end);
      check(native.unmap(engine, address, size), 'uc_mem_unmap');
      mapped = cut(mapped, address, end).outside;
    },
    protect(address, size, permissions) {
      check(native.protect(engine, address, size, permissions), 'uc_mem_protect');
      const { inside, outside } = cut(mapped, address, address + BigInt(size));
      // What was translated runs on, even where it may no longer be executed.
      forgetCode(
        address,
        size,
        inside.reduce((all, one) => all | one.permissions, permissions),
      );
      mapped = [...outside, ...inside.map((one) => ({ ...one, permissions }))];
    },
    forget,
    isWritable: (address) =>
      mapped.some(({ start, end, permissions }) => start <= address && address < end && (permissions & WRITE) !== 0),
  };
}
