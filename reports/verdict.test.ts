import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EvidenceEvent, Lack } from '../engine/evidence';
import type { Absence, KnownDeviation } from '../features/deviations';
import type { Scenario, Status } from './model';
import { type Claim, type JudgedRun, verdictOf } from './verdict';

const MISMATCH: EvidenceEvent = { kind: 'mismatch', what: 'rc of p', expected: '-EINVAL', found: '0' };

function scenario(status: Status, events: readonly EvidenceEvent[] = [], lacks: readonly Lack[] = []): Scenario {
  const step = { keyword: 'Then', text: 'it is so', seconds: 0, docString: undefined, table: undefined };
  return {
    run: { key: 'xen/2', label: 'xen', revision: 2 },
    uri: 'features/a.feature',
    line: 1,
    feature: 'A',
    rule: undefined,
    name: 'FUNC-6: it is so',
    description: '',
    tags: ['FUNC-6'],
    lacks,
    example: undefined,
    row: [],
    examples: '',
    about: '',
    steps: [{ ...step, status, message: undefined, events }],
    status,
    attempts: 1,
    started: 0,
    seconds: 0,
  };
}

const clause = (more: Partial<Claim> = {}): Claim => ({
  id: 'FUNC-6',
  revision: 1,
  testable: true,
  isChoice: false,
  isContradictedBy: ({ clauses }) => clauses.includes('FUNC-6'),
  ...more,
});

const deviation = (id: string, clauses: readonly string[]): KnownDeviation => ({
  id,
  clauses,
  says: 'It is so.',
  does: 'It is not.',
  since: '4.7',
  fails: [{ what: '*', expected: '*', found: '*' }],
  scenarios: [],
});

const RUN = { key: 'xen/2', revision: 2, interrupted: false, missingShards: [], selected: false } as const;

function judged(
  known: readonly (readonly [Scenario, KnownDeviation])[] = [],
  absences: readonly Absence[] = [],
  interrupted = false,
): JudgedRun {
  return { run: { ...RUN, interrupted }, known: new Map(known), absences };
}

const NMI: Lack = { name: 'nmi', meaning: 'an NMI can be sent' };
const passed = scenario('passed');
const failed = scenario('failed', [MISMATCH]);

