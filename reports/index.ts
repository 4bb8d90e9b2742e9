/** From files of Cucumber messages to all documents of a report. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reasonOf, userError } from '../engine/user-error';
import { loadCatalogue } from '../features/catalogue';
import { type DeviationList, loadDeviations } from '../features/deviations';
import { loadImplementations } from '../features/implementations';
import { writeAllureResults } from './allure';
import type { BegunReport } from './begun';
import { writeCompliance } from './compliance';
import { writeComplianceMarkdown } from './compliance-md';
import { writeEarl } from './earl';
import { writePage } from './html/page';
import { writeJunit } from './junit';
import { openJoined, readMessages } from './messages';
import type { Report, Suite } from './model';
import { buildReport, isAsExpected, isNoWorse } from './report';
import type { ReportRecord } from './changes';
import type { Strength } from './strength';
import { type Terminal, writeSummary } from './summary';

export type { Report, Suite } from './model';

export const FAIL_ON = ['unexpected', 'regressions'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export interface ReportOptions {
  readonly suite: Suite;
  /** Default: those of features/deviations. */
  readonly knownDeviations?: readonly DeviationList[];
  /** How strong the suite was found to be. */
  readonly strength?: Strength | undefined;
  /** An earlier report, to compare with. */
  readonly baseline?: ReportRecord | undefined;
  /** What calls for a person: an outcome that is not expected, or one that is worse than in the baseline. Default: the first. */
  readonly failOn?: FailOn | undefined;
  /** The only shard of the runs that is meant to be there; default: all of them are. */
  readonly shard?: string | undefined;
  /** The same report, where it has been begun already. */
  readonly begun?: BegunReport | undefined;
  /** Whether allure-results/, some thousand files, is written too; default: yes. */
  readonly allure?: boolean | undefined;
  /** How the summary is shown; default: plain. */
  readonly terminal?: Terminal | undefined;
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

/** Does what writes. UserError where it cannot. */
function writing<Result>(write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw userError(`The report cannot be written (${reasonOf(error)}): name another folder with --out.`);
  }
}

/** The documents, in the order in which they are written: by the first, a folder is known for a report's. */
export const DOCUMENTS = {
  'compliance.json': writeCompliance,
  'index.html': writePage,
  'compliance.md': writeComplianceMarkdown,
  'junit.xml': writeJunit,
  'earl.jsonld': writeEarl,
} as const satisfies Readonly<Record<string, (report: Report) => string>>;

/** Their names. */
export const DOCUMENT_NAMES: readonly string[] = Object.keys(DOCUMENTS);

function writeDocuments(report: Report, out: string): void {
  for (const [name, write] of Object.entries(DOCUMENTS)) writeFileSync(join(out, name), write(report));
}

/**
 * Reads the messages and writes to the folder `out`, made where it is missing: the documents, allure-results/ unless it
 * is to be left out, and messages.ndjson unless that is what was read.
 * UserError where a file cannot be read, is broken or contradicts another, or the folder cannot be written.
 */
export function writeReports(messageFiles: readonly string[], out: string, options: ReportOptions): ReportSummary {
  const { begun, allure = true } = options;
  const messages = resolve(out, 'messages.ndjson');
  const isOwn = messageFiles.length === 1 && messageFiles.every((file) => resolve(file) === messages);
  const joined = writing(() => {
    mkdirSync(out, { recursive: true });
    return isOwn ? undefined : openJoined(messages);
  });
  try {
    const keep = (bytes: Uint8Array): void => writing(() => joined?.add(bytes));
    const streams = begun?.contents() ?? readMessages(messageFiles, keep);
    const catalogue = begun?.sources.catalogue ?? loadCatalogue();
    const knownDeviations = options.knownDeviations ?? begun?.sources.knownDeviations ?? loadDeviations();
    const implementations = loadImplementations();
    const report = buildReport(streams, { ...options, catalogue, knownDeviations, implementations });
    writing(() => {
      writeDocuments(report, out);
      if (begun?.allure !== undefined) begun.allure.finish(report);
      else if (allure) writeAllureResults(report, out);
      joined?.finish();
    });
    const index = join(out, 'index.html');
    const asExpected = options.failOn === 'regressions' ? isNoWorse(report) : isAsExpected(report);
    return { report, index, text: writeSummary(report, index, options.terminal), asExpected };
  } catch (error) {
    joined?.discard();
    throw error;
  }
}
