import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { HypercallEvidence } from '../evidence';
import { createReference } from '../reference';
import { createToolstack, type CallOptions, type Toolstack } from './toolstack';

const target = createReference({ revision: 2 });
beforeEach(() => target.reset());
after(() => target.close());

function evidenceOf(call: (toolstack: Toolstack) => void): HypercallEvidence {
  const toolstack = createToolstack(target);
  call(toolstack);
  const [event] = toolstack.drain();
  assert.ok(event?.kind === 'hypercall');
  return event;
}

/** The fields of a GET that say what is asked for. */
const got = (name: string, options: CallOptions = {}) => evidenceOf(({ get }) => get(name, options)).in;

describe('evidence of a hypercall', () => {
  it('has operation and payload apart, whatever the name', () => {
    const { operation, payload } = evidenceOf(({ action }) => action('APPLY', 'a b'));
    assert.deepEqual([operation, payload], ['APPLY', 'a b']);
    assert.equal('payload' in evidenceOf(({ list }) => list(1)), false);
  });

  it('marks pointers to buffers of the caller’s, and no other value', () => {
    const { name, name_size, state } = got('p');
    assert.deepEqual([typeof name, name_size, state], ['object', 2, 0]);
    const { in: fields, out } = evidenceOf(({ upload }) => upload('p', new Uint8Array(64)));
    assert.deepEqual([typeof fields['payload'], fields['size'], out], ['object', '0x40', {}]);
  });

  it('has a refusal once, among the lines of the console, with the payload and what in it', () => {
    const { console } = evidenceOf(({ upload }) => upload('p', new Uint8Array(64)));
    assert.deepEqual(
      console.map((line) => (typeof line === 'string' ? line : [line.payload, line.where, line.errno])),
      [['p', 'ELF header', -22]],
    );
  });

  it('has an address that the scenario chose as it is', () => {
    assert.equal(got('p', { fields: { name: 0x1234n } })['name'], '0x1234');
    assert.equal(got('p', { fields: { sysctl: 0n } })['sysctl'], '0x0');
  });
});
