/** What is the same about two verdicts: payloads of one class are counted, and only the first of it is looked into. */
import { returnName } from '../abi/errno';
import type { Execution, Phase } from './execution';

export type Kind =
  /** Xen stopped in its own code. */
  | 'stop'
  /** Something that must not change has changed. */
  | 'broken'
  /** Xen took what the reference refuses. */
  | 'taken'
  /** Xen refused what the reference takes. */
  | 'refused'
  /** Xen stopped in the payload's own code. */
  | 'own'
  /** The emulator ended. */
  | 'death';

export interface Class {
  readonly kind: Kind;
  /** The same for all of the class, in words. */
  readonly key: string;
  /** By which the reference refuses them, where the key does not say it. Two causes may stop Xen in one place. */
  readonly clause?: string;
}

export const isAlike = (one: Class, other: Class): boolean => one.kind === other.kind && one.key === other.key;

export const nameOf = ({ kind, key, clause }: Class): string =>
  `${kind}: ${key}${clause === undefined ? '' : ` (${clause})`}`;

/** "livepatch_op+0x12/0x345" without the function's size. */
const placeOf = (frame: string): string => frame.replace(/\/0x[0-9a-f]+$/, '');
/** The function alone. */
const functionOf = (frame: string): string => frame.replace(/\+0x.*$/, '');
/** Without what differs from one payload to the next: names of symbols, in quotes or in brackets, and numbers. */
const withoutNames = (text: string): string =>
  text
    .replace(/(?<= address of | symbol: ).*/s, '…')
    .replace(/0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+/gi, 'N')
    .replace(/'[^']*'|"[^"]*"|\[[^\]]*\]/g, '…');

const inPhase = (phase: Phase, what: string): string => `${phase}: ${what}`;

/** The class of a verdict; undefined where Xen and the reference agree and nothing is wrong. */
export function classOf({ ending, reference }: Execution): Class | undefined {
  const against = reference?.clause === undefined ? {} : { clause: reference.clause };
  switch (ending.kind) {
    case 'died':
      return { kind: 'death', key: `the emulator ended: ${ending.how}` };
    case 'broken':
      return { kind: 'broken', key: inPhase(ending.phase, ending.change.what.replace(/ of .*/, '')), ...against };
    case 'stopped': {
      const { where, callers, isOwn } = ending.stop;
      if (isOwn) return { kind: 'own', key: inPhase(ending.phase, "the payload's own code") };
      const frames = [placeOf(where), ...callers.slice(0, 1).map(functionOf)];
      return { kind: 'stop', key: inPhase(ending.phase, frames.join(' < ')), ...against };
    }
    case 'accepted':
      if (reference?.rule === undefined) return undefined;
      return { kind: 'taken', key: `${reference.clause ?? ''} ${reference.rule}` };
    case 'refused':
      if (reference?.errno !== 0) return undefined;
      return { kind: 'refused', key: `${returnName(ending.errno)} ${withoutNames(ending.said)}`.trimEnd() };
  }
}
