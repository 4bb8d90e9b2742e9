/** The memory of payloads by their names: what Xen allocated in the course of an UPLOAD belongs to the name in it. */
import { GET, LIVEPATCH_OP, LIVEPATCH_OP_HEADER, LIVEPATCH_OP_OFFSET, LIVEPATCH_UNION_OFFSET } from '../abi/hypercall';
import { HYPERCALL, SYSCTL_HEADER, SYSCTL_LIVEPATCH_OP } from '../abi/hypercall';
import type { ShownRegion } from '../snapshots';
import type { Region } from '../machine/address-space';
import type { Hypercall, PayloadPart } from '../target';
import type { Services } from './services';
import type { System } from './system';

/** Xen names no part of a payload: what may be done there tells them apart. */
function partOf({ permissions }: Region): PayloadPart {
  if (permissions.includes('x')) return 'text';
  return permissions.includes('w') ? 'data' : 'rodata';
}

/** The name in an UPLOAD of the caller's; undefined where the call is none. */
function uploadedName({ memory }: System, call: Hypercall): string | undefined {
  const [address = 0n] = call.arguments;
  const bytes =
    call.number === HYPERCALL.sysctl ? memory.tryRead(address, LIVEPATCH_UNION_OFFSET + GET.size) : undefined;
  if (bytes === undefined || SYSCTL_HEADER.decode(bytes).cmd !== SYSCTL_LIVEPATCH_OP) return undefined;
  if (LIVEPATCH_OP_HEADER.decode(bytes, LIVEPATCH_OP_OFFSET).cmd !== LIVEPATCH_OP.UPLOAD) return undefined;
  const { name, name_size } = GET.decode(bytes, LIVEPATCH_UNION_OFFSET);
  const text = memory.tryRead(name, name_size);
  return text === undefined ? undefined : Buffer.from(text).toString('latin1').replace(/\0.*$/s, '');
}

export interface PayloadMemory {
  /** A hypercall begins; the returned function remembers what was allocated since. */
  readonly begin: (call: Hypercall) => () => void;
  /** The regions of payloads, with their owners. */
  readonly regions: () => readonly ShownRegion[];
  readonly reset: () => void;
}

export function createPayloadMemory(system: System, services: Services): PayloadMemory {
  const names = new Map<bigint, string>();
  return {
    begin(call) {
      services.separateHeap();
      const name = uploadedName(system, call);
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
          .map((region) => ({ ...region, owner: { payload: names.get(from) ?? '?', part: partOf(region) } })),
      ),
    reset() {
      names.clear();
    },
  };
}
