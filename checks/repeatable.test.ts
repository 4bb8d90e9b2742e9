import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Run, Scenario } from '../reports/model';
import { differing } from './repeatable';

const scenario = (line: number, text: string, seconds: number): Scenario => ({
  run: { key: 'reference/1', label: 'reference', revision: 1 },
  uri: 'features/a.feature',
  line,
  feature: 'A',
  rule: undefined,
  name: 'a',
  description: '',
  tags: [],
  example: undefined,
  row: [],
  examples: '',
  about: '',
  steps: [
    {
      keyword: 'Then',
      text,
      status: 'passed',
      seconds,
      docString: undefined,
      table: undefined,
      message: undefined,
      events: [],
    },
  ],
  status: 'passed',
  lacks: [],
  attempts: 1,
  started: seconds,
  seconds,
});

const run = (...scenarios: readonly Scenario[]): Run => ({
  key: 'reference/1',
  label: 'reference',
  hypervisor: { name: 'reference', buildId: '00' },
  target: 'reference',
  revision: 1,
  started: '2026-01-01T00:00:00Z',
  seconds: 1,
  interrupted: false,
  missingShards: [],
  selected: false,
  payloads: [],
  scenarios,
});

describe('repeatable', () => {
  it('takes no notice of times and order', () => {
    const one = run(scenario(1, 'a', 1), scenario(2, 'b', 1));
    const other = run(scenario(2, 'b', 3), scenario(1, 'a', 2));
    assert.deepEqual(differing([one], [other]), []);
  });

  it('names a scenario that says something else', () => {
    const different = differing([run(scenario(1, 'a', 1))], [run(scenario(1, 'b', 1))]);
    assert.deepEqual(different, ['reference/1 features/a.feature:1']);
  });

  it('names a scenario that only one run has', () => {
    assert.deepEqual(differing([run(scenario(1, 'a', 1))], [run()]), ['reference/1 features/a.feature:1']);
  });
});
