import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isUserError } from '../engine/user-error';
import { changesSince, readBaseline } from './baseline';
import { writeCompliance } from './compliance';
import { buildReport } from './report';
import { CATALOGUE, SUITE, messages, renamed, stream } from './testdata/streams';

const FEATURE = 'reports/testdata/statuses.feature';

describe('changes since an earlier report', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'baseline-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function report() {
    const all = await messages();
    const streams = [stream(all), stream(renamed(all, 'xen/2'))];
    return buildReport(streams, { suite: SUITE, catalogue: CATALOGUE, knownDeviations: [] });
  }

  function baseline(text: string) {
    const file = join(folder, 'compliance.json');
    writeFileSync(file, text);
    return readBaseline(file);
  }

  it('has none where nothing changed', async () => {
    const now = await report();
    const earlier = baseline(writeCompliance(now));
    assert.deepEqual(changesSince(now, earlier), {
      file: earlier.file,
      version: '1.0',
      runs: ['reference/1', 'xen/2'],
      verdicts: [],
      clausesGone: [],
      added: [],
      gone: [],
    });
  });

  it('tells of verdicts, of the runs that both have, and of scenarios by their names', async () => {
    const now = await report();
    const earlier = {
      suite: { version: '0.9' },
      runs: [{ key: 'reference/1' }, { key: 'xen/1' }],
      clauses: [
        {
          id: 'FUNC-2',
          verdicts: {
            'reference/1': {
              verdict: 'conforms',
              scenarios: [
                { uri: FEATURE, line: 3, name: 'fails' },
                { uri: FEATURE, line: 4, name: 'fails' },
              ],
            },
            'xen/1': { verdict: 'conforms', scenarios: [] },
          },
        },
        { id: 'GONE-1', verdicts: {} },
      ],
    };
    const changes = changesSince(now, baseline(JSON.stringify(earlier)));
    assert.deepEqual(changes.runs, ['reference/1']);
    assert.deepEqual(
      changes.verdicts.filter(({ clause }) => ['FUNC-1', 'FUNC-2'].includes(clause)),
      [
        { clause: 'FUNC-1', run: 'reference/1', from: null, to: 'deviates' },
        { clause: 'FUNC-2', run: 'reference/1', from: 'conforms', to: 'deviates' },
      ],
    );
    assert.deepEqual(changes.clausesGone, ['GONE-1']);
    assert.deepEqual(changes.gone, [{ uri: FEATURE, name: 'fails', before: 2, now: 1 }]);
    assert.ok(changes.added.some(({ name, before: old }) => name === 'passes' && old === 0));
  });

  it('never waits for a file that has no end, or no beginning', () => {
    const pipe = join(folder, 'pipe');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    const large = join(folder, 'large');
    writeFileSync(large, '');
    truncateSync(large, 2 ** 40);
    for (const file of ['/dev/zero', '/dev/full', folder, pipe, large, join(folder, 'nonexistent')])
      assert.throws(
        () => readBaseline(file),
        (error) => isUserError(error) && error.message.startsWith(`${file} is no compliance.json: `),
      );
  });

  it('says in a sentence what is no compliance.json', () => {
    for (const text of ['', '[]', '{"runs":[]}', 'null'])
      assert.throws(
        () => baseline(text),
        (error) => isUserError(error) && error.message.includes('is no compliance.json'),
      );
    assert.throws(() => readBaseline(join(folder, 'nowhere')), isUserError);
  });
});
