/**
 * junit.xml: one test suite per run, for CI systems. One rule gives a scenario's status, which is whether it ended as
 * expected, not whether a clause holds:
 *
 * - it passed: no element;
 * - it did not end as expected, in a way that says something about the hypervisor: `failure`, with its `type`:
 *   `failed`, another status of Cucumber's, or `unexpected-pass`;
 * - it says nothing about the hypervisor: `error`, `crashed` (the emulator) or `no-result`;
 * - nobody has to look at it: `skipped`, `known-deviation` or `not-exercised`, as other runners have expected failures.
 *
 * GitLab shows the text of such an element, Jenkins its `message`: both say all. GitLab tells test cases of a job apart
 * by `classname` and `name`, and Jenkins takes a class's package from its dots, so the run begins the class's name.
 */
import { create } from 'xmlbuilder';
import type { XMLElement } from 'xmlbuilder';
import { scenarioTitle } from './changes-text';
import { explain, firstLine, UNEXPECTED_PASS } from './explain';
import { groupBy } from './lists';
import { countsAgainst } from './model';
import type { Report, Run, Scenario } from './model';
import { countScenarios } from './report';

/** Begins with the run, without its dots, which would end a package: "xen-4_17/2.features.states.transitions". */
function classOf({ run, uri }: Scenario): string {
  const feature = uri
    .replace(/\.feature$/, '')
    .replaceAll('.', '_')
    .replaceAll('/', '.');
  return `${run.key.replaceAll('.', '_')}.${feature}`;
}

/** The title with its row of the examples. Equal names are numbered. Lines are not used, because they move. */
function namesOf(scenarios: readonly Scenario[]): ReadonlyMap<Scenario, string> {
  const titled = scenarios.map((scenario) => ({
    scenario,
    title: scenarioTitle({ ...scenario, example: scenario.example ?? {} }),
  }));
  const alike = [...groupBy(titled, ({ scenario, title }) => `${scenario.uri}\n${title}`).values()];
  return new Map(
    alike.flatMap((own) =>
      own.map(({ scenario, title }, at) => [scenario, at === 0 ? title : `${title} (${at + 1})`] as const),
    ),
  );
}

/** The element inside a test case that did not pass as expected. */
interface Outcome {
  readonly element: 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
  /** The whole text, including the message. */
  readonly detail: string;
}

function outcomeOf(scenario: Scenario, { known, outlived }: Report): Outcome | undefined {
  const outcome = (element: Outcome['element'], type: string, message: string, detail = message): Outcome => ({
    element,
    type,
    message,
    detail,
  });
  if (outlived.includes(scenario)) return outcome('failure', 'unexpected-pass', UNEXPECTED_PASS);
  const why = explain(scenario);
  if (why === undefined) return undefined;
  const { status } = scenario;
  const deviation = known.get(scenario);
  if (deviation !== undefined) {
    const message = `Known deviation ${deviation.id}: ${deviation.does}`;
    return outcome('skipped', 'known-deviation', message, `${message}\n\n${why}`);
  }
  if (status === 'skipped') return outcome('skipped', 'not-exercised', why);
  const element = countsAgainst(status) ? 'failure' : 'error';
  return outcome(element, status === 'unknown' ? 'no-result' : status, firstLine(why), why);
}

function addCase(suite: XMLElement, scenario: Scenario, name: string, report: Report): void {
  const testCase = suite.ele('testcase', {
    classname: classOf(scenario),
    name,
    file: scenario.uri,
    time: scenario.seconds.toFixed(3),
  });
  const outcome = outcomeOf(scenario, report);
  if (outcome === undefined) return;
  const { element, detail, ...attributes } = outcome;
  testCase.ele(element, attributes).txt(detail);
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
  for (const [scenario, name] of namesOf(run.scenarios)) addCase(suite, scenario, name, report);
}

/** Problems outside the scenarios: a suite in which each problem is a test case. */
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
