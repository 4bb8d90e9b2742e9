/**
 * The hypercalls of a search. A search makes them by the hundred thousand, so each is encoded once: its structure and
 * what it points to stay in the control domain's memory, and there is no evidence.
 */
import {
  ACTION,
  ACTION_FLAG,
  ACTION_STRUCT,
  GET,
  HYPERCALL,
  LIMITS,
  LIST,
  LIVEPATCH_OP,
  LIVEPATCH_OP_HEADER,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  STATE,
  STATUS,
  SYSCTL_HEADER,
  SYSCTL_LIVEPATCH_OP,
  SYSCTL_SIZE,
  UPLOAD,
  XENVER,
  type LivepatchOp,
  type State,
} from '../abi/hypercall';
import { asBuffer, s32At, u32At } from '../bytes';
import type { Hypercall, Target } from '../target';
import { BUSY_CPU, callText, LATE, type Call } from './calls';

export interface Status {
  readonly returned: number;
  readonly state: State | undefined;
  readonly rc: number;
}

export interface Listed {
  /** A negative errno, or how many are there. */
  readonly returned: number;
  readonly version: number;
  readonly entries: readonly { readonly name: string; readonly state: State | undefined; readonly rc: number }[];
}

export interface SearchCaller {
  /** Makes the call as the search means it: returns what the hypercall returned. */
  readonly call: (call: Call) => number;
  readonly get: (name: string) => Status;
  readonly list: () => Listed;
  /** The target was reset: what the calls point to is there again. */
  readonly renew: () => void;
}

const NAME_ROOM = 16;
const METADATA_ROOM = 64;

const stateOf = (number: number): State | undefined =>
  number === STATE.CHECKED ? 'CHECKED' : number === STATE.APPLIED ? 'APPLIED' : undefined;

/** Memory of the control domain that is written again after each reset. */
function createPlaces(target: Target) {
  const memory = target.domain('control');
  const kept: { readonly at: bigint; readonly bytes: Uint8Array }[] = [];
  const place = (bytes: Uint8Array): bigint => {
    const at = memory.allocate(bytes.length);
    memory.write(at, bytes);
    kept.push({ at, bytes });
    return at;
  };
  return {
    place,
    renew: () => {
      for (const { at, bytes } of kept) memory.write(at, bytes);
    },
  };
}

/** The structure of a sub-operation, with this union. */
function encoded({ hypervisor }: Target, op: LivepatchOp, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SYSCTL_SIZE);
  bytes.set(SYSCTL_HEADER.encode({ cmd: SYSCTL_LIVEPATCH_OP, interface_version: hypervisor.interfaceVersion }));
  bytes.set(LIVEPATCH_OP_HEADER.encode({ cmd: LIVEPATCH_OP[op], pad: 0 }), LIVEPATCH_OP_OFFSET);
  bytes.set(content, LIVEPATCH_UNION_OFFSET);
  return bytes;
}

/** LIST of at most `nr` payloads; `make` makes the call, whose union is then at `union`. */
function createLister(
  target: Target,
  nr: number,
  make: (bytes: Uint8Array) => number,
  union: bigint,
): SearchCaller['list'] {
  const { revision } = target.hypervisor;
  const memory = target.domain('control');
  // One after the other, so that they are read at once: statuses, names, lengths.
  const at = { name: nr * STATUS.size, len: nr * (STATUS.size + LIMITS.name) };
  const size = at.len + nr * 4;
  const start = memory.allocate(size);
  const buffers = { status: start, name: start + BigInt(at.name), len: start + BigInt(at.len) };
  const metadata = {
    metadata: memory.allocate(METADATA_ROOM),
    metadata_len: memory.allocate(nr * 4),
    name_total_size: nr * LIMITS.name,
    metadata_total_size: METADATA_ROOM,
  };
  const list = encoded(
    target,
    'LIST',
    revision === 1 ? LIST[1].encode({ nr, ...buffers }) : LIST[2].encode({ nr, ...buffers, ...metadata }),
  );
  /** Names are 128 bytes apart (LIST-4), or packed (V2-LIST-7). */
  const namesOf = (bytes: Uint8Array, lengths: readonly number[]): readonly string[] => {
    let from = at.name;
    return lengths.map((length) => {
      const name = bytes.subarray(from, from + Math.min(length, NAME_ROOM));
      from += revision === 1 ? LIMITS.name : length;
      const end = name.indexOf(0);
      return asBuffer(end < 0 ? name : name.subarray(0, end)).toString('latin1');
    });
  };

  return () => {
    const returned = make(list);
    const version = u32At(memory.read(union, 4));
    const count = Math.max(0, Math.min(returned, nr));
    if (count === 0) return { returned, version, entries: [] };
    const bytes = memory.read(start, size);
    const lengths = Array.from({ length: count }, (_, index) => u32At(bytes, at.len + 4 * index));
    const { state, rc } = STATUS.fields;
    const entries = namesOf(bytes, lengths).map((name, index) => ({
      name,
      state: stateOf(u32At(bytes, index * STATUS.size + state.offset)),
      rc: s32At(bytes, index * STATUS.size + rc.offset),
    }));
    return { returned, version, entries };
  };
}

