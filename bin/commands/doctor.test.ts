import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Part, doctor } from './doctor';

const there: Part = { name: 'here', find: () => '1.2', fix: 'get here' };
const missing = {
  find: () => {
    throw new Error('there is none');
  },
  fix: 'apt-get install it',
};

function examine(...parts: readonly Part[]): { readonly status: number; readonly said: string } {
  const lines: string[] = [];
  const status = doctor((line) => lines.push(line), parts);
  return { status, said: lines.join('\n') };
}

test('a machine with all parts is well', () => {
  const { status, said } = examine(there);
  assert.equal(status, 0);
  assert.equal(said, 'ok       here  1.2\nNothing that is needed is missing.');
});

test('a needed part that is missing makes the status 2, with the command that fixes it', () => {
  const { status, said } = examine(there, { name: 'it', ...missing });
  assert.equal(status, 2);
  assert.match(said, /MISSING {2}it {4}there is none\n +apt-get install it\nNeeded and missing: it\.$/);
});

test('a part that only some need may be absent', () => {
  const { status, said } = examine(there, { name: 'it', onlyFor: 'some', ...missing });
  assert.equal(status, 0);
  assert.match(said, /absent {3}it {4}only for some\n +apt-get install it\n/);
});
