import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classOf, nameOf } from './classes';
import type { Ending, Execution, SeenStop } from './execution';

const TAKEN = { errno: 0 } as const;
const REFUSED = { errno: -22, rule: 'magic', clause: 'ELF-1' } as const;
const key = (ending: Ending, reference: Execution['reference'] = TAKEN): string | undefined => {
  const found = classOf({ ending, reference });
  return found && nameOf(found);
};

const stopped = (more: Partial<SeenStop>): Ending => ({
  kind: 'stopped',
  phase: 'UPLOAD',
  stop: { where: 'memcpy+0xd/0x20', why: 'FATAL PAGE FAULT', callers: ['livepatch_op+0x1/0x2'], isOwn: false, ...more },
});

test('where both agree there is no class', () => {
  assert.equal(key({ kind: 'accepted', reached: ['UPLOAD'] }), undefined);
  assert.equal(key({ kind: 'refused', errno: -22, said: 'no' }, REFUSED), undefined);
});

test('stops are of one class by their place, the caller and the step', () => {
  assert.equal(key(stopped({})), 'stop: UPLOAD: memcpy+0xd < livepatch_op');
  assert.equal(key(stopped({ why: 'other words' })), key(stopped({})));
  assert.notEqual(key(stopped({ where: 'memcpy+0xf/0x20' })), key(stopped({})));
  assert.notEqual(key(stopped({ callers: ['printk+0x1/0x2'] })), key(stopped({})));
});

test('two causes may stop Xen in one place: the clause tells them apart', () => {
  assert.equal(key(stopped({}), REFUSED), 'stop: UPLOAD: memcpy+0xd < livepatch_op (ELF-1)');
  assert.notEqual(key(stopped({}), REFUSED), key(stopped({})));
});

test('all stops in the own code of payloads are one class a step', () => {
  const own = "own: UPLOAD: the payload's own code";
  assert.equal(key(stopped({ isOwn: true })), own);
  assert.equal(key(stopped({ isOwn: true }), REFUSED), own);
  assert.equal(key(stopped({ isOwn: true, where: 'hook+0x5/0x9 [p]' })), own);
});

test('what only one of the two takes is classed by the clause, or by what Xen says', () => {
  assert.equal(key({ kind: 'accepted', reached: ['UPLOAD'] }, REFUSED), 'taken: ELF-1 magic');
  const refused = (said: string): Ending => ({ kind: 'refused', errno: -22, said });
  assert.equal(key(refused("symbol 'a' at 0x12")), key(refused("symbol 'bc' at 0x3456")));
  assert.equal(key(refused('p: duplicate new symbol: a')), key(refused('p: duplicate new symbol: b c\n')));
  assert.equal(key(refused('resolve old address of ')), key(refused('resolve old address of \xe0\xff')));
  assert.notEqual(key(refused('symbol')), key(refused('section')));
  assert.equal(key(refused('')), 'refused: -EINVAL');
});

test('what is left changed is classed by what it is, not by its place', () => {
  const broken = (what: string): Ending => ({ kind: 'broken', phase: 'UNLOAD', change: { what, found: '90' } });
  assert.equal(key(broken('bytes of xen_minor_version')), key(broken('bytes of xen_extra_version+0x4')));
  assert.equal(key(broken('LIST')), 'broken: UNLOAD: LIST');
});
