import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run, Scenario, Status } from '../reports/model';
import { compareScenarios, comparisonText } from './scenarios';

const KEY = { key: 'xen/2', label: 'xen', revision: 2 } as const;

function scenario(line: number, status: Status, at = 'it works'): Scenario {
  const step = { keyword: 'Then', text: at, status, seconds: 0, docString: undefined, table: undefined, events: [] };
  const shown = {
    feature: 'f',
    rule: undefined,
    name: 'GET-1: x',
    description: '',
    tags: [],
    example: { n: `${line}` },
    row: [],
    examples: '',
    about: '',
  };
  const rest = { lacks: [], attempts: 1, started: 0, seconds: 0 };
  return {
    run: KEY,
    uri: 'features/f.feature',
    line,
    ...shown,
    steps: [{ ...step, message: undefined }],
    status,
    ...rest,
  };
}

const run = (...scenarios: readonly Scenario[]): Run => ({
  ...KEY,
  target: 'xen',
  hypervisor: { name: 'Xen', buildId: '' },
  started: '',
  seconds: 0,
  interrupted: false,
  missingShards: [],
  selected: false,
  payloads: [],
  scenarios,
});

const PLACE = 'booted features/f.feature: GET-1: x (2)';

test('scenarios that both exercised are compared, by their outcome and the step that decided it', () => {
  const emulated = run(scenario(1, 'passed'), scenario(2, 'passed'), scenario(3, 'failed', 'a'), scenario(4, 'passed'));
  const booted = run(scenario(1, 'passed'), scenario(2, 'failed'), scenario(3, 'failed', 'b'), scenario(4, 'skipped'));
  const { compared, same, differences } = compareScenarios(
    'booted',
    emulated,
    booted,
    new Map([[PLACE, 'It is late.']]),
  );
  assert.deepEqual([compared, same], [3, 1]);
  assert.deepEqual(differences, [
    { place: PLACE, emulated: 'passed', booted: 'failed at "it works"', because: 'It is late.' },
    { place: PLACE.replace('2', '3'), emulated: 'failed at "a"', booted: 'failed at "b"' },
  ]);
});

test('an explanation whose difference is gone is named, unless it is of other runs', () => {
  const same = run(scenario(2, 'passed'));
  const table = new Map([
    [PLACE, 'It is late.'],
    [PLACE.replace('booted', 'remote'), 'It is late.'],
  ]);
  const comparison = compareScenarios('booted', same, same, table);
  assert.deepEqual(comparison.gone, [PLACE]);
  assert.deepEqual(comparisonText('Booted', comparison), [
    'Booted: 1 of 1 scenarios have the same outcome (100.0 %)',
    `  ${PLACE}: the table explains a difference that is gone`,
  ]);
});
