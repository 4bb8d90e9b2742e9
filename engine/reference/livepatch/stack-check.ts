/**
 * Searches the stacks for functions that are about to change. It does not walk frames: each word that could be a return
 * address counts, so there may be false hits, but none is missed. Clause TODO-4.
 */
import { u64At } from '../../bytes';
import type { Vcpu } from '../../machine/vcpu';
import { firstStack } from '../hypervisor/stacks';
import type { Livepatch } from './livepatch';
import { find, type Payload, type Work } from './state';

interface Range {
  readonly name: string;
  readonly start: bigint;
  readonly end: bigint;
}

const WORD = 8n;

/** Old functions and the payload's own code: what apply and revert change, and what unload would take away. */
const changedBy = ({ name, loaded }: Payload): readonly Range[] => [
  ...loaded.functions.map(({ name: own, oldAddress, oldSize }) => ({
    name: own,
    start: oldAddress,
    end: oldAddress + BigInt(oldSize),
  })),
  ...loaded.regions
    .filter((region) => region.name === 'text')
    .map(({ start, bytes }) => ({ name: `the code of ${name}`, start, end: start + BigInt(bytes.length) })),
];

/** Where the vCPU is, and every word from there to the top of its stack. */
function* words({ system }: Livepatch, vcpu: Vcpu): Iterable<bigint> {
  yield vcpu.get('rip');
  const top = firstStack(vcpu.index);
  for (let at = vcpu.get('rsp'); at < top; at += WORD) {
    const bytes = system.machine.memory.tryRead(at, Number(WORD));
    if (bytes === undefined) return;
    yield u64At(bytes);
  }
}

/** Functions that the work would change under a vCPU that is in them, for people: at most the first that is found. */
export function foundOnStack(livepatch: Livepatch, work: Work, payload: Payload): readonly string[] {
  const { state } = livepatch;
  const replaced = work.action === 'REPLACE' ? state.stack.flatMap((name) => find(state, name) ?? []) : [];
  const ranges = [payload, ...replaced].flatMap(changedBy);
  for (const vcpu of livepatch.system.machine.vcpus)
    for (const word of words(livepatch, vcpu)) {
      const range = ranges.find(({ start, end }) => start <= word && word < end);
      if (range !== undefined) return [`${range.name}, vCPU ${vcpu.index}`];
    }
  return [];
}
