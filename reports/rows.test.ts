import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isUserError } from '../engine/user-error';
import { loadImplementations } from '../features/implementations';
import { writeCompliance } from './compliance';
import type { Report } from './model';
import { readmeTable, readRows, withTable } from './rows';
import { report } from './testdata/report';
import { deviating, messages, renamed, timeless } from './testdata/streams';

describe('rows of implementations', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rows-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** A report of the reference and of an implementation, with changes to the latter's run. */
  async function written(changes: Partial<Report['runs'][number]> = {}): Promise<string> {
    const all = timeless(await messages());
    const built = report([all, renamed(all, 'xen/2')], [deviating('xen/2', 'fails')]);
    const hypervisor = { name: 'Xen 4.19.6 (xen-syms)', buildId: '00ff' };
    const runs = built.runs.map((run) => {
      const scenarios = run.scenarios.filter(({ status }) => status !== 'unknown');
      return run.key === 'xen/2' ? { ...run, hypervisor, scenarios, ...changes } : run;
    });
    const file = join(folder, 'compliance.json');
    writeFileSync(file, writeCompliance({ ...built, runs }));
    return file;
  }

  it('have what the report says of the run, and none is of the reference', async () => {
    const [row, ...others] = readRows(await written());
    assert.equal(others.length, 0);
    assert.ok(row);
    const { scenarios, verdicts, ...rest } = row;
    assert.deepEqual(rest, {
      id: 'xen/2',
      hypervisor: 'Xen 4.19.6 (xen-syms)',
      buildId: '00ff',
      revision: 2,
      suite: '1.0',
      date: '2023-11-14',
    });
    const { total, skipped, passed, known, unexpected } = scenarios;
    assert.equal(skipped + passed + known + unexpected, total);
    assert.equal(known, 1);
    assert.ok(verdicts.conforms.length > 0 && verdicts['known-deviation'].length > 0, JSON.stringify(verdicts));
  });

  it('are of whole runs only', async () => {
    for (const changes of [{ selected: true }, { interrupted: true }, { started: '' }]) {
      const file = await written(changes);
      assert.throws(
        () => readRows(file),
        (error) =>
          isUserError(error) &&
          error.message.includes('xen/2') &&
          error.message.includes('does not have all scenarios'),
      );
    }
  });

  it('are of no file but a compliance.json, and of one with an implementation', async () => {
    const file = await written({ hypervisor: { name: 'xen', buildId: '00ff' } });
    assert.throws(() => readRows(file), /has no run of an implementation/);
    writeFileSync(file, '{"format":2}');
    assert.throws(() => readRows(file), /is no compliance\.json/);
    assert.throws(() => readRows(join(folder, 'missing')), /is no compliance\.json/);
  });

  it('are in README what they are in the list', () => {
    const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
    assert.ok(
      withTable(readme, loadImplementations()) === readme,
      'README has another table: run "bin/livepatch-conformance implementations"',
    );
  });

  it('make a table, and want marks for it', async () => {
    const [row] = readRows(await written());
    assert.ok(row);
    const scenarios = { total: 12501, skipped: 501, passed: 11000, known: 1000, unexpected: 0, crashed: 7 };
    const lines = readmeTable([{ ...row, scenarios, built: 'as it is', seen: 'this | that' }]).split('\n');
    assert.equal(
      lines[2],
      '| 4.19.6 | as it is | 2 | 12,000 of 12,501 | 11,000 | 1,000 | 7 | 0 | 1.0, 2023-11-14 | this \\| that |',
    );
    assert.throws(() => withTable('no marks', []), RangeError);
  });
});
