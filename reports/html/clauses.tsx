/** What the document says and what each run showed: clauses by section, transitions, findings. */
import type { ComponentChildren, JSX } from 'preact';
import { groupBy } from '../lists';
import { isFailure } from '../model';
import type { Report, Run, Scenario, Verdict, Verdicts } from '../model';
import { standing } from '../report';
import {
  acrossRuns,
  anchorOf,
  Badge,
  ClauseLink,
  Prose,
  ScenarioLink,
  ScenarioList,
  Section,
  STATUS_LOOK,
  VERDICT_LOOK,
} from './parts';

type ClauseEntry = Report['clauses'][number];

/** Scenarios once each, though several runs had them. */
function distinct(verdicts: Verdicts): readonly Scenario[] {
  const all = [...verdicts.values()].flatMap(({ scenarios }) => scenarios);
  return [...new Map(all.map((scenario) => [anchorOf(scenario), scenario])).values()];
}

/** A verdict, with what brought it down. */
function VerdictCell({
  run,
  look,
  verdict,
}: {
  readonly run: Run;
  readonly look: JSX.Element;
  readonly verdict: Verdict | undefined;
}): JSX.Element {
  const failed = verdict?.scenarios.filter(({ status }) => isFailure(status)) ?? [];
  return (
    <td data-run={run.key}>
      {look}
      {verdict?.deviation !== null && verdict !== undefined && <p>{verdict.deviation}</p>}
      <ScenarioList scenarios={failed} />
    </td>
  );
}

function RunHeads({ runs }: { readonly runs: readonly Run[] }): JSX.Element {
  return (
    <>
      {runs.map(({ key }) => (
        <th scope="col">{key}</th>
      ))}
    </>
  );
}

function Exercised({
  verdicts,
  children,
}: {
  readonly verdicts: Verdicts;
  readonly children?: ComponentChildren;
}): JSX.Element | null {
  const scenarios = distinct(verdicts);
  if (scenarios.length === 0) return <>{children}</>;
  const title = scenarios.length === 1 ? '1 scenario' : `${scenarios.length} scenarios`;
  return (
    <details>
      <summary>{title}</summary>
      <ScenarioList scenarios={scenarios} />
    </details>
  );
}

function ClauseRow({ entry, runs }: { readonly entry: ClauseEntry; readonly runs: readonly Run[] }): JSX.Element {
  const { clause, verdicts } = entry;
  return (
    <tr id={clause.id}>
      <th scope="row">
        <ClauseLink id={clause.id} />
        <small>
          {clause.level}
          {clause.revision === 2 && ', revision 2'}
        </small>
      </th>
      <td>
        <Prose text={clause.text} />
        {clause.supersededBy !== undefined && (
          <p>
            In revision 2, <ClauseLink id={clause.supersededBy} /> takes its place.
          </p>
        )}
        {!clause.testable && (
          <p>
            Not testable: <Prose text={clause.why ?? ''} />
          </p>
        )}
        <Exercised verdicts={verdicts}>{clause.testable && <p>No scenario in these runs.</p>}</Exercised>
      </td>
      {runs.map((run) => {
        const verdict = verdicts.get(run.key);
        const look = <Badge look={VERDICT_LOOK[standing(clause, run, verdict)]} />;
        return <VerdictCell run={run} look={look} verdict={verdict} />;
      })}
    </tr>
  );
}

export function Clauses({ report }: { readonly report: Report }): JSX.Element {
  const { clauses, runs } = report;
  const sections = groupBy(clauses, ({ clause }) => clause.section);
  return (
    <Section id="clauses" title="Clauses">
      {[...sections].map(([section, entries]) => (
        <table class="rows clauses">
          <caption>
            <h3>{section}</h3>
          </caption>
          <thead>
            <tr>
              <th scope="col">Clause</th>
              <th scope="col">What the document says</th>
              <RunHeads runs={runs} />
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <ClauseRow entry={entry} runs={runs} />
            ))}
          </tbody>
        </table>
      ))}
    </Section>
  );
}

export function Transitions({ report }: { readonly report: Report }): JSX.Element {
  const { transitions, runs } = report;
  return (
    <Section id="transitions" title="State transitions">
      <p>
        The document’s table of actions, with the rows written out that “all other transitions are invalid” stands for.
      </p>
      <table class="rows transitions">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Action</th>
            <th scope="col">Outcome</th>
            <th scope="col">Next state</th>
            <th scope="col">Clause</th>
            <RunHeads runs={runs} />
          </tr>
        </thead>
        <tbody>
          {transitions.map(({ transition: { state, action, outcome, next, clause }, verdicts }) => (
            <tr>
              <th scope="row">{state}</th>
              <td>{action}</td>
              <td>{outcome}</td>
              <td>→ {next}</td>
              <td>
                <ClauseLink id={clause} />
                <Exercised verdicts={verdicts} />
              </td>
              {runs.map((run) => {
                const verdict = verdicts.get(run.key);
                const look = <Badge look={VERDICT_LOOK[verdict?.verdict ?? 'not-exercised']} />;
                return <VerdictCell run={run} look={look} verdict={verdict} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

export function Findings({ report }: { readonly report: Report }): JSX.Element {
  return (
    <Section id="findings" title="Findings about the document">
      <p>Where it contradicts itself, is out of date, or is silent on what an implementation has to decide.</p>
      <dl>
        {report.findings.map(({ finding, scenarios }) => (
          <>
            <dt id={finding.id}>
              <ClauseLink id={finding.id} /> <small>{finding.section}</small>
            </dt>
            <dd>
              <Prose text={finding.text} /> <small>{finding.clauses.map((id) => [<ClauseLink id={id} />, ' '])}</small>
              {scenarios.length > 0 && <ShownBy scenarios={scenarios} />}
            </dd>
          </>
        ))}
      </dl>
    </Section>
  );
}

function ShownBy({ scenarios }: { readonly scenarios: readonly Scenario[] }): JSX.Element {
  return (
    <ul class="links">
      {acrossRuns(scenarios).map((group) => (
        <li>
          <ScenarioLink scenario={group[0]} />{' '}
          {group.map(({ run, status }) => (
            <Badge look={STATUS_LOOK[status]} of={run} />
          ))}
        </li>
      ))}
    </ul>
  );
}
