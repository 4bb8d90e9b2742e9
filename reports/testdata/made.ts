/** Scenarios and runs that are made as a test wants them. */
import type { EvidenceEvent } from '../../engine/evidence';
import type { KnownDeviation } from '../../features/deviations';
import type { Run, Scenario, Status, Step } from '../model';

export const MISMATCH: EvidenceEvent = { kind: 'mismatch', what: 'rc of p', expected: '-EINVAL', found: '0' };
export const STOP: EvidenceEvent = {
  kind: 'stop',
  where: 'memcpy+0x1',
  why: 'BUG',
  registers: {},
  backtrace: [],
  console: [],
};

export const step = (status: Status, more: Partial<Step> = {}): Step => ({
  keyword: 'Then',
  text: 'it is so',
  status,
  seconds: 0,
  docString: undefined,
  table: undefined,
  message: undefined,
  events: [],
  ...more,
});

/** With one step of this status, in which that happened. */
export const scenario = (
  status: Status,
  events: readonly EvidenceEvent[] = [],
  more: Partial<Scenario> = {},
): Scenario => ({
  run: { key: 'xen/2', label: 'xen', revision: 2 },
  uri: 'features/a.feature',
  line: 1,
  feature: 'A',
  about: '',
  rule: undefined,
  name: 'FUNC-6: it is so',
  description: '',
  tags: ['FUNC-6'],
  example: undefined,
  row: [],
  examples: '',
  steps: [step(status, { events })],
  status,
  lacks: [],
  attempts: 1,
  started: 0,
  seconds: 0,
  ...more,
});

export const run = (scenarios: readonly Scenario[], more: Partial<Run> = {}): Run => ({
  key: 'xen/2',
  label: 'xen',
  revision: 2,
  target: 'xen',
  hypervisor: { name: 'Xen 4.17.7', buildId: '00' },
  started: '',
  seconds: 0,
  interrupted: false,
  missingShards: [],
  selected: false,
  payloads: [],
  scenarios,
  ...more,
});

/** Of scenarios of the feature that are called so, by what `scenario` does. */
export const deviation = (id: string, more: Partial<KnownDeviation> = {}): KnownDeviation => ({
  id,
  clauses: ['FUNC-6'],
  says: 'It is so.',
  does: 'It is not.',
  since: '4.7',
  fails: [{ what: 'rc of p', expected: '-EINVAL', found: '0' }],
  scenarios: [{ uri: 'features/a.feature', title: 'FUNC-6: *', rows: [] }],
  ...more,
});
