/** From files of Cucumber messages to all documents of a report. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reasonOf, userError } from '../engine/user-error';
import { loadCatalogue } from '../features/catalogue';
import { loadDeviations } from '../features/deviation-files';
import type { DeviationList } from '../features/deviations';
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

/** What makes the exit status 1. */
export type FailOn = 'unexpected' | 'regressions';

export interface ReportOptions {
  readonly suite: Suite;
  /** Default: the deviations in features/deviations. */
  readonly knownDeviations?: readonly DeviationList[];
  /** How strong the suite was found to be. */
  readonly strength?: Strength | undefined;
  /** An earlier report, to compare with. */
  readonly baseline?: ReportRecord | undefined;
  /**
   * What makes the status 1: any unexpected outcome, or only one that is worse than in the baseline. Default: the
   * first.
   */
  readonly failOn?: FailOn | undefined;
  /** The only shard of the runs that is expected; default: all shards are. */
  readonly shard?: string | undefined;
  /** The same report, if it was already begun. */
  readonly begun?: BegunReport | undefined;
  /** Whether allure-results/ is written too, which is thousands of files; default: yes. */
  readonly allure?: boolean | undefined;
  /** How the summary is shown; default: plain. */
  readonly terminal?: Terminal | undefined;
}

export interface ReportSummary {
  readonly report: Report;
  /** The path of index.html. */
  readonly index: string;
  /** A few lines for the terminal. */
  readonly text: string;
  /** Whether the command ends with status 0. */
  readonly asExpected: boolean;
}

/** Calls what writes. UserError if writing fails. */
function writing<Result>(write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw userError(`The report cannot be written (${reasonOf(error)}): name another folder with --out.`);
  }
}

/** The documents, in the order in which they are written. The first one marks a folder as a report's. */
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
 * Reads the messages and writes the documents to the folder `out`, which is made if it is missing. It also writes
 * allure-results/ unless that is left out, and messages.ndjson unless that is the file that was read. UserError if a
 * file cannot be read, is broken or contradicts another, or if the folder cannot be written.
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
