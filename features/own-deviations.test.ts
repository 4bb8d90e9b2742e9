import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { loadDeviations } from './deviation-files';
import { hasOwnList, isUntried, recordsOf } from './deviations';
import { parseOwnDeviations } from './own-deviations';

const ENTRY = {
  id: 'mine',
  hypervisor: 'Xen 4.17',
  clauses: ['FUNC-6'],
  says: 'The size is not 0.',
  does: 'It may be 0.',
  since: '4.17.3',
  fails: [{ what: 'rc of *', expected: '-EINVAL', found: '0' }],
  scenarios: { 'payload/functions.feature': ['FUNC-6: A size of *'], '../mine.feature': ['FUNC-6: mine'] },
};

test('own deviations hold for hypervisors of their name, from their release on, and are known as own', () => {
  const lists = parseOwnDeviations(stringify([ENTRY]), 'mine');
  const idsOf = (name: string): readonly string[] => recordsOf(lists, name).deviations.map(({ id }) => id);
  assert.deepEqual(idsOf('Xen 4.17.7 (mine)'), ['mine']);
  assert.deepEqual(idsOf('Xen 4.17.2 (mine)'), []);
  assert.deepEqual(idsOf('Xen 4.18.0 (mine)'), []);
  assert.ok(lists.every(({ own, deviations }) => own === true && deviations.every((each) => each.own === true)));
  assert.ok(hasOwnList(lists, 'Xen 4.17.7 (mine)') && !hasOwnList(lists, 'Xen 4.18.0 (mine)'));
  assert.ok(!hasOwnList(loadDeviations(), 'Xen 4.17.7 (mine)'));
});

test('a hypervisor of which the user has recorded something is tried, also a build of a vendor', () => {
  const lists = ['Xen 4.18.6-2', 'Xen 4.99'].flatMap((hypervisor) =>
    parseOwnDeviations(stringify([{ ...ENTRY, hypervisor }]), 'mine'),
  );
  const names = ['Xen 4.18.6-2 (mine)', 'Xen 4.99.1 (mine)'];
  for (const name of names) assert.ok(isUntried(loadDeviations(), name));
  for (const name of names) assert.ok(!isUntried([...loadDeviations(), ...lists], name));
});

test('features are named from the folder of the features', () => {
  const lists = parseOwnDeviations(stringify([ENTRY]), 'mine');
  const scenarios = lists.flatMap(({ deviations }) => deviations.flatMap((deviation) => deviation.scenarios));
  assert.deepEqual(
    scenarios.map(({ uri }) => uri),
    ['features/payload/functions.feature', 'mine.feature'],
  );
});

test('an entry without a hypervisor is refused', () => {
  const nameless = { ...ENTRY, hypervisor: undefined };
  assert.throws(
    () => parseOwnDeviations(stringify([nameless]), 'mine'),
    /mine: expected the beginning of a hypervisor/,
  );
});
