import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { userError } from '../engine/user-error';
import { again, watchChanges } from './watch';

test('a change below the folder has it done again, also after an error of the user, until the end', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  mkdirSync(join(folder, 'deep'));
  const changes = watchChanges([folder]);
  const said: string[] = [];
  let count = 0;
  const action = async (): Promise<1> => {
    count += 1;
    if (count === 3) changes.end();
    else writeFileSync(join(folder, 'deep', 'a.feature'), String(count));
    await Promise.resolve();
    if (count === 2) throw userError('It is broken.');
    return 1;
  };
  assert.equal(await again(changes, action, (line) => said.push(line)), 1);
  assert.equal(count, 3);
  assert.ok(said.includes('It is broken.'));
});
