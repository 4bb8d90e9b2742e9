/** The area for payloads: after the image, up to 1 GiB above the start of the hypervisor's window. PLACE-6. */
import { endOf } from '../../machine/regions';
import { sizeOfPages } from '../../pages';
import type { System } from '../hypervisor/system';
import type { LoadedPayload, Place } from './load';

const ALIGNMENT = 0x20_0000n;
const WINDOW = 0x4000_0000n;

export interface PayloadArea {
  /** The first free room for that many pages. PLACE-1, PLACE-4, ELF-16. */
  readonly findRoom: Place;
  /** The payload's regions become the hypervisor's memory, with their permissions. PLACE-2. */
  readonly map: (name: string, payload: LoadedPayload) => void;
  readonly unmap: (payload: LoadedPayload) => void;
  /** Empties it. The caller restores the memory. */
  readonly reset: () => void;
}

export function createPayloadArea({ subject, machine: { memory } }: Pick<System, 'subject' | 'machine'>): PayloadArea {
  const behind = subject.end + ALIGNMENT - 1n;
  const start = behind - (behind % ALIGNMENT);
  const end = subject.start - (subject.start % WINDOW) + WINDOW;
  /** Below it, no page is free. */
  let full = start;
  return {
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
    reset() {
      full = start;
    },
  };
}
