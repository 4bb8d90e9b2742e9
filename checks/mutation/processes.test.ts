import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provideUnicorn } from '../../engine/unicorn/library';
import { readSources } from '../imports';
import { PROJECT } from '../lanes';
import { changeOf } from './equivalent';
import { mutantsOf } from './mutants';
import { startWorker } from './processes';
import { mutationOf } from './reach';

const FILE = 'engine/abi/transitions.ts';

test('a process runs scenarios with one mutant after another, and none of them stays', async (t) => {
  provideUnicorn(() => undefined);
  const sources = readSources(PROJECT);
  const mutants = mutantsOf(FILE, sources.get(FILE) ?? '').map((mutant, number) => ({ number, mutant }));
  const numberOf = (change: string): number =>
    mutants.find(({ mutant }) => changeOf(mutant) === change)?.number ?? Number.NaN;
  const worker = await startWorker(mutationOf(PROJECT, sources, mutants));
  assert.ok(!('kind' in worker), JSON.stringify(worker));
  t.after(worker.close);
  const some = worker.scenarios.flatMap(({ name }, at) => (name.startsWith('STATE-3: ') ? [at] : []));
  assert.ok(some.length > 1);
  const harmless = numberOf('string: \'STATE-2\' becomes "STATE-2_"');
  const noticed = numberOf('comparison: !== becomes ===');
  assert.deepEqual(await worker.run([harmless], some), { kind: 'survived', isSound: false });
  const trial = await worker.run([noticed], some);
  assert.ok(trial.kind === 'killed' && trial.isSound && trial.by.startsWith('STATE-3: '), JSON.stringify(trial));
  assert.equal((await worker.run([harmless], some)).kind, 'survived');
});
