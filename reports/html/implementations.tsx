/** The implementation report: where targets differ, how they are known to depart from the document, where they stopped. */
import type { JSX } from 'preact';
import { deviationsFound } from '../deviations';
import { crashesOf } from '../crashes';
import type { Report } from '../model';
import { UNTRIED } from '../summary';
import { RunHeads } from './clauses';
import { Releases } from './releases';
import {
  Badge,
  ClauseLink,
  deviationAnchor,
  DeviationLink,
  Prose,
  ScenarioList,
  Scroll,
  Section,
  VERDICT_LOOK,
} from './parts';

/** Clauses that do not stand the same with all targets. */
function SideBySide({ report: { clauses, runs } }: { readonly report: Report }): JSX.Element {
  const rows = clauses.map(({ clause, verdicts }) => ({
    clause,
    names: runs.map((run) => verdicts.get(run.key)?.verdict ?? 'not-exercised'),
  }));
  const shown = rows.filter(({ names }) => new Set(names.filter((name) => name !== 'not-in-force')).size > 1);
  return (
    <>
      <h3>Side by side</h3>
      <p>
        {shown.length} of {clauses.length} clauses do not stand the same with all targets that they are in force for.
      </p>
      {shown.length > 0 && (
        <Scroll label="Targets side by side">
          <table class="overview beside">
            <thead>
              <tr>
                <th scope="col">Clause</th>
                <RunHeads runs={runs} />
              </tr>
            </thead>
            <tbody>
              {shown.map(({ clause, names }) => (
                <tr>
                  <th scope="row">
                    <ClauseLink id={clause.id} /> <small>{clause.section}</small>
                  </th>
                  {names.map((name) => (
                    <td>
                      <Badge look={VERDICT_LOOK[name]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  );
}

function Crashes({ report }: { readonly report: Report }): JSX.Element {
  const crashes = crashesOf(report);
  return (
    <>
      <h3>The hypervisor stopped</h3>
      {crashes.length === 0 && <p>In none of these runs.</p>}
      <dl>
        {crashes.map(({ run, where, why, scenarios }) => (
          <>
            <dt>
              <code>{where}</code> <small>{run.key}</small>
            </dt>
            <dd>
              <p>{why}</p>
              <ScenarioList scenarios={scenarios} />
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}

export function Implementations({ report }: { readonly report: Report }): JSX.Element {
  return (
    <Section id="implementations" title="Implementation report">
      <SideBySide report={report} />
      <Deviations report={report} />
      <Crashes report={report} />
      <Releases releases={report.releases} clauses={report.clauses} />
    </Section>
  );
}

function Deviations({ report }: { readonly report: Report }): JSX.Element {
  const runs = deviationsFound(report);
  return (
    <>
      <h3>Known deviations</h3>
      {runs.length === 0 && <p>None was met in these runs.</p>}
      {runs.map(({ run, found }) => (
        <>
          <h4>
            {run.hypervisor.name} <small>{run.key}</small>
          </h4>
          {report.untried.includes(run) && <p>{UNTRIED}</p>}
          <dl>
            {[...found].map(([{ id, clauses, says, does, since, until }, scenarios]) => (
              <>
                <dt id={deviationAnchor(run.key, id)}>
                  <DeviationLink run={run.key} id={id} /> {clauses.map((clause) => [<ClauseLink id={clause} />, ' '])}{' '}
                  <small>
                    since Xen {since}
                    {until !== undefined && `, until ${until}`}
                  </small>
                </dt>
                <dd>
                  <p>
                    The document: <Prose text={says} />
                  </p>
                  <p>
                    The implementation: <Prose text={does} />
                  </p>
                  <details>
                    <summary>{scenarios.length === 1 ? '1 scenario' : `${scenarios.length} scenarios`}</summary>
                    <ScenarioList scenarios={scenarios} />
                  </details>
                </dd>
              </>
            ))}
          </dl>
        </>
      ))}
    </>
  );
}
