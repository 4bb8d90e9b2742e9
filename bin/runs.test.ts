import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetNamed } from '../engine/targets';
import { MIRROR } from '../engine/testdata/mirror';
import { isUserError } from '../engine/user-error';
import { runKey } from '../engine/evidence';
import { type RunSelection, type XenAtHand, selectRuns } from './runs';

const XEN: XenAtHand = { file: '/xen-syms', revision: 2, name: 'Xen 4.18.0 (xen-syms)' };
/** Of the registry, whatever else there is. */
const TARGETS = [targetNamed('reference'), targetNamed('xen')];
const keys = (selection: RunSelection, ...xens: readonly XenAtHand[]): readonly string[] =>
  selectRuns(selection, xens, TARGETS).map(runKey);

test('a target is run in each revision asked for', () => {
  assert.deepEqual(keys({ target: 'reference', revision: 'all' }), ['reference/1', 'reference/2']);
  assert.deepEqual(keys({ target: 'reference', revision: '2' }), ['reference/2']);
});

test('a label takes the place of the target in the key', () => {
  const runs = selectRuns({ target: 'reference', revision: '1', label: 'mine' }, []);
  assert.deepEqual(runs, [{ target: 'reference', revision: 1, label: 'mine' }]);
  assert.deepEqual(runs.map(runKey), ['mine/1']);
});

test('a Xen is run in the revision that it speaks, and the steps are told where it is', () => {
  assert.deepEqual(selectRuns({ target: 'xen', revision: 'all', label: 'xen-4.17' }, [XEN]), [
    { target: 'xen', revision: 2, label: 'xen-4.17', hypervisor: '/xen-syms' },
  ]);
});

test('all targets are those that can be run in the revision asked for', () => {
  assert.deepEqual(keys({ target: 'all', revision: 'all' }, XEN), ['reference/1', 'reference/2', 'xen/2']);
  assert.deepEqual(keys({ target: 'all', revision: 'all' }), ['reference/1', 'reference/2']);
});

test('a target of the registry is run in each of its revisions, by its name or with all others', () => {
  const all = [...TARGETS, MIRROR];
  const runs = selectRuns({ target: 'mirror', revision: 'all' }, [], all);
  assert.deepEqual(runs.map(runKey), ['mirror/1', 'mirror/2']);
  assert.deepEqual(selectRuns({ target: 'all', revision: '2' }, [XEN], all).map(runKey), [
    'reference/2',
    'xen/2',
    'mirror/2',
  ]);
});

test('several Xens have labels of their own, by their versions', () => {
  const debian: XenAtHand = { ...XEN, label: 'xen-4.17' };
  const old: XenAtHand = { ...XEN, name: 'Xen 4.9.0 (xen-syms)', revision: 1 };
  const all = { target: 'xen', revision: 'all' } as const;
  assert.deepEqual(keys(all, debian), ['xen-4.17/2']);
  assert.deepEqual(keys(all, debian, XEN, old), ['xen-4.17/2', 'xen-4.18.0/2', 'xen-4.9.0/1']);
  assert.deepEqual(keys(all, XEN, XEN, XEN), ['xen-4.18.0/2', 'xen-4.18.0-2/2', 'xen-4.18.0-3/2']);
});

test('a reference can be made without a rule, under a label that says so', () => {
  assert.deepEqual(selectRuns({ target: 'reference', revision: '2', forget: 'magic' }, []), [
    { target: 'reference', revision: 2, label: 'without-magic', forgets: ['magic'] },
  ]);
});

test('what leaves nothing to run is refused in a sentence', () => {
  const refused = (selection: RunSelection, sentence: RegExp): void => {
    assert.throws(
      () => selectRuns(selection, [XEN], TARGETS),
      (error) => isUserError(error) && sentence.test(error.message),
    );
  };
  for (const target of ['xen', 'all'] as const)
    refused({ target, revision: '1' }, /^Xen 4\.18\.0 \(xen-syms\) has revision 2 .* leave out --revision 1/);
  refused({ target: 'all', revision: 'all', forget: 'magic' }, /add --target reference/);
  refused(
    { target: 'reference', revision: 'all', forget: 'nothing' },
    /There is no rule nothing: did you mean one of \S+, \S+, \S+\?/,
  );
  refused({ target: 'all', revision: 'all', label: 'mine' }, /One --label cannot name 2 targets/);
});

test('an address is for a target that connects, which is made with it; so is what stops a real machine', () => {
  const all = [...TARGETS, targetNamed('remote')];
  const select = (selection: Omit<RunSelection, 'revision'>) =>
    selectRuns({ ...selection, revision: 'all' }, [XEN], all);
  assert.deepEqual(select({ target: 'remote', connect: 'unix:/agent', fatal: true }), [
    { target: 'remote', revision: 2, label: 'remote', hypervisor: '/xen-syms', connect: 'unix:/agent' },
  ]);
  for (const [selection, sentence] of [
    [{ target: 'remote' }, /needs the address of an agent/],
    [{ target: 'remote', connect: 'somewhere' }, /somewhere is no address/],
    [{ target: 'xen', connect: 'unix:/agent' }, /--connect is for the target remote/],
    [{ target: 'xen', fatal: true }, /--fatal is for the target remote/],
  ] as const)
    assert.throws(
      () => select(selection),
      (error) => isUserError(error) && sentence.test(error.message),
    );
});
