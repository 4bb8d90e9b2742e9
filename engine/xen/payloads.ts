/** The memory of payloads by their names: what Xen allocated in the course of an UPLOAD belongs to the name in it. */
import type { ShownRegion } from '../snapshots';
import type { Hypercall } from '../target';
import { partOf, uploadedName } from '../uploads';
import type { Services } from './services';
import type { System } from './system';

export interface PayloadMemory {
  /** A hypercall begins; the returned function remembers what was allocated since. */
  readonly begin: (call: Hypercall) => () => void;
  /** The regions of payloads, with their owners. */
  readonly regions: () => readonly ShownRegion[];
  /** Remembers whose the memory is; the returned function puts that back. */
  readonly save: () => () => void;
  readonly reset: () => void;
}

export function createPayloadMemory(system: System, services: Services): PayloadMemory {
  const names = new Map<bigint, string>();
  return {
    begin(call) {
      services.separateHeap();
      const name = uploadedName(system.memory.tryRead, call);
      if (name === undefined) return () => undefined;
      const before = new Set(services.payloadAreas().map(({ start }) => start));
      return () => {
        for (const { start } of services.payloadAreas()) if (!before.has(start)) names.set(start, name);
      };
    },
    regions: () =>
      services.payloadAreas().flatMap(({ start: from, size }) =>
        system.memory
          .regions()
          .filter(({ start }) => start >= from && start < from + BigInt(size))
          .map((region) => ({
            ...region,
            owner: { payload: names.get(from) ?? '?', part: partOf(region.permissions) },
          })),
      ),
    save() {
      const saved = [...names];
      return () => {
        names.clear();
        for (const [start, name] of saved) names.set(start, name);
      };
    },
    reset() {
      names.clear();
    },
  };
}
