import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explain, firstLine } from './explain';
import type { Scenario, Status } from './model';

const scenario = (status: Status, tags: readonly string[] = []): Scenario => ({
  run: { key: 'xen/2', label: 'xen', revision: 2 },
  uri: 'a.feature',
  line: 1,
  feature: '',
  rule: undefined,
  name: '',
  description: '',
  tags,
  example: undefined,
  steps: [],
  status,
  attempts: 1,
  started: undefined,
  seconds: 0,
});

describe('why a scenario did not pass', () => {
  it('is nothing where it passed', () => assert.equal(explain(scenario('passed')), undefined));

  it('is what the target lacks, or the revision', () => {
    const why = (...tags: readonly string[]) => explain(scenario('skipped', tags));
    assert.match(why('needs-memory-watch') ?? '', /^Not exercised: xen\/2 lacks memory-watch \(the stores .*\)\.$/);
    assert.match(why('needs-a', 'needs-b') ?? '', /lacks at least one of a, b\.$/);
    assert.equal(why('needs-a', 'revision-1'), 'Not exercised: it is about revision 1 only.');
    assert.match(why('needs-a', 'revision-2') ?? '', /lacks a\.$/);
    assert.equal(why(), 'Not exercised: it was skipped.');
  });

  it('is that the run ended', () => assert.match(explain(scenario('unknown')) ?? '', /the run ended/));

  it('is told in short by its first line', () => assert.equal(firstLine('\n  a\nb'), 'a'));
});
