/** A small page of two Xens, with what a run of the reference alone does not have: differences, changes, a crash. */
import { EVIDENCE_MEDIA_TYPE, type Evidence } from '../../engine/evidence';
import type { ReportRecord } from '../changes';
import { writePage } from '../html/page';
import type { Report } from '../model';
import { recordsOf } from '../record';
import { buildReport } from '../report';
import { CATALOGUE, SUITE, attached, deviating, messages, renamed, stream } from './streams';

const OLDER = 'xen-4.17/2';
const NEWER = 'xen-4.20/2';

const STOPPED: Evidence = {
  events: [
    {
      kind: 'stop',
      where: 'livepatch_op+0x12/0x40',
      why: 'FATAL PAGE FAULT',
      registers: {},
      backtrace: [],
      console: [],
    },
  ],
};

/** A report in which these are recorded to fail as they do. */
async function report(recorded: readonly string[], baseline?: ReportRecord): Promise<Report> {
  const all = attached(await messages(), 'it is pending', EVIDENCE_MEDIA_TYPE, STOPPED);
  return buildReport(
    [OLDER, NEWER].map((key) => stream(renamed(all, key))),
    {
      suite: SUITE,
      catalogue: CATALOGUE,
      knownDeviations: recorded.map((key) => deviating(key, 'fails')),
      baseline,
    },
  );
}

/** Since the earlier report, the newer one's deviation has left the record, so that it fails unexpectedly. */
export async function pageOfTwoXens(): Promise<string> {
  const runs = recordsOf(await report([OLDER, NEWER]));
  return writePage(await report([OLDER], { file: 'earlier/compliance.json', version: '0.9', runs }));
}
