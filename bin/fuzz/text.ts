/** What `fuzz` prints: a status line while it searches, a paragraph for each find, and a summary. */
import { returnName } from '../../engine/abi/errno';
import type { Execution } from '../../engine/fuzz/execution';
import { nameOf } from '../../engine/fuzz/classes';
import type { Find, Speed, Tally } from '../../engine/fuzz/search';
import { printable } from '../../reports/printable';

/** What another Xen does with the payload. */
export interface Elsewhere {
  /** "Xen 4.14.6 (xen-syms-4.14)". */
  readonly hypervisor: string;
  readonly does: string;
}

/** What is new, whatever kind it is: no deviation explains it, and neither the payload nor the emulator is to blame. */
export const isNew = ({ kind, known }: Find): boolean => known === undefined && kind !== 'own' && kind !== 'death';
const isKnown = ({ known }: Find): boolean => known !== undefined;
const markOf = (find: Find): string => (isNew(find) ? 'NEW  ' : isKnown(find) ? 'known' : '     ');

/** How a payload ends, in a few words. */
export function endingText(ending: Execution['ending']): string {
  switch (ending.kind) {
    case 'refused':
      return `refuses it with ${returnName(ending.errno)}${ending.said === '' ? '' : ` (${ending.said})`}`;
    case 'accepted':
      return `takes it (${ending.reached.join(', ')})`;
    case 'stopped':
      return `crashes at ${ending.phase} in ${ending.stop.where}: ${ending.stop.why}`;
    case 'broken':
      return `is not as before after ${ending.phase}: ${ending.change.what} are ${ending.change.found}`;
    case 'died':
      return `cannot be asked: the emulator ended (${ending.how})`;
  }
}

function referenceText({ reference }: Execution): string {
  if (reference === undefined) return 'was not asked';
  if (reference.errno === 0) return 'takes it';
  const { errno, clause, rule, says } = reference;
  return `refuses it with ${returnName(errno)}, by ${String(clause)} (${String(rule)}): ${String(says)}`;
}

const MOST_CHANGES = 8;

function changesText({ minimal }: Find): readonly string[] {
  if (minimal === undefined) return [];
  const { seed, changes } = minimal;
  const shown = changes.slice(0, MOST_CHANGES).map(({ field, from, to }) => `${field}: ${from} -> ${to}`);
  const more = changes.length > MOST_CHANGES ? [`and ${changes.length - MOST_CHANGES} more changes`] : [];
  return [...shown, ...more].map((change, at) => `${at === 0 ? `in "${seed}", ` : '  '}${change}`);
}

/** One find: field, value, what happens, clause. */
export function findText(find: Find): string {
  const { execution, known } = find;
  const lines = [
    `${markOf(find)} ${nameOf(find)}`,
    ...changesText(find),
    `Xen ${endingText(execution.ending)}`,
    ...(find.minimal === undefined ? [] : [`the reference ${referenceText(execution)}`]),
    ...(known === undefined ? [] : [`known: ${known}`]),
  ];
  return lines.map((line, at) => printable(at === 0 ? line : `      ${line}`)).join('\n');
}

/** "found 12 s ago". */
const since = ({ seconds, lastNew }: Tally): string => `${Math.round(seconds - lastNew)} s ago`;

/** The status line, as fuzzers show it. `deaths`: how often the emulator ended. */
export function statusText(tally: Tally, deaths: number): string {
  const { given, seconds, blocks, corpus, finds } = tally;
  const stops = finds.filter(({ kind }) => kind === 'stop');
  return [
    `${given} payloads`,
    `${Math.round(given / Math.max(seconds, 0.001))}/s`,
    `${blocks} blocks`,
    `corpus ${corpus}`,
    `stops ${stops.filter(isNew).length} new ${stops.filter(isKnown).length} known`,
    `new in all ${finds.filter(isNew).length}`,
    ...(deaths === 0 ? [] : [`emulator ended ${deaths}x`]),
    `last block ${since(tally)}`,
  ].join('  ');
}

const perSecond = ({ payloads, seconds }: Speed): number => Math.round(payloads / Math.max(seconds, 0.001));

/** The last lines. `cpu`: seconds that all processes took. */
export function summaryText(tally: Tally, cpu: number): readonly string[] {
  const { given, tried, endings, finds, counts, seconds, speeds } = tally;
  const { refused, accepted, stopped, broken, died } = endings;
  const verdicts = refused + accepted + stopped + broken + died;
  const inAll = perSecond({ payloads: given + tried, seconds: cpu });
  return [
    '',
    `${verdicts} verdicts on ${given} payloads in ${seconds.toFixed(0)} s: ${refused} refused, ${accepted} taken, ` +
      `${stopped} crashed Xen, ${broken} left something changed, ${died} ended the emulator.`,
    `${tried} more were tried to find the least changes; ${inAll} payloads per second of CPU. Xen's code alone: ` +
      `${perSecond(speeds.upload)} per second where UPLOAD refuses them, ${perSecond(speeds.cycle)} for the whole cycle.`,
    ...finds.map((find) => {
      const count = String(counts.get(nameOf(find)) ?? 0).padStart(8);
      return printable(`${count}x  ${markOf(find)} ${nameOf(find)}`);
    }),
  ];
}
