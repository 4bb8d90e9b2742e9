/** The scenarios by feature: their steps once, and in each step what the runs made of it. */
import type { JSX } from 'preact';
import { explain } from '../explain';
import { groupBy } from '../lists';
import { isFailure } from '../model';
import type { Report, Scenario, Step } from '../model';
import { evidenceContext, StepEvidence } from './evidence';
import type { EvidenceContext } from './evidence';
import { acrossRuns, anchorOf, ClauseLink, Section, STATUS_LOOK, StatusBadges } from './parts';
import { Timeline, timelineOf } from './timeline';

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

/** A step as some runs had it. */
interface SharedStep {
  readonly step: Step;
  readonly runs: readonly { readonly run: string; readonly step: Step; readonly context: EvidenceContext }[];
}

/** The steps of all runs, those with the same words as one; hooks that only some runs show stand where they came. */
function sharedSteps(scenarios: readonly Scenario[]): readonly SharedStep[] {
  const all = scenarios.flatMap((scenario) => {
    const context = evidenceContext(scenario.steps.flatMap(({ events }) => events));
    const times = new Map<string, number>();
    return scenario.steps.map((step) => {
      const words = `${step.keyword} ${step.text}`;
      times.set(words, (times.get(words) ?? 0) + 1);
      return { key: `${words} ${times.get(words) ?? 0}`, run: scenario.run, step, context };
    });
  });
  return [...groupBy(all, ({ key }) => key).values()].flatMap((runs) =>
    runs[0] === undefined ? [] : [{ step: runs[0].step, runs }],
  );
}

/** What an assertion prints below a sentence that says the same of two values. */
const withoutDiff = (message: string): string =>
  message.replace(/\n\n\S+ !== \S+\n\n\s+\+ expected - actual\n[^]*$/, '');

function StepItem({ shared: { step, runs } }: { readonly shared: SharedStep }): JSX.Element {
  const statuses = groupBy(runs, (own) => own.step.status);
  const isSame = statuses.size === 1;
  const tone = isSame ? STATUS_LOOK[step.status].tone : 'odd';
  const messages = groupBy(
    runs.filter((own) => own.step.message !== undefined),
    (own) => own.step.message ?? '',
  );
  return (
    <li {...(tone === 'good' ? {} : { class: tone })}>
      <b>{step.keyword}</b> {step.text}
      {!isSame && <StatusBadges of={runs.map(({ run, step: { status } }) => ({ run, status }))} />}
      {step.table !== undefined && <StepTable rows={step.table} />}
      {step.docString !== undefined && <pre>{step.docString}</pre>}
      <StepEvidence
        readings={runs
          .filter((own) => own.step.status === 'passed' || isFailure(own.step.status))
          .map((own) => ({ run: own.run, events: own.step.events, context: own.context }))}
      />
      {[...messages].map(([message, own]) => (
        <pre class="why">
          {own.length < runs.length && <i>{own.map(({ run }) => run).join(', ')}: </i>}
          {withoutDiff(message)}
        </pre>
      ))}
    </li>
  );
}

function Timelines({ scenarios }: { readonly scenarios: readonly Scenario[] }): JSX.Element {
  const timed = scenarios.flatMap((scenario) => {
    const moments = timelineOf(scenario.steps.flatMap(({ events }) => events));
    return moments === undefined ? [] : [{ run: scenario.run, moments }];
  });
  const groups = groupBy(timed, ({ moments }) => moments.map(({ from, to, what }) => `${from} ${to} ${what}`).join());
  return (
    <>
      {[...groups.values()].map(([first, ...others]) =>
        first === undefined ? null : (
          <>
            <h4>When: {[first, ...others].map(({ run }) => run).join(', ')}</h4>
            <Timeline moments={first.moments} />
          </>
        ),
      )}
    </>
  );
}

interface ScenarioProps {
  readonly scenarios: readonly [Scenario, ...Scenario[]];
  readonly isKnownTag: (tag: string) => boolean;
}

const isExercised = ({ status }: Scenario): boolean => status === 'passed' || isFailure(status);

/** The anchor stands inside the folded part: a link to it unfolds it. */
function ScenarioDetails({ scenarios, isKnownTag }: ScenarioProps): JSX.Element {
  const [first] = scenarios;
  const exercised = scenarios.filter(isExercised);
  const retried = scenarios.filter(({ attempts }) => attempts > 1);
  return (
    <details>
      <summary>
        {first.name} <StatusBadges of={scenarios} />
      </summary>
      <div id={anchorOf(first)}>
        <p>
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
        {[
          ...groupBy(
            scenarios.filter((scenario) => !isExercised(scenario)),
            (own) => explain(own) ?? '',
          ),
        ].map(([why, own]) => (
          <p>
            <i>{own.map(({ run }) => run).join(', ')}: </i>
            {why}
          </p>
        ))}
        {retried.map(({ run, attempts }) => (
          <p>
            <i>{run}: </i>at attempt {attempts}.
          </p>
        ))}
        {exercised.length > 0 && (
          <ol>
            {sharedSteps(exercised).map((shared) => (
              <StepItem shared={shared} />
            ))}
          </ol>
        )}
        <Timelines scenarios={exercised} />
      </div>
    </details>
  );
}

export function Scenarios({ report }: { readonly report: Report }): JSX.Element {
  const ids = new Set([
    ...report.clauses.map(({ clause }) => clause.id),
    ...report.findings.map(({ finding }) => finding.id),
    ...report.bugs.map(({ bug }) => bug.id),
  ]);
  const perFile = groupBy(acrossRuns(report.runs.flatMap((run) => run.scenarios)), ([{ uri }]) => uri);
  return (
    <Section id="scenarios" title="Scenarios and their evidence">
      <p>
        Steps are those of all runs; where runs made different evidence, each is named. Hypercalls are made by the
        control domain on CPU 0 unless another is named; → is a pointer to a buffer of the caller’s; times are those of
        the virtual clock. Bytes that differ from the first reading at their address are <mark>marked</mark>.
      </p>
      {[...perFile].map(([uri, groups]) => (
        <section class="feature">
          <h3>
            {groups[0]?.[0].feature} <small>{uri}</small>
          </h3>
          {[...groups]
            .sort(([a], [b]) => a.line - b.line)
            .map((scenarios) => (
              <ScenarioDetails scenarios={scenarios} isKnownTag={(tag) => ids.has(tag)} />
            ))}
        </section>
      ))}
    </Section>
  );
}
