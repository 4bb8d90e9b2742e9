/**
 * One hypercall from the caller's side: its structure in the domain's memory, the call by the domain's own code, and
 * the structure afterwards. Each is kept as evidence.
 */
import { returnName } from '../abi/errno';
import type { Fields, Layout, Values } from '../abi/fields';
import {
  HYPERCALL,
  LIVEPATCH_OP_HEADER,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  SYSCTL_HEADER,
  SYSCTL_LIVEPATCH_OP,
  SYSCTL_SIZE,
} from '../abi/hypercall';
import type { EvidenceEvent, FieldValue, HypercallEvidence } from '../evidence';
import { need } from '../needs';
import { changes, plain, plainValue, type Plain, type Shown } from './shown';
import type { DomainMemory, DomainName, Hypercall, ScheduledAnswer, Target } from '../target';

/**
 * Fields to be written differently from a tool: those of the sub-operation by their own names, what comes before
 * them as `sysctl.cmd`, `sysctl.interface_version`, `op.cmd`, `op.pad`. `sysctl` is the pointer that is handed over.
 */
export type FieldOverrides = Readonly<Record<string, bigint | number | Uint8Array>>;

export interface CallOptions {
  readonly domain?: DomainName;
  readonly cpu?: number;
  readonly fields?: FieldOverrides;
  /** Bytes of the structure before an unmapped page, in which the others would be. Default: all of it is mapped. */
  readonly mapped?: number;
  /** The hypervisor may not write the structure. */
  readonly readOnly?: boolean;
}

/** What a hypercall is for: the operation, and the payload that it is about, if it is about one. */
export type Purpose = Pick<HypercallEvidence, 'operation' | 'payload'>;

/** A sub-operation as a tool would ask for it. */
export interface Request<F extends Fields> {
  readonly purpose: Purpose;
  /** The number of the sub-operation. */
  readonly op: number;
  readonly layout: Layout<F>;
  /** Fields that hold numbers. */
  readonly values: Partial<Values<F>>;
  /** Fields that point to buffers of the caller's. */
  readonly buffers: Partial<Values<F>>;
}

/** A struct xen_sysctl in the domain's memory, ready to be called with. */
export interface Prepared<F extends Fields> {
  readonly purpose: Purpose;
  readonly address: bigint;
  readonly layout: Layout<F>;
  /** The part of the sub-operation, as it was written. */
  readonly union: Uint8Array;
  /** What evidence says of the fields. */
  readonly fields: Shown;
  readonly options: CallOptions;
}

/** A call that can be made, once. */
export interface ReadyCall<Result> {
  readonly now: () => Result;
  /** It is made by its vCPU on its own, `delay` ns from now; the result is there once the vCPU got to it. */
  readonly later: (delay: bigint) => () => Result | undefined;
}

export interface Caller {
  /** RangeError if an override names no field of the call. */
  readonly prepare: <F extends Fields>(request: Request<F>, options: CallOptions) => Prepared<F>;
  /** The call with what its caller makes of the answer: what it returned, and the fields as they are afterwards. */
  readonly ready: <F extends Fields, Result>(
    prepared: Prepared<F>,
    read: (returned: number, out: Values<F>) => Result,
  ) => ReadyCall<Result>;
  /** A hypercall whose arguments are plain numbers; `output` is asked afterwards, for evidence. */
  readonly plain: (
    number: number,
    operation: string,
    args: readonly bigint[],
    options: CallOptions,
    output: (returned: number) => Plain,
  ) => number;
  /** Likewise by that vCPU on its own, `delay` ns from now; what it returned is there once the vCPU got to it. */
  readonly versionLater: (
    operation: string,
    args: readonly bigint[],
    delay: bigint,
    options: CallOptions,
  ) => () => { readonly returned: number } | undefined;
  readonly memoryOf: (options: CallOptions) => DomainMemory;
  readonly note: (event: EvidenceEvent) => void;
  /** Evidence since the last call. */
  readonly drain: () => readonly EvidenceEvent[];
}

/** The overrides of one part of the structure, without its prefix. */
function overridesOf(fields: FieldOverrides, prefix: '' | 'sysctl.' | 'op.', known: Fields): FieldOverrides {
  const own: Record<string, FieldOverrides[string]> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (prefix === '' ? name.includes('.') || name === 'sysctl' : !name.startsWith(prefix)) continue;
    const field = name.slice(prefix.length);
    if (!(field in known)) throw new RangeError(`field: expected one of the call, got ${name}`);
    own[field] = value;
  }
  return own;
}

/** Each part of the structure as it is written: what a tool writes, and over it what was asked for. */
function partsOf<F extends Fields>(
  { op, layout, values, buffers }: Request<F>,
  interfaceVersion: number,
  fields: FieldOverrides,
) {
  const sysctl = overridesOf(fields, 'sysctl.', SYSCTL_HEADER.fields);
  const header = overridesOf(fields, 'op.', LIVEPATCH_OP_HEADER.fields);
  const own = overridesOf(fields, '', layout.fields);
  return {
    sysctl: SYSCTL_HEADER.encode({ cmd: SYSCTL_LIVEPATCH_OP, interface_version: interfaceVersion, ...sysctl }),
    op: LIVEPATCH_OP_HEADER.encode({ cmd: op, pad: 0, ...header }),
    union: layout.encode({ ...values, ...buffers, ...own }),
  };
}

