/** Known deviations by run, in groups. Each has its releases, commits and evidence. */
import type { JSX } from 'preact';
import { isChoice } from '../../features/catalogue';
import type { KnownDeviation } from '../../features/deviations';
import { linkToCommit } from '../../features/documents';
import { deviationsFound, titleOf } from '../deviations';
import type { Report, Run, Scenario } from '../model';
import { UNTRIED } from '../summary';
import { ClauseLink, deviationAnchor, DeviationLink, Prose, ScenarioLink, ScenarioList } from './parts';

interface SinceProps extends Pick<Report, 'bugs'> {
  readonly deviation: KnownDeviation;
}

/** The affected releases, and the bugs behind the deviation with the commits that fixed them. */
export function Since({ deviation: { id, since, until, patch }, bugs }: SinceProps): JSX.Element {
  const shown = bugs.map(({ bug }) => bug).filter(({ deviations }) => deviations.includes(id));
  return (
    <p>
      <small>
        Xen {since} {until === undefined ? 'to today' : `to before ${until}`}
        {patch !== undefined && `; here by ${patch}`}
        {shown.map(({ id: bug, commit, fixed }) => (
          <>
            {'; '}
            <ClauseLink id={bug} />
            {commit !== undefined && (
              <>
                , fixed {fixed !== undefined && `in ${fixed} `}by <a href={linkToCommit(commit)}>{commit}</a>
              </>
            )}
          </>
        ))}
      </small>
    </p>
  );
}

interface Entry {
  readonly deviation: KnownDeviation;
  readonly scenarios: readonly Scenario[];
}

const GROUPS = {
  crashes: 'The hypervisor crashes',
  contradicts: 'The hypervisor violates the document',
  differs: 'The document is silent, and the hypervisor differs from the suite’s choice',
} as const;

function groupOf({ deviation, scenarios }: Entry, chosen: ReadonlySet<string>): keyof typeof GROUPS {
  const events = scenarios.flatMap(({ steps }) => steps.flatMap((step) => step.events));
  if (events.some(({ kind }) => kind === 'stop')) return 'crashes';
  return deviation.clauses.every((clause) => chosen.has(clause)) ? 'differs' : 'contradicts';
}

/** The first scenario is a direct link to the evidence. */
function Evidence({ scenarios: [first, ...others] }: Pick<Entry, 'scenarios'>): JSX.Element | null {
  if (first === undefined) return null;
  return (
    <>
      <p>
        Shown by <ScenarioLink scenario={first} />
      </p>
      {others.length > 0 && (
        <details>
          <summary>and {others.length === 1 ? '1 other scenario' : `${others.length} other scenarios`}</summary>
          <ScenarioList scenarios={others} />
        </details>
      )}
    </>
  );
}

/** How a deviation begins what is expected, where it is not the document that says so. */
const CHOICE = "The suite's choice: ";

interface ItemProps extends Pick<Report, 'bugs'> {
  readonly entry: Entry;
  readonly run: Run;
}

function Item({ entry: { deviation, scenarios }, run, bugs }: ItemProps): JSX.Element {
  const { id, clauses, says, does } = deviation;
  return (
    <>
      <dt id={deviationAnchor(run.key, id)}>
        {titleOf(deviation)}{' '}
        <small>
          <DeviationLink run={run.key} id={id} />
        </small>{' '}
        {clauses.map((clause) => [<ClauseLink id={clause} />, ' '])}
      </dt>
      <dd>
        <p>
          {!says.startsWith(CHOICE) && 'The document: '}
          <Prose text={says} />
        </p>
        <p>
          The implementation: <Prose text={does} />
        </p>
        <Since deviation={deviation} bugs={bugs} />
        <Evidence scenarios={scenarios} />
      </dd>
    </>
  );
}

interface OfRunProps {
  readonly report: Report;
  readonly run: Run;
  readonly entries: readonly Entry[];
  /** The clauses that are choices of the suite. */
  readonly chosen: ReadonlySet<string>;
}

function OfRun({ report: { bugs, untried }, run, entries, chosen }: OfRunProps): JSX.Element {
  const groups = Object.entries(GROUPS).map(([name, title]) => ({
    title,
    own: entries.filter((entry) => groupOf(entry, chosen) === name),
  }));
  return (
    <>
      <h4 id={run.key}>
        {run.hypervisor.name} <small>{run.key}</small>
      </h4>
      <p>
        {entries.length === 1 ? '1 known deviation' : `${entries.length} known deviations`}, build-id{' '}
        <code>{run.hypervisor.buildId}</code>
      </p>
      {untried.includes(run) && <p>{UNTRIED}</p>}
      {groups
        .filter(({ own }) => own.length > 0)
        .map(({ title, own }) => (
          <>
            <h5>
              {title}: {own.length}
            </h5>
            <dl>
              {own.map((entry) => (
                <Item entry={entry} run={run} bugs={bugs} />
              ))}
            </dl>
          </>
        ))}
    </>
  );
}

export function Recorded({ report }: { readonly report: Report }): JSX.Element {
  const clauses = report.clauses.map(({ clause }) => clause);
  const chosen = new Set(clauses.filter(isChoice).map(({ id }) => id));
  const order = new Map(clauses.map(({ id }, at) => [id, at]));
  const placeOf = ({ deviation }: Entry): number =>
    Math.min(...deviation.clauses.map((id) => order.get(id) ?? Infinity));
  const runs = deviationsFound(report).map(({ run, found }) => {
    const entries = [...found].map(([deviation, scenarios]) => ({ deviation, scenarios }));
    return { run, entries: entries.sort((a, b) => placeOf(a) - placeOf(b)) };
  });
  return (
    <>
      <h3 id="deviations">Known deviations</h3>
      {runs.length === 0 && <p>No run showed a known deviation.</p>}
      {runs.map(({ run, entries }) => (
        <OfRun report={report} run={run} entries={entries} chosen={chosen} />
      ))}
    </>
  );
}
