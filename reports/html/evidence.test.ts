import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { h } from 'preact';
import type { MemoryEvidence } from '../../engine/evidence';
import { mergeRuns } from '../runs';
import type { Scenario } from '../model';
import { messages, stream } from '../testdata/streams';
import { StepEvidence } from './evidence';
import { longReadings, readingsOf } from './readings';

const read = (when: string, bytes: string): MemoryEvidence => ({
  kind: 'memory',
  when,
  address: '0xffff82d040200000',
  symbol: 'f',
  bytes,
  permissions: 'rw-',
});

async function twoScenarios(events: readonly MemoryEvidence[]): Promise<readonly [Scenario, Scenario]> {
  const [run] = mergeRuns([stream(await messages())]).runs;
  const [first, second] = run?.scenarios ?? [];
  const [step] = first?.steps ?? [];
  assert.ok(first && second && step);
  const steps = events.map((event) => ({ ...step, events: [event] }));
  return [
    { ...first, steps },
    { ...second, steps },
  ];
}

/** What the page says of each step, without markup. */
function texts(scenario: Scenario, all: readonly Scenario[]): readonly string[] {
  return readingsOf(scenario, longReadings(all)).map((readings) =>
    renderToStaticMarkup(h(StepEvidence, { of: [{ run: scenario.run, readings }] })).replace(/<[^>]*>/g, ''),
  );
}

describe('bytes in a scenario', () => {
  it('are shown where they are new, and named where they were shown', async () => {
    const [scenario] = await twoScenarios([
      read('at first', '41424344'),
      read('now', 'e9424344'),
      read('later', 'e942'),
      read('later', 'e9424344'),
      read('in the end', '4142'),
    ]);
    const place = 'f 0xffff82d040200000 rw-';
    assert.deepEqual(texts(scenario, [scenario]), [
      `${place} at first+00 41 42 43 44  ABCD\n`,
      `${place} now+00 e9 42 43 44  .BCD\n`,
      `${place} later: the 2 bytes are as above`,
      `${place} later: the 4 bytes are as above`,
      `${place} in the end: the 2 bytes are as they were at first`,
    ]);
  });

  it('stand in one scenario where they are long', async () => {
    const both = await twoScenarios([read('now', '90'.repeat(300))]);
    const [first, second] = both.map((scenario) => texts(scenario, both)[0]);
    assert.match(first ?? '', /\+120 90/);
    assert.equal(second, `f 0xffff82d040200000 rw- now: the 300 bytes are those in “${both[0].name}”`);
  });
});
