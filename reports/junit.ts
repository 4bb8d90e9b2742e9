/**
 * junit.xml: one test suite a run, for the CI systems that show nothing else. A known deviation is no failure there; a
 * scenario that passes unexpectedly is one. What says nothing about a hypervisor, but makes the report not as expected,
 * is an error.
 */
import { create } from 'xmlbuilder';
import type { XMLElement } from 'xmlbuilder';
import { explain, firstLine } from './explain';
import { groupBy } from './lists';
import { countsAgainst } from './model';
import type { Report, Run, Scenario } from './model';
import { countScenarios } from './report';
import { UNEXPECTED_PASS } from './summary';

/** Such systems tell test cases apart by class and name: where two scenarios share both, the line is added. */
function nameOf(scenario: Scenario, all: readonly Scenario[]): string {
  const shared = all.filter(({ uri, name }) => uri === scenario.uri && name === scenario.name).length > 1;
  return shared ? `${scenario.name} (line ${scenario.line})` : scenario.name;
}

/** What stands inside a test case that did not simply pass. */
interface Outcome {
  readonly element: 'failure' | 'error' | 'skipped';
  readonly type?: string;
  readonly message: string;
  /** All that is to be said, where the message is not. */
  readonly detail?: string;
}

function outcomeOf(scenario: Scenario, { known, outlived }: Report): Outcome | undefined {
  if (outlived.includes(scenario)) return { element: 'failure', type: 'unexpected-pass', message: UNEXPECTED_PASS };
  const why = explain(scenario);
  if (why === undefined) return undefined;
  const { status } = scenario;
  const deviation = known.get(scenario);
  if (deviation !== undefined)
    return { element: 'skipped', message: `Known deviation ${deviation.id}: ${deviation.does}`, detail: why };
  if (status === 'skipped') return { element: 'skipped', message: why };
  const element = countsAgainst(status) ? 'failure' : 'error';
  return { element, type: status === 'unknown' ? 'no-result' : status, message: firstLine(why), detail: why };
}

function addCase(suite: XMLElement, scenario: Scenario, all: readonly Scenario[], report: Report): void {
  const testCase = suite.ele('testcase', {
    classname: scenario.uri,
    name: nameOf(scenario, all),
    time: scenario.seconds.toFixed(3),
  });
  const outcome = outcomeOf(scenario, report);
  if (outcome === undefined) return;
  const { element, detail, ...attributes } = outcome;
  const child = testCase.ele(element, attributes);
  if (detail !== undefined) child.txt(detail);
}

function addSuite(root: XMLElement, run: Run, report: Report): void {
  const counts = countScenarios(report, run);
  const suite = root.ele('testsuite', {
    name: run.key,
    tests: counts.total,
    failures: counts.failed - counts.knownDeviations + counts.unexpectedPasses,
    errors: counts.crashed + counts.notEnded,
    skipped: counts.skipped + counts.knownDeviations,
    time: run.seconds.toFixed(3),
    ...(run.started === '' ? {} : { timestamp: run.started.replace(/\.\d+Z$/, '') }),
  });
  const perFile = groupBy(run.scenarios, ({ uri }) => uri);
  for (const scenario of run.scenarios) addCase(suite, scenario, perFile.get(scenario.uri) ?? [], report);
}

/** What went wrong outside the scenarios: a suite of its own, in which each problem is a test case. */
function addProblems(root: XMLElement, problems: Report['problems']): void {
  if (problems.length === 0) return;
  const counts = { tests: problems.length, failures: 0, errors: problems.length, skipped: 0 };
  const suite = root.ele('testsuite', { name: 'run', ...counts, time: '0.000' });
  for (const problem of problems) {
    const message = firstLine(problem);
    const testCase = suite.ele('testcase', { classname: 'run', name: message, time: '0.000' });
    testCase.ele('error', { type: 'problem', message }).txt(problem);
  }
}

/** The text of junit.xml. Characters that XML cannot hold become `?`. */
export function writeJunit(report: Report): string {
  const root = create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '?' }).att('name', report.suite.name);
  for (const run of report.runs) addSuite(root, run, report);
  addProblems(root, report.problems);
  return `${root.end({ pretty: true })}\n`;
}
