import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isUserError } from '../../engine/user-error';
import { formatImplementations, loadImplementations } from '../../features/implementations';
import { EXIT } from '../exit';
import { implementations } from './implementations';

describe('the command implementations', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'implementations-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const MARKS =
    'before\n<!-- implementations: made by the command of this name -->\n<!-- end of implementations -->\nafter\n';

  /** A report of one run with one clause, and as many scenarios that failed unexpectedly. */
  const compliance = (name: string, failed: number, buildId = '00ff'): string => {
    const scenarios = { total: 9, skipped: 1, passed: 8 - failed, failed, knownDeviations: 0, unexpectedPasses: 0 };
    const run = {
      key: 'xen-4.19/2',
      revision: 2,
      hypervisor: { name: 'Xen 4.19.6 (xen-syms)', buildId },
      release: '4.19.6',
      started: '2026-11-27T23:00:00.000Z',
      scenarios: { ...scenarios, crashed: 0, notEnded: 0 },
      complete: true,
      selected: false,
    };
    const clauses = [{ id: 'ACT-1', verdicts: { 'xen-4.19/2': { verdict: 'conforms', scenarios: [] } } }];
    return file(name, JSON.stringify({ format: 2, suite: { version: '1.0', commit: null }, runs: [run], clauses }));
  };

  it('adds a run, then replaces it, and makes the table', () => {
    const files = { list: file('list.yaml', formatImplementations([])), readme: file('README.md', MARKS) };
    const said: string[] = [];
    const call = (...reports: readonly string[]) => implementations(reports, (line) => said.push(line), files);
    assert.equal(call(compliance('a.json', 0)), EXIT.expected);
    assert.equal(said[0], 'added xen-4.19/2: Xen 4.19.6 (xen-syms), 8 of 9 scenarios run, 0 unexpected');
    assert.match(said[1] ?? '', /does not say how xen-4\.19\/2 was built/);
    const list = readFileSync(files.list, 'utf8');
    writeFileSync(files.list, list.replace('built: ""', 'built: by hand'));

    assert.equal(call(compliance('b.json', 2, '11ee')), EXIT.unexpected);
    assert.equal(said[2], 'replaced xen-4.19/2: Xen 4.19.6 (xen-syms), 8 of 9 scenarios run, 2 unexpected');
    assert.equal(said.length, 3);
    const [row, ...others] = loadImplementations(files.list);
    assert.deepEqual([row?.buildId, row?.built, others.length], ['11ee', 'by hand', 0]);
    assert.match(
      readFileSync(files.readme, 'utf8'),
      /^before\n[^]*\n\| 4\.19\.6 \| by hand \| 2 \| 8 of 9 \|[^]*\nafter\n$/,
    );

    const before = [files.list, files.readme].map((path) => readFileSync(path, 'utf8'));
    assert.equal(call(), EXIT.expected);
    assert.deepEqual(
      [files.list, files.readme].map((path) => readFileSync(path, 'utf8')),
      before,
    );
  });

  it('refuses the same run twice, and changes nothing', () => {
    const files = { list: file('list.yaml', formatImplementations([])), readme: file('README.md', MARKS) };
    const reports = [compliance('a.json', 0), compliance('b.json', 0)];
    assert.throws(
      () => implementations(reports, () => undefined, files),
      (error) => isUserError(error) && error.message.includes('b.json is in an earlier report, too'),
    );
    assert.equal(readFileSync(files.readme, 'utf8'), MARKS);
  });
});
