import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { loadCatalogue } from './catalogue';
import { isAbout, loadDeviations, matches, parseDeviations, recordedFor } from './deviations';

const DEVIATION = {
  id: 'does-otherwise',
  clauses: ['FUNC-6'],
  says: 'The size is not 0.',
  does: 'It may be 0.',
  since: '4.7',
  fails: ['rc of *: expected -EINVAL, found 0'],
  scenarios: {
    'payload/functions.feature': ['FUNC-6: A size of *', { title: 'FUNC-7: Nops', rows: [{ count: '31' }] }],
  },
};

function problems(list: unknown): readonly string[] {
  try {
    parseDeviations('xen-4.17', stringify(list));
  } catch (error) {
    assert(error instanceof RangeError);
    return error.message.split('\n');
  }
  return [];
}

test('what is recorded is valid, and about clauses of the catalogue', () => {
  const { clause } = loadCatalogue();
  const lists = loadDeviations();
  assert.deepEqual(
    lists.map(({ hypervisor }) => hypervisor),
    ['Xen 4.17'],
  );
  for (const { deviations } of lists) {
    for (const { clauses } of deviations)
      assert.deepEqual(
        clauses.map((id) => clause(id).id),
        clauses,
      );
  }
});

test('scenarios are recorded by feature and title, and rows of an outline by their cells', () => {
  const list = parseDeviations('xen-4.17', stringify([DEVIATION]));
  const uri = 'features/payload/functions.feature';
  const found = (name: string, example?: Readonly<Record<string, string>>, of = uri): string | undefined =>
    recordedFor(list, { uri: of, name, example })?.id;
  assert.equal(found('FUNC-6: A size of 0'), 'does-otherwise');
  assert.equal(found('FUNC-6: A size of 0', undefined, 'features/payload/format.feature'), undefined);
  assert.equal(found('FUNC-6: Another'), undefined);
  assert.equal(found('FUNC-7: Nops', { count: '31', returned: '0' }), 'does-otherwise');
  assert.equal(found('FUNC-7: Nops', { count: '32', returned: '0' }), undefined);
  assert.equal(found('FUNC-7: Nops'), undefined);
});

test('a star stands for anything, and nothing else for more than itself', () => {
  assert.ok(matches('rc of *: found (0).', 'rc of p: found (0).'));
  assert.ok(matches('a*', 'a\nb'));
  assert.ok(!matches('a.c', 'abc'));
  assert.ok(!matches('a', 'ab'));
  assert.ok(!matches('a*b', 'abc'));
});

test('a list is about all builds of its version', () => {
  const list = parseDeviations('xen-4.17', '[]');
  assert.ok(isAbout(list, 'Xen 4.17.7 (xen-syms)'));
  assert.ok(isAbout(list, 'Xen 4.17'));
  assert.ok(!isAbout(list, 'Xen 4.170'));
  assert.ok(!isAbout(list, 'Xen 4.18.0'));
});

test('each problem is told with the entry that it is about', () => {
  assert.deepEqual(problems([DEVIATION]), []);
  assert.match(problems({})[0] ?? '', /^xen-4\.17\.yaml: expected a list/);
  assert.match(problems([{ ...DEVIATION, since: 4.7 }])[0] ?? '', /^does-otherwise: expected since when, as text/);
  assert.match(problems([{ ...DEVIATION, scenarios: {} }])[0] ?? '', /^does-otherwise: has no scenario/);
  assert.match(problems([{ ...DEVIATION, why: 'so' }])[0] ?? '', /^does-otherwise: unknown key why/);
  const rowless = { 'a.feature': [{ title: 'FUNC-6: A', rows: [] }] };
  assert.match(problems([{ ...DEVIATION, scenarios: rowless }])[0] ?? '', /features\/a\.feature: expected a title/);
});
