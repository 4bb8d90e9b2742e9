import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { leaveOut, planRuns } from './cucumber';
import { fatalTo } from './fatal';

test('what stops a Xen is told from what it does otherwise, and from the rest', () => {
  const isFatal = fatalTo('Xen 4.17.7 (xen-syms)');
  const hooks = { uri: 'features/hooks/failing-hooks.feature' };
  assert.equal(isFatal({ ...hooks, name: 'HOOK-8: A load hook that halts fails the apply' }), true);
  assert.equal(isFatal({ ...hooks, name: 'HOOK-4: Of two load hooks that fail, the first decides' }), false);
  assert.equal(isFatal({ uri: 'features/hypercalls/action.feature', name: 'HOOK-8: of another feature' }), false);
});

test('what is left out of a run is in none of its shards, and its report says so', async (context) => {
  const project = mkdtempSync(join(tmpdir(), 'livepatch-'));
  context.after(() => rmSync(project, { recursive: true }));
  const scenarios = ['a', 'b', 'c', 'd', 'e'].map((name) => `  Scenario: ${name}\n    Given all is well\n`);
  writeFileSync(join(project, 'some.feature'), `Feature: some\n${scenarios.join('')}`);
  writeFileSync(join(project, 'cucumber.json'), JSON.stringify({ default: { paths: ['some.feature'] } }));
  const runs = [{ target: 'reference', revision: 1, label: 'reference' }] as const;
  const totals = await Promise.all(
    ['', '1/2', '2/2'].map(async (shard) => {
      const [plan] = await planRuns(project, runs, { paths: [], tags: '', shard, order: 'defined' });
      assert.ok(plan);
      assert.equal(await leaveOut(plan, () => false), plan);
      const { total, configuration } = await leaveOut(plan, ({ name }) => name === 'b' || name === 'd');
      const { sources, runtime } = configuration;
      assert.deepEqual([sources.paths, sources.shard], [['some.feature:2:6:10'], shard]);
      assert.equal(runtime.worldParameters['selected'], true);
      return total;
    }),
  );
  assert.deepEqual(totals, [3, 2, 1]);
});
