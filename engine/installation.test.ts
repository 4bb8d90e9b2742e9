import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { cacheFolderOf, isPackage } from './installation';

const CLONE = '/home/me/livepatch-conformance';
const PACKAGE = '/home/me/work/node_modules/livepatch-conformance';

test('a project in node_modules is a package, any other is a clone', () => {
  assert.equal(isPackage(PACKAGE), true);
  assert.equal(isPackage(CLONE), false);
});

test('a clone keeps its cache beside its sources, whatever the environment says', () => {
  assert.equal(cacheFolderOf(CLONE, { XDG_CACHE_HOME: '/var/me' }), `${CLONE}/.cache`);
});

test("a package keeps its cache in the user's cache folder", () => {
  assert.equal(cacheFolderOf(PACKAGE, { XDG_CACHE_HOME: '/var/me' }), '/var/me/livepatch-conformance');
  for (const environment of [{}, { XDG_CACHE_HOME: '' }, { XDG_CACHE_HOME: 'relative' }])
    assert.equal(cacheFolderOf(PACKAGE, environment), `${homedir()}/.cache/livepatch-conformance`);
});
