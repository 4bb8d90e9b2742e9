import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Execution, SeenStop } from '../../engine/fuzz/execution';
import type { Find } from '../../engine/fuzz/search';
import { loadDeviations } from '../../features/deviation-files';
import { recordsOf } from '../../features/deviations';
import { knownBy } from './known';

const DEVIATIONS = [
  { id: 'crashes', clauses: ['ELF-14'], fails: [{ stop: 'load+*', why: 'FATAL*' }] },
  { id: 'anywhere', clauses: ['ELF-20'], fails: [{ stop: '*', why: 'FATAL*' }] },
  { id: 'forwards', clauses: ['FUNC-18'], fails: [{ what: 'bytes of *', expected: '*', found: 'e9 *' }] },
  { id: 'strict', clauses: ['REL-1'], fails: [{ what: 'the hypercall', expected: '0', found: '-EINVAL' }] },
] as const;

const find = (kind: Find['kind'], ending: Execution['ending'], clause?: string): Find => ({
  ...{ kind, key: '', payload: new Uint8Array(), at: 1, seconds: 0 },
  execution: { ending, reference: clause === undefined ? { errno: 0 } : { errno: -22, rule: 'r', clause } },
});
const stop = (clause?: string, more: Partial<SeenStop> = {}): Find => {
  const seen = { where: 'load+0x1/0x2', why: 'FATAL PAGE FAULT', callers: [], isOwn: false, ...more };
  return find('stop', { kind: 'stopped', phase: 'UPLOAD', stop: seen }, clause);
};
const by = (found: Find): string | undefined => knownBy(DEVIATIONS, found);

test('a deviation from the clause explains whatever Xen does', () => {
  assert.equal(by(stop('ELF-14', { where: 'elsewhere+0x1/0x2' })), 'crashes');
  assert.equal(by(find('taken', { kind: 'accepted', reached: ['UPLOAD'] }, 'FUNC-18')), 'forwards');
  assert.equal(by(find('taken', { kind: 'accepted', reached: ['UPLOAD'] }, 'FUNC-19')), undefined);
});

test('the same place explains a crash, if it is against a clause of the same chapter, or none', () => {
  assert.equal(by(stop('ELF-15')), 'crashes');
  assert.equal(by(stop()), 'crashes');
  assert.equal(by(stop('REL-2')), undefined);
  assert.equal(by(stop('ELF-15', { why: 'Xen BUG' })), undefined);
});

test('a deviation that may crash anywhere explains no place', () => {
  assert.equal(by(stop('ELF-15', { where: 'elsewhere+0x1/0x2' })), undefined);
  assert.equal(by(stop(undefined, { where: 'elsewhere+0x1/0x2' })), undefined);
});

test('bytes that are left, and a refusal, are explained by what a deviation is recorded to do', () => {
  const left = (found: string): Find =>
    find('broken', { kind: 'broken', phase: 'UNLOAD', change: { what: 'bytes of f', found } });
  assert.equal(by(left('e9 00')), 'forwards');
  assert.equal(by(left('cc 00')), undefined);
  assert.equal(by(find('refused', { kind: 'refused', errno: -22, said: '' })), 'strict');
  assert.equal(by(find('refused', { kind: 'refused', errno: -2, said: '' })), undefined);
});

test('the bugs of the loader are explained by the deviations of Xen 4.17', () => {
  const { deviations } = recordsOf(loadDeviations(), 'Xen 4.17.5 (Debian)');
  for (const [clause, id] of [
    ['ELF-14', 'symbol-table-without-names-stops-the-hypervisor'],
    ['REL-6', 'relocations-for-no-section-stop-the-hypervisor'],
    ['ELF-12', 'sections-may-wrap-around'],
    ['ELF-11', 'special-sections-need-not-be-allocated'],
  ] as const)
    assert.equal(knownBy(deviations, stop(clause)), id);
});
