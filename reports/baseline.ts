/** What changed since an earlier report, of which its compliance.json tells. */
import { isObject } from '../engine/shape';
import { userError } from '../engine/user-error';
import { readJsonFile } from './json-file';
import type { Changes, Report, Scenario, ScenarioChange, VerdictChange, Verdicts } from './model';

interface ScenarioReference {
  readonly uri: string;
  readonly line: number;
  readonly name: string;
}

/** What is read of an earlier compliance.json. */
export interface Baseline {
  /** The file, as the user named it. */
  readonly file: string;
  readonly version: string;
  /** Keys of its runs. */
  readonly runs: readonly string[];
  /** By clause, then by run key. */
  readonly verdicts: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly scenarios: readonly ScenarioReference[];
}

type Json = Readonly<Record<string, unknown>>;
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function scenariosOf(verdict: Json): readonly ScenarioReference[] {
  return objects(verdict['scenarios']).map(({ uri, line, name }) => ({
    uri: text(uri),
    line: Number(line),
    name: text(name),
  }));
}

/** Reads an earlier compliance.json. UserError where it is none. */
export function readBaseline(file: string): Baseline {
  const content = readJsonFile(file);
  if (!isObject(content) || !Array.isArray(content['runs']) || !Array.isArray(content['clauses']))
    throw userError(`${file} is no compliance.json: name one that an earlier report has written.`);
  const clauses = objects(content['clauses']).map(({ id, verdicts }) => {
    const byRun = Object.entries(isObject(verdicts) ? verdicts : {}).flatMap(([key, verdict]) =>
      isObject(verdict) ? [[key, verdict] as const] : [],
    );
    return { id: text(id), byRun };
  });
  return {
    file,
    version: isObject(content['suite']) ? text(content['suite']['version']) : '',
    runs: objects(content['runs']).map(({ key }) => text(key)),
    verdicts: new Map(
      clauses.map(({ id, byRun }) => [id, new Map(byRun.map(([key, { verdict }]) => [key, text(verdict)]))]),
    ),
    scenarios: clauses.flatMap(({ byRun }) => byRun.flatMap(([, verdict]) => scenariosOf(verdict))),
  };
}

const nameKey = ({ uri, name }: Pick<ScenarioReference, 'uri' | 'name'>): string => `${uri}\n${name}`;

/** How many scenarios there are of each name: lines tell them apart in one report, and mean nothing in another. */
function countByName(scenarios: readonly ScenarioReference[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const distinct = new Map(scenarios.map((scenario) => [`${scenario.uri}:${scenario.line}`, scenario]));
  for (const scenario of distinct.values()) counts.set(nameKey(scenario), (counts.get(nameKey(scenario)) ?? 0) + 1);
  return counts;
}

function scenarioChanges(
  before: readonly ScenarioReference[],
  now: readonly ScenarioReference[],
): readonly ScenarioChange[] {
  const [old, current] = [countByName(before), countByName(now)];
  return [...new Set([...current.keys(), ...old.keys()])].map((key) => {
    const [uri = '', name = ''] = key.split('\n');
    return { uri, name, before: old.get(key) ?? 0, now: current.get(key) ?? 0 };
  });
}

type Judged = Pick<Report, 'runs' | 'clauses'>;

/** Scenarios as an earlier compliance.json names them: those that bear the id of a clause. */
const cited = (clauses: Judged['clauses']): readonly Scenario[] =>
  clauses.flatMap(({ verdicts }) => [...verdicts.values()].flatMap(({ scenarios }) => scenarios));

function verdictChanges(
  id: string,
  verdicts: Verdicts,
  runs: readonly string[],
  earlier: Baseline['verdicts'],
): readonly VerdictChange[] {
  return runs.flatMap((run) => {
    const to = verdicts.get(run)?.verdict;
    const from = earlier.get(id)?.get(run) ?? null;
    return to === undefined || to === from ? [] : [{ clause: id, run, from, to }];
  });
}

/** What is otherwise in `report` than it was in `baseline`. */
export function changesSince({ runs, clauses }: Judged, baseline: Baseline): Changes {
  const both = runs.map(({ key }) => key).filter((key) => baseline.runs.includes(key));
  const known = new Set(clauses.map(({ clause }) => clause.id));
  const scenarios = scenarioChanges(baseline.scenarios, cited(clauses));
  return {
    file: baseline.file,
    version: baseline.version,
    runs: both,
    verdicts: clauses.flatMap(({ clause, verdicts }) => verdictChanges(clause.id, verdicts, both, baseline.verdicts)),
    clausesGone: [...baseline.verdicts.keys()].filter((id) => !known.has(id)),
    added: scenarios.filter(({ before, now }) => now > before),
    gone: scenarios.filter(({ before, now }) => now < before),
  };
}
