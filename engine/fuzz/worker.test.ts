import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { DEFAULT_LIMITS } from '../check/child-process';
import { isUserError } from '../user-error';
import type { Answer } from './messages';
import { startWorker } from './worker';

const said: string[] = [];
const worker = startWorker({
  ...{ hypervisor: 'none', buildId: undefined, isSearch: true },
  say: (line) => said.push(line),
  limits: { ...DEFAULT_LIMITS, seconds: 1 },
  program: join(__dirname, 'testdata/dying-child.ts'),
});
const execute = (...bytes: readonly number[]): Promise<Answer> => worker.execute(Uint8Array.from(bytes));
const howOf = ({ execution: { ending } }: Answer): string => (ending.kind === 'died' ? ending.how : ending.kind);

describe('a worker', () => {
  after(() => worker.close());

  test('gives each payload its verdict, whatever becomes of the processes, and only to the one that it is of', async () => {
    const before = worker.deaths();
    const answers = await Promise.all([[0], [1], [0], [2], [3], [0]].map((bytes) => execute(...bytes)));
    assert.deepEqual(answers.map(howOf), [
      'refused',
      'SIGKILL',
      'refused',
      'TypeError: no',
      'more than 1 s',
      'refused',
    ]);
    assert.equal(worker.deaths() - before, 3);
    assert.match(said.join('\n'), /at nowhere/);
  });

  test('goes on with what is known of coverage', async () => {
    const blocks = async (byte: number): Promise<readonly number[]> => [...(await execute(byte)).blocks];
    assert.deepEqual(await blocks(9), [9]);
    await execute(1);
    assert.deepEqual(await blocks(9), []);
    assert.deepEqual(await blocks(10), [10]);
  });

  test('counts the CPU time of all its processes', async () => {
    const before = worker.cpu();
    await execute(1);
    await execute(0);
    assert.equal(worker.cpu() - before, 1);
  });
});

test('a hypervisor that there is not is a user error', async () => {
  const options = { hypervisor: '/no/xen-syms', buildId: undefined, isSearch: true, say: () => undefined };
  await assert.rejects(
    startWorker(options).ready,
    (error) => isUserError(error) && error.message.includes('/no/xen-syms'),
  );
});
