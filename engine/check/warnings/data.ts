/**
 * Warnings about the hypervisor's data that a payload's hooks have changed for good. Xen changes its own data with each
 * payload: lists, locks, the ring of its console. What it is that changes so is learned from a payload with hooks that do
 * nothing; a variable is the payload's doing only if it is none of those.
 */
import { PAGE_SIZE } from '../../pages';
import type { Asked } from '../../reference/rules/sequence';
import { idlePayloads } from '../../self-check';
import type { EmulatedTarget } from '../../target';
import { createToolstack } from '../../toolstack/toolstack';
import { readable } from '../inspect';
import type { WarningRow } from './warning';

export interface ChangedVariable {
  /** `symbol`, or the bare address. */
  readonly name: string;
  /** Bytes that are different. */
  readonly count: number;
}

export const DATA_WARNINGS: readonly WarningRow<ChangedVariable>[] = [
  {
    name: 'data-changed',
    clause: 'BSS-4',
    says: ({ name, count }) =>
      `A hook changed ${count} ${count === 1 ? 'byte' : 'bytes'} of ${name}, and UNLOAD did not restore ${count === 1 ? 'it' : 'them'}.`,
    found: () => true,
  },
];

export const changedVariables = (changed: readonly ChangedVariable[]): readonly Asked<ChangedVariable>[] =>
  changed.map((variable) => ({ subject: variable, where: () => ({ name: 'hooks' }) }));

interface Stretch {
  readonly start: bigint;
  readonly bytes: Uint8Array;
}

/** Where the hypervisor's variables are: of a Xen, between two symbols. */
function dataOf({ image, memory }: EmulatedTarget): readonly { readonly start: bigint; readonly size: number }[] {
  const [start, end] = [image.symbol('__2M_rwdata_start'), image.symbol('__2M_rwdata_end')];
  if (start !== undefined && end !== undefined && start < end) return [{ start, size: Number(end - start) }];
  return memory.regions().filter(({ permissions, owner }) => permissions.includes('w') && 'image' in owner);
}

/** All of it that is mapped, page by page where not all of it is. */
function stretches(target: EmulatedTarget): readonly Stretch[] {
  return dataOf(target).flatMap(({ start, size }) => {
    const whole = readable(target, start, size);
    if (whole !== undefined) return [{ start, bytes: whole }];
    return Array.from({ length: size / PAGE_SIZE }, (_, page) => start + BigInt(page * PAGE_SIZE)).flatMap((page) => {
      const bytes = readable(target, page, PAGE_SIZE);
      return bytes === undefined ? [] : [{ start: page, bytes }];
    });
  });
}

/** Bytes that are described at a time: no variable that is smaller shares them with another. */
const WORD = 8;
/** A hook that calls a function which takes a lock leaves its tickets changed, although it is free again. */
const isLock = (name: string): boolean => /(^|[_.])(spin|rw)?locks?($|[_.])/.test(name);

/** The variables that are different from what they were, with the number of bytes. */
function differences(target: EmulatedTarget, before: readonly Stretch[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { start, bytes } of before) {
    const now = readable(target, start, bytes.length);
    if (now === undefined || Buffer.compare(bytes, now) === 0) continue;
    let name = '';
    let named = -1;
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] === now[at]) continue;
      const word = Math.floor(at / WORD);
      if (word !== named) name = target.image.describe(start + BigInt(at)).split('+')[0] ?? '';
      named = word;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

const LIFE = ['APPLY', 'REVERT', 'APPLY', 'REVERT', 'UNLOAD'] as const;
const NAME = 'idle';

/** Takes payloads that do nothing through their lives, one after the other. */
function exercise(target: EmulatedTarget): void {
  target.reset();
  const tools = createToolstack(target);
  for (const payload of idlePayloads(target)) {
    tools.upload(NAME, payload);
    for (const action of LIFE) {
      tools.action(action, NAME);
      tools.get(NAME);
    }
  }
}

/**
 * Remembers the hypervisor's data as it is. The returned function says which variables are different now, but for those
 * that change without the payload's doing. To learn these it resets the target.
 */
export function rememberData(target: EmulatedTarget): () => readonly ChangedVariable[] {
  const before = stretches(target);
  let usual: ReadonlySet<string> | undefined;
  return () => {
    const changed = [...differences(target, before)].filter(([name]) => !isLock(name));
    if (changed.length === 0) return [];
    if (usual === undefined) {
      exercise(target);
      usual = new Set(differences(target, before).keys());
    }
    const learned = usual;
    return changed.flatMap(([name, count]) => (learned.has(name) ? [] : [{ name, count }]));
  };
}
