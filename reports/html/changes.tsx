/** Changes since an earlier report, by run: builds, deviations, clauses, scenarios. */
import type { JSX } from 'preact';
import { buildWords, byCourse, outcomesOf, resultWords, sumOf, scenarioTitle, verdictWords } from '../changes-text';
import type { Changes as ReportChanges, ClauseDifference, Comparison, Course, ScenarioDifference } from '../changes';
import { idOf } from '../identity';
import { counted } from '../lists';
import type { Report, Scenario } from '../model';
import { Badge, ClauseLink, type Look, ScenarioLink } from './parts';

/** The scenarios of this report by id. Differences link to them. */
type Scenarios = ReadonlyMap<string, Scenario>;

const COURSE_LOOK: Readonly<Record<Course, Look>> = {
  worse: { words: 'worse', tone: 'bad' },
  better: { words: 'better', tone: 'good' },
  other: { words: 'different', tone: 'odd' },
};
function ClauseChanges({ clauses }: { readonly clauses: readonly ClauseDifference[] }): JSX.Element {
  return (
    <>
      {byCourse(clauses, ({ from, to }) => `${verdictWords(from)} → ${verdictWords(to)}`).map(
        ([course, words, own]) => (
          <li>
            <Badge look={COURSE_LOOK[course]} /> {words}:{' '}
            {own.map(({ clause, to }) => [to === null ? clause : <ClauseLink id={clause} />, ' '])}
          </li>
        ),
      )}
    </>
  );
}

function ScenarioChanges({
  of,
  at,
}: {
  readonly of: readonly ScenarioDifference[];
  readonly at: Scenarios;
}): JSX.Element {
  return (
    <>
      {byCourse(of, ({ from, to }) => `${resultWords(from)} → ${resultWords(to)}`).map(([course, words, own]) => (
        <li>
          <details>
            <summary>
              <Badge look={COURSE_LOOK[course]} /> {words}: {counted(own.length, 'scenario')}
            </summary>
            <ul class="links">
              {own.map((difference) => {
                const scenario = at.get(difference.id);
                return (
                  <li>{scenario === undefined ? scenarioTitle(difference) : <ScenarioLink scenario={scenario} />}</li>
                );
              })}
            </ul>
          </details>
        </li>
      ))}
    </>
  );
}

function Difference({ of, at }: { readonly of: Comparison; readonly at: Scenarios }): JSX.Element {
  const { before, now, clauses, scenarios } = of;
  const { came, went } = of.deviations;
  const other = buildWords(of);
  return (
    <li>
      <b>{before.key === now.key ? now.key : `${before.key} → ${now.key}`}</b> {sumOf(of)}.
      <ul>
        {other !== undefined && <li>{other.replace('->', '→')}</li>}
        {came.length > 0 && <li>New deviations: {came.join(', ')}</li>}
        {went.length > 0 && <li>Deviations that are gone: {went.join(', ')}</li>}
        <ClauseChanges clauses={clauses} />
        <ScenarioChanges of={scenarios} at={at} />
      </ul>
    </li>
  );
}

export function Changes({ changes, runs }: { readonly changes: ReportChanges } & Pick<Report, 'runs'>): JSX.Element {
  const { file, version, comparisons, newRuns, goneRuns } = changes;
  const at = new Map(runs.flatMap(({ scenarios }) => scenarios.map((scenario) => [idOf(scenario), scenario] as const)));
  return (
    <>
      <h3 id="changes">Changes</h3>
      <p>
        Since {file}, version {version} of the suite.
      </p>
      <ul>
        {comparisons.map((comparison) => (
          <Difference of={comparison} at={at} />
        ))}
        {newRuns.map((run) => (
          <li>
            <b>{run.key}</b> is a new run of {run.hypervisor.name}: {outcomesOf(run)}.
          </li>
        ))}
        {goneRuns.map(({ key, hypervisor }) => (
          <li>
            <b>{key}</b> of {hypervisor.name} is in the earlier report only.
          </li>
        ))}
      </ul>
    </>
  );
}
