/**
 * Checks the features against the catalogue of clauses and the transition table:
 *
 *     node -r ./engine/typescript.js checks/catalogue.ts
 *
 * Each problem is a line `file:line: sentence`, and the status is then 1. Tags may be on a Feature, a Rule, a
 * Scenario or its Examples, and are inherited downwards.
 */
import { join } from 'node:path';
import type { Revision } from '../engine/abi/hypercall';
import { TRANSITIONS, type Transition } from '../engine/abi/transitions';
import { TRAITS } from '../engine/abilities';
import { type Catalogue, type Clause, loadCatalogue } from '../features/catalogue';
import { type Passage, loadPassages, unaccounted } from '../features/sentences';
import { type DeviationList, type ScenarioIdentity, isRecorded, recordedFor } from '../features/deviations';
import { loadDeviations } from '../features/deviation-files';
import { type Case, type FeatureFile, type Problem, type SpecifiedScenario, readFeatures } from './features';

/** Every tag that a feature may have, the ids of the catalogue included. */
function allowedTags({ clauses, findings, bugs }: Catalogue): ReadonlySet<string> {
  return new Set([
    ...clauses.map(({ id }) => id),
    ...findings.map(({ id }) => id),
    ...bugs.map(({ id }) => id),
    'revision-1',
    'revision-2',
    'toolstack',
    ...Object.keys(TRAITS).map((name) => `needs-${name}`),
  ]);
}

/** Tags that nothing explains. */
export function unknownTags({ file, tags }: FeatureFile, catalogue: Catalogue): readonly Problem[] {
  const allowed = allowedTags(catalogue);
  return tags
    .filter(({ name }) => !allowed.has(name))
    .map(({ name, line }) => ({ file, line, says: `unknown tag @${name}` }));
}

const clausesOf = ({ tags }: Case, { clauses }: Catalogue): readonly Clause[] =>
  clauses.filter(({ id }) => tags.includes(id));

/** Scenarios without a clause, and scenarios whose title does not begin with one of their clauses. */
function wrongTitles({ file, scenarios }: FeatureFile, catalogue: Catalogue): readonly Problem[] {
  return scenarios.flatMap(({ title, line, cases }): readonly Problem[] => {
    const bare = cases.filter((each) => clausesOf(each, catalogue).length === 0);
    if (bare.length > 0) return bare.map((each) => ({ file, line: each.line, says: `no clause is named: ${title}` }));
    const ids = cases.flatMap((each) => clausesOf(each, catalogue).map(({ id }) => id));
    if (ids.some((id) => title.startsWith(`${id}: `))) return [];
    return [{ file, line, says: `the title has to begin with one of its clauses and a colon: ${title}` }];
  });
}

/** Scenarios with the title of an earlier one in the file. */
function sameTitles({ file, scenarios }: FeatureFile): readonly Problem[] {
  return scenarios.flatMap(({ title, line }, index): readonly Problem[] => {
    const first = scenarios.slice(0, index).find((other) => other.title === title);
    return first === undefined ? [] : [{ file, line, says: `line ${first.line} has the same title: ${title}` }];
  });
}

/** Cases that would run in a revision in which one of their clauses does not hold. */
function wrongRevisions({ file, scenarios }: FeatureFile, catalogue: Catalogue): readonly Problem[] {
  return scenarios.flatMap(({ cases }) =>
    cases.flatMap((each): readonly Problem[] => {
      const { line, tags } = each;
      const only1 = tags.includes('revision-1');
      const only2 = tags.includes('revision-2');
      if (only1 && only2)
        return [{ file, line, says: 'with both @revision-1 and @revision-2 it would run in neither' }];
      return clausesOf(each, catalogue).flatMap(({ id, revision, supersededBy }): readonly Problem[] => {
        if (supersededBy !== undefined && !only1)
          return [{ file, line, says: `${id} is superseded by ${supersededBy}: @revision-1 is missing` }];
        if (revision === 2 && !only2) return [{ file, line, says: `${id} is of revision 2: @revision-2 is missing` }];
        return [];
      });
    }),
  );
}

/** The rules for one feature. */
export function checkFeature(feature: FeatureFile, catalogue: Catalogue): readonly Problem[] {
  return [
    ...feature.problems,
    ...unknownTags(feature, catalogue),
    ...wrongTitles(feature, catalogue),
    ...sameTitles(feature),
    ...wrongRevisions(feature, catalogue),
  ];
}

const COLUMNS = ['state', 'action', 'outcome', 'next'] as const;
const sameCell = (row: Transition, cells: Readonly<Record<string, string>>): boolean =>
  row.state === cells['state'] && row.action === cells['action'] && row.outcome === cells['outcome'];

