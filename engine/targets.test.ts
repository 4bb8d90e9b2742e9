import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetNamed, TARGETS } from './targets';
import { broken } from './testdata/contract';
import { MIRROR } from './testdata/mirror';

const WITH_MIRROR = [...TARGETS, MIRROR];

test('a third target is one file and one line of the registry, and keeps the contract', () => {
  for (const revision of MIRROR.revisions) {
    const target = targetNamed('mirror', WITH_MIRROR).create({ target: 'mirror', revision });
    assert.deepEqual([target.name, target.hypervisor.revision], ['mirror', revision]);
    assert.deepEqual(broken(target), []);
    target.close();
  }
});

test('no two targets have one name, and none is called as all of them', () => {
  const names = TARGETS.map(({ name }) => name);
  assert.equal(new Set([...names, 'all']).size, names.length + 1);
});

test('a target bears the name of its entry', () => {
  for (const { name, needs, revisions, create } of TARGETS) {
    if (needs !== undefined) continue;
    for (const revision of revisions) {
      const target = create({ target: name, revision });
      assert.deepEqual([target.name, target.hypervisor.revision], [name, revision]);
      target.close();
    }
  }
});

test('a name that is none, and a xen-syms that is not given, are mistakes of the caller', () => {
  assert.throws(() => targetNamed('mirror'), /expected one of reference.*xen.*, got mirror/);
  assert.throws(() => targetNamed('xen').create({ target: 'xen', revision: 2 }), TypeError);
});
