/** The scenarios by feature, each with its steps and the evidence they made, run by run. */
import { isDeepStrictEqual } from 'node:util';
import type { JSX } from 'preact';
import { explain } from '../explain';
import { groupBy } from '../lists';
import { isFailure } from '../model';
import type { Report, Scenario, Step } from '../model';
import { Event, evidenceContext } from './evidence';
import type { EvidenceContext } from './evidence';
import { acrossRuns, anchorOf, Badge, ClauseLink, Section, STATUS_LOOK } from './parts';

function StepTable({ rows }: { readonly rows: readonly (readonly string[])[] }): JSX.Element {
  return (
    <table class="arg">
      {rows.map((cells) => (
        <tr>
          {cells.map((cell) => (
            <td>{cell}</td>
          ))}
        </tr>
      ))}
    </table>
  );
}

interface StepProps {
  readonly step: Step;
  readonly context: EvidenceContext;
  /** The run that has made the same evidence in this step. */
  readonly same: string | undefined;
}

function StepItem({ step, context, same }: StepProps): JSX.Element {
  return (
    <li class={STATUS_LOOK[step.status].tone}>
      <b>{step.keyword}</b> {step.text}
      {step.table !== undefined && <StepTable rows={step.table} />}
      {step.docString !== undefined && <pre>{step.docString}</pre>}
      {step.message !== undefined && <pre class="why">{step.message}</pre>}
      {same === undefined
        ? step.events.map((event) => <Event event={event} context={context} />)
        : step.events.length > 0 && <div class="e">as on {same}</div>}
    </li>
  );
}

interface ScenarioRunProps {
  readonly scenario: Scenario;
  /** The same scenario on an earlier run: what it showed already is not said again. */
  readonly earlier: Scenario | undefined;
}

function ScenarioRun({ scenario, earlier }: ScenarioRunProps): JSX.Element {
  const { run, status, attempts, steps } = scenario;
  const context = evidenceContext(steps.flatMap(({ events }) => events));
  const isExercised = status === 'passed' || isFailure(status);
  const isSame = (step: Step, at: number): boolean => isDeepStrictEqual(step.events, earlier?.steps[at]?.events);
  const isAllSame =
    earlier?.status === status &&
    steps.length === earlier.steps.length &&
    steps.every((step, at) => isSame(step, at) && step.message === earlier.steps[at]?.message);
  return (
    <>
      <h4>
        {run} <Badge look={STATUS_LOOK[status]} />
        {attempts > 1 && <small> at attempt {attempts}</small>}
      </h4>
      {!isExercised && <p>{explain(scenario)}</p>}
      {isExercised && isAllSame && <p>Step by step as on {earlier.run}.</p>}
      {isExercised && !isAllSame && (
        <ol>
          {steps.map((step, at) => (
            <StepItem step={step} context={context} same={isSame(step, at) ? earlier?.run : undefined} />
          ))}
        </ol>
      )}
    </>
  );
}

interface ScenarioProps {
  readonly scenarios: readonly [Scenario, ...Scenario[]];
  readonly isKnownTag: (tag: string) => boolean;
}

/** The anchor stands inside the folded part: a link to it unfolds it. */
function ScenarioDetails({ scenarios, isKnownTag }: ScenarioProps): JSX.Element {
  const [first] = scenarios;
  return (
    <details class="s" open={scenarios.some(({ status }) => isFailure(status))}>
      <summary>
        <span>{first.name}</span>{' '}
        {scenarios.map(({ run, status }) => (
          <Badge look={STATUS_LOOK[status]} of={run} />
        ))}
      </summary>
      <div id={anchorOf(first)}>
        <p class="meta">
          <a href={`#${anchorOf(first)}`}>line {first.line}</a>
          {first.rule !== undefined && first.rule !== '' && <>, rule “{first.rule}”</>}
          {first.tags.filter(isKnownTag).map((id) => (
            <>
              {' '}
              <ClauseLink id={id} />
            </>
          ))}
        </p>
        {first.description !== '' && <p>{first.description}</p>}
        {scenarios.map((scenario) => (
          <ScenarioRun scenario={scenario} earlier={scenario === first ? undefined : first} />
        ))}
      </div>
    </details>
  );
}

export function Scenarios({ report }: { readonly report: Report }): JSX.Element {
  const ids = new Set([
    ...report.clauses.map(({ clause }) => clause.id),
    ...report.findings.map(({ finding }) => finding.id),
  ]);
  const perFile = groupBy(acrossRuns(report.runs.flatMap((run) => run.scenarios)), ([{ uri }]) => uri);
  return (
    <Section id="scenarios" title="Scenarios and their evidence">
      <p>
        Hypercalls are made by the control domain on CPU 0 unless another is named; times are those of the virtual
        clock. Bytes that differ from the first reading at their address are <mark>marked</mark>.
      </p>
      {[...perFile].map(([uri, groups]) => (
        <>
          <h3>
            {groups[0]?.[0].feature} <small>{uri}</small>
          </h3>
          {[...groups]
            .sort(([a], [b]) => a.line - b.line)
            .map((scenarios) => (
              <ScenarioDetails scenarios={scenarios} isKnownTag={(tag) => ids.has(tag)} />
            ))}
        </>
      ))}
    </Section>
  );
}