/** What evidence says of the fields as they are written: those that hold the caller's own pointers are marked. */
function shownFields<F extends Fields>(
  { layout, buffers }: Request<F>,
  union: Uint8Array,
  overrides: FieldOverrides,
): Shown {
  const shown: Record<string, FieldValue> = {};
  for (const [field, value] of Object.entries(overrides))
    if (field.startsWith('sysctl') || field.startsWith('op.')) shown[field] = plainValue(value);
  for (const [field, value] of Object.entries(plain(layout.decode(union))))
    shown[field] = field in buffers && !(field in overrides) ? { buffer: String(value) } : value;
  return shown;
}

/** How a call ended, by the errno or number that it returned. */
type Answered = Omit<ScheduledAnswer, 'returned'> & { readonly returned: number };

export function createCaller(target: Target): Caller {
  let events: EvidenceEvent[] = [];
  /** Of each scheduled call without an answer so far: takes the answer, and says whether there is still none. */
  let scheduled: (() => boolean)[] = [];
  const memoryOf = (options: CallOptions): DomainMemory => target.domain(options.domain ?? 'control');

  const record = (
    purpose: Purpose,
    options: CallOptions,
    from: bigint,
    { returned, time, log }: Answered,
    input: Shown,
    out: Plain,
  ) => {
    events.push({
      kind: 'hypercall',
      ...purpose,
      domain: options.domain ?? 'control',
      cpu: options.cpu ?? 0,
      in: input,
      out,
      returned,
      returnedName: returnName(returned),
      ...log,
      from: from.toString(),
      to: time.toString(),
    });
  };

  /** Reads the answers that scheduled calls have got meanwhile: they become evidence before the call that was made. */
  const collect = (): void => {
    scheduled = scheduled.filter((isPending) => isPending());
  };
  const callNow = (call: Hypercall): Answered => {
    const returned = Number(target.hypercall(call));
    collect();
    return { returned, time: target.clock.now(), log: target.log() };
  };
  const callLater = <Result>(call: Hypercall, delay: bigint, read: (answered: Answered) => Result) => {
    const ticket = need(target, 'cpus').schedule(call, delay);
    let result: Result | undefined;
    scheduled.push(() => {
      const answer = need(target, 'cpus').returned(ticket);
      if (answer !== undefined) result = read({ ...answer, returned: Number(answer.returned) });
      return answer === undefined;
    });
    return () => {
      collect();
      return result;
    };
  };

  const hypercall = (number: number, args: readonly bigint[], { domain, cpu }: CallOptions): Hypercall => ({
    number,
    arguments: args,
    ...(domain === undefined ? {} : { domain }),
    ...(cpu === undefined ? {} : { cpu }),
  });
  const sysctl = ({ address, options }: Pick<Prepared<Fields>, 'address' | 'options'>): Hypercall =>
    hypercall(HYPERCALL.sysctl, [address], options);

  /** What the structure holds after the call; zeros where the caller handed over another pointer. */
  const finish = <F extends Fields>(prepared: Prepared<F>, from: bigint, answered: Answered): Values<F> => {
    const { layout, options, fields, purpose, address } = prepared;
    const room = options.mapped ?? SYSCTL_SIZE;
    const elsewhere = options.fields?.['sysctl'] !== undefined || room < LIVEPATCH_UNION_OFFSET + layout.size;
    const union = elsewhere
      ? new Uint8Array(layout.size)
      : memoryOf(options).read(address + BigInt(LIVEPATCH_UNION_OFFSET), layout.size);
    const values = layout.decode(union);
    const isAsWritten = elsewhere || Buffer.compare(union, prepared.union) === 0;
    record(purpose, options, from, answered, fields, isAsWritten ? {} : changes(fields, plain(values)));
    return values;
  };

  return {
    prepare(request, options) {
      const { purpose, layout } = request;
      const overrides = options.fields ?? {};
      const parts = partsOf(request, target.hypervisor.interfaceVersion, overrides);
      const bytes = new Uint8Array(SYSCTL_SIZE);
      bytes.set(parts.sysctl);
      bytes.set(parts.op, LIVEPATCH_OP_OFFSET);
      bytes.set(parts.union, LIVEPATCH_UNION_OFFSET);
      const memory = memoryOf(options);
      const { mapped, readOnly = false } = options;
      const place = memory.allocate(mapped ?? SYSCTL_SIZE, { atEdge: mapped !== undefined, readOnly });
      memory.write(place, bytes.subarray(0, mapped));
      const told = overrides['sysctl'];
      const fields = shownFields(request, parts.union, overrides);
      const address = typeof told === 'bigint' ? told : place;
      return { purpose, address, layout, union: parts.union, fields, options };
    },
    ready: (prepared, read) => ({
      now() {
        const from = target.clock.now();
        const answered = callNow(sysctl(prepared));
        return read(answered.returned, finish(prepared, from, answered));
      },
      later: (delay) =>
        callLater(sysctl(prepared), delay, (answered) =>
          read(answered.returned, finish(prepared, answered.time, answered)),
        ),
    }),
    versionLater: (operation, args, delay, options) =>
      callLater(hypercall(HYPERCALL.xen_version, args, options), delay, (answered) => {
        record({ operation }, options, answered.time, answered, {}, {});
        return { returned: answered.returned };
      }),
    plain(number, operation, args, options, output) {
      const from = target.clock.now();
      const answered = callNow(hypercall(number, args, options));
      record({ operation }, options, from, answered, {}, output(answered.returned));
      return answered.returned;
    },
    memoryOf,
    note: (event) => {
      events.push(event);
    },
    drain() {
      collect();
      const drained = events;
      events = [];
      return drained;
    },
  };
}
