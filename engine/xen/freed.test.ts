import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { machineCode, type Code } from '../../payloads/builder/assembly';
import { returnsString } from '../../payloads/builder/code';
import { livepatch, type PayloadDescription } from '../../payloads/builder/payload';
import { wordBytes } from '../bytes';
import { selfCheck } from '../self-check';
import { HypervisorStopped, type EmulatedTarget, type Stop } from '../target';
import { createToolstack, type Toolstack } from '../toolstack/toolstack';
import { createXen, findDebianXen } from '.';

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;
const PATCHED = 'xen_extra_version';
/** A variable of Xen's that nothing reads here. */
const CELL = 'opt_cpu_info';

describe("what Debian's Xen 4.17 has freed", { skip }, () => {
  let made: EmulatedTarget | undefined;
  const xen = (): EmulatedTarget => (made ??= createXen({ file: file ?? '', say: () => undefined, selfCheck }));
  const cell = (): Uint8Array => wordBytes(xen().image.symbol(CELL) ?? assert.fail(CELL), 8);
  /** movabs $cell, %rax; what follows; xor %eax, %eax; ret */
  const withCell = (...then: readonly number[]): Code =>
    machineCode(Uint8Array.of(0x48, 0xb8, ...cell(), ...then, 0x31, 0xc0, 0xc3));
  /** Keeps the pointer to the payload's structure, with which a hook is called. */
  const keeps = (): Code => withCell(0x48, 0x89, 0x38); // mov %rdi, (%rax)
  /** Reads where the kept pointer leads. */
  const follows = (): Code => withCell(0x48, 0x8b, 0x00, 0x48, 0x8b, 0x00); // mov (%rax), %rax, twice
  const tools = (): Toolstack => createToolstack(xen());
  const upload = (name: string, more: Partial<PayloadDescription>): number => {
    const { buildId } = xen().hypervisor;
    const functions = [{ name: PATCHED, oldSize: 16, replacement: returnsString(name) }];
    const own = new Uint8Array(20).fill(name.charCodeAt(0));
    const payload = { revision: 2, buildId: own, depends: buildId, xenDepends: buildId, functions, ...more } as const;
    return tools().upload(name, livepatch(payload).bytes).returned;
  };
  const keep = (): void => {
    assert.equal(upload('p', { hooks: { preapply: keeps() } }), 0);
    assert.equal(tools().action('APPLY', 'p').returned, 0);
    assert.equal(tools().action('REVERT', 'p').returned, 0);
  };
  const follow = (): number => {
    assert.equal(upload('q', { hooks: { preapply: follows() } }), 0);
    return tools().action('APPLY', 'q').returned;
  };
  const stopOf = (action: () => unknown): Stop => {
    try {
      action();
    } catch (error) {
      if (error instanceof HypervisorStopped) return error.stop;
      throw error;
    }
    return assert.fail('expected it to stop');
  };

  beforeEach(() => xen().reset());
  after(() => made?.close());

  test('a payload that is there can be followed by a pointer that a hook has kept', () => {
    keep();
    assert.equal(follow(), 0);
  });

  test('is no longer there for who kept a pointer to it, also after others were uploaded', () => {
    keep();
    assert.equal(tools().action('UNLOAD', 'p').returned, 0);
    const { why, fault } = stopOf(follow);
    assert.match(why, /^FATAL PAGE FAULT/);
    assert.deepEqual([fault?.access, fault?.reason], ['load', 'unmapped']);
  });

  test('is there again after a reset, at the same address', () => {
    const kept = (): Uint8Array => {
      keep();
      return xen().memory.read(xen().image.symbol(CELL) ?? 0n, 8);
    };
    const first = kept();
    tools().action('UNLOAD', 'p');
    xen().reset();
    assert.deepEqual(kept(), first);
    assert.equal(follow(), 0);
  });

  test('does not come back by being touched, neither the payload nor its text', () => {
    assert.equal(upload('p', {}), 0);
    assert.equal(tools().action('APPLY', 'p').returned, 0);
    const text = xen()
      .memory.regions()
      .find(({ permissions, owner }) => permissions === 'r-x' && 'payload' in owner);
    assert.equal(tools().action('REVERT', 'p').returned, 0);
    assert.equal(tools().action('UNLOAD', 'p').returned, 0);
    const stop = stopOf(() => xen().execution.call(text?.start ?? 0n));
    assert.deepEqual(stop.fault?.reason, 'unmapped');
  });
});
