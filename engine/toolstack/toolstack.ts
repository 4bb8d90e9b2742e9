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
import type { EvidenceEvent } from '../evidence';
import type { Target } from '../target';
import { createCaller, type CallOptions } from './caller';
import { list, stateOf, type Listing } from './list';

export type { CallOptions, FieldOverrides } from './caller';
export { UNTOUCHED, type BufferName, type ListEntry, type Listing } from './list';

export interface Answer {
  /** 0 or more, or a negative errno. */
  readonly returned: number;
}

export interface Status extends Answer {
  /** undefined where the hypervisor gave a number that is no state. */
  readonly state: State | undefined;
  readonly rc: number;
}

export interface Toolstack {
  readonly upload: (name: string, payload: Uint8Array, options?: CallOptions) => Answer;
  readonly get: (name: string, options?: CallOptions) => Status;
  /** At most `nr` entries from number `idx` on. With `nr` 0, a probe: later calls have room for all metadata it counts. */
  readonly list: (nr: number, idx?: number, options?: CallOptions) => Listing;
  /** `time` in nanoseconds; 0 for the hypervisor's default. */
  readonly action: (action: Action, name: string, time?: number, options?: CallOptions) => Answer;
  /** GET by a vCPU on its own, `delay` ns from now; the status is there once the vCPU got to it. */
  readonly getLater: (cpu: number, delay: bigint, name: string) => () => Status | undefined;
  /** ACTION by a vCPU on its own, likewise. */
  readonly actionLater: (cpu: number, delay: bigint, action: Action, name: string) => () => Answer | undefined;
  /** What XENVER_extraversion writes: the text that xen_extra_version returned. */
  readonly extraVersion: (options?: CallOptions) => string;
  /** What XENVER_version returns: major << 16 | minor. */
  readonly version: (options?: CallOptions) => number;
  /** Likewise by a vCPU on its own, `delay` ns from now. */
  readonly versionLater: (cpu: number, delay: bigint) => () => Answer | undefined;
  /** What the domctl hypercall returns, which is asked for nothing. */
  readonly domctl: (options?: CallOptions) => number;
  /** Any hypercall, with one pointer; `structure` is asked afterwards for what it points to, for evidence. */
  readonly bare: (number: number, pointer: bigint, structure: () => Uint8Array) => Answer;
  readonly note: (event: EvidenceEvent) => void;
  /** Evidence since the last call. */
  readonly drain: () => readonly EvidenceEvent[];
}

export function createToolstack(target: Target): Toolstack {
  const { revision } = target.hypervisor;
  const caller = createCaller(target);
  let metadataTotal = 0;

  const placeName = (name: string, options: CallOptions) => {
    const bytes = Buffer.from(`${name}\0`, 'latin1');
    const memory = caller.memoryOf(options);
    const address = memory.allocate(bytes.length);
    memory.write(address, bytes);
    return { name: address, name_size: bytes.length };
  };
  const prepareGet = (name: string, options: CallOptions) =>
    caller.prepare(`GET ${name}`, LIVEPATCH_OP.GET, GET, placeName(name, options), options);
  const prepareAction = (action: Action, name: string, time: number, options: CallOptions) => {
    const values = { ...placeName(name, options), cmd: ACTION[action], time };
    // One layout has what the other has and more; the values are of the part that they share.
    return revision === 1
      ? caller.prepare(`${action} ${name}`, LIVEPATCH_OP.ACTION, ACTION_STRUCT[1], values, options)
      : caller.prepare(`${action} ${name}`, LIVEPATCH_OP.ACTION, ACTION_STRUCT[2], values, options);
  };

  return {
    upload(name, payload, options = {}) {
      const memory = caller.memoryOf(options);
      const place = memory.allocate(payload.length);
      memory.write(place, payload);
      const values = { ...placeName(name, options), size: BigInt(payload.length), payload: place };
      return caller.call(caller.prepare(`UPLOAD ${name}`, LIVEPATCH_OP.UPLOAD, UPLOAD, values, options));
    },
    get(name, options = {}) {
      const { returned, out } = caller.call(prepareGet(name, options));
      return { returned, state: stateOf(out.state), rc: out.rc };
    },
    list(nr, idx = 0, options = {}) {
      const listing = list(caller, revision, { nr, idx, metadataTotal }, options);
      if (nr === 0 && listing.returned >= 0) ({ metadataTotal } = listing);
      return listing;
    },
    action: (action, name, time = 0, options = {}) => caller.call(prepareAction(action, name, time, options)),
    getLater(cpu, delay, name) {
      let status: Status | undefined;
      caller.later(prepareGet(name, { cpu }), delay, (returned, out) => {
        status = { returned, state: stateOf(out.state), rc: out.rc };
      });
      return () => status;
    },
    actionLater(cpu, delay, action, name) {
      let answer: Answer | undefined;
      caller.later(prepareAction(action, name, 0, { cpu }), delay, (returned) => {
        answer = { returned };
      });
      return () => answer;
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
    versionLater(cpu, delay) {
      let answer: Answer | undefined;
      caller.versionLater('XENVER_version', [BigInt(XENVER.version), 0n], delay, { cpu }, (returned) => {
        answer = { returned };
      });
      return () => answer;
    },
    domctl: (options = {}) => caller.plain(HYPERCALL.domctl, 'domctl', [0n], options, () => ({})),
    bare(number, pointer, structure) {
      const output = (): Readonly<Record<string, string>> => ({ structure: Buffer.from(structure()).toString('hex') });
      return { returned: caller.plain(number, `hypercall ${number}`, [pointer], {}, output) };
    },
    note: caller.note,
    drain: caller.drain,
  };
}
