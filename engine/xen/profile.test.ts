import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepProfile, keptProfile, type Profile } from './profile';

const PROFILE: Profile = {
  currentVcpu: 56,
  vcpuDomain: 16,
  vcpuUnit: undefined,
  unitDomain: undefined,
  domainId: 0,
  domainPrivileged: 441,
  systemActive: 3,
  interfaceVersion: 0x12,
};

function inCache(action: (cache: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'xen-profile-'));
  try {
    action(join(folder, 'cache'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a profile is kept for the file that was checked, and for no other of its build-id', () => {
  inCache((cache) => {
    assert.equal(keptProfile(cache, 'abcd', 'digest'), undefined);
    keepProfile(cache, 'abcd', 'digest', PROFILE);
    assert.equal(keptProfile(cache, 'abcd', 'digest')?.domainPrivileged, PROFILE.domainPrivileged);
    assert.equal(keptProfile(cache, 'abcd', 'digest')?.vcpuUnit, undefined);
    assert.equal(keptProfile(cache, 'abcd', 'other'), undefined);
    assert.equal(keptProfile(cache, 'ef01', 'digest'), undefined);
  });
});

test('a kept profile that cannot be read is none', () => {
  for (const text of ['', '{', 'null', '{"digest":"digest"}'])
    inCache((cache) => {
      keepProfile(cache, 'abcd', 'digest', PROFILE);
      for (const file of readdirSync(cache)) writeFileSync(join(cache, file), text);
      assert.equal(keptProfile(cache, 'abcd', 'digest'), undefined);
    });
});
