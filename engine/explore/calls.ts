/** What a search may do at each step: UPLOAD, and the four commands of ACTION in three ways. */
import { ACTION, type Action, type Revision } from '../abi/hypercall';
import type { Cast } from './cast';

/** As a tool asks; without the check of the dependency; while a vCPU is busy for longer than the action may take. */
export type Way = 'plain' | 'nodeps' | 'late';

export type Call =
  | { readonly operation: 'UPLOAD'; readonly payload: string }
  | { readonly operation: Action; readonly payload: string; readonly way: Way };

/** Nanoseconds: how long the other vCPU is busy, and what the action may take. */
export const LATE = { busy: 20_000_000n, time: 10_000_000 } as const;
/** The vCPU that is busy. */
export const BUSY_CPU = 1;

const WAYS: Readonly<Record<Revision, readonly Way[]>> = { 1: ['plain', 'late'], 2: ['plain', 'nodeps', 'late'] };
const ACTIONS = Object.keys(ACTION) as readonly Action[];

/** All calls that there are with these payloads. */
export function callsOf({ members }: Cast, revision: Revision): readonly Call[] {
  return members.flatMap(({ name: payload }): readonly Call[] => [
    { operation: 'UPLOAD', payload },
    ...ACTIONS.flatMap((operation) => WAYS[revision].map((way) => ({ operation, payload, way }))),
  ]);
}

/** For people: "APPLY of q, late". */
export function callText(call: Call): string {
  const text = `${call.operation} of ${call.payload}`;
  return call.operation === 'UPLOAD' || call.way === 'plain' ? text : `${text}, ${call.way}`;
}
