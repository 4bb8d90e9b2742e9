/** Lines of a hypervisor's console. A refusal of the reference is kept as data, not as text. */
import type { CitedRefusal } from './refusal';

export type ConsoleLine = string | CitedRefusal;

export const refusalsIn = (lines: readonly ConsoleLine[]): readonly CitedRefusal[] =>
  lines.flatMap((line) => (typeof line === 'string' ? [] : [line]));

/** The lines that state no refusal. */
export const otherLines = (lines: readonly ConsoleLine[]): readonly string[] =>
  lines.flatMap((line) => (typeof line === 'string' ? [line] : []));

/** "payload hello: section .text": what a refusal is about. */
export const placeOf = ({ payload, where }: Pick<CitedRefusal, 'payload' | 'where'>): string =>
  [payload === undefined ? '' : `payload ${payload}`, where].filter((part) => part !== '').join(': ');

/** The console as it is read on a screen. A refusal takes several lines if a payload's name does. */
export const screenLines = (lines: readonly ConsoleLine[]): readonly string[] =>
  lines.flatMap((line) =>
    typeof line === 'string' ? [line] : `livepatch: ${placeOf(line)}: ${line.says} [${line.clause}]`.split('\n'),
  );
