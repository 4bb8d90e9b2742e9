/** The changes since an earlier report, for compliance.json and for `compare --json`. */
import type { Changes, ScenarioDifference } from './changes';
import { countRegressions, isOtherBuild } from './compare';
import { groupBy } from './lists';

/** Scenarios that only one of the reports has, by feature and title: rows of examples may share it. */
function counted(differences: readonly ScenarioDifference[], which: 'before' | 'now'): readonly object[] {
  const distinct = [...new Map(differences.map((difference) => [difference.id, difference])).values()];
  return [...groupBy(distinct, ({ uri, name }) => `${uri}\n${name}`).values()].map((own) => {
    const [{ uri, name }] = own;
    return { uri, name, before: 0, now: 0, [which]: own.length };
  });
}

/** `clauses`, `clausesGone`, `runs` and `scenarios` sum up `comparisons`, which is by run. */
export function changesOf(changes: Changes): object {
  const { file, version, comparisons, newRuns, goneRuns } = changes;
  const scenarios = comparisons.flatMap((comparison) => comparison.scenarios);
  const gone = comparisons.flatMap(({ clauses }) => clauses.filter(({ to }) => to === null));
  return {
    since: file,
    version,
    regressions: countRegressions(changes),
    runs: comparisons.map(({ now }) => now.key),
    clauses: comparisons.flatMap(({ now, clauses }) =>
      clauses
        .filter(({ to }) => to !== null)
        .map(({ clause, from, to, course }) => ({ clause, run: now.key, from, to, course })),
    ),
    clausesGone: [...new Set(gone.map(({ clause }) => clause))],
    scenarios: {
      added: counted(
        scenarios.filter(({ from }) => from === null),
        'now',
      ),
      gone: counted(
        scenarios.filter(({ to }) => to === null),
        'before',
      ),
    },
    comparisons: comparisons.map((comparison) => ({ ...comparison, otherBuild: isOtherBuild(comparison) })),
    newRuns,
    goneRuns,
  };
}
