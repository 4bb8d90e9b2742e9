import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createReference } from '../reference';
import { createToolstack } from './toolstack';
import { differencesOf, watched, type WireCall } from './wire';

describe('hypercalls byte by byte', () => {
  const reference = createReference({ revision: 2 });
  after(() => reference.close());

  function callsOf(make: (toolstack: ReturnType<typeof createToolstack>) => void): readonly WireCall[] {
    reference.reset();
    const calls: WireCall[] = [];
    make(createToolstack(watched(reference, (call) => calls.push(call))));
    return calls;
  }

  it('have the fields of their structure, and what their pointers lead to', () => {
    const [upload, get, list, action, version] = callsOf((toolstack) => {
      toolstack.upload('p', Uint8Array.of(1, 2));
      toolstack.get('p', { fields: { 'op.pad': 7 } });
      toolstack.list(0);
      toolstack.action('REPLACE', 'p', 5);
      toolstack.version();
    });
    assert.deepEqual([upload?.operation, upload?.returned], ['UPLOAD', -22]);
    assert.deepEqual([upload?.fields['name'], upload?.fields['payload']], ['"p\\u0000"', '0102']);
    assert.deepEqual([get?.operation, get?.fields['op.pad'], get?.returned], ['GET', '7', -22]);
    assert.deepEqual([list?.fields['nr'], list?.fields['status']], ['0', 'a buffer']);
    assert.deepEqual([action?.operation, action?.fields['time'], action?.returned], ['REPLACE', '5', -2]);
    assert.equal(action?.fields['rest of the union'], 'zeros');
    assert.equal(version?.operation, 'hypercall 17');
  });

  it('are compared field by field', () => {
    const ones = callsOf((toolstack) => toolstack.action('APPLY', 'p', 5));
    const others = callsOf((toolstack) => toolstack.action('APPLY', 'q', 6));
    assert.deepEqual(differencesOf(ones, ones), []);
    assert.deepEqual(differencesOf(ones, others), [
      { operation: 'APPLY', field: 'name', one: '"p\\u0000"', other: '"q\\u0000"' },
      { operation: 'APPLY', field: 'time', one: '5', other: '6' },
    ]);
  });

  it('show what is in the rest of the union', () => {
    const [call] = callsOf((toolstack) => {
      const memory = reference.domain('control');
      const place = memory.allocate(136);
      memory.write(place, Uint8Array.of(27, 0, 0, 0, 0x15, 0, 0, 0, 1));
      memory.write(place + 135n, Uint8Array.of(1));
      toolstack.bare(35, place, () => new Uint8Array(0));
    });
    assert.deepEqual([call?.operation, call?.fields['rest of the union']], ['GET', 'other bytes']);
    assert.equal(call?.fields['name'], 'none');
  });
});