/**
 * The Examples that have the columns state, action, outcome and next, all features taken together, against the
 * transition table: each of its rows is there, and none that contradicts it.
 */
export function checkTransitions(features: readonly FeatureFile[]): readonly Problem[] {
  const rows = features.flatMap(({ file, scenarios }) =>
    scenarios.flatMap(({ cases }) => cases.flatMap((each) => each.rows.map((row) => ({ file, ...row })))),
  );
  const stated = rows.filter(({ cells }) => COLUMNS.every((column) => column in cells));
  const contradictions = stated.flatMap(({ file, line, cells }): readonly Problem[] => {
    const row = TRANSITIONS.find((each) => sameCell(each, cells));
    if (row?.next === cells['next']) return [];
    const said = COLUMNS.map((column) => cells[column]).join(' ');
    const table = row === undefined ? 'has no such row' : `has ${row.next}`;
    return [{ file, line, says: `the transition table ${table}: ${said}` }];
  });
  const missing = TRANSITIONS.filter((row) => !stated.some(({ cells }) => sameCell(row, cells))).map((row) => ({
    file: 'engine/abi/transitions.ts',
    says: `no outline has the row ${COLUMNS.map((column) => row[column]).join(' ')}`,
  }));
  return [...contradictions, ...missing];
}

/** The revisions in which a clause holds. */
const revisionsOf = ({ revision, supersededBy }: Clause): readonly Revision[] => {
  if (revision === 2) return [2];
  return supersededBy === undefined ? [1, 2] : [1];
};

/** The tags of the cases that run in a revision. */
function shownIn(features: readonly FeatureFile[], revision: Revision): ReadonlySet<string> {
  const cases = features.flatMap(({ scenarios }) => scenarios.flatMap((scenario) => scenario.cases));
  const other = revision === 1 ? 'revision-2' : 'revision-1';
  return new Set(cases.filter(({ tags }) => !tags.includes(other)).flatMap(({ tags }) => tags));
}

/** Those of the features that run with a tool, or the others. */
const featuresOf = (features: readonly FeatureFile[], asks: Clause['asks']): readonly FeatureFile[] =>
  features.filter(({ tags }) => tags.some(({ name }) => name === 'toolstack') === (asks === 'caller'));

/** Testable clauses without a scenario in a revision in which they hold. */
export function notShown(
  features: readonly FeatureFile[],
  { clauses }: Pick<Catalogue, 'clauses'>,
): readonly Problem[] {
  const shownBy = (asks: Clause['asks']) => {
    const own = featuresOf(features, asks);
    return { 1: shownIn(own, 1), 2: shownIn(own, 2) };
  };
  const [byHypervisors, byTools] = [shownBy(undefined), shownBy('caller')];
  return clauses
    .filter(({ testable }) => testable)
    .flatMap((clause) =>
      revisionsOf(clause)
        .filter((revision) => !(clause.asks === 'caller' ? byTools : byHypervisors)[revision].has(clause.id))
        .map((revision) => ({
          file: 'features/clauses.yaml',
          says: `no scenario of revision ${revision} shows ${clause.id}`,
        })),
    );
}

/**
 * Findings and bugs that have both scenarios and a reason for having none, or neither. The reason is `paper` of a
 * finding and `why` of a bug.
 */
export function wronglyShown(
  features: readonly FeatureFile[],
  { findings, bugs }: Pick<Catalogue, 'findings' | 'bugs'>,
): readonly Problem[] {
  const shown = new Set([...shownIn(features, 1), ...shownIn(features, 2)]);
  const of = (file: string, key: string, rows: readonly { id: string; reason: string | undefined }[]) =>
    rows.flatMap(({ id, reason }): readonly Problem[] => {
      if (shown.has(id) === (reason === undefined)) return [];
      return [
        { file, says: shown.has(id) ? `${id} has ${key}, and scenarios with its tag` : `no scenario shows ${id}` },
      ];
    });
  return [
    ...of(
      'features/findings.yaml',
      'paper',
      findings.map(({ id, paper: reason }) => ({ id, reason })),
    ),
    ...of(
      'features/bugs.yaml',
      'why',
      bugs.map(({ id, why: reason }) => ({ id, reason })),
    ),
  ];
}

/** The names of a scenario: for an outline, one for each row. */
function namesOf({ title, cases }: SpecifiedScenario): readonly Pick<ScenarioIdentity, 'name' | 'example'>[] {
  const rows = cases.flatMap((each) => each.rows);
  if (rows.length === 0) return [{ name: title, example: undefined }];
  return rows.map(({ cells }) => ({
    name: title.replace(/<([^<>]+)>/g, (whole, column: string) => cells[column] ?? whole),
    example: cells,
  }));
}

