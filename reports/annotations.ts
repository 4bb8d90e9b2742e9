/** Annotations that GitHub shows next to the lines of a change: workflow commands, one per line. */
import { emulatorCrashes, unexpectedFailures } from './deviations';
import { explain, firstLine, UNEXPECTED_PASS } from './explain';
import type { Report, Scenario } from './model';

/** GitHub shows ten of each kind per step of a workflow. */
const MAX_ANNOTATIONS = 10;

const escaped = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const escapedProperty = (text: string): string => escaped(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** The path of a scenario's feature, as the annotation names it. */
export type PathOf = (scenario: Pick<Scenario, 'uri'>) => string;

function annotation(kind: 'error' | 'warning', scenario: Scenario, pathOf: PathOf): string {
  const { line, name, run } = scenario;
  const title = escapedProperty(`${name} [${run.key}]`);
  const why = firstLine(explain(scenario) ?? UNEXPECTED_PASS);
  return `::${kind} file=${escapedProperty(pathOf(scenario))},line=${line},title=${title}::${escaped(why)}`;
}

/** Errors for failures, warnings for unexpected passes. */
export function writeAnnotations(report: Report, pathOf: PathOf): readonly string[] {
  const failed = [...emulatorCrashes(report), ...unexpectedFailures(report)];
  return [
    ...failed.slice(0, MAX_ANNOTATIONS).map((scenario) => annotation('error', scenario, pathOf)),
    ...report.outlived.slice(0, MAX_ANNOTATIONS).map((scenario) => annotation('warning', scenario, pathOf)),
  ];
}
