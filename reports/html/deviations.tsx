/** Where implementations are known to depart from the document, and did so in these runs. */
import type { JSX } from 'preact';
import { deviationsFound } from '../deviations';
import type { Report } from '../model';
import { UNTRIED } from '../summary';
import { ClauseLink, Prose, ScenarioList, Section } from './parts';

export function Deviations({ report }: { readonly report: Report }): JSX.Element {
  const runs = deviationsFound(report);
  return (
    <Section id="deviations" title="Known deviations">
      {runs.length === 0 && <p>None was met in these runs.</p>}
      {runs.map(({ run, found }) => (
        <>
          <h3>
            {run.hypervisor.name} <small>{run.key}</small>
          </h3>
          {report.untried.includes(run) && <p>{UNTRIED}</p>}
          <dl>
            {[...found].map(([{ clauses, says, does, since, until }, scenarios]) => (
              <>
                <dt>
                  {clauses.map((id) => [<ClauseLink id={id} />, ' '])}{' '}
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
    </Section>
  );
}
