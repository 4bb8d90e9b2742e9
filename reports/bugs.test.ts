import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildReport } from './report';
import { CATALOGUE, SUITE, deviating, messages, renamed, stream } from './testdata/streams';

test('a bug is shown by a scenario that fails over one of its deviations, and by no other failure that is recorded', async () => {
  // The tag of a scenario that fails as recorded.
  const bug = { id: 'FUNC-2', of: 'x86', revision: 1, text: 'It is so.' } as const;
  const bugs = [
    { ...bug, deviations: ['other'] },
    { ...bug, deviations: [] },
  ];
  const { bugs: shown } = buildReport([stream(renamed(await messages(), 'xen/2'))], {
    suite: SUITE,
    catalogue: { ...CATALOGUE, bugs },
    knownDeviations: [deviating('xen/2', 'fails')],
  });
  assert.deepEqual(
    shown.map(({ verdicts }) => verdicts.get('xen/2')?.verdict),
    ['known-deviation', 'not-exercised'],
  );
});
