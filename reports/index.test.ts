import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isUserError } from '../engine/user-error';
import { writeReports } from './index';
import { SUITE, messages, shard } from './testdata/streams';

describe('writing reports', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'reports-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function messageFile(name: string, picks: (scenario: number) => boolean): Promise<string> {
    const file = join(folder, name);
    const lines = shard(await messages(), picks).map((envelope) => JSON.stringify(envelope));
    writeFileSync(file, lines.join('\n'));
    return file;
  }

  it('writes all documents, and messages from which the same report comes again', async () => {
    const files = [
      await messageFile('1.ndjson', (at) => at % 2 === 0),
      await messageFile('2.ndjson', (at) => at % 2 === 1),
    ];
    const out = join(folder, 'deep', 'out');
    const first = writeReports(files, out, { suite: SUITE });
    assert.deepEqual(readdirSync(out).sort(), [
      'allure-results',
      'compliance.json',
      'compliance.md',
      'earl.jsonld',
      'index.html',
      'junit.xml',
      'messages.ndjson',
    ]);
    assert.equal(first.index, join(out, 'index.html'));
    assert.equal(first.asExpected, false);
    assert.match(first.text, /^reference\/1 .*\n {2}6 passed, 8 failed, /);

    const html = readFileSync(first.index, 'utf8');
    const merged = join(out, 'messages.ndjson');
    const size = readFileSync(merged).length;
    writeReports([merged], out, { suite: SUITE });
    assert.equal(readFileSync(first.index, 'utf8'), html);
    assert.equal(readFileSync(merged).length, size);
  });

  it('says in a sentence that it cannot write', async () => {
    const file = await messageFile('3.ndjson', (at) => at === 0);
    assert.throws(
      () => writeReports([file], join(file, 'out'), { suite: SUITE }),
      (error) => isUserError(error) && /cannot be written .*--out/.test(error.message),
    );
  });
});
