/** Makes rows of implementations.yaml from a compliance.json, and README's table from the rows. */
import { isObject } from '../engine/shape';
import { userError } from '../engine/user-error';
import { isRevision } from '../features/documents';
import { type Implementation, type RowCounts, rowVerdicts } from '../features/implementations';
import { readJsonFile } from './json-file';
import { table } from './markdown';

/** The fields of a row that come from compliance.json, not from people. */
type Row = Omit<Implementation, 'built' | 'seen'>;
type Json = Readonly<Record<string, unknown>>;

const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const object = (value: unknown): Json => (isObject(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The scenarios behind a clause's verdict that failed as recorded because the hypervisor crashed. */
const crashes = (verdict: Json): readonly string[] =>
  objects(verdict['scenarios'])
    .filter(({ deviation, failure }) => deviation !== null && object(failure)['kind'] === 'stop')
    .map(({ id }) => text(id));

function countsOf(run: Json, verdicts: readonly Json[]): RowCounts {
  const { total, skipped, passed, failed, knownDeviations, unexpectedPasses, crashed, notEnded } = object(
    run['scenarios'],
  );
  return {
    total: count(total),
    skipped: count(skipped),
    passed: count(passed) - count(unexpectedPasses),
    known: count(knownDeviations),
    unexpected: count(failed) - count(knownDeviations) + count(unexpectedPasses) + count(crashed) + count(notEnded),
    crashed: new Set(verdicts.flatMap(crashes)).size,
  };
}

function rowOf(run: Json, clauses: readonly Json[], suite: string, file: string): Row {
  const [id, { name, buildId }, { revision }] = [text(run['key']), object(run['hypervisor']), run];
  if (run['complete'] !== true || run['selected'] !== false || typeof run['started'] !== 'string')
    throw userError(`The run ${id} in ${file} does not have all scenarios: run all features to their end.`);
  if (run['drives'] !== undefined)
    throw userError(`The run ${id} in ${file} is of a tool: the list has hypervisors only.`);
  if (!isRevision(revision)) throw userError(`The run ${id} in ${file} has no revision: make the run again.`);
  const verdicts = clauses.map((clause) => ({
    clause: text(clause['id']),
    verdict: object(object(clause['verdicts'])[id]),
  }));
  return {
    id,
    hypervisor: text(name),
    buildId: text(buildId),
    revision,
    suite,
    date: run['started'].slice(0, 10),
    scenarios: countsOf(
      run,
      verdicts.map(({ verdict }) => verdict),
    ),
    verdicts: rowVerdicts((wanted) =>
      verdicts.filter(({ verdict }) => verdict['verdict'] === wanted).map(({ clause }) => clause),
    ),
  };
}

/**
 * A row for each run of an implementation in a compliance.json. The reference is no implementation. Throws a user error
 * if the file is no compliance.json, has no such run, or has one without all scenarios.
 */
export function readRows(file: string): readonly Row[] {
  const content = readJsonFile(file);
  if (!isObject(content) || content['format'] !== 2 || !Array.isArray(content['clauses']))
    throw userError(`${file} is no compliance.json: name one that "run" or "report" has written.`);
  const { version, commit } = object(content['suite']);
  const suite = [text(version), text(commit).slice(0, 12)].join(' ').trim();
  const runs = objects(content['runs']).filter(({ release }) => typeof release === 'string');
  if (runs.length === 0) throw userError(`${file} has no run of an implementation: make one with "run --target xen".`);
  return runs.map((run) => rowOf(run, objects(content['clauses']), suite, file));
}

const releaseOf = ({ hypervisor }: Implementation): string => /^\S+ ([\w.+-]+)/.exec(hypervisor)?.[1] ?? '';
const thousands = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

const COLUMNS: Readonly<Record<string, (row: Implementation) => string>> = {
  Xen: releaseOf,
  built: ({ built }) => built,
  revision: ({ revision }) => String(revision),
  run: ({ scenarios: { total, skipped } }) => `${thousands(total - skipped)} of ${thousands(total)}`,
  passed: ({ scenarios }) => thousands(scenarios.passed),
  'known deviations': ({ scenarios }) => thousands(scenarios.known),
  'deviations in which Xen crashed': ({ scenarios }) => thousands(scenarios.crashed),
  unexpected: ({ scenarios }) => thousands(scenarios.unexpected),
  suite: ({ suite, date }) => `${suite}, ${date}`,
  notes: ({ seen }) => seen,
};

/** README's table of implementations. */
export const readmeTable = (rows: readonly Implementation[]): string =>
  table(
    Object.keys(COLUMNS),
    rows.map((row) => Object.values(COLUMNS).map((cell) => cell(row))),
  ).join('\n');

const [BEGIN, END] = ['<!-- implementations: made by the command of this name -->', '<!-- end of implementations -->'];

/** README with the table between its marks. RangeError if it has no marks. */
export function withTable(readme: string, rows: readonly Implementation[]): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`README.md: expected ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${readmeTable(rows)}\n\n${readme.slice(end)}`;
}
