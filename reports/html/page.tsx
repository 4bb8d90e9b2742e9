/** index.html: one file that loads no other. It can be read without scripts; its own script adds search and filters. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import type { Report } from '../model';
import { Clauses } from './clauses';
import { compact } from './compact';
import { Filter } from './search';
import { Bugs, Findings } from './findings';
import { Implementations } from './implementations';
import { Overview } from './overview';
import { Payloads } from './payloads';
import { Introduction } from './runs';
import { scenarioSections } from './scenarios';
import { Transitions } from './transitions';

/** The parts of the page: the ids of their sections. */
const PARTS: Readonly<Record<string, (report: Report) => readonly JSX.Element[]>> = {
  overview: (report) => [<Overview report={report} />],
  clauses: (report) => [<Clauses report={report} />],
  transitions: (report) => [<Transitions report={report} />],
  implementations: (report) => [<Implementations report={report} />],
  findings: (report) => [<Findings report={report} />],
  bugs: (report) => [<Bugs report={report} />],
  payloads: (report) => [<Payloads report={report} />],
  scenarios: scenarioSections,
};

/** The names of the parts, in their order. */
export const PART_NAMES: readonly string[] = Object.keys(PARTS);

/** Allows nothing from other places, and in the page only this style and this script. */
function policy(style: string, script: string): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const rules = [`default-src 'none'`, `style-src ${hash(style)}`, `script-src ${hash(script)}`];
  return [...rules, `base-uri 'none'`, `form-action 'none'`].join('; ');
}

interface PageProps {
  readonly report: Report;
  readonly style: string;
  readonly script: string;
}

/** The page without its parts. */
function Shell({ report, style, script }: PageProps): JSX.Element {
  const title = `${report.suite.name}: compliance report`;
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy(style, script)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <header>
          <h1>{report.suite.name}</h1>
          <Introduction report={report} />
        </header>
        <div id="bar">
          <nav aria-label="Parts of the report">
            {PART_NAMES.map((part) => (
              <a href={`#${part}`}>{part}</a>
            ))}
          </nav>
          <Filter report={report} />
        </div>
        <main />
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
}

const render = (element: JSX.Element): string => compact(renderToStaticMarkup(element));

/** In the order of the cascade. */
const STYLES = ['page', 'parts', 'media'] as const;

/** In this order, because later scripts use earlier ones. */
const SCRIPTS = ['compare', 'filter'] as const;

/** The text of index.html. Everything but the style sheet and the script is escaped. */
export function writePage(report: Report): string {
  const style = STYLES.map((part) => readFileSync(join(__dirname, 'style', `${part}.css`), 'utf8')).join('\n');
  const script = SCRIPTS.map((part) => readFileSync(join(__dirname, `${part}.js`), 'utf8')).join('\n');
  const shell = render(<Shell report={report} style={style} script={script} />);
  const end = shell.indexOf('</main>');
  // Part by part, so that no large tree stays in memory.
  const parts = Object.values(PARTS).flatMap((part) => part(report).map(render));
  return `<!doctype html>\n${shell.slice(0, end)}${parts.join('')}${shell.slice(end)}\n`;
}
