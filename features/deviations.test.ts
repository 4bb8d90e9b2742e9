import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { loadCatalogue } from './catalogue';
import { loadDeviations, parseDeviations } from './deviation-files';
import {
  compareVersions,
  hasOwnList,
  isOfPattern,
  isRecorded,
  isUntried,
  matches,
  recordedFor,
  recordsOf,
  versionOf,
} from './deviations';

const DEVIATION = {
  id: 'does-otherwise',
  clauses: ['FUNC-6'],
  says: 'The size is not 0.',
  does: 'It may be 0.',
  since: '4.7',
  fails: [{ what: 'rc of *', expected: '-EINVAL', found: '0' }],
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
    [
      '4.10',
      '4.11',
      '4.12',
      '4.13',
      '4.14',
      '4.15',
      '4.16',
      '4.17',
      '4.18',
      '4.19',
      '4.20',
      '4.21',
      '4.22',
      '4.23',
      '4.9',
    ]
      .map((version) => `Xen ${version}`)
      .toSpliced(0, 0, 'XCP-ng 4.17')
      .concat(['4.14', '4.17', '4.20'].map((version) => `xen-livepatch ${version}`)),
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
    recordedFor(list.deviations, { uri: of, name, example })[0]?.id;
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

test('a deviation holds from a release on, to before another', () => {
  const lists = [
    parseDeviations('xen-4.13', stringify([{ ...DEVIATION, id: 'old', since: '4.9', until: '4.14' }])),
    parseDeviations('xen-4.17', stringify([DEVIATION, { ...DEVIATION, id: 'mended', until: '4.17.8' }])),
  ];
  const of = (name: string): readonly string[] => recordsOf(lists, name).deviations.map(({ id }) => id);
  assert.deepEqual(of('Xen 4.8.5 (xen-syms)'), ['does-otherwise', 'mended']);
  assert.deepEqual(of('Xen 4.13.5 (xen-syms)'), ['old', 'does-otherwise', 'mended']);
  assert.deepEqual(of('Xen 4.14-unstable (xen-syms)'), ['does-otherwise', 'mended']);
  assert.deepEqual(of('Xen 4.17.7 (xen-syms)'), ['does-otherwise', 'mended']);
  assert.deepEqual(of('Xen 4.17.10 (xen-syms)'), ['does-otherwise']);
  assert.deepEqual(of('Xen 4.6'), []);
  assert.deepEqual(of('reference'), []);
});

test('what came to stable branches too holds for what followed on them', () => {
  const lists = [parseDeviations('xen-4.20', stringify([{ ...DEVIATION, since: '4.18.4, 4.19.1, 4.20' }]))];
  const versions = ['4.17.7', '4.18.3', '4.18.4', '4.18.10', '4.19.0', '4.19.1', '4.20.0', '4.21'];
  const having = versions.filter((version) => recordsOf(lists, `Xen ${version}`).deviations.length > 0);
  assert.deepEqual(having, ['4.18.4', '4.18.10', '4.19.1', '4.20.0', '4.21']);
});

test('a version that has no list of its own was not tried', () => {
  const lists = [parseDeviations('xen-4.17', '[]')];
  const untried = ['Xen 4.17.7 (xen-syms)', 'Xen 4.17', 'Xen 4.170', 'Xen 4.18.0', 'reference'].filter((name) =>
    isUntried(lists, name),
  );
  assert.deepEqual(untried, ['Xen 4.170', 'Xen 4.18.0']);
});

test('a failure is of a pattern by its fields, whatever the sentence says', () => {
  const mismatch = { kind: 'mismatch', step: 'rc is 0', what: 'rc of p', expected: '-EINVAL', found: '0' } as const;
  const stop = { kind: 'stop', step: 'APPLY of p', where: 'memcpy+0xd', why: 'FATAL PAGE FAULT' } as const;
  const pattern = { what: 'rc of *', expected: '-EINVAL', found: '0' };
  assert.ok(isOfPattern(pattern, mismatch));
  assert.ok(!isOfPattern(pattern, { ...mismatch, found: '-EIO' }));
  assert.ok(!isOfPattern(pattern, { ...mismatch, expected: '0' }));
  assert.ok(!isOfPattern(pattern, { ...mismatch, what: 'the hypercall' }));
  assert.ok(!isOfPattern(pattern, stop));
  assert.ok(isOfPattern({ stop: 'memcpy+*', why: '*FAULT' }, stop));
  assert.ok(!isOfPattern({ stop: 'memset+*', why: '*' }, stop));
  const store = { ...stop, fault: { access: 'store', reason: 'protected', address: '0xff0' } } as const;
  assert.ok(isOfPattern({ stop: '*', why: '*', access: 'store', address: '0xff*' }, store));
  assert.ok(!isOfPattern({ stop: '*', why: '*', access: 'load' }, store));
  assert.ok(!isOfPattern({ stop: '*', why: '*', address: '0xfe*' }, store));
  assert.ok(!isOfPattern({ stop: '*', why: '*', access: 'store' }, stop));
  assert.ok(!isOfPattern({ what: '*', expected: '*', found: '*' }, { kind: 'suite', step: '', why: 'RangeError' }));
  assert.ok(!isOfPattern({ stop: '*', why: '*' }, { kind: 'suite', step: '', why: 'RangeError' }));
});

test('what is not implemented names the place in the source, and no scenario', () => {
  const absence = { id: 'no-signatures', clauses: ['SEC-3'], absent: 'common/livepatch.c does not.', since: '4.7' };
  const { deviations, absences } = parseDeviations('xen-4.17', stringify([DEVIATION, absence]));
  assert.equal(deviations.length, 1);
  assert.deepEqual(absences, [absence]);
  assert.deepEqual(problems([{ ...absence, does: 'x' }]), ['no-signatures: has does beside absent']);
  assert.deepEqual(problems([{ ...absence, absent: '' }]), ['no-signatures: expected the place in the source, got ""']);
});

test('each problem is told with the entry that it is about', () => {
  assert.deepEqual(problems([DEVIATION]), []);
  assert.match(problems({})[0] ?? '', /^xen-4\.17\.yaml: expected a list/);
  assert.deepEqual(problems([{ ...DEVIATION, fails: [{ stop: 'f', why: '*', access: 'store' }] }]), []);
  assert.match(
    problems([{ ...DEVIATION, fails: [{ stop: 'f', why: '*', adress: '*' }] }])[0] ?? '',
    /how scenarios fail/,
  );
  assert.match(problems([{ ...DEVIATION, since: 4.7 }])[0] ?? '', /^does-otherwise: expected since when, as text/);
  assert.match(problems([{ ...DEVIATION, since: 'long ago' }])[0] ?? '', /expected since when, as text/);
  assert.match(problems([{ ...DEVIATION, until: 5 }])[0] ?? '', /^does-otherwise: expected until when, as text/);
  assert.match(problems([{ ...DEVIATION, scenarios: {} }])[0] ?? '', /^does-otherwise: has no scenario/);
  const how = /^does-otherwise: expected how scenarios fail/;
  assert.match(problems([{ ...DEVIATION, fails: ['Error: x'] }])[0] ?? '', how);
  assert.match(problems([{ ...DEVIATION, fails: [{ what: 'x', found: '0' }] }])[0] ?? '', how);
  assert.match(problems([{ ...DEVIATION, fails: [{ what: 'rc of p', expected: '*', found: '*' }] }])[0] ?? '', how);
  assert.match(problems([{ ...DEVIATION, fails: [{ stop: '*', why: '*' }] }])[0] ?? '', how);
  assert.match(problems([{ ...DEVIATION, why: 'so' }])[0] ?? '', /^does-otherwise: unknown key why/);
  const rowless = { 'a.feature': [{ title: 'FUNC-6: A', rows: [] }] };
  assert.match(problems([{ ...DEVIATION, scenarios: rowless }])[0] ?? '', /features\/a\.feature: expected a title/);
});

test('what an implementation does begins with what it is about: it is shown without what the document says', () => {
  const begins = loadDeviations().flatMap(({ deviations, absences }) => [
    ...deviations.map(({ does }) => does),
    ...absences.map(({ absent }) => absent),
  ]);
  assert.deepEqual(
    begins.filter((text) => /^(It|Its|They|Their|This|That|These|Those|Such|The (first|other|same))\b/.test(text)),
    [],
  );
});

test("a vendor's patches bring and take away what is recorded of its release, and of no other build", () => {
  const lists = [
    parseDeviations('xen-4.17', stringify([DEVIATION, { ...DEVIATION, id: 'later', since: '4.20' }])),
    parseDeviations(
      'xcp-ng-4.17',
      stringify([
        { id: 'does-otherwise', patch: 'a.patch', holds: false },
        { id: 'later', patch: 'b.patch', holds: true },
        { ...DEVIATION, id: 'own', patch: 'c.patch', since: '4.17' },
      ]),
    ),
  ];
  const idsOf = (name: string): readonly string[] => recordsOf(lists, name).deviations.map(({ id }) => id);
  assert.deepEqual(idsOf('Xen 4.17.6-2 (xen-syms)'), ['later', 'own']);
  assert.deepEqual(idsOf('Xen 4.17.6-2-d (xen-syms)'), ['later', 'own']);
  assert.deepEqual(idsOf('Xen 4.17.6 (xen-syms-4.17-amd64)'), ['does-otherwise']);
  assert.deepEqual(idsOf('Xen 4.18.6-2 (xen-syms)'), ['does-otherwise']);
  const tried = [...lists, parseDeviations('xen-4.18', stringify([]))];
  assert.deepEqual(
    ['4.17.6-2', '4.18.6-2', '4.18.6', '4.19.6'].map((version) => isUntried(tried, `Xen ${version} (xen-syms)`)),
    [false, true, false, true],
  );
  const patches = recordsOf(lists, 'Xen 4.17.6-2 (xen-syms)').deviations.map(({ patch }) => patch);
  assert.deepEqual(patches, ['b.patch', 'c.patch']);
});

test('a patch has a name, and says whether the deviation holds', () => {
  assert.match(problems([{ id: 'x', holds: true }]).join(), /the patch's name/);
  assert.match(problems([{ id: 'x', patch: 'a.patch', holds: 'no' }]).join(), /true or false/);
});

test('versions are compared number by number, of which missing ones are 0', () => {
  const order = (one: string, other: string): number =>
    Math.sign(compareVersions(versionOf(one).version, versionOf(other).version));
  for (const [one, other, expected] of [
    ['Xen 4.9', 'Xen 4.17', -1],
    ['Xen 4.17', 'Xen 4.9', 1],
    ['Xen 4.17.0', 'Xen 4.17', 0],
    ['Xen 4.17', 'Xen 4.17.1', -1],
    ['Xen 4.17.1', 'Xen 4.17', 1],
    ['Xen 5', 'Xen 4.99.99', 1],
  ] as const)
    assert.equal(order(one, other), expected, `${one}, ${other}`);
  assert.deepEqual(versionOf('Xen 4.17.7 (xen-syms)'), { product: 'Xen', version: [4, 17, 7] });
  assert.deepEqual(versionOf('Xen 4.23-unstable'), { product: 'Xen', version: [4, 23] });
  assert.deepEqual(versionOf('reference'), { product: 'reference', version: [0] });
});

test('what a user records is of hypervisors of that name alone, tried or not', () => {
  const list = parseDeviations('xen-4.17', stringify([DEVIATION]));
  const own = { ...list, hypervisor: 'Xen 4.18', own: true } as const;
  const of = (name: string) => [hasOwnList([list, own], name), isUntried([list, own], name), isUntried([own], name)];
  assert.deepEqual(of('Xen 4.18.2'), [true, false, false]);
  assert.deepEqual(of('Xen 4.180'), [false, true, true]);
  assert.deepEqual(of('Xen 4.17.1'), [false, false, true]);
  assert.equal(hasOwnList([{ ...list, hypervisor: 'Xen 4.18' }], 'Xen 4.18.2'), false);
  const recorded = (name: string): number => recordsOf([list, own], name).deviations.length;
  assert.deepEqual(['Xen 4.18.2', 'Xen 4.17.1', 'Xen 4.19'].map(recorded), [2, 1, 1]);
});

test("a vendor's patch brings or takes a deviation, whatever the version says", () => {
  const base = parseDeviations('xen-4.17', stringify([DEVIATION, { ...DEVIATION, id: 'late', since: '4.18' }]));
  const patched = [
    { id: 'does-otherwise', patch: 'a.patch', holds: false },
    { id: 'late', patch: 'b.patch', holds: true },
  ];
  const { deviations } = recordsOf([{ ...base, patched }], 'Xen 4.17.1');
  assert.deepEqual(
    deviations.map(({ id, patch }) => [id, patch]),
    [['late', 'b.patch']],
  );
  const [plain] = recordsOf([base], 'Xen 4.17.1').deviations;
  assert.ok(plain !== undefined && !('patch' in plain));
});

test('a recorded row is told by those of its cells that are recorded', () => {
  const recorded = { uri: 'a.feature', title: 'A: *', rows: [{ a: '1', b: '2' }, { a: '3' }] };
  const isOne = (example: Readonly<Record<string, string>> | undefined, of = recorded): boolean =>
    isRecorded(of, { uri: 'a.feature', name: 'A: b', example });
  assert.deepEqual(
    [{ a: '1', b: '2', c: '5' }, { a: '1', b: '3' }, { a: '3' }, { b: '2' }, undefined].map((each) => isOne(each)),
    [true, false, true, false, false],
  );
  assert.ok(isOne(undefined, { ...recorded, rows: [] }));
  assert.ok(!isRecorded(recorded, { uri: 'b.feature', name: 'A: b', example: { a: '3' } }));
  assert.ok(!isRecorded(recorded, { uri: 'a.feature', name: 'B: b', example: { a: '3' } }));
});
