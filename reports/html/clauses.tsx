/** What the document says and what each run showed, clause by clause. */
import type { ComponentChildren, JSX } from 'preact';
import { type Clause, LEVELS, claimOf, isChoice } from '../../features/catalogue';
import { linkTo } from '../../features/documents';
import { groupBy } from '../lists';
import { countsAgainst } from '../model';
import type { Report, Run, Scenario, Verdict, Verdicts } from '../model';
import { anchorOf, Badge, ClauseLink, DeviationLink, Prose, ScenarioList, Section, VERDICT_LOOK } from './parts';

type ClauseEntry = Report['clauses'][number];

/** Scenarios once each, though several runs had them. */
function distinct(verdicts: Verdicts): readonly Scenario[] {
  const all = [...verdicts.values()].flatMap(({ scenarios }) => scenarios);
  return [...new Map(all.map((scenario) => [anchorOf(scenario), scenario])).values()];
}

/** A reason that the clause itself does not give already. */
const hasReason = ({ verdict, reason }: Verdict): boolean =>
  reason !== null && verdict !== 'not-testable' && verdict !== 'not-in-force';

/** A verdict, with what brought it down. */
export function VerdictCell({
  run,
  look,
  verdict,
  name,
}: {
  readonly run: Run;
  readonly look: JSX.Element;
  readonly verdict: Verdict | undefined;
  /** What the filter looks for. */
  readonly name?: string;
}): JSX.Element {
  const failed = verdict?.deciding.filter(({ status }) => countsAgainst(status)) ?? [];
  const crashed = verdict?.scenarios.filter(({ status }) => status === 'crashed') ?? [];
  const evidence = verdict?.evidence;
  return (
    <td data-run={run.key} data-verdict={name}>
      {look}
      {verdict?.verdict === 'conforms' && evidence !== undefined && evidence.passed < evidence.total && (
        <small>
          {evidence.passed} of {evidence.total} exercised
        </small>
      )}
      {verdict !== undefined && hasReason(verdict) && <p class="why">{verdict.reason}</p>}
      {failed.length > 0 && (
        <details open={verdict?.verdict === 'deviates'}>
          <summary>{failed.length === 1 ? '1 scenario fails' : `${failed.length} scenarios fail`}</summary>
          {verdict?.deviations.map(({ id, does }) => (
            <p>
              <DeviationLink run={run.key} id={id} />: <Prose text={does} />
            </p>
          ))}
          <ScenarioList scenarios={failed} />
        </details>
      )}
      {crashed.length > 0 && (
        <details>
          <summary>{crashed.length === 1 ? '1 scenario' : `${crashed.length} scenarios`} crashed the emulator</summary>
          <ScenarioList scenarios={crashed} />
        </details>
      )}
    </td>
  );
}

export function RunHeads({ runs }: { readonly runs: readonly Run[] }): JSX.Element {
  return (
    <>
      {runs.map(({ key }) => (
        <th scope="col">{key}</th>
      ))}
    </>
  );
}

export function Exercised({
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

/** Whether the document says so, with a link to the place, or the suite chose so, with the reason. */
function Origin({ of }: { readonly of: Clause }): JSX.Element {
  if (isChoice(of))
    return (
      <p class="origin">
        The suite's choice. <Prose text={of.because} /> Done so by: <Prose text={of.like} />.
      </p>
    );
  const [first, last] = of.source;
  return (
    <p class="origin">
      <a href={linkTo(of.revision, of.source)}>
        Revision {of.revision}, {first === last ? `line ${first}` : `lines ${first} to ${last}`}
      </a>
    </p>
  );
}

function ClauseRow({ entry, runs }: { readonly entry: ClauseEntry; readonly runs: readonly Run[] }): JSX.Element {
  const { clause, verdicts } = entry;
  return (
    <tr id={clause.id} data-level={clause.level}>
      <th scope="row">
        <ClauseLink id={clause.id} />
        <small>
          {clause.level}
          {clause.revision === 2 && ', revision 2'}
        </small>
      </th>
      <td>
        <Prose text={claimOf(clause)} />
        <Origin of={clause} />
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
        const name = verdict?.verdict ?? 'not-exercised';
        return <VerdictCell run={run} look={<Badge look={VERDICT_LOOK[name]} />} verdict={verdict} name={name} />;
      })}
    </tr>
  );
}

/** Where the clauses of the n-th section stand. */
export const sectionAnchor = (at: number): string => `section-${at + 1}`;

interface ChoiceProps {
  readonly name: string;
  readonly title: string;
  readonly values: readonly (readonly [value: string, words: string])[];
}

function Choice({ name, title, values }: ChoiceProps): JSX.Element {
  return (
    <label>
      {title}{' '}
      <select name={name}>
        <option value="">any</option>
        {values.map(([value, words]) => (
          <option value={value}>{words}</option>
        ))}
      </select>
    </label>
  );
}

/** Hidden until the script that serves it shows it. */
function ClauseFilter({ report: { clauses, runs } }: { readonly report: Report }): JSX.Element {
  const levels = LEVELS.filter((level) => clauses.some(({ clause }) => clause.level === level));
  return (
    <form id="filter" hidden aria-label="Filter the clauses">
      <label>
        Text <input type="search" name="text" />
      </label>
      <Choice name="level" title="Level" values={levels.map((level) => [level, level])} />
      <Choice
        name="verdict"
        title="Verdict"
        values={Object.entries(VERDICT_LOOK).map(([name, { words }]) => [name, words])}
      />
      <Choice name="run" title="Target" values={runs.map(({ key }) => [key, key])} />
      <button type="reset">All</button> <output aria-live="polite" />
    </form>
  );
}

export function Clauses({ report }: { readonly report: Report }): JSX.Element {
  const { clauses, runs } = report;
  const sections = groupBy(clauses, ({ clause }) => clause.section);
  return (
    <Section id="clauses" title="Clauses">
      <ClauseFilter report={report} />
      {[...sections].map(([section, entries], at) => (
        <table class="rows clauses" id={sectionAnchor(at)}>
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
