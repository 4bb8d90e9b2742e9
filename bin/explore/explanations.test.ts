import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../engine/explore';
import { loadDeviations } from '../../features/deviation-files';
import { recordsOf } from '../../features/deviations';
import { EXPLANATIONS, explained } from './explanations';

const { deviations } = recordsOf(loadDeviations(), 'Xen 4.17.7');

const FINDING: Finding = {
  cast: { name: 'one', members: [{ name: 'p', patches: 'xen_extra_version' }] },
  path: [
    { operation: 'UPLOAD', payload: 'p' },
    { operation: 'REVERT', payload: 'p', way: 'plain' },
  ],
  before: { known: [], stack: [] },
  step: { returned: 0, world: { known: [], stack: [] }, clause: 'STATE-11', isListChanged: false },
  differences: [{ what: 'rc of p', expected: '-EINVAL', found: '0' }],
  foundBefore: new Map([['rc of p', '0']]),
};

describe('a difference is explained', () => {
  test('by a recorded deviation', () => {
    assert.equal(explained(FINDING, deviations), 'invalid-transition-succeeds');
  });

  for (const [text, finding] of [
    ['if all of it is', { differences: [...FINDING.differences, { what: 'code of p', expected: 'a', found: 'b' }] }],
    ['if rc is what it was', { foundBefore: new Map([['rc of p', '-EBUSY']]) }],
    ['if it is about the payload of the call', { path: [{ operation: 'REVERT', payload: 'q', way: 'plain' }] }],
    ['if it is about the clause', { step: { ...FINDING.step, clause: 'ACT-8' } }],
    ['if it is about the command', { path: [{ operation: 'UNLOAD', payload: 'p', way: 'plain' }] }],
  ] as const)
    test(`only ${text}`, () => assert.equal(explained({ ...FINDING, ...finding }, deviations), undefined));

  const replace = (payload: string, way: 'plain' | 'late', more: Pick<Finding, 'differences'>): Finding => ({
    ...FINDING,
    ...more,
    cast: {
      name: 'two',
      members: [...FINDING.cast.members, { name: 'q', patches: 'xen_extra_version', dependsOn: 'p' }],
    },
    path: [{ operation: 'REPLACE', payload, way }],
    step: { ...FINDING.step, clause: 'BSS-2' },
  });
  const id = 'replace-applies-a-reverted-payload-with-data';

  test('by a time that is over, only if the time is over', () => {
    const busy = { differences: [{ what: 'rc of p', expected: '-EINVAL', found: '-EBUSY' }] };
    assert.equal(explained(replace('p', 'late', busy), deviations), id);
    assert.equal(explained(replace('p', 'plain', busy), deviations), undefined);
  });

  test('by a dependency that is not there, only if there is a dependency', () => {
    const refused = { differences: [{ what: 'the hypercall', expected: '0', found: '-EINVAL' }] };
    assert.equal(explained(replace('q', 'plain', refused), deviations), id);
    assert.equal(explained(replace('p', 'plain', refused), deviations), undefined);
  });

  test('only if the hypervisor is known to have that deviation', () => {
    assert.equal(explained(FINDING, []), undefined);
  });
});

test('each deviation that explains something is recorded', () => {
  const ids = new Set(loadDeviations().flatMap((list) => list.deviations.map(({ id }) => id)));
  for (const { deviation } of EXPLANATIONS) assert.ok(ids.has(deviation), deviation);
});
