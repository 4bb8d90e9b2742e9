import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cast } from './cast';
import type { Call } from './calls';
import { next, NOTHING } from './model';
import { scenarioOf } from './scenario';
import type { Finding } from './search';

const CAST: Cast = {
  name: 'two',
  members: [
    { name: 'p', patches: 'xen_extra_version' },
    { name: 'q', patches: 'xen_minor_version', dependsOn: 'p', hook: { kind: 'preapply', returns: '-EPERM' } },
  ],
};

function findingOf(path: readonly Call[]): Finding {
  const steps = path.reduce(
    ({ step: before }, call) => ({ before: before.world, step: next(CAST, before.world, call) }),
    { before: NOTHING, step: { returned: 0, world: NOTHING, clause: '', isListChanged: false } },
  );
  return { cast: CAST, path, ...steps, differences: [], foundBefore: new Map() };
}

test('a finding is a scenario with the payloads that it speaks of, and what the document leads one to expect', () => {
  const finding = findingOf([
    { operation: 'UPLOAD', payload: 'p' },
    { operation: 'APPLY', payload: 'p', way: 'late' },
  ]);
  assert.equal(
    scenarioOf(finding),
    `\
@ACT-3
Scenario: ACT-3: APPLY of "p" after 1 other call returns 0, and "p" is CHECKED with rc -EBUSY
  When "p" is uploaded
  And vCPU 1 is kept busy for 20 ms
  And APPLY of "p" is asked with a time of 10 ms
  And vCPU 1 is free again
  Then the hypercall returns 0
  And LIST shows:
    | name | state   | rc     |
    | p    | CHECKED | -EBUSY |
  And the extra version is the hypervisor's own
  And the minor version is the hypervisor's own
  And memory is as before the call
`,
  );
});

test('a scenario has the tag of the revision that it needs', () => {
  const finding = findingOf([
    { operation: 'UPLOAD', payload: 'q' },
    { operation: 'APPLY', payload: 'q', way: 'nodeps' },
  ]);
  assert.deepEqual(scenarioOf(finding).split('\n').slice(0, 10), [
    '@V2-HOOK-8 @revision-2',
    'Scenario: V2-HOOK-8: APPLY of "q" after 1 other call returns 0, and "q" is CHECKED with rc -EPERM',
    '  Given payload "q" makes xen_minor_version return 99',
    '  And "q" depends on "p"',
    '  And "q" has a preapply hook that says "no" and returns -EPERM',
    '  When "q" is uploaded',
    '  And APPLY of "q" is asked with these fields:',
    '    | field | value  |',
    '    | flags | NODEPS |',
    '  Then the hypercall returns 0',
  ]);
});
