/** What becomes evidence of a hypercall, of one that was made now or later. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { assertStructure, callsOf, HEADER, playing, reference, zeros, type Answer } from './playing.fixtures';
import type { Toolstack } from './toolstack';

beforeEach(() => reference.reset());
after(() => reference.close());

describe('the evidence of a hypercall', () => {
  it('is all that was asked, returned and said, and when', () => {
    const { toolstack, calls } = playing(2, (_, memory, structure) => {
      memory.write(structure + 32n, Uint8Array.of(2));
      return 0n;
    });
    toolstack.get('p', { domain: 'guest', cpu: 1, fields: { name_size: 7, 'op.pad': 5, 'sysctl.cmd': 27 } });
    toolstack.note({ kind: 'busy', cpu: 1, from: '0', to: '5' });
    const [event, note, ...others] = toolstack.drain();
    assert.ok(event?.kind === 'hypercall');
    const { name, ...input } = event.in;
    assert.ok(typeof name === 'object' && /^0x4[0-9a-f]+$/.test(name.buffer), 'in the memory of the guest');
    assert.deepEqual(
      { ...event, in: input },
      {
        kind: 'hypercall',
        operation: 'GET',
        payload: 'p',
        domain: 'guest',
        cpu: 1,
        in: { 'op.pad': 5, 'sysctl.cmd': 27, name_size: 7, name_pad: '000000000000', state: 0, rc: 0 },
        out: { state: 2 },
        returned: 0,
        returnedName: '0',
        console: ['said'],
        from: '100',
        to: '105',
      },
    );
    assert.deepEqual([note, others], [{ kind: 'busy', cpu: 1, from: '0', to: '5' }, []]);
    assert.deepEqual(toolstack.drain(), []);
    assert.deepEqual([calls[0]?.domain, calls[0]?.cpu], ['guest', 1]);
  });

  it('is of the fields as they were written, whatever was overridden', () => {
    const { toolstack, structures } = playing(1);
    const fields = { 'sysctl.cmd': 1, 'sysctl.interface_version': 2, 'op.cmd': 3, 'op.pad': 4, name: 5n, time: 6 };
    toolstack.action('APPLY', 'p', 9, { fields });
    assertStructure(
      structures[0],
      `01000000 02000000 03000000 04000000 0500000000000000 0200 ${zeros(6)} 03000000 06000000`,
    );
    const [event] = callsOf(toolstack.drain());
    assert.deepEqual(event?.in, {
      'sysctl.cmd': 1,
      'sysctl.interface_version': 2,
      'op.cmd': 3,
      'op.pad': 4,
      name: '0x5',
      name_size: 2,
      name_pad: '000000000000',
      cmd: 3,
      time: 6,
    });
    for (const field of ['sysctl.pad', 'op.time', 'flags', 'status'])
      assert.throws(
        () => toolstack.action('APPLY', 'p', 9, { fields: { [field]: 1 } }),
        new RangeError(`field: expected one of the call, got ${field}`),
      );
  });

  it('has nothing that changed if the structure was not where the caller wrote it', () => {
    const changing: Answer = ({ domain }, _memory, structure) => {
      if (structure !== 0n) reference.domain(domain ?? 'control').write(structure + 32n, Uint8Array.of(2));
      return 0n;
    };
    const outOf = (options: Parameters<Toolstack['get']>[1]): object => {
      const { toolstack } = playing(2, changing);
      const { state } = toolstack.get('p', options);
      return [callsOf(toolstack.drain())[0]?.out, state];
    };
    assert.deepEqual(outOf({}), [{ state: 2 }, 'APPLIED']);
    assert.deepEqual(outOf({ fields: { sysctl: 0n } }), [{}, undefined]);
    assert.deepEqual(outOf({ readOnly: true }), [{ state: 2 }, 'APPLIED']);
  });

  it('may be of a structure that ends at an unmapped page', () => {
    for (const [mapped, state] of [
      [39, undefined],
      [40, 'APPLIED'],
      [136, 'APPLIED'],
    ] as const) {
      const answer: Answer = (_, memory, structure) => {
        assert.equal(memory.read(structure, mapped).length, mapped);
        assert.throws(() => memory.read(structure, mapped + 1), RangeError);
        memory.write(structure + 32n, Uint8Array.of(2));
        return 0n;
      };
      assert.equal(playing(2, answer, mapped).toolstack.get('p', { mapped }).state, state);
    }
  });

  it('of a call that a vCPU makes on its own is there once it has returned', () => {
    const { toolstack, calls, structures, answerLater } = playing(2, ({ number }, memory, structure) => {
      if (number === 35) memory.write(structure + 32n, Uint8Array.of(2));
      return number === 35 && memory.read(structure + 8n, 1)[0] === 2 ? 0n : 3n;
    });
    const later = toolstack.later(1, 50n);
    const asked = [
      later.get('p'),
      later.version(),
      later.upload('q', Uint8Array.of(1)),
      later.action('REVERT', 'r', { time: 4 }),
    ];
    const list = later.list(0);
    assert.deepEqual(
      asked.map((each) => each()),
      [undefined, undefined, undefined, undefined],
    );
    assert.deepEqual(toolstack.drain(), []);
    answerLater();
    assert.deepEqual(
      asked.map((each) => each()),
      [{ returned: 3, state: 'APPLIED', rc: 0 }, { returned: 3 }, { returned: 3 }, { returned: 3 }],
    );
    assert.equal(list()?.returned, 0);
    assert.ok(calls.every(({ cpu }) => cpu === 1));
    assertStructure(structures[2], `${HEADER} 03000000 00000000 p 0200 ${zeros(6)} 02000000 04000000`);
    assert.deepEqual(calls[1], { number: 17, arguments: [0n, 0n], cpu: 1 });
    assert.deepEqual(
      callsOf(toolstack.drain()).map(({ operation, payload, cpu, console, from, to, out }) => [
        operation,
        payload,
        cpu,
        console,
        from === to,
        to,
        Object.keys(out),
      ]),
      [
        ['GET', 'p', 1, ['later'], true, '155', ['state']],
        ['XENVER_version', undefined, 1, ['later'], true, '160', []],
        ['UPLOAD', 'q', 1, ['later'], true, '165', ['size']],
        ['REVERT', 'r', 1, ['later'], true, '170', []],
        ['LIST', undefined, 1, ['later'], true, '175', ['name_total_size']],
      ],
    );
  });
});
