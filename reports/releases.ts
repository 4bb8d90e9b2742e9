/** How verdicts changed from release to release, by the list of implementations. */
import type { Clause } from '../features/catalogue';
import { type Absence, type DeviationList, type KnownDeviation, recordsOf, versionOf } from '../features/deviations';
import { vendorOf } from '../features/vendors';
import { groupBy } from './lists';
import { type Implementation, ROW_VERDICTS, type RowVerdict } from '../features/implementations';

export type Departure = KnownDeviation | Absence;

/** An implementation, and how it differs from the one before it in the list. The first has no differences. */
export interface Release {
  readonly implementation: Implementation;
  /** Recorded for the one before, but no longer for this one. */
  readonly fixed: readonly Departure[];
  /** Recorded for this one, but not for the one before. */
  readonly broken: readonly Departure[];
}

/** A number of implementations in a row that have the same verdict on a clause. */
export interface Span {
  /** Null if the clause was not run: it is of the other revision, or newer than the run. */
  readonly verdict: RowVerdict | null;
  readonly length: number;
}

export interface Releases {
  readonly releases: readonly Release[];
  /** Clauses whose verdicts differ, each with the spans over all implementations. */
  readonly clauses: readonly { readonly clause: Clause; readonly spans: readonly Span[] }[];
}

function changesOf(implementations: readonly Implementation[], lists: readonly DeviationList[]): readonly Release[] {
  const records = implementations.map(({ hypervisor }): readonly Departure[] => {
    const { deviations, absences } = recordsOf(lists, hypervisor);
    return [...deviations, ...absences];
  });
  return implementations.map((implementation, index) => {
    const own = records[index] ?? [];
    const before = records[index - 1] ?? own;
    return {
      implementation,
      fixed: before.filter((departure) => !own.includes(departure)),
      broken: own.filter((departure) => !before.includes(departure)),
    };
  });
}

function spansOf(verdicts: readonly Span['verdict'][]): readonly Span[] {
  const spans: Span[] = [];
  for (const verdict of verdicts) {
    const last = spans.at(-1);
    if (last?.verdict === verdict) spans.splice(-1, 1, { verdict, length: last.length + 1 });
    else spans.push({ verdict, length: 1 });
  }
  return spans;
}

/**
 * Of several builds of one release, the one that shows most clauses. A vendor's build has patches of its own, so it is no
 * step from one release to the next.
 */
function onePerRelease(implementations: readonly Implementation[]): readonly Implementation[] {
  const released = implementations.filter(({ hypervisor }) => vendorOf(hypervisor) === undefined);
  const byVersion = groupBy(released, ({ hypervisor }) => versionOf(hypervisor).version.join('.'));
  const unshown = ({ verdicts }: Implementation): number => verdicts['not-exercised'].length;
  return [...byVersion.values()].map((builds) =>
    builds.reduce((best, build) => (unshown(build) < unshown(best) ? build : best)),
  );
}

/** The implementations in their order with their recorded deviations, and the clauses on which they differ. */
export function releasesOf(
  implementations: readonly Implementation[],
  clauses: readonly Clause[],
  lists: readonly DeviationList[],
): Releases {
  const released = onePerRelease(implementations);
  const histories = clauses.map((clause) => {
    const verdicts = released.map(
      (row) => ROW_VERDICTS.find((verdict) => row.verdicts[verdict].includes(clause.id)) ?? null,
    );
    const shown = new Set(verdicts.filter((verdict) => verdict !== null && verdict !== 'not-exercised'));
    return { clause, spans: spansOf(verdicts), differs: shown.size > 1 };
  });
  return {
    releases: changesOf(released, lists),
    clauses: histories.filter(({ differs }) => differs).map(({ clause, spans }) => ({ clause, spans })),
  };
}
