import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { isUserError } from '../engine/user-error';
import { parseOwnDeviations } from '../features/own-deviations';
import { acceptDeviations } from './accept';
import { unexpectedFailures } from './deviations';
import type { Scenario } from './model';
import { readOwnDeviations } from './own-deviations';
import { isAsExpected } from './report';
import { report } from './testdata/report';
import { deviating, messages, shard } from './testdata/streams';

const linesOf = (scenarios: Iterable<Scenario>): readonly number[] =>
  Array.from(scenarios, ({ line }) => line).sort((a, b) => a - b);

test('what was accepted is expected the next time, and what the suite itself failed over is not accepted', async () => {
  const all = await messages();
  const { yaml, accepted, refused } = acceptDeviations(report([all]), 'mine');
  assert.ok(accepted.length > 0 && refused.length > 0);
  const after = report([all], parseOwnDeviations(yaml, 'mine'));
  assert.deepEqual(linesOf(after.known.keys()), linesOf(accepted));
  assert.deepEqual(linesOf(unexpectedFailures(after)), linesOf(refused));
  const [first] = parse(yaml) as readonly Readonly<Record<string, unknown>>[];
  assert.equal(first?.['id'], 'mine-1');
  assert.deepEqual(first['fails'], [{ what: 'the number', expected: '1', found: '2' }]);
});

test('what was accepted once is in the next file too', async () => {
  const all = await messages();
  const once = acceptDeviations(report([all]), 'mine').yaml;
  assert.equal(acceptDeviations(report([all], parseOwnDeviations(once, 'mine')), 'mine').yaml, once);
});

test('with a list of the user, a pass is no failure, as it is with one of the project', async () => {
  const all = await messages();
  const list = deviating('reference', 'passes');
  assert.equal(report([all], [list]).outlived.length, 1);
  assert.equal(report([all], [{ ...list, own: true }]).outlived.length, 0);
});

test('of two records that explain a failure, that of the user counts; of two of the project, none', async () => {
  const all = await messages();
  const list = deviating('reference', 'fails');
  assert.equal(report([all], [list, list]).known.size, 0);
  const own = {
    ...list,
    own: true,
    deviations: list.deviations.map((each) => ({ ...each, own: true as const })),
  } as const;
  assert.deepEqual(
    [...report([all], [list, own]).known.values()].map((known) => known.own),
    [true],
  );
});

test('a run is as expected with the failures that are accepted, and only with them', async () => {
  const failing = report([shard(await messages(), (scenario) => scenario < 2)]);
  const { accepted } = acceptDeviations(failing, 'mine');
  assert.equal(accepted.length, 1);
  assert.equal(isAsExpected(failing), false);
  assert.equal(isAsExpected(failing, new Set(accepted)), true);
});

test('a file that is not there, or has something wrong in it, is refused in a sentence', () => {
  assert.throws(() => readOwnDeviations(['/no/such/file']), isUserError);
  assert.throws(() => readOwnDeviations([__filename]), isUserError);
});

test('a crash is recorded by its place and its words, from the release on that it was seen in', async () => {
  const whole = report([await messages()]);
  const stop = { kind: 'stop', where: 'f+0x1/0x2', why: 'it fell', registers: {}, backtrace: [], console: [] } as const;
  const runs = whole.runs.map((run) => ({
    ...run,
    hypervisor: { ...run.hypervisor, name: 'Xen 4.17.7 (mine)' },
    scenarios: run.scenarios
      .filter((scenario) => scenario.status === 'failed')
      .slice(0, 1)
      .map((scenario) => ({ ...scenario, steps: scenario.steps.map((step) => ({ ...step, events: [stop] })) })),
  }));
  const { yaml } = acceptDeviations({ ...whole, runs, known: new Map() }, 'mine');
  const [first] = parse(yaml) as readonly Readonly<Record<string, unknown>>[];
  assert.deepEqual(
    [first?.['hypervisor'], first?.['since'], first?.['fails']],
    ['Xen 4.17', '4.17.7', [{ stop: 'f+0x1/0x2', why: 'it fell' }]],
  );
});
