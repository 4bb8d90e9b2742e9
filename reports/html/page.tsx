/** index.html: one file that asks nothing of any other, and runs no script. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { explain, firstLine } from '../explain';
import { unexpectedFailures } from '../deviations';
import type { Report, Run, Scenario } from '../model';
import { countClauses, countScenarios } from '../report';
import type { Strength } from '../strength';
import { Clauses, Findings, Transitions } from './clauses';
import { Deviations } from './deviations';
import { acrossRuns, Badge, ScenarioLink, Scroll, Section, STATUS_LOOK } from './parts';
import { Scenarios } from './scenarios';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

interface Row {
  readonly title: string;
  readonly of: (run: Run) => string | number | JSX.Element;
}

/** Scenarios and clauses have their own rows, and their own denominators. */
function overviewRows(report: Report): readonly Row[] {
  const scenarios = (run: Run) => countScenarios(run);
  const known = (run: Run) => run.scenarios.filter((scenario) => report.known.has(scenario)).length;
  const clauses = (run: Run) => countClauses(report, run);
  return [
    { title: 'Hypervisor', of: ({ hypervisor }) => hypervisor.name },
    { title: 'Build-id', of: ({ hypervisor }) => <code>{hypervisor.buildId}</code> },
    { title: 'Revision of the document', of: ({ revision }) => revision ?? 'unknown' },
    { title: 'Began', of: ({ started }) => started.replace('T', ' ').replace(/\..*$/, ' UTC') },
    { title: 'Scenarios', of: (run) => scenarios(run).total },
    { title: 'of them passed', of: (run) => scenarios(run).passed },
    { title: 'of them failed', of: (run) => scenarios(run).failed - known(run) },
    { title: 'of them deviate as known', of: known },
    { title: 'of them skipped', of: (run) => scenarios(run).skipped },
    { title: 'of them without result', of: (run) => scenarios(run).withoutResult },
    { title: 'Clauses', of: (run) => clauses(run).total },
    { title: 'of them conform', of: (run) => clauses(run).conforms },
    { title: 'of them deviate', of: (run) => clauses(run).deviates },
    { title: 'of them deviate as known', of: (run) => clauses(run)['known-deviation'] },
    { title: 'of them not exercised', of: (run) => clauses(run)['not-exercised'] },
    { title: 'of them of the other revision', of: (run) => clauses(run)['other-revision'] },
    { title: 'of them not testable', of: (run) => clauses(run)['not-testable'] },
  ];
}

function StrengthNote({ strength: { rules } }: { readonly strength: Strength }): JSX.Element {
  const { total, killed, survivors } = rules;
  return (
    <p>
      Strength of the suite: the reference was run without each of {total} rules in turn, and for {killed} of them a
      scenario failed.{survivors.length > 0 && ` Nothing failed without ${survivors.join(', ')}.`}
    </p>
  );
}

function Overview({ report }: { readonly report: Report }): JSX.Element {
  return (
    <Section id="overview" title="Overview">
      {report.runs.length === 0 && <p>No scenario was run.</p>}
      {report.runs
        .filter(({ interrupted }) => interrupted)
        .map(({ key }) => (
          <p class="note">{key} was interrupted: what has no result was not exercised.</p>
        ))}
      {report.problems.map((text) => (
        <pre class="why">{text}</pre>
      ))}
      {report.strength !== null && <StrengthNote strength={report.strength} />}
      {report.runs.length > 0 && (
        <Scroll label="The runs">
          <table class="overview">
            <thead>
              <tr>
                <th scope="col">Run</th>
                {report.runs.map(({ key }) => (
                  <th scope="col">{key}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {overviewRows(report).map(({ title, of }) => (
                <tr class={title.startsWith('of them') ? 'part' : undefined}>
                  <th scope="row">{title}</th>
                  {report.runs.map((run) => (
                    <td>{of(run)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <Unexpected title="Scenarios that failed" scenarios={unexpectedFailures(report)} />
      <Unexpected title="Scenarios that passed, though it is recorded that they fail" scenarios={report.outlived} />
    </Section>
  );
}

function Unexpected({
  title,
  scenarios,
}: {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}): JSX.Element | null {
  const failed = acrossRuns(scenarios);
  if (failed.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {failed.map((group) => (
          <li>
            <ScenarioLink scenario={group[0]} />{' '}
            {group.map(({ run, status }) => (
              <Badge look={STATUS_LOOK[status]} of={run} />
            ))}
            <br />
            <small>{firstLine(explain(group[0]) ?? '')}</small>
          </li>
        ))}
      </ul>
    </>
  );
}

const PARTS = ['overview', 'clauses', 'transitions', 'deviations', 'findings', 'scenarios'] as const;

function Page({ report, style }: { readonly report: Report; readonly style: string }): JSX.Element {
  const title = `${report.suite.name}: compliance report`;
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <header>
          <h1>{report.suite.name}</h1>
          <p>Compliance report, version {report.suite.version} of the suite</p>
          <nav aria-label="Parts of the report">
            {PARTS.map((part) => (
              <a href={`#${part}`}>{part}</a>
            ))}
          </nav>
        </header>
        <main>
          <Overview report={report} />
          <Clauses report={report} />
          <Transitions report={report} />
          <Deviations report={report} />
          <Findings report={report} />
          <Scenarios report={report} />
        </main>
      </body>
    </html>
  );
}

/** The text of index.html. Everything but the style sheet is escaped. */
export function writePage(report: Report): string {
  const style = readFileSync(join(__dirname, 'style.css'), 'utf8');
  return `<!doctype html>\n${renderToStaticMarkup(<Page report={report} style={style} />)}\n`;
}