/** Deviations with clauses that do not exist, or with scenarios or rows that no feature has. */
export function staleDeviations(
  features: readonly FeatureFile[],
  { clauses }: Catalogue,
  lists: readonly DeviationList[],
): readonly Problem[] {
  const all = features.flatMap(({ file, scenarios }) =>
    scenarios.flatMap(namesOf).map((each): ScenarioIdentity => ({ uri: file, ...each })),
  );
  const unknownOf = (file: string, from: readonly string[]): readonly Problem[] =>
    from
      .filter((name) => !clauses.some((clause) => clause.id === name))
      .map((name) => ({ file, says: `there is no clause ${name}` }));
  const absent = lists.flatMap(({ hypervisor, absences }) =>
    absences.flatMap(({ id, clauses: from }) => unknownOf(`features/deviations, ${hypervisor}, ${id}`, from)),
  );
  const deviating = lists.flatMap(({ hypervisor, deviations }) =>
    deviations.flatMap(({ id, clauses: from, scenarios }): readonly Problem[] => {
      const file = `features/deviations, ${hypervisor}, ${id}`;
      const rowByRow = scenarios.flatMap((each) =>
        each.rows.length === 0 ? [each] : each.rows.map((row) => ({ ...each, rows: [row] })),
      );
      const stale = rowByRow.filter((recorded) => !all.some((scenario) => isRecorded(recorded, scenario)));
      return [
        ...unknownOf(file, from),
        ...stale.map(({ uri, title, rows: [row] }) => ({
          file,
          says: `${uri} has no scenario: ${title}${row === undefined ? '' : ` ${JSON.stringify(row)}`}`,
        })),
      ];
    }),
  );
  const ids = new Set(lists.flatMap(({ deviations }) => deviations.map(({ id }) => id)));
  const patched = lists.flatMap(({ hypervisor, patched: own }) =>
    own
      .filter(({ id }) => !ids.has(id))
      .map(({ id }) => ({ file: `features/deviations, ${hypervisor}`, says: `there is no deviation ${id}` })),
  );
  return [...absent, ...deviating, ...patched];
}

/** Deviations named by a bug that do not exist, or that have no scenario with the bug's tag. */
export function strayDeviations(
  features: readonly FeatureFile[],
  { bugs }: Pick<Catalogue, 'bugs'>,
  lists: readonly DeviationList[],
): readonly Problem[] {
  const known = lists.flatMap(({ deviations }) => deviations);
  const withTag = (tag: string): readonly ScenarioIdentity[] =>
    features.flatMap(({ file, scenarios }) =>
      scenarios
        .map((each) => ({ ...each, cases: each.cases.filter(({ tags }) => tags.includes(tag)) }))
        .filter(({ cases }) => cases.length > 0)
        .flatMap(namesOf)
        .map((each) => ({ uri: file, ...each })),
    );
  return bugs.flatMap((bug) => {
    const own = withTag(bug.id);
    return bug.deviations.flatMap((id): readonly Problem[] => {
      const deviation = known.filter((each) => each.id === id);
      if (own.some((scenario) => recordedFor(deviation, scenario).length > 0)) return [];
      const says =
        deviation.length === 0 ? `there is no deviation ${id}` : `the deviation ${id} has no scenario with its tag`;
      return [{ file: `features/bugs.yaml, ${bug.id}`, says }];
    });
  });
}

/** Passages of the document that no clause states and sentences.yaml does not explain. */
function unstated({ clauses }: Catalogue, passages: readonly Passage[]): readonly Problem[] {
  return ([1, 2] as const).flatMap((revision) =>
    unaccounted(clauses, passages, revision).map(([first, last]) => ({
      file: 'features/sentences.yaml',
      says: `no clause states lines ${first} to ${last} of revision ${revision}, and no reason is given`,
    })),
  );
}

function main(): void {
  const catalogue = loadCatalogue();
  const lists = loadDeviations();
  const features = readFeatures(join(__dirname, '..'));
  const problems = [
    ...features.flatMap((feature) => checkFeature(feature, catalogue)),
    ...checkTransitions(features),
    ...unstated(catalogue, loadPassages()),
    ...notShown(features, catalogue),
    ...wronglyShown(features, catalogue),
    ...staleDeviations(features, catalogue, lists),
    ...strayDeviations(features, catalogue, lists),
  ];
  for (const { file, line, says } of problems) {
    console.error(`${line === undefined ? file : `${file}:${line}`}: ${says}`);
  }
  console.log(`${features.length} features, ${catalogue.clauses.length} clauses, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}

if (require.main === module) main();
