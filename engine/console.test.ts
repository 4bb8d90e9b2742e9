import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherLines, placeOf, refusalsIn, screenLines } from './console';
import type { CitedRefusal } from './refusal';

const refusal: CitedRefusal = { rule: 'r', clause: 'ELF-1', errno: -22, says: 'No.', payload: 'a\nb', where: 'header' };

test('a console line that states a refusal is that refusal, and is told as the hypervisor prints it', () => {
  const lines = ['livepatch: header: No. [ELF-1]', refusal];
  assert.deepEqual(refusalsIn(lines), [refusal]);
  assert.deepEqual(otherLines(lines), [lines[0]]);
  assert.deepEqual(screenLines(lines), [lines[0], 'livepatch: payload a', 'b: header: No. [ELF-1]']);
});

test('a refusal is about a payload, something in it, or the call', () => {
  assert.equal(placeOf({ payload: 'p', where: 'section .text' }), 'payload p: section .text');
  assert.equal(placeOf({ payload: 'p', where: '' }), 'payload p');
  assert.equal(placeOf({ where: 'struct xen_sysctl' }), 'struct xen_sysctl');
});
