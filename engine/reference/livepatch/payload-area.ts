/** The area for payloads: after the image, up to 1 GiB above the start of the hypervisor's window. PLACE-6. */
import { endOf } from '../../machine/regions';
import { PAGE_SIZE, pageAlign, sizeOfPages } from '../../pages';
import type { System } from '../hypervisor/system';
import type { LoadedPayload, Place } from './load';

const ALIGNMENT = 0x20_0000n;
const WINDOW = 0x4000_0000n;
/** Where nothing else is. */
const HEAP = 0xffff_8300_4000_0000n;

export interface PayloadArea {
  /** No payload is below it. */
  readonly start: bigint;
  /** The first free room for that many pages. PLACE-1, PLACE-4, ELF-16. */
  readonly findRoom: Place;
  /** The payload's regions become the hypervisor's memory, with their permissions. PLACE-2. */
  readonly map: (name: string, payload: LoadedPayload) => void;
  readonly unmap: (payload: LoadedPayload) => void;
  /** Memory of zeros beside the payloads, as from a heap; its address, undefined for none. */
  readonly allocate: (size: number) => bigint | undefined;
  /** Gives back what `allocate` gave. */
  readonly free: (start: bigint | undefined) => void;
  /** Remembers what is taken; the returned function puts that back. The memory is somebody else's to put back. */
  readonly save: () => () => void;
  /** Nothing is in it any more; the memory is somebody else's to put back. */
  readonly reset: () => void;
}

export function createPayloadArea({ subject, machine: { memory } }: Pick<System, 'subject' | 'machine'>): PayloadArea {
  const behind = subject.end + ALIGNMENT - 1n;
  const start = behind - (behind % ALIGNMENT);
  const end = subject.start - (subject.start % WINDOW) + WINDOW;
  /** Below it, no page is free. */
  let full = start;
  let heap = HEAP;
  return {
    start,
    findRoom(pages, alignment) {
      const size = sizeOfPages(pages);
      const aligned = (address: bigint): bigint => address + ((alignment - (address % alignment)) % alignment);
      let found = aligned(full);
      for (;;) {
        const next = memory.findFrom(found);
        if (next === undefined || next.start - found >= size) break;
        found = aligned(endOf(next));
      }
      return found + size <= end ? found : undefined;
    },
    map(name, payload) {
      for (const region of payload.regions) {
        if (region.start === full) full += BigInt(region.bytes.length);
        memory.map({
          name: `${name} ${region.name}`,
          start: region.start,
          bytes: region.bytes,
          permissions: region.permissions,
        });
      }
    },
    unmap(payload) {
      for (const region of payload.regions) {
        if (region.start < full) full = region.start;
        memory.unmap(region.start, region.bytes.length);
      }
    },
    allocate(size) {
      if (size === 0) return undefined;
      const bytes = new Uint8Array(pageAlign(size));
      const at = heap;
      memory.map({ name: 'states of functions', start: at, bytes, permissions: 'rw-' });
      // A page behind it stays free: what runs past the end faults.
      heap += BigInt(bytes.length + PAGE_SIZE);
      return at;
    },
    free(at) {
      const region = at === undefined ? undefined : memory.find(at);
      if (region !== undefined) memory.unmap(region.start, region.bytes.length);
    },
    save() {
      const saved = { full, heap };
      return () => {
        ({ full, heap } = saved);
      };
    },
    reset() {
      full = start;
      heap = HEAP;
    },
  };
}
