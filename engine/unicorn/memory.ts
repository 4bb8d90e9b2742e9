/** The memory of one emulated CPU, as the library has it: ranges of the host's memory with permissions. */
import { pageStart, sizeOfPages } from '../pages';
import { check, unicornLibrary, type Pointer } from './native';
import type { Cpu } from './types';

/** Access rights, as the library numbers them. */
export const READ = 1;
export const WRITE = 2;
export const EXECUTE = 4;

const CONTROL_FORGET = 0x4800_0009;

/** A range with one permission, and its memory, which must not be collected as long as the library uses it. */
interface Mapped {
  readonly start: bigint;
  readonly end: bigint;
  readonly permissions: number;
  readonly memory: Uint8Array;
}

/** A range's part in [start, end). */
const part = (one: Mapped, start: bigint, end: bigint): Mapped => ({
  ...one,
  start: one.start > start ? one.start : start,
  end: one.end < end ? one.end : end,
});

/** The permissions that any of them has. */
const allOf = (ranges: readonly Mapped[]): number => ranges.reduce((all, { permissions }) => all | permissions, 0);

interface CpuMemory extends Pick<Cpu, 'map' | 'unmap' | 'protect' | 'forget'> {
  readonly isWritable: (address: bigint) => boolean;
}

/** What a CPU can do with its memory, for an engine that has none yet. */
export function cpuMemory(engine: Pointer): CpuMemory {
  const { native } = unicornLibrary();
  /** By their starts. */
  const mapped = new Map<bigint, Mapped>();
  const add = (one: Mapped): void => {
    if (one.start < one.end) mapped.set(one.start, one);
  };
  /** Takes out what is in [start, end). */
  const take = (start: bigint, end: bigint): readonly Mapped[] => {
    const whole = mapped.get(start);
    if (whole?.end === end) {
      mapped.delete(start);
      return [whole];
    }
    const touched = [...mapped.values()].filter((one) => one.start < end && start < one.end);
    for (const one of touched) {
      mapped.delete(one.start);
      add(part(one, one.start, start));
      add(part(one, end, one.end));
    }
    return touched.map((one) => part(one, start, end));
  };
  const forget = (start: bigint, end: bigint): void => {
    for (let from = start; from < end;) {
      const next = pageStart(from) + sizeOfPages(1);
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
      add({ start: address, end: address + BigInt(memory.byteLength), permissions, memory });
      forgetCode(address, memory.byteLength, permissions);
    },
    unmap(address, size) {
      const taken = take(address, address + BigInt(size));
      forgetCode(address, size, allOf(taken));
      check(native.unmap(engine, address, size), 'uc_mem_unmap');
    },
    protect(address, size, permissions) {
      const taken = take(address, address + BigInt(size));
      // What was translated runs on, even where it may no longer be executed. Once the permissions have changed, the
      // library does not always find it.
      forgetCode(address, size, allOf(taken) | permissions);
      check(native.protect(engine, address, size, permissions), 'uc_mem_protect');
      for (const one of taken) add({ ...one, permissions });
    },
    forget,
    isWritable(address) {
      for (const { start, end, permissions } of mapped.values())
        if (start <= address && address < end) return (permissions & WRITE) !== 0;
      return false;
    },
  };
}
