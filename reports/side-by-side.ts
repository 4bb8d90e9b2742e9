/** The same scenarios on several runs, for a terminal: each step once, with marks and evidence by run. */
import { explain } from './explain';
import { argumentLines, looks, MARKS } from './failed';
import { eventLines } from './event-text';
import { groupBy } from './lists';
import { isFailure, worstStatus } from './model';
import type { Run, Scenario, Step } from './model';
import { indented, line, type Line } from './terminal';

/** One scenario in each run; undefined if a run does not have it. */
type Row = readonly (Scenario | undefined)[];

/** One step in each run. */
type StepRow = readonly (Step | undefined)[];

/** The first one in a row. What is the same for all is read from it. */
const sampleOf = <Value extends object>(row: readonly (Value | undefined)[]): Value | undefined =>
  row.find((each) => each !== undefined);

/** The names of the runs, one per line, each above its column of marks. */
function headLines(runs: readonly Run[]): readonly Line[] {
  return runs.map(({ key, hypervisor }, at) => line(`${'│ '.repeat(at)}${key}  ${hypervisor.name}`, 'title'));
}

/** The evidence, and the message if no evidence says the same. */
function linesOf({ status, events, message }: Step): readonly Line[] {
  const isShown = !isFailure(status) || events.some(({ kind }) => kind === 'mismatch' || kind === 'stop');
  const own = isShown || message === undefined ? [] : message.split('\n').map((text) => line(text, 'bad'));
  return [...events.flatMap(eventLines), ...own];
}

/** The results of a step: once if they are the same for all runs, otherwise by run. */
function evidenceLines(keys: readonly string[], row: StepRow): readonly Line[] {
  const shown = keys.flatMap((key, at) => {
    const step = row[at];
    return step === undefined || step.status === 'skipped' ? [] : [{ key, lines: linesOf(step) }];
  });
  const groups = [...groupBy(shown, ({ lines }) => JSON.stringify(lines)).values()];
  return groups.flatMap((group) => {
    const [first] = group;
    if (first.lines.length === 0) return [];
    if (groups.length === 1) return first.lines;
    return [line(`${group.map(({ key }) => key).join(', ')}:`, 'quiet'), ...indented(2, first.lines)];
  });
}

function stepLines(keys: readonly string[], row: StepRow): readonly Line[] {
  const step = sampleOf(row);
  if (step === undefined) return [];
  const marks = row.map((each) => (each === undefined ? ' ' : MARKS[each.status])).join(' ');
  const worst = worstStatus(row.flatMap((each) => each?.status ?? []));
  return [
    line(`${marks}  ${step.keyword} ${step.text}`.trimEnd(), looks(worst)),
    ...indented(marks.length + 4, argumentLines(step)),
    ...indented(marks.length + 4, evidenceLines(keys, row)),
  ];
}

/** The steps in their order. */
function stepRows(row: Row): readonly StepRow[] {
  const longest = Math.max(...row.map((scenario) => scenario?.steps.length ?? 0));
  return Array.from({ length: longest }, (_, at) => row.map((scenario) => scenario?.steps[at]));
}

function scenarioLines(keys: readonly string[], row: Row): readonly Line[] {
  const lost = row.flatMap((scenario) =>
    scenario === undefined || isFailure(scenario.status) ? [] : (explain(scenario) ?? []),
  );
  return [
    line(''),
    line(sampleOf(row)?.name ?? '', 'title'),
    ...stepRows(row).flatMap((steps) => stepLines(keys, steps)),
    ...[...new Set(lost)].map((text) => line(text, 'quiet')),
  ];
}

/** Lines for all scenarios of the runs, in the order of the feature. */
export function sideBySide(runs: readonly Run[]): readonly Line[] {
  const placed = runs.flatMap((run, at) => run.scenarios.map((scenario) => ({ at, scenario })));
  const rows = [...groupBy(placed, ({ scenario }) => `${scenario.uri}:${scenario.line}`).values()].map((own): Row =>
    runs.map((_, at) => own.find((each) => each.at === at)?.scenario),
  );
  const byLine = (row: Row): number => sampleOf(row)?.line ?? 0;
  const keys = runs.map(({ key }) => key);
  return [
    ...headLines(runs),
    ...rows.sort((one, other) => byLine(one) - byLine(other)).flatMap((row) => scenarioLines(keys, row)),
  ];
}
