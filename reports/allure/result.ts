/** A scenario as Allure has it. */
import {
  Severity,
  Stage,
  Status as AllureStatus,
  type Label,
  type StepResult,
  type TestResult,
} from 'allure-js-commons';
import { createStepResult, md5 } from 'allure-js-commons/sdk/reporter';
import type { Clause, Level } from '../../features/catalogue';
import type { Report, Run, Scenario, Status, Step } from '../model';
import { judgeScenario } from './categories';

/** Worst first. */
const SEVERITIES = [Severity.CRITICAL, Severity.NORMAL, Severity.MINOR, Severity.TRIVIAL] as const;
const SEVERITY_OF: Readonly<Record<Level, Severity>> = {
  MUST: Severity.CRITICAL,
  FACT: Severity.CRITICAL,
  SHOULD: Severity.NORMAL,
  MAY: Severity.MINOR,
  SILENT: Severity.MINOR,
  INFO: Severity.TRIVIAL,
};

/** Keeps evidence as a file, and returns its name. */
export type KeepEvidence = (events: Step['events']) => string;

/** What results are made from. */
export interface ResultContext {
  readonly known: Report['known'];
  /** By id. */
  readonly clauses: ReadonlyMap<string, Clause>;
  readonly keep: KeepEvidence;
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** The folder of the feature: the features' folders follow the document's parts. */
function partOf({ uri }: Scenario): string {
  return uri.split('/').at(-2) ?? uri;
}

/**
 * Allure counts a scenario once for each of its stories, so it has one: the clause that its title begins with, below
 * its section. Its other clauses are only tags.
 */
function labelsOf(scenario: Scenario, run: Run, { clauses, known }: Omit<ResultContext, 'keep'>): Label[] {
  const deviation = known.get(scenario);
  const own = scenario.tags.flatMap((tag) => clauses.get(tag) ?? []);
  const story = own.find(({ id }) => scenario.name.startsWith(`${id}:`)) ?? own[0];
  const severities = own.map(({ level }) => SEVERITY_OF[level]);
  const severity = SEVERITIES.find((each) => severities.includes(each)) ?? Severity.NORMAL;
  const label = (name: string, values: readonly string[]): Label[] => values.map((value) => ({ name, value }));
  return [
    ...label('epic', [partOf(scenario)]),
    ...label('feature', story === undefined ? [] : [story.section]),
    ...label('story', story === undefined ? [] : [story.id]),
    ...label('severity', [severity]),
    ...label('parentSuite', [run.key]),
    ...label('suite', [scenario.feature]),
    ...label('subSuite', scenario.rule === undefined ? [] : [scenario.rule]),
    ...label('tag', [...scenario.tags, ...(deviation === undefined ? [] : ['known-deviation', deviation.id])]),
    ...label('framework', ['cucumberjs']),
  ];
}

const STEP_STATUS: Readonly<Record<Status, AllureStatus>> = {
  passed: AllureStatus.PASSED,
  unknown: AllureStatus.SKIPPED,
  skipped: AllureStatus.SKIPPED,
  pending: AllureStatus.BROKEN,
  undefined: AllureStatus.BROKEN,
  ambiguous: AllureStatus.BROKEN,
  crashed: AllureStatus.BROKEN,
  failed: AllureStatus.FAILED,
};

function argumentOf({ docString, table }: Step): string {
  const rows = table?.map((cells) => `\n| ${cells.join(' | ')} |`).join('') ?? '';
  return docString === undefined ? rows : `\n"""\n${docString}\n"""${rows}`;
}

function stepOf(step: Step, start: number, keep: KeepEvidence): StepResult {
  const { keyword, text, events, message, seconds, status } = step;
  const source = events.length === 0 ? undefined : keep(events);
  return {
    ...createStepResult(),
    name: `${keyword} ${text}${argumentOf(step)}`,
    status: STEP_STATUS[status],
    stage: Stage.FINISHED,
    start: milliseconds(start),
    stop: milliseconds(start + seconds),
    statusDetails: message === undefined ? {} : { message },
    attachments: source === undefined ? [] : [{ name: 'evidence', type: 'application/json', source }],
  };
}

function stepsOf({ steps, started = 0 }: Scenario, keep: KeepEvidence): StepResult[] {
  let at = started;
  return steps.map((step) => {
    const result = stepOf(step, at, keep);
    at += step.seconds;
    return result;
  });
}

/**
 * What identifies a scenario across reports. It does not contain the line, which moves. `nth`: its number among those
 * with the same name and row in its feature.
 */
export function identityOf({ uri, rule, name, example }: Scenario, nth: number): string {
  return JSON.stringify([uri, rule ?? null, name, example ?? null, nth]);
}

/** `identity`: from `identityOf`. */
export function resultOf(
  scenario: Scenario,
  run: Run,
  identity: string,
  { known, clauses, keep }: ResultContext,
): TestResult {
  const { status, message } = judgeScenario(scenario, known);
  const { name, uri, line, description, example = {}, attempts, seconds, started = 0 } = scenario;
  const historyId = md5(JSON.stringify([run.key, identity]));
  const retried = attempts > 1 ? [`Attempts: ${attempts}.`] : [];
  return {
    uuid: historyId,
    stage: scenario.status === 'unknown' ? Stage.INTERRUPTED : Stage.FINISHED,
    historyId,
    testCaseId: md5(identity),
    name,
    fullName: `${uri}:${line} on ${run.key}`,
    description: [description, ...retried].filter((part) => part !== '').join('\n\n'),
    status,
    statusDetails: message === undefined ? {} : { message },
    start: milliseconds(started),
    stop: milliseconds(started + seconds),
    labels: labelsOf(scenario, run, { clauses, known }),
    links: [],
    parameters: Object.entries({ run: run.key, ...example }).map(([key, value]) => ({ name: key, value })),
    steps: stepsOf(scenario, keep),
    attachments: [],
  };
}
