/** The first part: what was tested, the verdicts, what was not exercised, and what changed. */
import type { JSX } from 'preact';
import { emulatorCrashes, unexpectedFailures } from '../deviations';
import { explain, firstLine } from '../explain';
import { groupBy } from '../lists';
import type { Report, Run, Scenario } from '../model';
import { CODE_CHANGED, type CodeStrength, shareNoticed, type Strength } from '../strength';
import { Changes } from './changes';
import { RunHeads, sectionAnchor } from './clauses';
import { acrossRuns, Badge, ScenarioLink, Scroll, Section, StatusBadges } from './parts';
import { Runs } from './runs';

const share = (part: number, whole: number): string => `${part} of ${whole}`;

interface Heat {
  readonly conform: number;
  /** Clauses that are testable and in force for the run. */
  readonly asked: number;
  readonly tone: 'good' | 'odd' | 'bad' | 'none';
}

function heatOf(entries: Report['clauses'], run: Run): Heat {
  const names = entries.map(({ verdicts }) => verdicts.get(run.key)?.verdict ?? 'not-exercised');
  const asked = names.filter((name) => name !== 'not-in-force' && name !== 'not-testable');
  const conform = asked.filter((name) => name === 'conforms').length;
  const tone = asked.includes('deviates')
    ? 'bad'
    : asked.some((name) => name === 'known-deviation' || name === 'not-implemented' || name === 'differs')
      ? 'odd'
      : asked.length > 0 && conform === asked.length
        ? 'good'
        : 'none';
  return { conform, asked: asked.length, tone };
}

function HeatMap({ report: { clauses, runs } }: { readonly report: Report }): JSX.Element {
  const sections = groupBy(clauses, ({ clause }) => clause.section);
  return (
    <>
      <h3>The document’s sections</h3>
      <p>
        Each cell shows how many of the clauses that are testable and in force for the run conform.{' '}
        <Badge look={{ words: 'all conform', tone: 'good' }} />
        <Badge look={{ words: 'some known deviations', tone: 'odd' }} />
        <Badge look={{ words: 'some new deviations', tone: 'bad' }} />
        <Badge look={{ words: 'some not exercised', tone: 'none' }} />
      </p>
      <Scroll label="Sections by run">
        <table class="heat">
          <thead>
            <tr>
              <th scope="col">Section</th>
              <RunHeads runs={runs} />
            </tr>
          </thead>
          <tbody>
            {[...sections].map(([section, entries], at) => (
              <tr>
                <th scope="row">
                  <a href={`#${sectionAnchor(at)}`}>{section}</a>
                </th>
                {runs.map((run) => {
                  const { conform, asked, tone } = heatOf(entries, run);
                  return asked === 0 ? (
                    <td class="void">nothing to test</td>
                  ) : (
                    <td class={tone}>{share(conform, asked)}</td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function CodeTable({ code: { parts } }: { readonly code: CodeStrength }): JSX.Element {
  return (
    <>
      <p>{CODE_CHANGED} Noticed, with 95 % intervals:</p>
      <Scroll label="Changes of the code">
        <table>
          <tr>
            <th>code</th>
            <th>changes</th>
            <th>features</th>
            <th>with unit tests</th>
          </tr>
          {parts.map(({ name, total, citations, features, all }) => (
            <tr>
              <td>{name}</td>
              <td>{total}</td>
              <td>{shareNoticed(features, total - citations)}</td>
              <td>{shareNoticed(all, total)}</td>
            </tr>
          ))}
        </table>
      </Scroll>
    </>
  );
}

function StrengthNote({ strength: { rules, code } }: { readonly strength: Strength }): JSX.Element {
  const { total, killed, survivors } = rules;
  return (
    <>
      {total > 0 && (
        <p>
          Strength of the suite: the reference was run without each of its rules in turn. A scenario failed for {killed}{' '}
          of {total} rules.{survivors.length > 0 && ` No scenario failed without ${survivors.join(', ')}.`}
        </p>
      )}
      {code !== undefined && <CodeTable code={code} />}
    </>
  );
}

interface UnexpectedProps {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
  readonly known: Report['known'];
}

function Unexpected({ title, scenarios, known }: UnexpectedProps): JSX.Element | null {
  const failed = acrossRuns(scenarios);
  if (failed.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {failed.map((group) => (
          <li>
            <ScenarioLink scenario={group[0]} /> <StatusBadges of={group} isKnown={(own) => known.has(own)} />
            <br />
            <small>{firstLine(explain(group[0]) ?? '')}</small>
          </li>
        ))}
      </ul>
    </>
  );
}

export function Overview({ report }: { readonly report: Report }): JSX.Element {
  const { runs, changes, strength } = report;
  return (
    <Section id="overview" title="Overview">
      {runs.length === 0 && <p>No scenario was run.</p>}
      {report.problems.map((text) => (
        <pre class="why">{text}</pre>
      ))}
      {runs.length > 0 && <Runs report={report} />}
      <Unexpected title="Failed scenarios" scenarios={unexpectedFailures(report)} known={report.known} />
      <Unexpected
        title="Scenarios that crashed the emulator"
        scenarios={emulatorCrashes(report)}
        known={report.known}
      />
      <Unexpected title="Unexpected passes" scenarios={report.outlived} known={report.known} />
      {changes !== null && <Changes changes={changes} runs={runs} />}
      {runs.length > 0 && <HeatMap report={report} />}
      {strength !== null && <StrengthNote strength={strength} />}
    </Section>
  );
}
