/** The scenarios by feature: each step once, with the results of all runs. */
import type { JSX } from 'preact';
import { explain, lacking, whyOf } from '../explain';
import { groupBy } from '../lists';
import { isFailure } from '../model';
import type { Report, Scenario, Step } from '../model';
import { StepEvidence } from './evidence';
import { longReadings, readingsOf } from './readings';
import type { LongReadings, StepReadings } from './readings';
import { outcomeLetters } from './search';
import { UsualCalls } from './hypercall';
import {
  acrossRuns,
  anchorOf,
  Badge,
  ClauseLink,
  runNames,
  Section,
  STATUS_LOOK,
  StatusBadges,
  Title,
  VERDICT_LOOK,
} from './parts';
import type { Look } from './parts';
import { Timeline, timelineOf } from './timeline';
import { Failing, Needs, NotExercised } from './why';

function StepTable({ rows }: { readonly rows: readonly (readonly string[])[] }): JSX.Element {
  return (
    <table>
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

/** A step with the runs that had it. */
interface SharedStep {
  readonly step: Step;
  readonly runs: readonly (StepReadings & { readonly step: Step })[];
}

/** The steps of all runs. Steps with the same words are merged; hooks that only some runs show stay at their place. */
function sharedSteps(scenarios: readonly Scenario[], long: LongReadings): readonly SharedStep[] {
  const all = scenarios.flatMap((scenario) => {
    const readings = readingsOf(scenario, long);
    const times = new Map<string, number>();
    return scenario.steps.map((step, at) => {
      const words = `${step.keyword} ${step.text}`;
      times.set(words, (times.get(words) ?? 0) + 1);
      return { key: `${words} ${times.get(words) ?? 0}`, run: scenario.run, step, readings: readings[at] ?? [] };
    });
  });
  return [...groupBy(all, ({ key }) => key).values()].map((runs) => ({ step: runs[0].step, runs }));
}

/** A run that skipped the step because an earlier one failed does not count as a difference. */
function toneOf(steps: readonly Step[]): Look['tone'] {
  const [tone, ...others] = new Set(
    steps.filter(({ status }) => status !== 'skipped').map(({ status }) => STATUS_LOOK[status].tone),
  );
  if (tone === undefined) return STATUS_LOOK.skipped.tone;
  return others.length === 0 ? tone : 'odd';
}

/** The evidence of a stop says where and why already. */
const isToldByStop = ({ message = '', events }: Step): boolean =>
  events.some((event) => event.kind === 'stop' && message.endsWith(`${event.where}: ${event.why}`));

function StepItem({ shared: { step, runs } }: { readonly shared: SharedStep }): JSX.Element {
  const statuses = groupBy(runs, (own) => own.step.status);
  const isSame = statuses.size === 1;
  const tone = toneOf(runs.map((own) => own.step));
  const reasons = groupBy(
    runs.filter((own) => own.step.message !== undefined && !isToldByStop(own.step)),
    (own) => whyOf(own.step) ?? '',
  );
  return (
    <li {...(tone === 'good' ? {} : { class: tone })}>
      <b>{step.keyword}</b> {step.text}
      {!isSame && (
        <>
          {' '}
          <StatusBadges of={runs.map(({ run, step: { status } }) => ({ run, status }))} />
        </>
      )}
      {step.table !== undefined && <StepTable rows={step.table} />}
      {step.docString !== undefined && <pre>{step.docString}</pre>}
      <StepEvidence of={runs.filter((own) => own.step.status === 'passed' || isFailure(own.step.status))} />
      {[...reasons].map(([why, own]) => (
        <pre class="why">
          {own.length < runs.length && <i>{runNames(own)}: </i>}
          {why}
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
      {[...groups.values()].map((own) => (
        <>
          <h4>Timeline: {runNames(own)}</h4>
          <Timeline moments={own[0].moments} />
        </>
      ))}
    </>
  );
}

interface ScenarioProps {
  readonly scenarios: readonly [Scenario, ...Scenario[]];
  readonly anchor: string;
  readonly isKnownTag: (tag: string) => boolean;
  readonly long: LongReadings;
  readonly known: Report['known'];
  /** The keys of all runs. */
  readonly order: readonly string[];
}

const isExercised = ({ status }: Scenario): boolean => status === 'passed' || isFailure(status);

/** The anchor is inside the folded part, so that a link unfolds it. */
function ScenarioDetails({ scenarios, anchor, isKnownTag, long, known, order }: ScenarioProps): JSX.Element {
  const [first] = scenarios;
  const exercised = scenarios.filter(isExercised);
  const retried = scenarios.filter(({ attempts }) => attempts > 1);
  const lacks = scenarios.flatMap((own) => lacking(own).map(({ name }) => `${order.indexOf(own.run.key)}:${name}`));
  return (
    <details
      data-of={outcomeLetters(scenarios, order, known)}
      {...(lacks.length > 0 && { 'data-lacks': lacks.join(' ') })}
    >
      <summary>
        <Title of={first} /> <StatusBadges of={scenarios} isKnown={(own) => known.has(own)} />
      </summary>
      <div id={anchor}>
        <p>
          <a href={`#${anchor}`}>line {first.line}</a>
          {first.rule !== undefined && first.rule !== '' && <>, rule “{first.rule}”</>}
          {first.examples !== '' && <>, examples “{first.examples}”</>}{' '}
          {first.tags.map((tag) => [isKnownTag(tag) ? <ClauseLink id={tag} mark="@" /> : `@${tag}`, ' '])}
        </p>
        {first.description !== '' && <p>{first.description}</p>}
        {[
          ...groupBy(
            scenarios.filter((scenario) => !isExercised(scenario)),
            (own) =>
              lacking(own)
                .map(({ name }) => name)
                .join() ||
              (explain(own) ?? ''),
          ).values(),
        ].map((own) => (
          <NotExercised of={own} />
        ))}
        <Failing of={scenarios} known={known} />
        {retried.map(({ run, attempts }) => (
          <p>
            <i>{run.key}: </i>at attempt {attempts}.
          </p>
        ))}
        {exercised.length > 0 && (
          <ol>
            {sharedSteps(exercised, long).map((shared) => (
              <StepItem shared={shared} />
            ))}
          </ol>
        )}
        <Timelines scenarios={exercised} />
      </div>
    </details>
  );
}

/** How to read the scenarios. */
function Introduction({ report }: { readonly report: Report }): JSX.Element {
  return (
    <Section id="scenarios" title="Scenarios and their evidence">
      <p>
        Each step is shown once. Evidence that differs between runs is labelled by run. Hypercalls are made by the
        control domain on CPU 0 unless stated otherwise. An arrow (→) is a pointer to a buffer of the caller. Times are
        those of the virtual clock. Bytes that differ from the first reading at their address are <mark>marked</mark>.
      </p>
      <p>
        <Badge look={STATUS_LOOK.passed} />
        <Badge look={VERDICT_LOOK['known-deviation']} />
        <Badge look={STATUS_LOOK.failed} />
        <Badge look={VERDICT_LOOK['not-exercised']} />
      </p>
      <p>Only fields of a hypercall that differ from these defaults are shown:</p>
      <UsualCalls />
      <Needs scenarios={report.runs.flatMap((run) => run.scenarios)} />
    </Section>
  );
}

/** One element per feature, because all scenarios at once would be a large tree. */
export function scenarioSections(report: Report): readonly JSX.Element[] {
  const ids = new Set([
    ...report.clauses.map(({ clause }) => clause.id),
    ...report.findings.map(({ finding }) => finding.id),
    ...report.bugs.map(({ bug }) => bug.id),
  ]);
  const perFile = groupBy(acrossRuns(report.runs.flatMap((run) => run.scenarios)), ([{ uri }]) => uri);
  const times = new Map<string, number>();
  // If a feature has two scenarios with the same title, links lead to the first.
  const anchorOnce = (scenario: Scenario): string => {
    const anchor = anchorOf(scenario);
    const time = (times.get(anchor) ?? 0) + 1;
    times.set(anchor, time);
    return time === 1 ? anchor : `${anchor}-again-${time}`;
  };
  const order = report.runs.map(({ key }) => key);
  const long = longReadings([...perFile.values()].flat(2));
  const features = [...perFile].map(([uri, groups]) => (
    <section class="feature">
      <h3>
        {groups[0][0].feature} <small>{uri}</small>
      </h3>
      {groups[0][0].about !== '' && <p class="about">{groups[0][0].about}</p>}
      {[...groups]
        .sort(([a], [b]) => a.line - b.line)
        .map((scenarios) => (
          <ScenarioDetails
            scenarios={scenarios}
            anchor={anchorOnce(scenarios[0])}
            isKnownTag={(tag) => ids.has(tag)}
            long={long}
            known={report.known}
            order={order}
          />
        ))}
    </section>
  ));
  return [<Introduction report={report} />, ...features];
}
