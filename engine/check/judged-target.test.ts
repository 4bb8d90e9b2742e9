import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { livepatch } from '../../payloads/builder/payload';
import { findDebianXen } from '../xen';
import { createJudgedTarget, type JudgedTarget } from './judged-target';

const folder = mkdtempSync(join(tmpdir(), 'judged-'));
after(() => rmSync(folder, { recursive: true }));

const OTHER = '0123456789abcdef0123456789abcdef01234567';

/** The hypervisor's revision and build-id. */
function made(more: Partial<JudgedTarget>): readonly unknown[] {
  const judged = {
    target: 'reference',
    hypervisor: undefined,
    revision: undefined,
    buildId: undefined,
    ...more,
  } as const;
  const target = createJudgedTarget(judged, () => undefined);
  const { revision, buildId } = target.hypervisor;
  target.close();
  return [revision, Buffer.from(buildId).toString('hex')];
}

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('a reference has revision 2 and a build-id of its own, unless others are given', () => {
  assert.equal(made({})[0], 2);
  assert.deepEqual(made({ revision: 1, buildId: OTHER }), [1, OTHER]);
});

for (const buildId of ['', 'abc', 'xyz!'])
  test(`'${buildId}' is no build-id`, () => {
    assert.throws(() => made({ buildId }), {
      name: 'UserError',
      message: /^--build-id .* is no build-id: give 40 hex/,
    });
  });

const PAYLOAD = livepatch({
  revision: 2,
  buildId: undefined,
  depends: undefined,
  xenDepends: undefined,
  functions: [],
}).bytes;

for (const [what, hypervisor, message] of [
  ['a device', '/dev/zero', /^\/dev\/zero cannot be read \(it is not a regular file\): name the xen-syms/],
  ['a folder', folder, /cannot be read \(it is a folder\): name the xen-syms/],
  ['nothing', '', /cannot be read \(no such file or directory\): name the xen-syms/],
  ['an empty file', fileOf('empty', ''), /empty is not an ELF file: name the xen-syms/],
  ['a payload', fileOf('r', PAYLOAD), /r is not an executable of fixed addresses \(ET_EXEC\): name the xen-syms/],
] as const)
  for (const target of ['reference', 'xen'] as const)
    test(`${what} as the hypervisor of the ${target} is told in a sentence`, () => {
      assert.throws(() => made({ target, hypervisor }), { name: 'UserError', message });
    });

const xen = findDebianXen();

test('a Xen speaks its own revision, under whatever build-id', { skip: xen === undefined }, () => {
  const hypervisor = xen ?? '';
  assert.deepEqual(made({ target: 'xen', hypervisor, revision: 2, buildId: OTHER }), [2, OTHER]);
  assert.deepEqual(made({ hypervisor, revision: 2, buildId: OTHER }), [2, OTHER]);
  assert.throws(() => made({ target: 'xen', hypervisor, revision: 1 }), {
    message: /has revision 2 .*--revision 1/,
  });
  assert.throws(() => made({ target: 'xen', hypervisor, buildId: 'abcd' }), { message: /give 40 hexadecimal/ });
});
