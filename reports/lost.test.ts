/** What runs lost on their way into a report, and scenarios in which the emulator crashed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Envelope } from '@cucumber/messages';
import { buildReport, countScenarios, isAsExpected } from './report';
import { report, statuses } from './testdata/report';
import {
  CATALOGUE,
  SUITE,
  crashed,
  described,
  deviating,
  messages,
  nextDay,
  renamed,
  shard,
  stream,
} from './testdata/streams';

describe('a scenario that crashed the emulator', () => {
  /** Of FUNC-12, of which there is no other. */
  const PICK = 14;
  const alone = async () => shard(crashed(await messages(), PICK + 1), (scenario) => scenario === PICK);

  it('says nothing about the hypervisor, not even as a known deviation, and is not as expected', async () => {
    for (const known of [[], [deviating('reference', '*', '*')]]) {
      const built = report([await alone()], known);
      assert.deepEqual(statuses(built), [['68 crashed']]);
      assert.equal(built.known.size, 0);
      assert.equal(
        built.clauses.find(({ clause }) => clause.id === 'FUNC-12')?.verdicts.get('reference/1')?.verdict,
        'not-exercised',
      );
      assert.equal(isAsExpected(built), false);
      const [run] = built.runs;
      assert.ok(run);
      const { passed, failed, crashed: counted } = countScenarios(built, run);
      assert.deepEqual({ passed, failed, counted }, { passed: 0, failed: 0, counted: 1 });
    }
  });

  it('says in its step how it crashed, whatever else is said there', async () => {
    const [scenario] = report([await alone()]).runs[0]?.scenarios ?? [];
    assert.deepEqual(
      scenario?.steps.map(({ status, message }) => [status, message]),
      [
        ['passed', undefined],
        ['crashed', 'The emulator crashed: SIGSEGV.'],
      ],
    );
  });

  it('does not matter where it passed in another attempt later', async () => {
    const again = nextDay(shard(await messages(), (scenario) => scenario === PICK));
    assert.deepEqual(statuses(report([await alone(), again])), [['68 passed']]);
  });
});

describe('what is lost', () => {
  const good = async () => shard(await messages(), (scenario) => scenario === 0);
  const problemsOf = (...parts: readonly (readonly Envelope[])[]) => {
    const built = report(parts);
    assert.equal(isAsExpected(built), built.problems.length === 0);
    return built.problems;
  };

  it('a run that began and has no scenario', async () => {
    const all = await messages();
    const died = all.slice(
      0,
      all.findIndex(({ testCase }) => testCase !== undefined),
    );
    assert.deepEqual(problemsOf(await good(), died), [
      'A run in test.ndjson began and ended before its first scenario.',
    ]);
    assert.deepEqual(
      problemsOf(
        await good(),
        shard(all, () => false),
      ),
      ['A run in test.ndjson began and has no scenario.'],
    );
  });

  it('why Cucumber says that the run failed', async () => {
    const failed = (await good()).map((envelope) =>
      envelope.testRunFinished === undefined
        ? envelope
        : { testRunFinished: { timestamp: envelope.testRunFinished.timestamp, success: false } },
    );
    assert.deepEqual(problemsOf(failed), [
      'Cucumber reports that the run in test.ndjson failed, but no scenario or hook failed.',
    ]);
  });

  it('a scenario that was planned and never begun, though the run came to its end', async () => {
    const all = await good();
    const id = all.flatMap(({ testCaseStarted }) => testCaseStarted?.id ?? [])[0];
    const isOf = ({ testCaseStarted: start, testStepFinished, testCaseFinished, attachment }: Envelope): boolean =>
      id === (start?.id ?? (testStepFinished ?? testCaseFinished ?? attachment)?.testCaseStartedId);
    const built = report([all.filter((envelope) => !isOf(envelope))]);
    assert.deepEqual(statuses(built), [['7 unknown']]);
    assert.equal(isAsExpected(report([nextDay(renamed(all, 'xen/2')), all.filter((each) => !isOf(each))])), false);
  });

  it('shards, unless there is one deal of them whole, or a run of all', async () => {
    const all = shard(await messages(), (scenario) => scenario > 11 && scenario < 15);
    const dealt = (count: number, ...parts: readonly number[]) =>
      parts.map((part) =>
        described(
          shard(all, (scenario) => scenario % count === part - 1),
          { shard: `${part}/${count}` },
        ),
      );
    assert.deepEqual(problemsOf(...dealt(3, 1, 2, 3)), []);
    assert.deepEqual(problemsOf(...dealt(3, 1, 3)), ['Shard 2/3 of reference/1 is missing.']);
    assert.deepEqual(problemsOf(...dealt(3, 1), ...dealt(2, 1, 2)), []);
    assert.deepEqual(problemsOf(...dealt(3, 1), all), []);
    const some = shard(all, (scenario) => scenario === 0);
    assert.deepEqual(problemsOf(...dealt(3, 1, 2), some), ['Shard 3/3 of reference/1 is missing.']);
    assert.deepEqual(problemsOf(...dealt(3, 1, 2, 3), ...dealt(3, 1, 2).map((each) => renamed(each, 'xen/2'))), []);
    const built = buildReport(dealt(3, 2).map(stream), {
      suite: SUITE,
      catalogue: CATALOGUE,
      knownDeviations: [],
      shard: '2/3',
    });
    assert.deepEqual([built.problems, built.runs[0]?.missingShards], [[], ['1/3', '3/3']]);
  });
});
