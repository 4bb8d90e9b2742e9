import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { TYPESCRIPT } from '../engine/installation';
import { isUserError } from '../engine/user-error';
import { DOCUMENT_NAMES, writeReports } from './index';
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
    assert.deepEqual(readdirSync(out).sort(), ['allure-results', 'messages.ndjson', ...DOCUMENT_NAMES].sort());
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

  it('keeps what it reads from a pipe, which can be read once', async () => {
    const file = await messageFile('piped.ndjson', (at) => at === 0);
    const out = join(folder, 'piped');
    const script = join(folder, 'script.js');
    writeFileSync(
      script,
      `require(${JSON.stringify(join(__dirname, 'index.ts'))})
        .writeReports(['/dev/stdin'], ${JSON.stringify(out)}, { suite: { name: '', version: '', commit: null } });`,
    );
    const piped = `cat "${file}" | "${process.execPath}" -r "${TYPESCRIPT}" "${script}"`;
    const { stderr } = spawnSync('sh', ['-c', piped], { cwd: join(__dirname, '..'), encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(readFileSync(join(out, 'messages.ndjson'), 'utf8'), `${readFileSync(file, 'utf8')}\n`);
  });

  it('leaves the earlier messages as they were where the new ones are broken', async () => {
    const file = await messageFile('good.ndjson', (at) => at === 0);
    const broken = join(folder, 'broken.ndjson');
    writeFileSync(broken, 'nonsense');
    const out = join(folder, 'kept');
    writeReports([file], out, { suite: SUITE });
    const before = readFileSync(join(out, 'messages.ndjson'), 'utf8');
    assert.throws(() => writeReports([file, broken], out, { suite: SUITE }), isUserError);
    assert.equal(readFileSync(join(out, 'messages.ndjson'), 'utf8'), before);
    assert.ok(!readdirSync(out).some((name) => name.endsWith('.part')));
  });

  it('says in a sentence that it cannot write', async () => {
    const file = await messageFile('3.ndjson', (at) => at === 0);
    assert.throws(
      () => writeReports([file], join(file, 'out'), { suite: SUITE }),
      (error) => isUserError(error) && /cannot be written .*--out/.test(error.message),
    );
    const out = join(folder, 'no-file');
    mkdirSync(join(out, 'messages.ndjson'), { recursive: true });
    assert.throws(
      () => writeReports([file], out, { suite: SUITE }),
      (error) => isUserError(error) && error.message.includes('cannot be written (EISDIR'),
    );
    assert.ok(!readdirSync(out).some((name) => name.endsWith('.part')));
  });
});
