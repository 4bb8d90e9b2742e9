/** The findings for the review meeting, and known bugs. */
import type { JSX } from 'preact';
import { claimOf } from '../../features/catalogue';
import { linkTo, linkToCommit, type Place } from '../../features/documents';
import { countsAgainst } from '../model';
import type { Report, Run, Scenario } from '../model';
import { RunHeads } from './clauses';
import { Deciding, VerdictCell } from './deciding';
import { acrossRuns, ClauseLink, Prose, ScenarioList, Section } from './parts';

type Finding = Report['findings'][number];

/** The disputed statement, in our words. */
function InQuestion({ report, ids }: { readonly report: Report; readonly ids: readonly string[] }): JSX.Element {
  const cited = report.clauses.filter(({ clause }) => ids.includes(clause.id));
  return (
    <ul class="plain">
      {cited.map(({ clause }) => (
        <li>
          <ClauseLink id={clause.id} /> <small>{clause.level}</small> <Prose text={claimOf(clause)} />
        </li>
      ))}
    </ul>
  );
}

/** The outcome of a finding's scenarios in one run. */
function outcome(report: Report, run: Run, scenarios: readonly Scenario[]): string {
  const own = scenarios.filter((scenario) => scenario.run.key === run.key);
  const failed = own.filter(({ status }) => countsAgainst(status));
  const deviations = new Set(failed.flatMap((scenario) => report.known.get(scenario) ?? []));
  const passed = own.filter(({ status }) => status === 'passed').length;
  const count = `passes ${passed} of ${own.length} scenarios`;
  if (own.length === 0) return 'does not have its scenarios';
  if (passed + failed.length === 0) return 'exercised none of its scenarios';
  return [`${count}.`, ...[...deviations].map(({ id, does }) => `${id}: ${does}`)].join(' ');
}

function Outcomes({ report, scenarios }: { readonly report: Report; readonly scenarios: readonly Scenario[] }) {
  return (
    <ul class="plain">
      {report.runs.map((run) => (
        <li>
          <b>{run.key}</b> <Prose text={outcome(report, run, scenarios)} />
        </li>
      ))}
    </ul>
  );
}

function Places({ places }: { readonly places: readonly Place[] }): JSX.Element {
  return (
    <>
      {places.map(({ revision, lines }, index) => (
        <>
          {index > 0 && '; '}
          <a href={linkTo(revision, lines)}>
            revision {revision}, line {lines[0]}
            {lines[1] !== lines[0] && ` to ${lines[1]}`}
          </a>
        </>
      ))}
    </>
  );
}

function AgendaItem({ report, entry }: { readonly report: Report; readonly entry: Finding }): JSX.Element {
  const { finding, scenarios } = entry;
  return (
    <article id={finding.id} class="item">
      <h3>
        <a href={`#${finding.id}`}>{finding.id}</a> <Prose text={finding.title} />
      </h3>
      <p>
        <small>
          {finding.kind}, {finding.status}, {finding.section}: <Places places={finding.places} />
        </small>
      </p>
      <p>
        <Prose text={finding.text} />
      </p>
      <h4>Proposal</h4>
      <p>
        <Prose text={finding.proposal} />
      </p>
      {finding.clauses.length > 0 && (
        <div class="cited">
          <h4>In question</h4>
          <InQuestion report={report} ids={finding.clauses} />
        </div>
      )}
      {finding.practice.length > 0 && (
        <>
          <h4>In practice</h4>
          <ul class="plain">
            {finding.practice.map(({ who, does }) => (
              <li>
                <b>{who}</b> <Prose text={does} />
              </li>
            ))}
          </ul>
        </>
      )}
      {scenarios.length > 0 ? (
        <>
          <div class="shown">
            <h4>Shown by</h4>
            <ScenarioList scenarios={acrossRuns(scenarios).map(([first]) => first)} />
            <h4>In these runs</h4>
            <Outcomes report={report} scenarios={scenarios} />
          </div>
        </>
      ) : (
        <p>
          <small>
            These runs have no scenario for it. {finding.paper !== undefined && <Prose text={finding.paper} />}
          </small>
        </p>
      )}
    </article>
  );
}

export function Findings({ report }: { readonly report: Report }): JSX.Element {
  return (
    <Section id="findings" title="Agenda: findings about the document">
      <p>
        The document contradicts itself here, is out of date, or does not say what an implementation has to decide.{' '}
        <button type="button" hidden data-print="findings">
          Print the agenda alone
        </button>
      </p>
      {report.findings.map((entry) => (
        <AgendaItem report={report} entry={entry} />
      ))}
    </Section>
  );
}

export function Bugs({ report: { bugs, runs, known } }: { readonly report: Report }): JSX.Element {
  const caught = bugs.filter(({ verdicts }) => [...verdicts.values()].some(({ scenarios }) => scenarios.length > 0));
  return (
    <Section id="bugs" title="Known bugs">
      <p>
        Bugs in Xen’s live patching, and the scenarios that catch them: {caught.length} of {bugs.length} bugs have
        scenarios in these runs. Bugs numbered B and C are not fixed in any release.
      </p>
      <table class="rows clauses bugs">
        <thead>
          <tr>
            <th scope="col">Bug</th>
            <th scope="col">What went wrong</th>
            <RunHeads runs={runs} />
          </tr>
        </thead>
        <tbody>
          {bugs.map(({ bug, verdicts }) => (
            <tr id={bug.id}>
              <th scope="row">
                <ClauseLink id={bug.id} />
                <small>
                  {bug.of !== 'x86' && `${bug.of}, `}
                  {bug.fixed === undefined ? 'not fixed' : `fixed in ${bug.fixed}`}
                  {bug.commit !== undefined && (
                    <>
                      {' '}
                      (<a href={linkToCommit(bug.commit)}>{bug.commit}</a>)
                    </>
                  )}
                </small>
              </th>
              <td>
                <Prose text={bug.text} />
                {bug.why !== undefined && (
                  <p>
                    No scenario: <Prose text={bug.why} />
                  </p>
                )}
                <Deciding id={bug.id} verdicts={verdicts} known={known} runs={runs} />
              </td>
              {runs.map((run) => (
                <VerdictCell id={bug.id} run={run} verdict={verdicts.get(run.key)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
