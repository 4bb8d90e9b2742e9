import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, describe, it } from 'node:test';
import { isUserError } from '../../engine/user-error';
import { compare } from './compare';

/** By run. */
type Results = Readonly<Record<string, 'passed' | 'failed'>>;

/** A folder with a report in which the one scenario ended so in each run. */
function reportIn(folder: string, results: Results): string {
  mkdirSync(folder, { recursive: true });
  const runs = Object.keys(results).map((key) => ({ key, hypervisor: { name: key, buildId: '00' }, complete: true }));
  const verdicts = Object.entries(results).map(([key, status]): [string, object] => {
    const scenarios = [{ id: '1', uri: 'a.feature', name: 'boots', example: { state: 'CHECKED' }, status }];
    return [key, { verdict: status === 'passed' ? 'conforms' : 'deviates', scenarios }];
  });
  const clauses: readonly object[] = [{ id: 'A-1', verdicts: Object.fromEntries<object>(verdicts) }];
  writeFileSync(join(folder, 'compliance.json'), JSON.stringify({ format: 2, runs, clauses }));
  return folder;
}

function scratch(context: TestContext): { readonly old: string; readonly out: string } {
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return {
    old: reportIn(join(folder, 'old'), { 'xen/2': 'passed', 'reference/2': 'passed' }),
    out: reportIn(join(folder, 'out'), { 'xen/2': 'failed', 'reference/2': 'passed' }),
  };
}

function compared(
  before: string,
  now: string,
  out: string,
): { readonly status: number; readonly lines: readonly string[] } {
  const lines: string[] = [];
  return { status: compare(before, now, { out }, (line) => lines.push(line)), lines };
}

describe('compare', () => {
  it('pairs the runs of two reports, and shows only what is different', (context) => {
    const { old, out } = scratch(context);
    assert.deepEqual(compared(old, join(out, 'compliance.json'), out), {
      status: 1,
      lines: [
        'xen/2: 1 clause and 1 scenario are different: 2 worse',
        '  worse: conforms -> deviates: A-1',
        '  worse: passed -> failed: 1 scenario',
        '    a.feature  boots (state CHECKED)',
        'reference/2: no clause or scenario is different',
      ],
    });
    assert.equal(compared(out, old, out).status, 0);
  });

  it('takes two runs of the last report, and a run of another one', (context) => {
    const { old, out } = scratch(context);
    const [first] = compared('reference/2', 'xen/2', out).lines;
    assert.equal(first, 'reference/2 -> xen/2: 1 clause and 1 scenario are different: 2 worse');
    assert.equal(compared(`${old}:xen/2`, 'reference/2', out).status, 0);
  });

  it('has the form of compliance.json with --json', (context) => {
    const { old, out } = scratch(context);
    const lines: string[] = [];
    compare(old, out, { out, json: true }, (line) => lines.push(line));
    const { regressions, comparisons } = JSON.parse(lines.join('\n')) as Record<string, unknown>;
    assert.deepEqual([regressions, Array.isArray(comparisons)], [2, true]);
  });

  it('says in a sentence what is not there', (context) => {
    const { old, out } = scratch(context);
    for (const [named, folder, sentence] of [
      ['nowhere', join(out, 'nowhere'), /^There is no file nowhere, and no report in /],
      ['xen/1', out, /has no run xen\/1: its runs are xen\/2, reference\/2\.$/],
      [`${old}:xen/1`, out, /has no run xen\/1/],
    ] as const)
      assert.throws(
        () => compared(named, out, folder),
        (error) => isUserError(error) && sentence.test(error.message),
      );
  });
});
