/** index.html: one file that asks nothing of any other. It reads without scripts; its own one adds filters. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import type { Report } from '../model';
import { Clauses } from './clauses';
import { compact } from './compact';
import { Bugs, Findings } from './findings';
import { Implementations } from './implementations';
import { Overview } from './overview';
import { Payloads } from './payloads';
import { Scenarios } from './scenarios';
import { Transitions } from './transitions';

const PARTS = [
  'overview',
  'clauses',
  'transitions',
  'implementations',
  'findings',
  'bugs',
  'payloads',
  'scenarios',
] as const;

/** Nothing from elsewhere, and of what stands in the page only this style and this script. */
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

function Page({ report, style, script }: PageProps): JSX.Element {
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
          <Implementations report={report} />
          <Findings report={report} />
          <Bugs report={report} />
          <Payloads />
          <Scenarios report={report} />
        </main>
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
}

/** The text of index.html. Everything but the style sheet and the script is escaped. */
export function writePage(report: Report): string {
  const style = readFileSync(join(__dirname, 'style.css'), 'utf8');
  const script = readFileSync(join(__dirname, 'filter.js'), 'utf8');
  return `<!doctype html>\n${compact(renderToStaticMarkup(<Page report={report} style={style} script={script} />))}\n`;
}
