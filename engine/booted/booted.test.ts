/** The booted Xen, where its machine was made before (`run --target booted`): the contract, and what is its own. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createToolstack } from '../toolstack/toolstack';
import { broken } from '../testdata/contract';
import { HypervisorStopped, type Target } from '../target';
import { fetchedXens } from '../xen';
import { createBooted, isProvided } from '.';

const FILE = fetchedXens('debian-12').map(({ file }) => file).find((file) => isProvided(file)); // prettier-ignore
const NONE = FILE === undefined ? 'no Xen was booted here: "run --target booted" does that' : false;

describe('a booted Xen', { skip: NONE }, () => {
  let target: Target;
  before(() => (target = createBooted({ file: FILE ?? '' })));
  after(() => target.close());

  it('keeps the contract of targets', () => assert.deepEqual(broken(target), []));

  it('that stops says why, and is as before after a reset', () => {
    const panic = target.image.symbol('panic') ?? 0n;
    const text = target.linker?.lookup('xen_extra_version') ?? 0n;
    const stopped = (): unknown => target.execution?.call(panic, [text]);
    assert.throws(stopped, (error: unknown) => {
      assert.ok(error instanceof HypervisorStopped);
      assert.equal(error.stop.where, 'machine_halt');
      return true;
    });
    assert.throws(() => createToolstack(target).version(), HypervisorStopped);
    target.reset();
    assert.deepEqual(createToolstack(target).list(1).entries, []);
  });

  it('that hangs no longer answers', () => {
    // Its first instruction waits for an interrupt, with interrupts off, if it is called as here.
    const halts = target.image.symbol('machine_halt') ?? 0n;
    assert.throws(() => target.execution?.call(halts), /the machine no longer answers/);
    target.reset();
    assert.equal(createToolstack(target).list(1).returned, 0);
  });
});
