/** What the operations share: the system they act on, the state they change, and how they say no. */
import { CPU_FEATURE } from '../../abi/features';
import type { Revision } from '../../abi/hypercall';
import { sizeOfPages } from '../../pages';
import type { Domain } from '../../domains';
import { endOf } from '../../machine/regions';
import type { System } from '../hypervisor/system';
import type { Option, ResetOptions } from '../../target';
import { firstBroken, type Refusal, type Rule, type RuleContext, type Where } from '../rules/rule';
import type { LoadedPayload } from './load';
import { EMPTY, type LivepatchState } from './state';

export interface Livepatch extends RuleContext {
  readonly system: System;
  readonly revision: Revision;
  /** The hypervisor's own. */
  readonly buildId: Uint8Array;
  /** Likewise, as it names itself in `.comment`. */
  readonly compiler: string;
  /** Below it, the payload area has no free page. */
  full: bigint;
  state: LivepatchState;
  setup: ResetOptions;
  /** Those of `setup`. */
  readonly options: ReadonlySet<Option>;
  /** Each refusal, in order, until somebody takes them. */
  readonly refusals: Refusal[];
}

/** What an operation returns to its caller: 0 or more, or a negative errno. */
export type Returned = number;

const NONE: ReadonlySet<Option> = new Set();

export function createLivepatch(
  system: System,
  given: Omit<RuleContext, 'options'> & Pick<Livepatch, 'buildId' | 'compiler'>,
): Livepatch {
  return {
    system,
    ...given,
    state: EMPTY,
    full: payloadArea(system).start,
    setup: {},
    get options() {
      return this.setup.options ?? NONE;
    },
    refusals: [],
  };
}

/** Nothing is loaded any more; the memory is somebody else's to put back. */
export function resetLivepatch(livepatch: Livepatch, setup: ResetOptions): void {
  livepatch.setup = setup;
  livepatch.full = payloadArea(livepatch.system).start;
  livepatch.state = EMPTY;
  livepatch.refusals.length = 0;
}

/** Whether the CPUs have a feature, by its bit of the feature words. ALT-1. */
export const cpuHas = ({ setup }: Livepatch, feature: number): boolean =>
  feature === CPU_FEATURE.FPU || (feature === CPU_FEATURE.SMAP && setup.smap !== false);

/** The errno of the first broken rule, noted for evidence; undefined where all hold. */
export function refusal<Subject>(
  livepatch: Livepatch,
  rules: readonly Rule<Subject>[],
  subject: Subject,
  where: string | Where,
): Returned | undefined {
  const found = firstBroken(rules, subject, livepatch, () => (typeof where === 'string' ? { name: where } : where));
  if (found === undefined) return undefined;
  note(livepatch, found);
  return found.errno;
}

export function note(livepatch: Livepatch, found: Refusal): void {
  livepatch.refusals.push(found);
  livepatch.system.console.say(`livepatch: ${found.where}: ${found.says} [${found.clause}]`);
}

/** The domain's bytes, or undefined where it does not own them all. */
export function fromDomain(domain: Domain, address: bigint, length: number): Uint8Array | undefined {
  return domain.owns(address, length) ? domain.read(address, length) : undefined;
}

/** Room for payloads: behind the image, up to 1 GiB above the start of the hypervisor's window. PLACE-6. */
const AREA_ALIGNMENT = 0x20_0000n;
const WINDOW = 0x4000_0000n;

function payloadArea({ subject }: System): { readonly start: bigint; readonly end: bigint } {
  const window = subject.start - (subject.start % WINDOW);
  const behind = subject.end + AREA_ALIGNMENT - 1n;
  return { start: behind - (behind % AREA_ALIGNMENT), end: window + WINDOW };
}

/**
 * The first free room for so many pages in the payload area, at a multiple of `alignment`; undefined where there is
 * none. PLACE-1, PLACE-4, ELF-16.
 */
export function findRoom(livepatch: Livepatch, pages: number, alignment: bigint): bigint | undefined {
  const { memory } = livepatch.system.machine;
  const { end } = payloadArea(livepatch.system);
  const size = sizeOfPages(pages);
  const aligned = (address: bigint): bigint => address + ((alignment - (address % alignment)) % alignment);
  let start = aligned(livepatch.full);
  for (;;) {
    const next = memory.findFrom(start);
    if (next === undefined || next.start - start >= size) break;
    start = aligned(endOf(next));
  }
  return start + size <= end ? start : undefined;
}

/** The payload's regions become the hypervisor's memory, with their permissions. PLACE-2. */
export function mapPayload(livepatch: Livepatch, name: string, payload: LoadedPayload): void {
  for (const region of payload.regions) {
    if (region.start === livepatch.full) livepatch.full += BigInt(region.bytes.length);
    livepatch.system.machine.memory.map({
      name: `${name} ${region.name}`,
      start: region.start,
      bytes: region.bytes,
      permissions: region.permissions,
    });
  }
}

export function unmapPayload(livepatch: Livepatch, payload: LoadedPayload): void {
  for (const { start, bytes } of payload.regions) {
    if (start < livepatch.full) livepatch.full = start;
    livepatch.system.machine.memory.unmap(start, bytes.length);
  }
}