describe('a verdict', () => {
  it('is that a run without a scenario of a clause does not exercise it, with the reason', () => {
    const reasonOf = (claim: Claim, run: JudgedRun['run'] = RUN) => {
      const { verdict, reason } = verdictOf(claim, [], { ...judged(), run });
      return [verdict, reason];
    };
    assert.deepEqual(reasonOf(clause()), ['not-exercised', 'No scenario of this clause was selected.']);
    const ofTool = { ...RUN, drives: { name: 'reference', buildId: '00' } };
    assert.deepEqual(reasonOf(clause(), ofTool), ['not-exercised', 'No scenario asks this of a tool.']);
    const asked = ['not-exercised', 'It is about tools, and the run is of a hypervisor.'];
    assert.deepEqual(reasonOf(clause({ asks: 'caller' })), asked);
  });

  it('is that a clause conforms, and on how many scenarios that rests', () => {
    const skipped = scenario('skipped', [], [NMI]);
    const { verdict, evidence, reason, deciding } = verdictOf(clause(), [passed, skipped, skipped], judged());
    assert.equal(verdict, 'conforms');
    assert.deepEqual(evidence, { passed: 1, failed: 0, skipped: 2, total: 3 });
    assert.deepEqual([reason, deciding], [null, [passed]]);
  });

  it('counts a failure that is recorded against the clauses of that deviation only', () => {
    const own = judged([[failed, deviation('own', ['FUNC-6'])]]);
    const other = judged([[failed, deviation('other', ['GET-2'])]]);
    assert.equal(verdictOf(clause(), [failed, passed], own).verdict, 'known-deviation');
    assert.deepEqual(
      verdictOf(clause(), [failed, passed], own).deviations.map(({ id }) => id),
      ['own'],
    );
    assert.equal(verdictOf(clause(), [failed, passed], other).verdict, 'conforms');
    const alone = verdictOf(clause(), [failed], other);
    assert.equal(alone.verdict, 'not-exercised');
    assert.equal(alone.reason, '1 scenario: failed earlier because of other.');
    assert.deepEqual(alone.deciding, []);
  });

  it('counts a failure that is not recorded against all its clauses', () => {
    assert.equal(verdictOf(clause(), [failed, passed], judged()).verdict, 'deviates');
    const stop: EvidenceEvent = { kind: 'stop', where: 'memcpy', why: '', registers: {}, backtrace: [], console: [] };
    assert.equal(verdictOf(clause(), [scenario('failed', [stop])], judged()).verdict, 'deviates');
  });

  it('never takes an error of the suite, a crash of the emulator, or a missing step for a deviation', () => {
    for (const status of ['failed', 'crashed', 'undefined', 'pending', 'ambiguous'] as const)
      assert.equal(verdictOf(clause(), [scenario(status)], judged()).verdict, 'not-exercised', status);
  });

  it('of a choice is that the implementation differs, recorded or not, never that it deviates', () => {
    const choice = clause({ isChoice: true });
    assert.equal(verdictOf(choice, [failed, passed], judged()).verdict, 'differs');
    assert.equal(verdictOf(choice, [failed], judged([[failed, deviation('own', ['FUNC-6'])]])).verdict, 'differs');
    assert.equal(verdictOf(choice, [passed], judged()).verdict, 'conforms');
  });

  it('is that a clause is not implemented where that is recorded, with the place in the source', () => {
    const absence = { id: 'none', clauses: ['FUNC-6'], absent: 'common/livepatch.c has no such check.', since: '4.7' };
    const skipped = scenario('skipped');
    const { verdict, reason } = verdictOf(clause(), [skipped], judged([], [absence]));
    assert.deepEqual([verdict, reason], ['not-implemented', absence.absent]);
    const elsewhere = judged([], [{ ...absence, clauses: ['SIG-1'] }]);
    assert.equal(verdictOf(clause(), [skipped], elsewhere).verdict, 'not-exercised');
  });

  it('that nothing was exercised says why', () => {
    const reason = (...scenarios: readonly Scenario[]): string | null =>
      verdictOf(clause(), scenarios, judged()).reason;
    assert.equal(reason(), 'No scenario of this clause was selected.');
    const lacking = scenario('skipped', [], [NMI]);
    assert.equal(
      reason(lacking, lacking, scenario('unknown')),
      '2 scenarios: the target lacks nmi; 1 scenario: not ended.',
    );
    assert.equal(reason(scenario('crashed')), '1 scenario: the emulator crashed.');
    assert.equal(reason(scenario('failed')), '1 scenario: an error of the suite.');
  });

  it('says of each silent scenario why it is silent', () => {
    const why = (given: Scenario, known = judged()): string | null => verdictOf(clause(), [given], known).reason;
    for (const [status, reason] of [
      ['unknown', 'not ended'],
      ['skipped', 'skipped'],
      ['crashed', 'the emulator crashed'],
      ['pending', 'an error of the suite'],
      ['undefined', 'an error of the suite'],
      ['ambiguous', 'an error of the suite'],
      ['failed', 'an error of the suite'],
    ] as const)
      assert.equal(why(scenario(status)), `1 scenario: ${reason}.`);
    assert.equal(
      why(scenario('skipped', [], [NMI, { ...NMI, name: 'cpus' }])),
      '1 scenario: the target lacks nmi, cpus.',
    );
    assert.equal(
      why(failed, judged([[failed, deviation('other', [])]])),
      '1 scenario: failed earlier because of other.',
    );
  });

  it('counts each scenario once, and each deviation', () => {
    const [second, third] = [scenario('failed', [MISMATCH]), scenario('failed', [MISMATCH])];
    const own = deviation('own', ['FUNC-6']);
    const silent = scenario('unknown');
    const all = [passed, failed, second, third, silent];
    const known = judged([
      [failed, own],
      [second, own],
    ]);
    const { verdict, evidence, deciding, deviations, scenarios, reason } = verdictOf(clause(), all, known);
    assert.equal(verdict, 'deviates', 'one of them is not recorded');
    assert.deepEqual(evidence, { passed: 1, failed: 3, skipped: 1, total: 5 });
    assert.deepEqual([deciding, scenarios, deviations], [[passed, failed, second, third], all, [own]]);
    assert.equal(reason, 'Judged by the scenarios that ended.');
  });

  it('is of the clauses of its revision', () => {
    const names = (revision: 1 | 2 | null, claim: Partial<Claim>): readonly unknown[] => {
      const { verdict, reason, evidence } = verdictOf(clause(claim), [passed], {
        ...judged(),
        run: { ...RUN, revision },
      });
      assert.equal(evidence.total, verdict === 'conforms' ? 1 : 0);
      return [verdict, reason];
    };
    assert.deepEqual(names(1, {}), ['conforms', null]);
    assert.deepEqual(names(1, { revision: 2 }), ['not-in-force', 'The clause is of revision 2.']);
    assert.deepEqual(names(2, { revision: 2 }), ['conforms', null]);
    assert.deepEqual(names(1, { supersededBy: 'V2-FUNC-6' }), ['conforms', null]);
    assert.deepEqual(names(2, { supersededBy: 'V2-FUNC-6' }), [
      'not-in-force',
      'The clause is of revision 1; V2-FUNC-6 replaces it.',
    ]);
    assert.deepEqual(names(null, { revision: 2, supersededBy: 'V2-FUNC-6' }), ['conforms', null]);
    assert.deepEqual(names(2, { testable: false, why: 'No.' }), ['not-testable', 'No.']);
    assert.deepEqual(names(2, { testable: false }), ['not-testable', '']);
  });

  it('is that something is not implemented only if nothing contradicts it', () => {
    const absence = { id: 'none', clauses: ['FUNC-6'], absent: 'nowhere', since: '4.7' };
    const other = { ...absence, id: 'another', clauses: ['FUNC-7'] };
    const { verdict, absence: found } = verdictOf(clause(), [passed], judged([], [other, absence]));
    assert.deepEqual([verdict, found], ['not-implemented', absence]);
    assert.equal(verdictOf(clause(), [failed], judged([], [absence])).verdict, 'deviates');
    assert.equal(verdictOf(clause(), [passed], judged([], [other])).absence, null);
  });

  it('of an interrupted run rests on what ended, and says so', () => {
    const { verdict, reason } = verdictOf(clause(), [passed, scenario('unknown')], judged([], [], true));
    assert.equal(verdict, 'conforms');
    assert.equal(reason, 'Judged by the scenarios that ended: the run was interrupted.');
  });

  it('of a run of which a part is missing, or was not asked for, says so', () => {
    const reasonIn = (more: Partial<JudgedRun['run']>): string | null =>
      verdictOf(clause(), [passed], { ...judged(), run: { ...RUN, ...more } }).reason;
    assert.equal(reasonIn({}), null);
    assert.equal(reasonIn({ missingShards: ['2/3', '3/3'] }), 'Judged without shard 2/3, 3/3 of the run.');
    assert.equal(reasonIn({ selected: true }), 'Judged by the scenarios that were selected.');
    const part = verdictOf(clause(), [passed, scenario('unknown')], judged());
    assert.deepEqual([part.verdict, part.reason], ['conforms', 'Judged by the scenarios that ended.']);
  });

  it('rests on no scenario that is about the other revision, whatever became of it', () => {
    for (const status of ['passed', 'failed'] as const) {
      const other = { ...scenario(status, [MISMATCH]), tags: ['revision-1'] };
      const { verdict, reason, deciding } = verdictOf(clause(), [other], judged());
      assert.deepEqual([verdict, deciding], ['not-exercised', []], status);
      assert.equal(reason, '1 scenario: about revision 1 only.');
    }
    assert.equal(verdictOf(clause(), [{ ...passed, tags: ['revision-2'] }], judged()).verdict, 'conforms');
  });

  it('needs no scenario for a clause of the other revision, or one that cannot be tested', () => {
    const superseded = verdictOf(clause({ supersededBy: 'V2-FUNC-2' }), [failed], judged());
    assert.deepEqual([superseded.verdict, superseded.deciding], ['not-in-force', []]);
    assert.equal(verdictOf(clause({ testable: false, why: 'No.' }), [], judged()).verdict, 'not-testable');
  });
});
