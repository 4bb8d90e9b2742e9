import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { CannotBeAsked, lacksOf, need, needCpus, needExactClock, needSetup } from './needs';
import { createReference } from './reference';
import type { Target } from './target';

describe('a target is asked for what it may lack', () => {
  const reference = createReference({ revision: 2 });
  after(() => reference.close());
  const { name, hypervisor, image, hypercall, domain, log, reset, close } = reference;
  const poor: Target = {
    ...{ name, hypervisor, image, hypercall, domain, log, reset, close },
    clock: { ...reference.clock, exact: false },
    setups: new Set(),
    traits: new Set(['worked-examples']),
  };
  const lackOf = (ask: () => unknown): string => {
    try {
      ask();
    } catch (error) {
      if (error instanceof CannotBeAsked) return error.lack.name;
    }
    return 'nothing';
  };

  it('which it has', () => {
    assert.equal(need(reference, 'nmi'), reference.nmi);
    assert.equal(needExactClock(reference), reference.clock);
    assert.equal(
      lackOf(() => needSetup(reference, 'options')),
      'nothing',
    );
    assert.deepEqual(lacksOf(reference, ['stale-code', 'worked-examples']), []);
  });

  it('which it lacks: that names the lack', () => {
    assert.equal(
      lackOf(() => need(poor, 'nmi')),
      'nmi',
    );
    assert.equal(
      lackOf(() => needExactClock(poor)),
      'exact-clock',
    );
    assert.equal(
      lackOf(() => needSetup(poor, 'cpu-features')),
      'cpu-features',
    );
    assert.deepEqual(
      lacksOf(poor, ['stale-code', 'worked-examples']).map(({ name }) => name),
      ['stale-code'],
    );
    const few = { ...reference, cpus: { ...need(reference, 'cpus'), most: 2 } };
    assert.equal(needCpus(few, 2), few.cpus);
    assert.throws(() => needCpus(few, 3), /the target lacks 3 vCPUs \(more than the 2 that it was built for\)/);
    assert.equal(
      lackOf(() => needCpus(poor, 1)),
      'cpus',
    );
    assert.throws(() => need(poor, 'nmi'), /the target lacks nmi \(an NMI can be sent to a vCPU\)/);
  });
});
