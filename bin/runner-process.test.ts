import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createRunnersAhead } from './runner-process';

test('a process that was started ahead is taken once', async () => {
  const ahead = createRunnersAhead();
  ahead.start(2);
  const children = [ahead.take(), ahead.take()];
  assert.equal(new Set(children).size, 2);
  assert.equal(ahead.take(), undefined);
  for (const child of children) {
    assert.ok(child);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test('a process that nobody took is ended', () => {
  const ahead = createRunnersAhead();
  ahead.start(1);
  // If it went on, so would the process of this test.
  ahead.close();
  assert.equal(ahead.take(), undefined);
});
