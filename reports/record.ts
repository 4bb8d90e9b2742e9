/**
 * The verdicts and outcomes of a report's runs, which are compared: from a report that was just built, or from a
 * compliance.json.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../engine/shape';
import { userError } from '../engine/user-error';
import { OUTCOMES } from './changes';
import type { Outcome, ReportRecord, RunRecord, ScenarioRecord } from './changes';
import { isComplete } from './complete';
import { idOf } from './identity';
import { readJsonFile } from './json-file';
import { STATUSES, countsAgainst } from './model';
import type { Report, Run, Scenario } from './model';

function outcomeOf(status: Scenario['status'], deviation: string | null): Outcome {
  if (deviation !== null) return 'known-deviation';
  if (status === 'unknown') return 'no-result';
  if (countsAgainst(status)) return 'failed';
  return status === 'passed' || status === 'skipped' ? status : 'crashed';
}

/** If two scenarios differ only in their line, the worse one counts. */
function byId(scenarios: readonly ScenarioRecord[]): RunRecord['scenarios'] {
  const found = new Map<string, ScenarioRecord>();
  for (const scenario of scenarios) {
    const other = found.get(scenario.id);
    const isWorse = other === undefined || OUTCOMES.indexOf(scenario.outcome) > OUTCOMES.indexOf(other.outcome);
    if (isWorse) found.set(scenario.id, scenario);
  }
  return found;
}

type Judged = Pick<Report, 'runs' | 'clauses' | 'known'>;

function recordOf(run: Run, { clauses, known }: Omit<Judged, 'runs'>): RunRecord {
  const verdicts = clauses.flatMap(({ clause, verdicts: of }) => {
    const verdict = of.get(run.key);
    return verdict === undefined ? [] : [[clause.id, verdict] as const];
  });
  const cited = new Set(verdicts.flatMap(([, { scenarios }]) => scenarios));
  return {
    key: run.key,
    hypervisor: { name: run.hypervisor.name, buildId: run.hypervisor.buildId },
    isPart: run.selected || !isComplete(run),
    verdicts: new Map(verdicts.map(([id, { verdict }]) => [id, verdict])),
    scenarios: byId(
      [...cited].map((scenario) => {
        const deviation = known.get(scenario)?.id ?? null;
        const { uri, name, example = {}, status } = scenario;
        return { id: idOf(scenario), uri, name, example, outcome: outcomeOf(status, deviation), deviation };
      }),
    ),
  };
}

/** The record of a report that was just built. */
export const recordsOf = ({ runs, ...judged }: Judged): readonly RunRecord[] =>
  runs.map((run) => recordOf(run, judged));

type Json = Readonly<Record<string, unknown>>;
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const object = (value: unknown): Json => (isObject(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function readScenario({ id, uri, name, example, status, deviation }: Json): ScenarioRecord {
  const by = typeof deviation === 'string' ? deviation : null;
  return {
    id: text(id),
    uri: text(uri),
    name: text(name),
    example: Object.fromEntries(Object.entries(object(example)).map(([column, cell]) => [column, text(cell)])),
    outcome: outcomeOf(STATUSES.find((known) => known === status) ?? 'unknown', by),
    deviation: by,
  };
}

function readRun(run: Json, clauses: readonly Json[]): RunRecord {
  const key = text(run['key']);
  const { name, buildId } = object(run['hypervisor']);
  const verdicts = clauses.flatMap(({ id, verdicts: of }) => {
    const verdict = object(of)[key];
    return isObject(verdict) ? [[text(id), verdict] as const] : [];
  });
  return {
    key,
    hypervisor: { name: text(name), buildId: text(buildId) },
    isPart: run['selected'] === true || run['complete'] === false,
    verdicts: new Map(verdicts.map(([id, { verdict }]) => [id, text(verdict)])),
    scenarios: byId(verdicts.flatMap(([, { scenarios }]) => objects(scenarios)).map(readScenario)),
  };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Reads a compliance.json, or the one in a folder. UserError if it is none, or if its format has no ids of scenarios.
 */
export function readRecord(path: string): ReportRecord {
  const file = isFolder(path) ? join(path, 'compliance.json') : path;
  const content = readJsonFile(file);
  if (!isObject(content) || !Array.isArray(content['runs']) || !Array.isArray(content['clauses']))
    throw userError(`${path} is no compliance.json: name one that an earlier report has written.`);
  if (content['format'] !== 2)
    throw userError(`${path} has an older format: write its report again with the command report.`);
  const clauses = objects(content['clauses']);
  return {
    file: path,
    version: text(object(content['suite'])['version']),
    runs: objects(content['runs']).map((run) => readRun(run, clauses)),
  };
}
