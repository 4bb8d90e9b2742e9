/** A scenario that failed, as a terminal shows it: its steps with their marks, and what the failing one found. */
import { eventLines } from './event-text';
import { isFailure } from './model';
import type { Scenario, Status, Step } from './model';
import { indented, line, type Line } from './terminal';

/** The mark of a step, and of a scenario. */
export const MARKS = {
  passed: '✔',
  unknown: '?',
  skipped: '–',
  pending: '✖',
  undefined: '✖',
  ambiguous: '✖',
  failed: '✖',
  crashed: '✖',
} as const satisfies Readonly<Record<Status, string>>;

/** The style of a line for this status. */
export function looks(status: Status): Line['as'] {
  if (isFailure(status)) return 'bad';
  return status === 'passed' ? 'good' : 'quiet';
}

/** A message may have any length. */
const MAX_MESSAGE = 12;

/** Why a step did not pass, if no evidence says so. */
function messageLines({ message, events }: Step): readonly Line[] {
  const isShown = events.some(({ kind }) => kind === 'mismatch' || kind === 'stop');
  if (message === undefined || isShown) return [];
  return message
    .split('\n')
    .slice(0, MAX_MESSAGE)
    .map((text) => line(text, 'bad'));
}

/** The lines of a step's table or text, as in the feature. */
export function argumentLines({ table = [], docString }: Step): readonly Line[] {
  const rows = table.map((cells) => line(`| ${cells.join(' | ')} |`));
  return [...rows, ...(docString?.split('\n').map((text) => line(text)) ?? [])];
}

/** A step that passed shows its hypercalls; the one that failed shows all its evidence. */
function stepLines(step: Step): readonly Line[] {
  const { keyword, text, status, events } = step;
  const shown = isFailure(status) ? events : events.filter(({ kind }) => kind === 'hypercall');
  const title = line(`${MARKS[status]} ${keyword} ${text}`.trimEnd(), looks(status));
  const found = [...shown.flatMap(eventLines), ...messageLines(step)];
  return [title, ...indented(4, argumentLines(step)), ...indented(4, found)];
}

/** The place of the scenario, and its run. */
export const titleOf = ({ uri, line: at, name, run }: Scenario): string => `${uri}:${at}  ${name}  [${run.key}]`;

/** With `again`, the command that repeats it. */
export function failureLines(scenario: Scenario, again: string): readonly Line[] {
  return [
    line(titleOf(scenario), 'title'),
    ...indented(4, [...scenario.steps.flatMap(stepLines), line(`Run it again: ${again}`, 'quiet')]),
    line(''),
  ];
}
