/** From a verdict to its evidence: the scenarios, grouped by outcome, and the failed step of each failure. */
import type { ComponentChildren, JSX } from 'preact';
import { countsAgainst } from '../model';
import { failingStep, firstLine, lacking, whyOf } from '../explain';
import { counted, groupBy } from '../lists';
import type { Report, Run, Scenario, Verdict, Verdicts } from '../model';
import {
  acrossRuns,
  Badge,
  DeviationLink,
  type Look,
  Prose,
  runNames,
  ScenarioLink,
  ScenarioList,
  STATUS_LOOK,
  VERDICT_LOOK,
} from './parts';

/** The anchor of the list of scenarios of a clause, a bug or a row of the transition table. */
export const decidingAnchor = (id: string): string => `${id}:scenarios`;

/** For a scenario whose outcome says nothing about the clause: it was skipped, or another clause made it fail. */
const SILENT: Look = { words: 'shows nothing about this clause', tone: 'none' };

/** From bad to good. */
const LOOKS: readonly Look[] = [
  STATUS_LOOK.failed,
  STATUS_LOOK.crashed,
  VERDICT_LOOK['known-deviation'],
  SILENT,
  STATUS_LOOK.passed,
];

interface Marks {
  readonly verdicts: Verdicts;
  readonly known: Report['known'];
}

function lookOf(scenario: Scenario, { verdicts, known }: Marks): Look {
  if (scenario.status === 'crashed') return STATUS_LOOK.crashed;
  if (verdicts.get(scenario.run.key)?.deciding.includes(scenario) !== true) return SILENT;
  if (known.has(scenario)) return VERDICT_LOOK['known-deviation'];
  return countsAgainst(scenario.status) ? STATUS_LOOK.failed : STATUS_LOOK.passed;
}

/** The failed step, once for all runs in which it failed in the same way. */
function Failures({ of }: { readonly of: readonly Scenario[] }): JSX.Element {
  const failed = of.flatMap((scenario) => {
    const step = failingStep(scenario);
    return step === undefined ? [] : [{ run: scenario.run, step, why: firstLine(whyOf(step) ?? '') }];
  });
  return (
    <>
      {[...groupBy(failed, ({ step, why }) => `${step.keyword} ${step.text} ${why}`).values()].map((own) => (
        <p>
          <i>{runNames(own)}: </i>
          {own[0].step.keyword} {own[0].step.text} <q>{own[0].why}</q>
        </p>
      ))}
    </>
  );
}

/** The runs by outcome. Scenarios with the same outcomes share one line of marks. */
function Group({ of, marks }: { readonly of: readonly (readonly [Scenario, ...Scenario[]])[]; readonly marks: Marks }) {
  const looks = groupBy(of[0] ?? [], (scenario) => lookOf(scenario, marks).words);
  const fails = [...looks.keys()].some((words) => words !== STATUS_LOOK.passed.words && words !== SILENT.words);
  return (
    <>
      <p>
        {[...looks.values()].map((own) => (
          <Badge look={lookOf(own[0], marks)} of={runNames(own)} />
        ))}
      </p>
      {!fails && <ScenarioList scenarios={of.map(([first]) => first)} />}
      {fails && (
        <ul class="links">
          {of.map((across) => (
            <li>
              <ScenarioLink scenario={across[0]} />
              <Failures of={across.filter((scenario) => lookOf(scenario, marks).tone !== 'none')} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Each deviation once, with the runs that show it. */
function Deviations({ verdicts, runs }: { readonly verdicts: Verdicts; readonly runs: readonly Run[] }): JSX.Element {
  const shown = runs.flatMap((run) =>
    (verdicts.get(run.key)?.deviations ?? []).map((deviation) => ({ run, deviation })),
  );
  return (
    <>
      {[...groupBy(shown, ({ deviation }) => deviation.id).values()].map((own) => (
        <p>
          Known deviation <DeviationLink run={own[0].run.key} id={own[0].deviation.id} /> of {runNames(own)}:{' '}
          <Prose text={own[0].deviation.does} />
        </p>
      ))}
    </>
  );
}

interface DecidingProps extends Marks {
  readonly id: string;
  readonly runs: readonly Run[];
  /** The text that is shown if there is no scenario. */
  readonly children?: ComponentChildren;
}

const worst = (ranks: readonly number[] = []): number => Math.min(...ranks);

/** The scenarios of a clause. Failures come first. */
export function Deciding({ id, verdicts, known, runs, children }: DecidingProps): JSX.Element {
  const marks = { verdicts, known };
  const all = acrossRuns([...verdicts.values()].flatMap(({ scenarios }) => scenarios));
  if (all.length === 0) return <>{children}</>;
  const ranked = all.map((across) => ({
    across,
    ranks: across.map((scenario) => LOOKS.indexOf(lookOf(scenario, marks))),
  }));
  const groups = groupBy(ranked, ({ across, ranks }) =>
    across.map(({ run }, at) => `${run.key} ${ranks[at] ?? 0}`).join(),
  );
  return (
    <details open={[...verdicts.values()].some(({ verdict }) => verdict === 'deviates')}>
      <summary>{counted(all.length, 'scenario')}</summary>
      <div id={decidingAnchor(id)}>
        <Deviations verdicts={verdicts} runs={runs} />
        {[...groups.values()]
          .sort(([a], [b]) => worst(a.ranks) - worst(b.ranks))
          .map((own) => (
            <Group of={own.map(({ across }) => across)} marks={marks} />
          ))}
      </div>
    </details>
  );
}

/** The verdict's reason, unless the clause already gives it. */
const hasReason = ({ verdict, reason }: Verdict): boolean =>
  reason !== null && verdict !== 'not-testable' && verdict !== 'not-in-force';

/** How many scenarios failed, or how many were exercised if not all were. */
function share({ evidence: { passed, failed, total } }: Verdict): string {
  if (failed > 0) return `${failed} of ${total} ${total === 1 ? 'scenario fails' : 'scenarios fail'}`;
  return passed > 0 && passed < total ? `${passed} of ${total} exercised` : '';
}

interface VerdictCellProps {
  readonly id: string;
  readonly run: Run;
  readonly verdict: Verdict | undefined;
}

/** A verdict as a link to the scenarios that decide it. */
export function VerdictCell({ id, run, verdict }: VerdictCellProps): JSX.Element {
  const name = verdict?.verdict ?? 'not-exercised';
  const badge = <Badge look={VERDICT_LOOK[name]} />;
  const lacks = name === 'not-exercised' ? (verdict?.scenarios ?? []).flatMap(lacking).map((lack) => lack.name) : [];
  const count = verdict === undefined ? '' : share(verdict);
  return (
    <td
      data-run={run.key}
      data-verdict={name}
      {...(lacks.length > 0 && { 'data-lacks': [...new Set(lacks)].join(' ') })}
    >
      {(verdict?.scenarios.length ?? 0) > 0 ? <a href={`#${encodeURI(decidingAnchor(id))}`}>{badge}</a> : badge}
      {count !== '' && <small>{count}</small>}
      {verdict !== undefined && hasReason(verdict) && <p class="why">{verdict.reason}</p>}
    </td>
  );
}
