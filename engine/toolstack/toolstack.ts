/**
 * The caller's side: what a control domain's tools do. Encodes a hypercall's structure in the domain's memory, has the
 * domain make the call, decodes what came back, and keeps all of it as evidence. The same for each target.
 */
import {
  ACTION,
  ACTION_STRUCT,
  EXTRAVERSION_SIZE,
  GET,
  HYPERCALL,
  LIVEPATCH_OP,
  UPLOAD,
  XENVER,
  type Action,
  type State,
} from '../abi/hypercall';
import { hexDigits } from '../bytes';
import type { EvidenceEvent } from '../evidence';
import type { Target } from '../target';
import { createCaller, type CallOptions, type FieldOverrides } from './caller';
import { listCall, stateOf, type Listing } from './list';

export type { CallOptions, FieldOverrides } from './caller';
export { UNTOUCHED, type BufferName, type ListEntry, type Listing } from './list';

export interface Answer {
  /** 0 or more, or a negative errno. */
  readonly returned: number;
}

export interface Status extends Answer {
  /** undefined if the hypervisor gave a number that is no state. */
  readonly state: State | undefined;
  readonly rc: number;
}

/** What a call was answered; undefined until the vCPU got to it. */
export type Awaited<Kind extends Answer> = () => Kind | undefined;

export interface LaterCalls {
  readonly upload: (name: string, payload: Uint8Array) => Awaited<Answer>;
  readonly get: (name: string) => Awaited<Status>;
  readonly list: (nr: number) => Awaited<Listing>;
  readonly action: (action: Action, name: string, fields?: FieldOverrides) => Awaited<Answer>;
  /** XENVER_version. */
  readonly version: () => Awaited<Answer>;
}

export interface Toolstack {
  readonly upload: (name: string, payload: Uint8Array, options?: CallOptions) => Answer;
  readonly get: (name: string, options?: CallOptions) => Status;
  /** At most `nr` entries from index `idx`. With `nr` 0, a probe: later calls have room for all metadata it counts. */
  readonly list: (nr: number, idx?: number, options?: CallOptions) => Listing;
  /** `time` in nanoseconds; 0 for the hypervisor's default. */
  readonly action: (action: Action, name: string, time?: number, options?: CallOptions) => Answer;
  /** A call that a vCPU makes on its own, `delay` ns from now. */
  readonly later: (cpu: number, delay: bigint) => LaterCalls;
  /** What XENVER_extraversion writes: the text that xen_extra_version returned. */
  readonly extraVersion: (options?: CallOptions) => string;
  /** What XENVER_version returns: major << 16 | minor. */
  readonly version: (options?: CallOptions) => number;
  /** What the domctl hypercall returns, which is asked for nothing. */
  readonly domctl: (options?: CallOptions) => number;
  /** Any hypercall, with one pointer; `structure` is asked afterwards for what it points to, for evidence. */
  readonly bare: (number: number, pointer: bigint, structure: () => Uint8Array) => Answer;
  readonly note: (event: EvidenceEvent) => void;
  /** Evidence since the last call. */
  readonly drain: () => readonly EvidenceEvent[];
}

const onlyReturned = (returned: number): Answer => ({ returned });

export function createToolstack(target: Target): Toolstack {
  const { revision } = target.hypervisor;
  const caller = createCaller(target);
  let metadataTotal = 0;

  const placeName = (name: string, options: CallOptions) => {
    const bytes = Buffer.from(`${name}\0`, 'latin1');
    const memory = caller.memoryOf(options);
    const address = memory.allocate(bytes.length);
    memory.write(address, bytes);
    return { address, size: bytes.length };
  };
  const uploadCall = (name: string, payload: Uint8Array, options: CallOptions) => {
    const memory = caller.memoryOf(options);
    const place = memory.allocate(payload.length);
    memory.write(place, payload);
    const { address, size } = placeName(name, options);
    const request = {
      purpose: { operation: 'UPLOAD', payload: name },
      op: LIVEPATCH_OP.UPLOAD,
      layout: UPLOAD,
      values: { name_size: size, size: BigInt(payload.length) },
      buffers: { name: address, payload: place },
    };
    return caller.ready(caller.prepare(request, options), onlyReturned);
  };
  const getCall = (name: string, options: CallOptions) => {
    const { address, size } = placeName(name, options);
    const request = {
      purpose: { operation: 'GET', payload: name },
      op: LIVEPATCH_OP.GET,
      layout: GET,
      values: { name_size: size },
      buffers: { name: address },
    };
    return caller.ready(caller.prepare(request, options), (returned, out): Status => ({
      returned,
      state: stateOf(out.state),
      rc: out.rc,
    }));
  };
  const actionCall = (action: Action, name: string, time: number, options: CallOptions) => {
    const { address, size } = placeName(name, options);
    const asked = {
      purpose: { operation: action, payload: name },
      op: LIVEPATCH_OP.ACTION,
      values: { name_size: size, cmd: ACTION[action], time },
      buffers: { name: address },
    };
    // One layout has what the other has and more; the values are of the part that they share.
    const prepared =
      revision === 1
        ? caller.prepare({ ...asked, layout: ACTION_STRUCT[1] }, options)
        : caller.prepare({ ...asked, layout: ACTION_STRUCT[2] }, options);
    return caller.ready(prepared, onlyReturned);
  };

  return {
    upload: (name, payload, options = {}) => uploadCall(name, payload, options).now(),
    get: (name, options = {}) => getCall(name, options).now(),
    list(nr, idx = 0, options = {}) {
      const listing = listCall(caller, revision, { nr, idx, metadataTotal }, options).now();
      if (nr === 0 && listing.returned >= 0) ({ metadataTotal } = listing);
      return listing;
    },
    action: (action, name, time = 0, options = {}) => actionCall(action, name, time, options).now(),
    later(cpu, delay) {
      const own = { cpu };
      return {
        upload: (name, payload) => uploadCall(name, payload, own).later(delay),
        get: (name) => getCall(name, own).later(delay),
        list: (nr) => listCall(caller, revision, { nr, idx: 0, metadataTotal }, own).later(delay),
        action: (action, name, fields = {}) => actionCall(action, name, 0, { cpu, fields }).later(delay),
        version: () => caller.versionLater('XENVER_version', [BigInt(XENVER.version), 0n], delay, own),
      };
    },
    extraVersion(options = {}) {
      const memory = caller.memoryOf(options);
      const place = memory.allocate(EXTRAVERSION_SIZE);
      const text = (): string => {
        const bytes = Buffer.from(memory.read(place, EXTRAVERSION_SIZE));
        const end = bytes.indexOf(0);
        return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
      };
      const args = [BigInt(XENVER.extraversion), place];
      caller.plain(HYPERCALL.xen_version, 'XENVER_extraversion', args, options, () => ({ text: text() }));
      return text();
    },
    version: (options = {}) =>
      caller.plain(HYPERCALL.xen_version, 'XENVER_version', [BigInt(XENVER.version), 0n], options, (returned) => ({
        version: `${returned >> 16}.${returned & 0xffff}`,
      })),
    domctl: (options = {}) => caller.plain(HYPERCALL.domctl, 'domctl', [0n], options, () => ({})),
    bare(number, pointer, structure) {
      const output = (): Readonly<Record<string, string>> => ({ structure: hexDigits(structure()) });
      return { returned: caller.plain(number, `hypercall ${number}`, [pointer], {}, output) };
    },
    note: caller.note,
    drain: caller.drain,
  };
}
