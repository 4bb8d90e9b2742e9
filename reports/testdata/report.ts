/** Reports of streams, for the tests. */
import type { Envelope } from '@cucumber/messages';
import type { DeviationList } from '../../features/deviations';
import type { Report } from '../model';
import { buildReport } from '../report';
import { CATALOGUE, SUITE, stream } from './streams';

/** The report of several streams of messages. */
export function report(
  parts: readonly (readonly Envelope[])[],
  knownDeviations: readonly DeviationList[] = [],
): Report {
  return buildReport(parts.map(stream), { suite: SUITE, catalogue: CATALOGUE, knownDeviations });
}

/** Line and status of each scenario, run by run. */
export const statuses = ({ runs }: Report): object =>
  runs.map(({ scenarios }) => scenarios.map(({ line, status }) => `${line} ${status}`));
