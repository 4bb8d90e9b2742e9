/** Reports are made of messages alone: here in a checkout that has no engine, no payloads and no steps. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { it } from 'node:test';
import { DOCUMENT_NAMES, writeReports } from '.';
import { name, version } from '../package.json';
import { messages, timeless } from './testdata/streams';

const ROOT = join(__dirname, '..');
/** What such a checkout has. Of the engine, numbers and structures, and the files that stand in no room. */
const KEPT = ['bin', 'engine', 'features', 'reports', 'package.json', 'tsconfig.json'];
const ENGINE_ROOMS = ['abi', 'debian'];

const isKept = (path: string): boolean => {
  const [top, room] = relative(ROOT, path).split('/');
  return top !== 'engine' || room === undefined || /\.[jt]s$/.test(room) || ENGINE_ROOMS.includes(room);
};

it('a report is written without the engine, and is the same', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'alone-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const part of KEPT) cpSync(join(ROOT, part), join(folder, part), { recursive: true, filter: isKept });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'given.ndjson');
  writeFileSync(
    file,
    timeless(await messages())
      .map((envelope) => `${JSON.stringify(envelope)}\n`)
      .join(''),
  );
  const out = join(folder, 'out');
  const command = ['bin/livepatch-conformance', 'report', file, '--no-allure', '--out', out];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
  assert.deepEqual([status, stderr], [1, '']);
  const here = join(folder, 'here');
  writeReports([file], here, { suite: { name, version, commit: null }, allure: false });
  for (const document of DOCUMENT_NAMES.filter((name) => name !== 'compliance.json'))
    assert.equal(readFileSync(join(out, document), 'utf8'), readFileSync(join(here, document), 'utf8'), document);
});
