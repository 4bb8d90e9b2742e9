import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explain, firstLine } from './explain';
import type { Lack } from '../engine/evidence';
import type { Scenario, Status } from './model';

const lack = (name: string): Lack => ({ name, meaning: `so that ${name}` });

const scenario = (status: Status, tags: readonly string[] = [], lacks: readonly Lack[] = []): Scenario => ({
  run: { key: 'xen/2', label: 'xen', revision: 2 },
  uri: 'a.feature',
  line: 1,
  feature: '',
  rule: undefined,
  name: '',
  description: '',
  tags,
  example: undefined,
  row: [],
  examples: '',
  about: '',
  steps: [],
  status,
  lacks,
  attempts: 1,
  started: undefined,
  seconds: 0,
});

describe('why a scenario did not pass', () => {
  it('is nothing where it passed', () => assert.equal(explain(scenario('passed')), undefined));

  it('is what the target lacks, or the revision', () => {
    const why = (lacks: readonly Lack[], ...tags: readonly string[]) => explain(scenario('skipped', tags, lacks));
    assert.equal(why([lack('a')]), 'Not exercised: xen/2 lacks a (so that a).');
    assert.equal(why([lack('a'), lack('b')]), 'Not exercised: xen/2 lacks a (so that a), b (so that b).');
    assert.equal(why([lack('a')], 'revision-1'), 'Not exercised: it is about revision 1 only.');
    assert.match(why([lack('a')], 'revision-2') ?? '', /lacks a /);
    assert.equal(why([], 'needs-a'), 'Not exercised: it was skipped.');
  });

  it('is that the run ended', () => assert.match(explain(scenario('unknown')) ?? '', /the run ended/));

  it('is told in short by its first line', () => assert.equal(firstLine('\n  a\nb'), 'a'));
});
