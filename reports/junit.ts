/** junit.xml: one test suite a run, for the CI systems that show nothing else. A known deviation is no failure there. */
import { create } from 'xmlbuilder';
import type { XMLElement } from 'xmlbuilder';
import { explain, firstLine } from './explain';
import { groupBy } from './lists';
import { isFailure } from './model';
import type { Report, Run, Scenario } from './model';
import { countScenarios } from './report';

/** Such systems tell test cases apart by class and name: where two scenarios share both, the line is added. */
function nameOf(scenario: Scenario, all: readonly Scenario[]): string {
  const shared = all.filter(({ uri, name }) => uri === scenario.uri && name === scenario.name).length > 1;
  return shared ? `${scenario.name} (line ${scenario.line})` : scenario.name;
}

function addCase(suite: XMLElement, scenario: Scenario, all: readonly Scenario[], known: Report['known']): void {
  const element = suite.ele('testcase', {
    classname: scenario.uri,
    name: nameOf(scenario, all),
    time: scenario.seconds.toFixed(3),
  });
  const why = explain(scenario);
  if (why === undefined) return;
  const deviation = known.get(scenario);
  if (deviation !== undefined) element.ele('skipped', { message: `Known deviation: ${deviation.does}` }).txt(why);
  else if (isFailure(scenario.status))
    element.ele('failure', { type: scenario.status, message: firstLine(why) }).txt(why);
  else element.ele('skipped', { message: why });
}

function addSuite(root: XMLElement, run: Run, known: Report['known']): void {
  const { total, failed, skipped, withoutResult } = countScenarios(run);
  const asKnown = run.scenarios.filter((scenario) => known.has(scenario)).length;
  const suite = root.ele('testsuite', {
    name: run.key,
    tests: total,
    failures: failed - asKnown,
    errors: 0,
    skipped: skipped + withoutResult + asKnown,
    time: run.seconds.toFixed(3),
    ...(run.started === '' ? {} : { timestamp: run.started.replace(/\.\d+Z$/, '') }),
  });
  const perFile = groupBy(run.scenarios, ({ uri }) => uri);
  for (const scenario of run.scenarios) addCase(suite, scenario, perFile.get(scenario.uri) ?? [], known);
}

/** The text of junit.xml. Characters that XML cannot hold become `?`. */
export function writeJunit({ suite, runs, known }: Report): string {
  const root = create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '?' }).att('name', suite.name);
  for (const run of runs) addSuite(root, run, known);
  return `${root.end({ pretty: true })}\n`;
}
