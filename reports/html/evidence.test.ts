import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { h } from 'preact';
import type { HypercallEvidence, MemoryEvidence } from '../../engine/evidence';
import { mergeRuns } from '../runs';
import type { Scenario } from '../model';
import { messages, renamed, stream } from '../testdata/streams';
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

const UPLOAD: HypercallEvidence = {
  kind: 'hypercall',
  operation: 'UPLOAD',
  payload: 'p',
  domain: 'control',
  cpu: 0,
  in: {},
  out: {},
  returned: -22,
  returnedName: '-EINVAL',
  console: [],
  from: '5',
  to: '5',
};

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

describe('a command of a tool', () => {
  it('is shown with how it ended and what it said', async () => {
    const [scenario] = await twoScenarios([read('now', '90')]);
    const event = { kind: 'tool', command: 'xen-livepatch list', ended: 'exit status 1', says: ['a', 'b'] } as const;
    const reading = { run: scenario.run, event, nameOf: () => undefined };
    const readings = [{ ...reading, first: undefined, last: undefined, elsewhere: undefined }];
    const html = renderToStaticMarkup(h(StepEvidence, { of: [{ run: scenario.run, readings }] }));
    assert.equal(html.replace(/<[^>]*>/g, ''), 'xen-livepatch list → exit status 1a\nb');
  });
});

describe('a refusal', () => {
  it('is told once of runs that say the same of it, whatever else is known of it', async () => {
    const all = await messages();
    const { runs } = mergeRuns(['a/1', 'b/2'].map((key) => stream(renamed(all, key))));
    const refusal = { rule: 'magic', clause: 'ELF-1' as const, errno: -22, says: 'It is no ELF file.', where: '' };
    const of = runs.map((run, at) => {
      const event = { ...UPLOAD, console: [{ ...refusal, offset: at }] };
      return {
        run,
        readings: [{ run, event, nameOf: () => undefined, first: undefined, last: undefined, elsewhere: undefined }],
      };
    });
    const text = renderToStaticMarkup(h(StepEvidence, { of })).replace(/<[^>]*>/g, '');
    assert.equal(text, 'UPLOAD p → -EINVALELF-1 It is no ELF file. rule magic');
  });
});
