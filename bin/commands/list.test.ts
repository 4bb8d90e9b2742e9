import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { isUserError } from '../../engine/user-error';
import { explainClause } from './explain';
import { list, type ListName, type ListOptions } from './list';

const FUNCTION_SIZES = join(resolve(__dirname, '../..'), 'features', 'payload', 'function-sizes.feature');

async function listed(what: ListName, words: readonly string[], options: ListOptions = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  assert.equal(await list(what, words, options, (line) => lines.push(line)), 0);
  return lines;
}

async function explained(name: string): Promise<string> {
  const lines: string[] = [];
  assert.equal(await explainClause(name, { color: false }, (line) => lines.push(line)), 0);
  return lines.join('\n');
}

test('scenarios are listed by feature, tag and title, each with its place', async () => {
  const all = await listed('scenarios', [FUNCTION_SIZES]);
  const tagged = await listed('scenarios', [FUNCTION_SIZES], { tags: '@FUNC-6' });
  assert.ok(tagged.length > 0 && tagged.length < all.length);
  for (const line of tagged) assert.match(line, /^features\/payload\/function-sizes\.feature:\d+ {2}FUNC-6: /);
  assert.deepEqual(await listed('scenarios', [FUNCTION_SIZES], { name: ['^FUNC-6:.*nops'] }), tagged.slice(1));
  const isRefused = (error: unknown): boolean => isUserError(error) && error.message.includes('did you mean');
  await assert.rejects(listed('scenarios', [], { tags: '@NOPE-1' }), isRefused);
});

test('clauses, rules and targets are listed by words of their lines, in columns', async () => {
  assert.match((await listed('clauses', ['old_size', 'must']))[0] ?? '', /^[A-Z0-9-]+ +MUST +revision [12] +\S/);
  assert.deepEqual(await listed('rules', ['func-6 ', 'function-old']), [
    (await listed('rules', [])).find((line) => line.startsWith('function-old-size-zero ')),
  ]);
  const targets = (await listed('targets', [])).map((line) => line.split(' ')[0]);
  assert.deepEqual(targets.slice(0, 4), ['reference', 'xen', 'booted', 'remote']);
  assert.ok(targets.includes('debian-12'));
});

test('a clause is explained: its source, rule, scenarios, implementations and deviations', async () => {
  const text = await explained('func-6');
  for (const part of [
    /^FUNC-6 {2}MUST {2}revision 1 /,
    /\n {2}https:\/\/\S+#L\d+/,
    /\nRules of the reference \(1\)\n {2}function-old-size-zero {2}-EINVAL/,
    /\nScenarios \(\d+\)\n {2}features\/payload\/function-sizes\.feature:\d+ {2}FUNC-6: /,
    /\n {2}xen-4\.17\/2 +conforms +Xen 4\.17\.7/,
  ])
    assert.match(text, part);
  assert.match(
    await explained('GET-3'),
    /\nDeviations \(\d+\)\n {2}invalid-transition-succeeds {2}\(Xen, since 4\.7\)/,
  );
  assert.equal(await explained('function-old-size-zero'), text);
});

test('a choice of the suite is explained as one, and what does not exist is refused with what looks like it', async () => {
  assert.match(await explained('TRAMP-8'), /This suite asks: .*\n {2}The document leaves it open: /);
  const isRefused = (error: unknown): boolean => isUserError(error) && error.message.includes('one of FUNC-6,');
  await assert.rejects(explained('FUNC-66'), isRefused);
});
