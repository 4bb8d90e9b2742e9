/** From files of Cucumber messages to all documents of a report. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reasonOf, userError } from '../engine/user-error';
import { loadCatalogue } from '../features/catalogue';
import { type DeviationList, loadDeviations } from '../features/deviations';
import type { Baseline } from './baseline';
import { writeCompliance } from './compliance';
import { writePage } from './html/page';
import { writeJunit } from './junit';
import { parseMessages, readMessageFile } from './messages';
import type { Report, Suite } from './model';
import { buildReport, isAsExpected } from './report';
import type { Strength } from './strength';
import { writeSummary } from './summary';

export type { Report, Suite } from './model';

export interface ReportOptions {
  readonly suite: Suite;
  /** Default: those of features/deviations. */
  readonly knownDeviations?: readonly DeviationList[];
  /** How strong the suite was found to be. */
  readonly strength?: Strength | undefined;
  /** An earlier report, to compare with. */
  readonly baseline?: Baseline | undefined;
}

export interface ReportSummary {
  readonly report: Report;
  /** The path of index.html. */
  readonly index: string;
  /** For the terminal, a few lines. */
  readonly text: string;
  /** Whether nothing calls for a person: the command ends with status 0. */
  readonly asExpected: boolean;
}

function writeDocuments(out: string, documents: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(out, { recursive: true });
    for (const [name, text] of Object.entries(documents)) writeFileSync(join(out, name), text);
  } catch (error) {
    throw userError(`The report cannot be written (${reasonOf(error)}): name another folder with --out.`);
  }
}

/** Files joined so that a broken last line stays one. */
function joinTexts(texts: readonly string[]): string {
  return texts.map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)).join('');
}

/**
 * Reads the messages and writes index.html, compliance.json, junit.xml and, unless that is what was read,
 * messages.ndjson to the folder `out`, which is made where it is missing.
 * UserError where a file cannot be read, is broken or contradicts another, or the folder cannot be written.
 */
export function writeReports(messageFiles: readonly string[], out: string, options: ReportOptions): ReportSummary {
  const { suite, knownDeviations = loadDeviations(), strength, baseline } = options;
  const files = messageFiles.map((file) => ({ file, text: readMessageFile(file) }));
  const streams = files.flatMap(({ file, text }) => parseMessages(text, file));
  const report = buildReport(streams, { suite, catalogue: loadCatalogue(), knownDeviations, strength, baseline });
  const isOwn = files.length === 1 && files.every(({ file }) => resolve(file) === resolve(out, 'messages.ndjson'));
  const index = join(out, 'index.html');
  writeDocuments(out, {
    'index.html': writePage(report),
    'compliance.json': writeCompliance(report),
    'junit.xml': writeJunit(report),
    ...(isOwn ? {} : { 'messages.ndjson': joinTexts(files.map(({ text }) => text)) }),
  });
  return { report, index, text: writeSummary(report, index), asExpected: isAsExpected(report) };
}
