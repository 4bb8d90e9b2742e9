/** A report that is begun while runs are still active, so that it is ready sooner after the last one. */
import { loadCatalogue } from '../features/catalogue';
import type { DeviationList } from '../features/deviations';
import { type AllureResults, openAllureResults } from './allure';
import { judge } from './deviations';
import { createGrowingReader } from './messages';
import type { ReportSources } from './report';
import { createContentsReader, mergeRuns } from './runs';
import type { StreamContents } from './scenarios';

export interface BegunReport {
  /** Handles the runs that have ended: reads their messages, and writes their results for Allure. */
  readonly catchUp: () => void;
  /** The runs of all streams. */
  readonly contents: () => readonly StreamContents[];
  readonly sources: Required<Pick<ReportSources, 'catalogue' | 'knownDeviations'>>;
  /** Undefined if they are to be left out. */
  readonly allure: AllureResults | undefined;
}

/** What is needed before the runs have ended. */
export interface Beginning {
  /** The report's folder, where `allure` looks. */
  readonly out: string;
  readonly allure: boolean;
  readonly knownDeviations: readonly DeviationList[];
}

/** `messages`: a file to which whole streams are appended. */
export function beginReport(messages: string, { out, allure, knownDeviations }: Beginning): BegunReport {
  const streams = createGrowingReader(messages);
  const read = createContentsReader();
  const contents: StreamContents[] = [];
  const sources = { catalogue: loadCatalogue(), knownDeviations };
  const results = allure ? openAllureResults(out) : undefined;
  const readOn = (): void => {
    for (const stream of streams()) contents.push(read(stream));
  };
  return {
    catchUp() {
      readOn();
      const { runs } = mergeRuns(contents);
      const { known } = judge(runs, sources.knownDeviations);
      results?.writeRuns(runs, { known, clauses: sources.catalogue.clauses });
    },
    contents() {
      readOn();
      return contents;
    },
    sources,
    allure: results,
  };
}
