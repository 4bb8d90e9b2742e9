/** Which scenarios make which run, of whatever parts it comes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PayloadListing, RunDescription } from '../engine/evidence';
import { isUserError } from '../engine/user-error';
import type { Status } from './model';
import { mergeRuns } from './runs';
import type { Attempt, StreamContents } from './scenarios';
import { scenario } from './testdata/made';

const XEN: RunDescription = {
  label: 'xen',
  target: 'xen',
  revision: 2,
  hypervisor: { name: 'Xen 4.17.7', buildId: '00' },
  suite: { name: 'Suite', version: '1' },
};
const OTHER: RunDescription = { ...XEN, label: 'reference', target: 'reference' };

const attempt = (status: Status, line: number, more: Partial<Attempt> = {}, uri = 'a.feature'): Attempt => {
  const own = scenario(status, [], { line, uri, seconds: 2 });
  return { run: XEN, payloads: [], started: 10, scenario: own, ...more };
};

const part = (...attempts: readonly Attempt[]): StreamContents => ({ attempts, problems: [], interrupted: false });

const shown = (...parts: readonly StreamContents[]): readonly (readonly [string, ...string[]])[] =>
  mergeRuns(parts).runs.map(({ key, scenarios }) => [
    key,
    ...scenarios.map(({ uri, line, status, attempts }) => `${uri}:${line} ${status} ${attempts}`),
  ]);

describe('a run', () => {
  it('has its description, its sums and its scenarios, by their places', () => {
    const tool = { ...XEN, label: 'tool', drives: { name: 'reference', buildId: '01' } };
    const own = [
      attempt('passed', 9, { run: tool }),
      attempt('failed', 10, { run: tool, started: 3.5 }),
      attempt('passed', 2, { run: tool }, 'Z.feature'),
    ];
    const [run, ...others] = mergeRuns([part(...own)]).runs;
    assert.deepEqual(others, []);
    const name = { key: 'tool/2', label: 'tool', revision: 2, isOfTool: true };
    assert.deepEqual(
      {
        ...run,
        scenarios: run?.scenarios.map(({ uri, line, run: of, started, attempts }) => [
          uri,
          line,
          of,
          started,
          attempts,
        ]),
      },
      {
        ...name,
        target: 'xen',
        hypervisor: XEN.hypervisor,
        drives: { name: 'reference', buildId: '01' },
        started: '1970-01-01T00:00:03.500Z',
        seconds: 6,
        interrupted: false,
        missingShards: [],
        selected: false,
        payloads: [],
        scenarios: [
          ['Z.feature', 2, name, 10, 1],
          ['a.feature', 9, name, 10, 1],
          ['a.feature', 10, name, 3.5, 1],
        ],
      },
    );
    const [plain] = mergeRuns([part(attempt('passed', 1))]).runs;
    assert.ok(plain !== undefined && !('drives' in plain) && !('isOfTool' in plain));
  });

  it('has what is not described, if it is the only one of its stream', () => {
    const lost = attempt('unknown', 2, { run: undefined, started: undefined });
    assert.deepEqual(shown(part(attempt('passed', 1), lost)), [
      ['xen/2', 'a.feature:1 passed 1', 'a.feature:2 unknown 0'],
    ]);
    assert.deepEqual(shown(part(attempt('passed', 1), attempt('passed', 3, { run: OTHER }), lost)), [
      ['reference/2', 'a.feature:3 passed 1'],
      ['unknown', 'a.feature:2 unknown 0'],
      ['xen/2', 'a.feature:1 passed 1'],
    ]);
    assert.deepEqual(shown(part(lost), part(attempt('passed', 1))), [
      ['unknown', 'a.feature:2 unknown 0'],
      ['xen/2', 'a.feature:1 passed 1'],
    ]);
    const [unknown] = mergeRuns([part(lost)]).runs;
    assert.deepEqual(
      [unknown?.label, unknown?.target, unknown?.revision, unknown?.hypervisor, unknown?.started],
      ['unknown', 'unknown', null, { name: 'unknown', buildId: '' }, ''],
    );
  });

  it('counts the attempt that began last of those that ended, and the number of those that began', () => {
    const at = (status: Status, started: number | undefined): Attempt => attempt(status, 1, { started });
    const counted = (...attempts: readonly Attempt[]) => shown(...attempts.map((each) => part(each)))[0]?.[1];
    assert.equal(counted(at('failed', 1), at('passed', 2)), 'a.feature:1 passed 2');
    assert.equal(counted(at('passed', 2), at('failed', 1)), 'a.feature:1 passed 2');
    assert.equal(counted(at('failed', 1), at('unknown', 2)), 'a.feature:1 failed 2');
    assert.equal(counted(at('unknown', 1), at('unknown', undefined)), 'a.feature:1 unknown 1');
    const [run] = mergeRuns([part(at('unknown', 5), at('unknown', undefined))]).runs;
    assert.equal(run?.scenarios[0]?.started, 5);
  });

  it('is selected if all of its parts are, and interrupted if one is', () => {
    const selected = attempt('passed', 1, { run: { ...XEN, selected: true } });
    const whole = attempt('passed', 2);
    const flagsOf = (...parts: readonly StreamContents[]) =>
      mergeRuns(parts).runs.map((run) => [run.selected, run.interrupted]);
    assert.deepEqual(flagsOf(part(selected), part(selected)), [[true, false]]);
    assert.deepEqual(flagsOf(part(selected), part(whole)), [[false, false]]);
    assert.deepEqual(flagsOf(part(whole), { ...part(whole), interrupted: true }), [[false, true]]);
  });

  it('has each payload once', () => {
    const payload = (name: string, size = 1): PayloadListing => ({
      name,
      description: '',
      size,
      entries: [],
      sections: [],
      symbols: [],
      relocations: [],
    });
    const of = (...payloads: readonly PayloadListing[]) => part(attempt('passed', 1, { payloads }));
    const [run] = mergeRuns([of(payload('a'), payload('b')), of(payload('a', 2))]).runs;
    assert.deepEqual(
      run?.payloads.map(({ name, size }) => [name, size]),
      [
        ['a', 2],
        ['b', 1],
      ],
    );
  });

  it('is of one hypervisor', () => {
    const other = attempt('passed', 2, { run: { ...XEN, hypervisor: { name: 'Xen 4.18', buildId: '01' } } });
    assert.throws(
      () => mergeRuns([part(attempt('passed', 1)), part(other)]),
      (error) =>
        isUserError(error) && error.message.includes('Xen 4.17.7 (00) and Xen 4.18 (01), are both called xen/2'),
    );
  });
});

describe('problems', () => {
  it('are those of all parts and what is missing, each once, in order', () => {
    const first = { ...part(attempt('passed', 1)), problems: ['b', 'c'], interrupted: true };
    const second = { ...part(attempt('passed', 2, { run: OTHER })), problems: ['b', 'a'] };
    assert.deepEqual(mergeRuns([first, second]).problems, [
      'a',
      'b',
      'c',
      'xen/2 was interrupted: scenarios without a result were not exercised.',
    ]);
  });

  it('are missing shards, of those that are expected', () => {
    const dealt = (shard: string, line: number): StreamContents =>
      part(attempt('passed', line, { run: { ...XEN, shard } }));
    const missing = (parts: readonly StreamContents[], shard?: string) => {
      const { runs, problems } = mergeRuns(parts, shard);
      return [runs[0]?.missingShards, problems];
    };
    const third = 'Shard 3/10 of xen/2 is missing.';
    assert.deepEqual(missing([dealt('1/2', 1), dealt('2/2', 2)]), [[], []]);
    const most = [1, 2, 4, 5, 6, 7, 8, 9, 10].map((at) => dealt(`${at}/10`, at));
    assert.deepEqual(missing(most), [['3/10'], [third]]);
    assert.deepEqual(missing(most, '3/10'), [['3/10'], [third]]);
    assert.deepEqual(missing(most, '4/10'), [['3/10'], []]);
    assert.deepEqual(missing([dealt('1/2', 1), dealt('2/3', 2)]), [
      ['2/2', '1/3', '3/3'],
      ['Shard 1/3 of xen/2 is missing.', 'Shard 2/2 of xen/2 is missing.', 'Shard 3/3 of xen/2 is missing.'],
    ]);
    assert.deepEqual(missing([dealt('1/2', 1), part(attempt('passed', 1))]), [[], []]);
    assert.deepEqual(missing([dealt('1/2', 1), dealt('2/2', 2), dealt('1/3', 1)]), [[], []]);
  });
});
