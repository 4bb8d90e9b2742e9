import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EvidenceEvent, FaultEvidence, HypercallEvidence, StopEvidence } from '../engine/evidence';
import { countCrashed, crashesOf, stopsAsSpecified } from './crashes';
import type { Report, Scenario, Step } from './model';
import { mergeRuns } from './runs';
import { deviating, messages, renamed, stream } from './testdata/streams';

const stop = (where: string, access?: FaultEvidence['access']): StopEvidence => ({
  kind: 'stop',
  where,
  why: 'fault\nmore',
  ...(access !== undefined && { fault: { access, reason: 'unmapped', address: '0x8' } }),
  registers: {},
  backtrace: [],
  console: [],
});

const call = (operation: string): HypercallEvidence => ({
  kind: 'hypercall',
  operation,
  domain: 'dom0',
  cpu: 0,
  in: {},
  out: {},
  returned: 0,
  returnedName: '0',
  console: [],
  from: '0',
  to: '0',
});

type Told = Pick<Scenario, 'status'> & {
  readonly steps: readonly { readonly text: string; readonly events: readonly EvidenceEvent[] }[];
};

/** A run whose first scenarios went so. */
async function runs(...told: readonly Told[]): Promise<Report['runs']> {
  const { runs: made } = mergeRuns([stream(renamed(await messages(), 'xen/2'))]);
  return made.map((run) => ({
    ...run,
    scenarios: run.scenarios.slice(0, told.length).map((scenario, at) => {
      const { status, steps } = told[at] ?? { status: 'passed', steps: [] };
      const step = scenario.steps[0];
      assert.ok(step);
      return { ...scenario, status, steps: steps.map((own): Step => ({ ...step, ...own })) };
    }),
  }));
}

const uploaded = (...events: readonly EvidenceEvent[]) => ({ text: '"p" is uploaded', events });
const applied = (...events: readonly EvidenceEvent[]) => ({ text: 'APPLY of "p" is asked', events });

const failed = (where: string): Told => ({ status: 'failed', steps: [applied(stop(where))] });

describe('crashes', () => {
  it('of one function and one damage are one, wherever in it they are', async () => {
    const made = await runs(
      { status: 'failed', steps: [uploaded(stop('f+0x1', 'load'))] },
      { status: 'failed', steps: [uploaded(stop('f+0x2', 'load'))] },
      { status: 'failed', steps: [uploaded(stop('g+0x2', 'load'))] },
    );
    const crashes = crashesOf({ runs: made, known: new Map() });
    assert.deepEqual(
      crashes.map(({ cause, seen }) => [cause, seen.length]),
      [
        ['f reads unmapped memory', 2],
        ['g reads unmapped memory', 1],
      ],
    );
  });

  it('are of the deviation that they are recorded as', async () => {
    const made = await runs(
      { status: 'failed', steps: [uploaded(stop('f', 'load'))] },
      { status: 'failed', steps: [applied(stop('g'))] },
    );
    const deviation = deviating('xen/2', 'x').deviations[0];
    assert.ok(deviation);
    const known = new Map(made.flatMap(({ scenarios }) => scenarios.map((scenario) => [scenario, deviation] as const)));
    const [crash, ...others] = crashesOf({ runs: made, known });
    assert.deepEqual([crash?.cause, crash?.damages, others], [deviation.id, ['reads', 'halts'], []]);
  });

  it('are the more severe the more memory they touch and the less it takes', async () => {
    const made = await runs(
      { status: 'failed', steps: [uploaded(call('UPLOAD')), applied(stop('low', 'load'))] },
      { status: 'failed', steps: [uploaded(call('UPLOAD')), applied(call('APPLY')), uploaded(stop('later', 'load'))] },
      { status: 'failed', steps: [uploaded(stop('medium', 'load'))] },
      { status: 'failed', steps: [applied(stop('high', 'store'))] },
    );
    assert.deepEqual(
      crashesOf({ runs: made, known: new Map() }).map(({ cause, severity }) => `${severity}: ${cause.split(' ')[0]}`),
      ['high: high', 'medium: medium', 'low: low', 'low: later'],
    );
  });

  it('are counted by scenario, whatever number of runs has it, and those in most scenarios come first', async () => {
    const often = await runs(...['f', 'f', 'g', 'g'].map((where) => failed(where)));
    const [twice] = await runs(failed('h'), failed('h'), failed('h'));
    const [run] = often;
    assert.ok(run && twice);
    const again = { ...run, key: 'other/2', scenarios: run.scenarios.slice(0, 2) };
    const crashes = crashesOf({ runs: [run, again, twice], known: new Map() });
    assert.deepEqual(
      crashes.map((crash) => [crash.cause.split(' ')[0], crash.seen.length, countCrashed(crash)]),
      [
        ['h', 3, 3],
        ['f', 4, 2],
        ['g', 2, 2],
      ],
    );
  });

  it('do what the access was that they failed at', async () => {
    const one = async (access: FaultEvidence['access'] | undefined) => {
      const [crash] = crashesOf({
        runs: await runs({ status: 'failed', steps: [uploaded(stop('f', access))] }),
        known: new Map(),
      });
      return [crash?.damages, crash?.severity, crash?.cause, crash?.deviation];
    };
    assert.deepEqual(await one('fetch'), [['executes'], 'high', 'f executes something that is not code', null]);
    assert.deepEqual(await one('store'), [['writes'], 'high', 'f writes to memory that it may not write', null]);
    assert.deepEqual(await one('load'), [['reads'], 'medium', 'f reads unmapped memory', null]);
    assert.deepEqual(await one(undefined), [
      ['halts'],
      'medium',
      'f halts by itself: a BUG, an assertion or a panic',
      null,
    ]);
  });

  it('are by an UPLOAD alone if nothing but UPLOAD, GET and LIST came before, and it is in the words of the step', async () => {
    const byUpload = async (text: string, ...events: readonly EvidenceEvent[]) => {
      const made = await runs({ status: 'failed', steps: [{ text, events: [...events, stop('f', 'load')] }] });
      const [seen] = crashesOf({ runs: made, known: new Map() })[0]?.seen ?? [];
      assert.equal(seen?.step, text);
      return seen.isByUpload;
    };
    assert.equal(await byUpload('"p" is uploaded'), true);
    assert.equal(await byUpload('an UPLOAD of "p"', call('UPLOAD'), call('GET'), call('LIST')), true);
    assert.equal(await byUpload('an UPLOAD of "p"', call('UPLOAD'), call('APPLY')), false);
    assert.equal(await byUpload('"p" is loaded'), false);
    assert.equal(await byUpload('UPLOADS'), false);
  });

  it('are hangs where the emulator waited no longer, whatever was said', async () => {
    const made = await runs({ status: 'failed', steps: [applied({ ...stop('f'), isOutOfBudget: true })] }, failed('g'));
    const damages = crashesOf({ runs: made, known: new Map() }).map((crash) => crash.damages);
    assert.deepEqual(damages, [['hangs'], ['halts']]);
  });

  it('are none where the scenario passed: the document says that the hypervisor stops', async () => {
    const made = await runs({ status: 'passed', steps: [applied(stop('f'))] }, { status: 'passed', steps: [] });
    assert.deepEqual(crashesOf({ runs: made, known: new Map() }), []);
    assert.deepEqual(stopsAsSpecified({ runs: made }), made[0]?.scenarios.slice(0, 1));
  });
});
