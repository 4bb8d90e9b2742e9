import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { filesIn } from './file-list';

const folder = mkdtempSync(join(tmpdir(), 'list-'));
after(() => rmSync(folder, { recursive: true }));

function listOf(content: string): string {
  const path = join(folder, 'list');
  writeFileSync(path, content);
  return path;
}

async function filesOf(list: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of filesIn(list)) files.push(file);
  return files;
}

test('a list names a file a line, with or without an end of the last', async () => {
  assert.deepEqual(await filesOf(listOf('a b\n\nc/ü\n')), ['a b', 'c/ü']);
  assert.deepEqual(await filesOf(listOf('a\nb')), ['a', 'b']);
  assert.deepEqual(await filesOf(listOf('')), []);
});

test('a list may be longer than any command line', async () => {
  const names = Array.from({ length: 100_000 }, (_, at) => `some/folder/with/payload-${at}.livepatch`);
  assert.deepEqual(await filesOf(listOf(names.join('\n'))), names);
});

for (const [what, list, message] of [
  ['a file that is not there', join(folder, 'none'), /none cannot be read: no such file or directory\.$/],
  ['a folder', folder, /cannot be read: illegal operation on a directory\.$/],
  [
    'a device without an end',
    '/dev/zero',
    /^The list \/dev\/zero is not a list of files: it has a line of more than 4096/,
  ],
] as const)
  test(`${what} is told in a sentence`, async () => {
    await assert.rejects(filesOf(list), { name: 'UserError', message });
  });
