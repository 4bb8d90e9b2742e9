/** What the operations share: the system they act on, the state they change, and how they say no. */
import type { Revision } from '../../abi/hypercall';
import { PAGE_SIZE } from '../../machine/address-space';
import type { Domain } from '../../domains';
import type { System } from '../hypervisor/system';
import type { Option, ResetOptions } from '../../target';
import { firstBroken, type Refusal, type Rule, type RuleContext } from '../rules/rule';
import type { LoadedPayload } from './load';
import { EMPTY, type LivepatchState } from './state';

export interface Livepatch extends RuleContext {
  readonly system: System;
  readonly revision: Revision;
  /** The hypervisor's own. */
  readonly buildId: Uint8Array;
  /** Likewise, as it names itself in `.comment`. */
  readonly compiler: string;
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
    setup: {},
    get options() {
      return this.setup.options ?? NONE;
    },
    refusals: [],
  };
}

/** The errno of the first broken rule, noted for evidence; undefined where all hold. */
export function refusal<Subject>(
  livepatch: Livepatch,
  rules: readonly Rule<Subject>[],
  subject: Subject,
  where: string,
): Returned | undefined {
  const found = firstBroken(rules, subject, livepatch, () => where);
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

/** Room for payloads: behind the image, up to 1 GiB above the start of the hypervisor's window. PLACE-1. */
const AREA_ALIGNMENT = 0x20_0000n;
const WINDOW = 0x4000_0000n;

/** The first free room for so many pages in the payload area; undefined where there is none. PLACE-1, PLACE-4. */
export function findRoom(livepatch: Livepatch, pages: number): bigint | undefined {
  const { subject, machine } = livepatch.system;
  const { start: text, end } = subject;
  const windowEnd = text - (text % WINDOW) + WINDOW;
  const size = BigInt(pages * PAGE_SIZE);
  let start = ((end + AREA_ALIGNMENT - 1n) / AREA_ALIGNMENT) * AREA_ALIGNMENT;
  for (const region of machine.memory.regions()) {
    if (region.start < start || region.start >= windowEnd) continue;
    if (region.start - start >= size) break;
    start = region.start + BigInt(region.bytes.length);
  }
  return start + size <= windowEnd ? start : undefined;
}

/** The payload's regions become the hypervisor's memory, with their permissions. PLACE-2. */
export function mapPayload(livepatch: Livepatch, name: string, payload: LoadedPayload): void {
  for (const region of payload.regions)
    livepatch.system.machine.memory.map({
      name: `${name} ${region.name}`,
      start: region.start,
      bytes: region.bytes,
      permissions: region.permissions,
    });
}

export function unmapPayload(livepatch: Livepatch, payload: LoadedPayload): void {
  for (const { start, bytes } of payload.regions) livepatch.system.machine.memory.unmap(start, bytes.length);
}
