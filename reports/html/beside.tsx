/** The runs side by side: only clauses and scenarios that are not the same in all. The page's script narrows it to two. */
import type { JSX } from 'preact';
import { sumOf } from '../changes-text';
import { compareRuns } from '../compare';
import { idOf } from '../identity';
import { groupBy } from '../lists';
import type { Report, Run, Scenario } from '../model';
import { recordsOf } from '../record';
import { RunHeads } from './clauses';
import { Badge, ClauseLink, DeviationLink, ScenarioList, Scroll, STATUS_LOOK, VERDICT_LOOK } from './parts';

/** A cell of a run that was not asked: its revision does not have it. The script takes it for no difference. */
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
  /** By the order of the runs; undefined where a run does not have them. */
  readonly inRuns: readonly (Scenario | undefined)[];
}

/** What came of a scenario: its status, and the known deviation. */
const resultOf = (scenario: Scenario, known: Report['known']): string => known.get(scenario)?.id ?? scenario.status;

/** Scenarios of which runs have different results, those with the same ones together. */
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
    inRuns: own[0]?.inRuns ?? [],
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
              <summary>{scenarios.length === 1 ? '1 scenario' : `${scenarios.length} scenarios`}</summary>
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

/** The two fields that the script reads belong to the form of the search, so that they are in the address with it. */
function Choice({ runs }: { readonly runs: readonly Run[] }): JSX.Element {
  return (
    <p id="compared" hidden>
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

/** Each pair of runs of one revision, with what is different between them. */
function Pairs({ report }: { readonly report: Report }): JSX.Element | null {
  const records = recordsOf(report);
  const revisions = new Map(report.runs.map(({ key, revision }) => [key, revision]));
  const pairs = records.flatMap((before, at) =>
    records
      .slice(at + 1)
      .filter(({ key }) => revisions.get(key) === revisions.get(before.key))
      .map((now) => compareRuns(before, now)),
  );
  if (pairs.length === 0) return null;
  return (
    <ul>
      {pairs.map((pair) => (
        <li>
          <a href={`?${new URLSearchParams({ from: pair.before.key, to: pair.now.key }).toString()}#compare`}>
            {pair.before.key} → {pair.now.key}
          </a>
          : {sumOf(pair)}
        </li>
      ))}
    </ul>
  );
}

/** Nothing where there is only one run. */
export function SideBySide({ report }: { readonly report: Report }): JSX.Element | null {
  const { runs } = report;
  if (runs.length < 2) return null;
  return (
    <>
      <h3 id="compare">Compare runs</h3>
      <p>
        Clauses and scenarios that have different results. Scenarios with the same results are in one row; a known
        deviation is named.
      </p>
      <Pairs report={report} />
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
    </>
  );
}
