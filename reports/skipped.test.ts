import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from './explain';
import { buildReport } from './report';
import { CATALOGUE, SUITE, explained, messages, stream } from './testdata/streams';

test('the report takes a step that skips itself and says what the target lacks for a reason, not for a failure', async () => {
  const lack = { name: 'nmi', meaning: 'an NMI can be sent' };
  const [run] = buildReport([stream(explained(await messages(), lack))], {
    suite: SUITE,
    catalogue: CATALOGUE,
    knownDeviations: [],
  }).runs;
  const scenario = run?.scenarios.find(({ line }) => line === 32);
  assert.ok(scenario);
  assert.deepEqual([scenario.status, scenario.lacks], ['skipped', [lack]]);
  assert.equal(explain(scenario), 'Not exercised: reference/1 lacks nmi (an NMI can be sent).');
});