/** `files`: of the payloads, by their names. The target was just reset; nobody else allocates in its control domain. */
export function createSearchCaller(target: Target, files: ReadonlyMap<string, Uint8Array>): SearchCaller {
  const { revision } = target.hypervisor;
  const memory = target.domain('control');
  const { place, renew } = createPlaces(target);
  const structure = memory.allocate(SYSCTL_SIZE);
  const union = structure + BigInt(LIVEPATCH_UNION_OFFSET);
  const sysctl: Hypercall = { number: HYPERCALL.sysctl, arguments: [structure] };
  const make = (bytes: Uint8Array): number => {
    memory.write(structure, bytes);
    const returned = Number(target.hypercall(sysctl));
    target.log();
    return returned;
  };

  const named = new Map(
    [...files].map(([name, file]) => {
      const bytes = Buffer.from(`${name}\0`, 'latin1');
      return [name, { name: place(bytes), name_size: bytes.length, payload: place(file), size: BigInt(file.length) }];
    }),
  );
  const fieldsOf = (name: string) => {
    const fields = named.get(name);
    if (fields === undefined) throw new RangeError(`payload: expected one of the search, got ${name}`);
    return fields;
  };
  const structureOf = (call: Call): Uint8Array => {
    const { name, name_size, payload, size } = fieldsOf(call.payload);
    if (call.operation === 'UPLOAD')
      return encoded(target, 'UPLOAD', UPLOAD.encode({ name, name_size, payload, size }));
    const asked = { name, name_size, cmd: ACTION[call.operation], time: call.way === 'late' ? LATE.time : 0 };
    const flags = call.way === 'nodeps' ? ACTION_FLAG.NODEPS : 0;
    return encoded(
      target,
      'ACTION',
      revision === 1 ? ACTION_STRUCT[1].encode(asked) : ACTION_STRUCT[2].encode({ ...asked, flags }),
    );
  };
  const structures = new Map<string, Uint8Array>();
  const keptStructure = (call: Call): Uint8Array => {
    const key = callText(call);
    const bytes = structures.get(key) ?? structureOf(call);
    structures.set(key, bytes);
    return bytes;
  };
  const gets = new Map(
    [...named].map(([name, own]) => [
      name,
      encoded(target, 'GET', GET.encode({ name: own.name, name_size: own.name_size })),
    ]),
  );

  const late = (call: Call): number => {
    if (target.cpus === undefined) throw new TypeError('target: expected one with several vCPUs, got one without');
    target.cpus.keepBusy(BUSY_CPU, LATE.busy);
    const returned = make(keptStructure(call));
    // It asks for something as soon as it is free.
    target.hypercall({ number: HYPERCALL.xen_version, arguments: [BigInt(XENVER.version), 0n], cpu: BUSY_CPU });
    target.log();
    return returned;
  };

  return {
    call: (call) => (call.operation !== 'UPLOAD' && call.way === 'late' ? late(call) : make(keptStructure(call))),
    get(name) {
      const bytes = gets.get(name);
      if (bytes === undefined) throw new RangeError(`payload: expected one of the search, got ${name}`);
      const returned = make(bytes);
      const answer = memory.read(union, GET.size);
      const { state, rc } = GET.fields;
      return { returned, state: stateOf(u32At(answer, state.offset)), rc: s32At(answer, rc.offset) };
    },
    list: createLister(target, files.size + 1, make, union),
    renew,
  };
}
