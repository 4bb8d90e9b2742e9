import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradictions, type Compliance } from './verdicts';

const passed = { uri: 'a.feature', name: 'A', status: 'passed', decides: true, deviation: null };
const failed = { ...passed, name: 'B', status: 'failed', deviation: 'other' };

function compliance(
  verdict: string,
  scenarios: readonly (typeof passed | typeof failed)[],
  choice?: string,
): Compliance {
  const deciding = scenarios.filter(({ decides }) => decides);
  const ok = deciding.filter(({ status }) => status === 'passed').length;
  const evidence = {
    passed: ok,
    failed: deciding.length - ok,
    skipped: scenarios.length - deciding.length,
    total: scenarios.length,
  };
  return {
    runs: [{ key: 'xen/2', target: 'xen', revision: 2 }],
    clauses: [
      {
        id: 'FUNC-6',
        level: 'MUST',
        revision: 1,
        testable: true,
        ...(choice === undefined ? {} : { choice }),
        verdicts: { 'xen/2': { verdict, evidence, scenarios, deviations: [] } },
      },
    ],
  };
}

const found = (...of: Parameters<typeof compliance>): readonly string[] =>
  contradictions(compliance(...of), [
    { id: 'own', clauses: ['FUNC-6'] },
    { id: 'other', clauses: ['GET-2'] },
    { id: 'none', clauses: ['SIG-1'], absent: 'nowhere' },
  ]);

test('verdicts that their scenarios bear out are not told', () => {
  assert.deepEqual(found('conforms', [passed]), []);
  assert.deepEqual(found('conforms', [passed, { ...failed, decides: false }]), []);
  assert.deepEqual(found('known-deviation', [passed, { ...failed, deviation: 'own' }]), []);
  assert.deepEqual(found('differs', [{ ...failed, deviation: 'own' }], 'It is -EINVAL.'), []);
  assert.deepEqual(found('not-exercised', [{ ...failed, decides: false }]), []);
});

test('a verdict that its scenarios contradict is told', () => {
  const told = (...of: Parameters<typeof compliance>): string => found(...of)[0] ?? '';
  assert.match(told('known-deviation', [passed, { ...failed, decides: false }]), /but its scenarios say conforms/);
  assert.match(told('conforms', [passed, { ...failed, deviation: 'own' }]), /say known-deviation/);
  assert.match(told('known-deviation', [{ ...failed, deviation: 'own' }], 'It is -EINVAL.'), /say differs/);
  assert.match(told('conforms', [{ ...passed, status: 'skipped', decides: false }]), /say not-exercised/);
  assert.match(told('not-implemented', []), /say not-exercised/);
});

test('counts that its scenarios do not add up to are told', () => {
  const wrong = compliance('conforms', [passed]);
  const verdict = wrong.clauses[0]?.verdicts['xen/2'];
  assert.ok(verdict);
  const told = contradictions(
    {
      ...wrong,
      clauses: wrong.clauses.map((clause) => ({
        ...clause,
        verdicts: { 'xen/2': { ...verdict, evidence: { ...verdict.evidence, total: 2 } } },
      })),
    },
    [],
  );
  assert.match(told[0] ?? '', /the evidence is not the sum of its scenarios/);
});
