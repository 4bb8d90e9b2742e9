import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isUserError, userError } from '../engine/user-error';
import { type XenSelection, xenFile, xensFor } from './xen';

const say = (): void => undefined;

/** Which Xens are asked for, and how; what is called "gone" cannot be had. */
function asked(selection: Partial<XenSelection>, gone: readonly string[] = []) {
  const names: string[] = [];
  const said: string[] = [];
  const provide = (name: string, refresh: boolean) => {
    if (gone.includes(name)) throw userError(`no ${name}`);
    names.push(refresh ? `${name} anew` : name);
    return { file: name, revision: 2, name } as const;
  };
  const xens = xensFor({ target: 'xen', revision: 'all', ...selection }, provide, (line) => said.push(line));
  assert.deepEqual(xens.length, names.length);
  return { names, said };
}

const refuses = (action: () => unknown, sentence: RegExp): void =>
  assert.throws(action, (error) => isUserError(error) && sentence.test(error.message));

test('Debian’s Xens and files are named in one list, each once', () => {
  const debian = ['debian-11', 'debian-12', 'debian-13'];
  assert.deepEqual(asked({}).names, debian);
  assert.deepEqual(asked({ target: 'all' }).names, debian);
  assert.deepEqual(asked({ target: 'reference' }).names, []);
  assert.deepEqual(asked({ hypervisor: 'debian-12' }).names, ['debian-12']);
  assert.deepEqual(asked({ hypervisor: 'a/xen-syms, debian-13,debian-all' }).names, [
    'a/xen-syms',
    'debian-13',
    'debian-11',
    'debian-12',
  ]);
  assert.deepEqual(asked({ hypervisor: 'debian-12', refresh: true }).names, ['debian-12 anew']);
});

test('a file may have a comma in its name', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'xen,syms');
  writeFileSync(file, '');
  assert.deepEqual(asked({ hypervisor: file }).names, [file]);
});

test('of all of Debian’s, one may be missing; one that is named itself may not', () => {
  const gone = ['debian-13'];
  for (const hypervisor of [undefined, 'debian-all']) {
    const { names, said } = asked({ ...(hypervisor && { hypervisor }) }, gone);
    assert.deepEqual([names, said], [['debian-11', 'debian-12'], ['debian-13 is left out: no debian-13']]);
  }
  refuses(() => asked({ hypervisor: 'debian-all,debian-13' }, gone), /no debian-13/);
});

test('what cannot be meant is refused in a sentence', () => {
  refuses(
    () => asked({ hypervisor: 'debian-10' }),
    /There is no Xen named debian-10: .* debian-11, debian-12, debian-13, debian-all/,
  );
  refuses(() => asked({ hypervisor: 'debian-11,,debian-12' }), /an empty name/);
  refuses(() => asked({ hypervisor: 'debian-11,debian-12', label: 'mine' }), /One --label cannot name 2 Xens/);
  refuses(() => asked({ target: 'reference', refresh: true }), /--refresh is for the targets xen/);
  for (const name of ['debian-all', 'a,b']) refuses(() => xenFile(name, say), /This command takes one hypervisor/);
  for (const file of ['a/xen-syms', 'constructor']) assert.equal(xenFile(file, say), file);
});
