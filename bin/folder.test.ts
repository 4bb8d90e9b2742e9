import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isUserError } from '../engine/user-error';
import { name } from '../package.json';
import { outputFolder } from './folder';

const PROJECT = resolve(__dirname, '..');

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'folder-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function refused(path: string, sentence: RegExp): void {
  assert.throws(
    () => outputFolder(path),
    (error) => isUserError(error) && sentence.test(error.message),
    path,
  );
}

test('a folder is made where it is missing', (context) => {
  const folder = join(temporaryFolder(context), 'a', 'b');
  assert.equal(outputFolder(folder), folder);
  assert.ok(existsSync(folder));
});

test('documents go to no place where others are at home', () => {
  refused('', /--out is empty: name a folder/);
  refused('/', /is the root of the file system/);
  for (const folder of ['', 'features', 'features/states', 'reports', 'reports/html', 'node_modules', 'engine/new'])
    refused(join(PROJECT, folder), /holds the project's own sources/);
  assert.ok(!existsSync(join(PROJECT, 'engine/new')));
});

test('documents of others are not written over, those of an earlier report are', (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'notes.txt'), '');
  outputFolder(folder);
  writeFileSync(join(folder, 'junit.xml'), '<testsuites/>');
  refused(folder, /has a file junit\.xml that no report wrote/);
  writeFileSync(join(folder, 'compliance.json'), '{}');
  refused(folder, /has a file compliance\.json that no report wrote/);
  const report = { suite: { name, version: '0.1.0' } };
  for (const written of [report, { format: 2, ...report }]) {
    writeFileSync(join(folder, 'compliance.json'), JSON.stringify(written, null, 2));
    outputFolder(folder);
  }
  assert.deepEqual(readdirSync(folder).sort(), ['compliance.json', 'junit.xml', 'notes.txt']);
});

test('documents are written to regular files only', (context) => {
  const folder = temporaryFolder(context);
  for (const document of ['compliance.json', 'index.html', 'messages.ndjson']) {
    mkdirSync(join(folder, document));
    refused(folder, new RegExp(`has a ${document} that is not a regular file`));
    rmdirSync(join(folder, document));
  }
});

test('a folder that cannot even be looked at is refused', (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'file'), '');
  refused(join(folder, 'file'), /The folder .*file is not a folder/);
  refused(join(folder, 'file', 'below'), /cannot be written/);
  refused(join(folder, 'n'.repeat(300)), /cannot be written/);
});
