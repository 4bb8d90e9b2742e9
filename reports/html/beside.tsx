/** The runs side by side: only clauses and scenarios that differ. The page's script narrows the table to two runs. */
import type { JSX } from 'preact';
import { sumOf } from '../changes-text';
import { compareRuns } from '../compare';
import { idOf } from '../identity';
import { counted, groupBy } from '../lists';
import type { Report, Run, Scenario } from '../model';
import { recordsOf } from '../record';
import { RunHeads } from './clauses';
import { Badge, ClauseLink, DeviationLink, ScenarioList, Scroll, STATUS_LOOK, VERDICT_LOOK } from './parts';

/** A cell of a run whose revision does not have the row. The script does not count it as a difference. */
const NotAsked = (): JSX.Element => <td class="void">not asked</td>;

function ClauseRows({ report: { clauses, runs } }: { readonly report: Report }): JSX.Element {
  const rows = clauses.map(({ clause, verdicts }) => ({
    clause,
    names: runs.map(({ key }) => verdicts.get(key)?.verdict ?? 'not-exercised'),
  }));
  const shown = rows.filter(({ names }) => new Set(names.filter((name) => name !== 'not-in-force')).size > 1);
  return (
    <>
      {shown.map(({ clause, names }) => (
        <tr data-count="1">
          <th scope="row">
            <ClauseLink id={clause.id} /> <small>{clause.section}</small>
          </th>
          {names.map((name) =>
            name === 'not-in-force' ? (
              <NotAsked />
            ) : (
              <td>
                <Badge look={VERDICT_LOOK[name]} />
              </td>
            ),
          )}
        </tr>
      ))}
    </>
  );
}

/** Scenarios with the same result in each run. */
interface Alike {
  readonly scenarios: readonly Scenario[];
  /** In the order of the runs; undefined if a run does not have them. */
  readonly inRuns: readonly (Scenario | undefined)[];
}

/** The outcome of a scenario: its status, and the known deviation. */
const resultOf = (scenario: Scenario, known: Report['known']): string => known.get(scenario)?.id ?? scenario.status;

/** Scenarios with different results in different runs, grouped by results. */
function alikeIn({ runs, known }: Report): readonly Alike[] {
  const byRun = runs.map(({ scenarios }) => new Map(scenarios.map((scenario) => [idOf(scenario), scenario])));
  const ids = [...new Set(byRun.flatMap((own) => [...own.keys()]))];
  const rows = ids.map((id) => {
    const inRuns = byRun.map((own) => own.get(id));
    return { inRuns, results: inRuns.map((own) => (own === undefined ? '' : resultOf(own, known))) };
  });
  const different = rows.filter(({ results }) => new Set(results.filter((result) => result !== '')).size > 1);
  return [...groupBy(different, ({ results }) => results.join('\n')).values()].map((own) => ({
    scenarios: own.flatMap(({ inRuns }) => inRuns.find((scenario) => scenario !== undefined) ?? []),
    inRuns: own[0].inRuns,
  }));
}

function Result({ scenario, known }: { readonly scenario: Scenario | undefined } & Pick<Report, 'known'>): JSX.Element {
  if (scenario === undefined) return <NotAsked />;
  const deviation = known.get(scenario);
  if (deviation === undefined)
    return (
      <td>
        <Badge look={STATUS_LOOK[scenario.status]} />
      </td>
    );
  return (
    <td class="odd">
      <DeviationLink run={scenario.run.key} id={deviation.id} />
    </td>
  );
}

function ScenarioRows({ report }: { readonly report: Report }): JSX.Element {
  return (
    <>
      {alikeIn(report).map(({ scenarios, inRuns }) => (
        <tr data-count={scenarios.length}>
          <th scope="row">
            <details>
              <summary>{counted(scenarios.length, 'scenario')}</summary>
              <ScenarioList scenarios={scenarios} />
            </details>
          </th>
          {inRuns.map((scenario) => (
            <Result scenario={scenario} known={report.known} />
          ))}
        </tr>
      ))}
    </>
  );
}

/** The two fields belong to the search form, so that they are in the page's address too. */
function Choice({ runs }: { readonly runs: readonly Run[] }): JSX.Element {
  return (
    <p hidden>
      {[
        ['from', 'Compare'],
        ['to', 'with'],
      ].map(([name, label]) => (
        <label>
          {label}{' '}
          <select name={name} form="filter">
            <option value="">any run</option>
            {runs.map(({ key }) => (
              <option value={key}>{key}</option>
            ))}
          </select>{' '}
        </label>
      ))}
      <output />
    </p>
  );
}

/** Each pair of runs of one revision, with the number of differences. */
function Pairs({ report }: { readonly report: Report }): JSX.Element | null {
  const records = recordsOf(report);
  const revisionOf = (at: number): Run['revision'] | undefined => report.runs[at]?.revision;
  const pairs = records.flatMap((before, at) =>
    records.flatMap((now, other) =>
      other > at && revisionOf(other) === revisionOf(at) ? [compareRuns(before, now)] : [],
    ),
  );
  if (pairs.length === 0) return null;
  return (
    <ul>
      {pairs.map((pair) => (
        <li>
          <a href={`?${new URLSearchParams({ from: pair.before.key, to: pair.now.key }).toString()}#compared`}>
            {pair.before.key} → {pair.now.key}
          </a>
          : {sumOf(pair)}
        </li>
      ))}
    </ul>
  );
}

/** Nothing if there is only one run. */
export function SideBySide({ report }: { readonly report: Report }): JSX.Element | null {
  const { runs } = report;
  if (runs.length < 2) return null;
  return (
    <>
      <h3 id="compare">Compare runs</h3>
      <p>
        This table has the clauses and scenarios whose results differ. Scenarios with the same results share a row; a
        known deviation is named.
      </p>
      <Pairs report={report} />
      <div id="compared">
        <Choice runs={runs} />
        {[
          { what: 'Clauses', rows: <ClauseRows report={report} /> },
          { what: 'Scenarios', rows: <ScenarioRows report={report} /> },
        ].map(({ what, rows }) => (
          <Scroll label={`${what} that are different`}>
            <table class="overview beside" data-of={what.toLowerCase()}>
              <thead>
                <tr>
                  <th scope="col">{what}</th>
                  <RunHeads runs={runs} />
                </tr>
              </thead>
              <tbody>{rows}</tbody>
            </table>
          </Scroll>
        ))}
      </div>
    </>
  );
}
