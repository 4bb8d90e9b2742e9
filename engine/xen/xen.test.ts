import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { machineCode, type Code } from '../../payloads/builder/assembly';
import { hookReturning, returnsString } from '../../payloads/builder/code';
import { faults, ud2 } from '../../payloads/builder/misdeeds';
import { livepatch, type PayloadDescription } from '../../payloads/builder/payload';
import { selfCheck } from '../self-check';
import { ownerText } from '../owners';
import { HypervisorStopped, type EmulatedTarget } from '../target';
import { createToolstack, type Toolstack } from '../toolstack/toolstack';
import { createXen, findDebianXen } from '.';

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;
const PATCHED = 'xen_extra_version';

describe("Debian's Xen 4.17", { skip }, () => {
  let made: EmulatedTarget | undefined;
  const xen = (): EmulatedTarget => (made ??= createXen({ file: file ?? '', say: () => undefined, selfCheck }));
  const describePayload = (more: Partial<PayloadDescription> = {}): Uint8Array =>
    livepatch({
      revision: 2,
      buildId: new Uint8Array(20).fill(7),
      depends: xen().hypervisor.buildId,
      xenDepends: xen().hypervisor.buildId,
      functions: [{ name: PATCHED, oldSize: 16, replacement: returnsString('patched') }],
      ...more,
    }).bytes;
  const code = (length: number): string =>
    Buffer.from(xen().memory.read(xen().image.symbol(PATCHED) ?? 0n, length)).toString('hex');
  const applied = (load: Code): Toolstack => {
    const tools = createToolstack(xen());
    assert.equal(tools.upload('p', describePayload({ hooks: { load: [load] } })).returned, 0);
    return tools;
  };

  beforeEach(() => xen().reset());
  after(() => made?.close());

  test('says what it is', () => {
    const { name, revision, interfaceVersion, buildId, code } = xen().hypervisor;
    assert.match(name, /^Xen 4\.17\.\d+ /);
    assert.deepEqual([revision, interfaceVersion, buildId.length], [2, 0x15, 20]);
    assert.deepEqual(code, { alternative: 'padded', bug: 'ud2' });
  });

  test('uploads, applies, executes, reverts to the byte, unloads', () => {
    const tools = createToolstack(xen());
    const before = [code(16), tools.extraVersion()];
    assert.equal(tools.upload('p', describePayload()).returned, 0);
    assert.equal(tools.action('APPLY', 'p').returned, 0);
    assert.deepEqual([tools.get('p').state, tools.get('p').rc], ['APPLIED', 0]);
    assert.match(code(5), /^e9/);
    assert.equal(tools.extraVersion(), 'patched');
    assert.equal(tools.action('REVERT', 'p').returned, 0);
    assert.deepEqual([code(16), tools.extraVersion()], before);
    assert.equal(tools.action('UNLOAD', 'p').returned, 0);
    assert.equal(tools.list(1).remaining, 0);
  });

  test('a caller without privilege gets -EPERM, an unmapped structure -EFAULT', () => {
    const tools = createToolstack(xen());
    assert.equal(tools.upload('p', describePayload(), { domain: 'guest' }).returned, -1);
    assert.equal(tools.get('p', { fields: { sysctl: 0x7fff_0000_0000n } }).returned, -14);
  });

  test('no page is both writable and executable, before, during and after', () => {
    const tools = applied(hookReturning(0));
    const bad = (): number =>
      xen()
        .memory.snapshot()
        .regions.filter(({ permissions }) => permissions === 'rwx').length;
    assert.equal(bad(), 0);
    tools.action('APPLY', 'p');
    assert.equal(bad(), 0);
    const names = xen()
      .memory.snapshot()
      .regions.map(({ owner }) => ownerText(owner));
    for (const name of ['image text', 'image rodata', 'p text', 'p data', 'p rodata']) assert.ok(names.includes(name));
  });

  test('a refused payload leaves text, rodata and the payload area as they were', () => {
    const before = xen().memory.snapshot();
    const tools = createToolstack(xen());
    assert.equal(tools.upload('p', describePayload({ depends: undefined })).returned, -22);
    assert.deepEqual(xen().memory.snapshot(), before);
  });

  for (const [what, hook, why] of [
    ['reads what is not there', faults(), /FATAL PAGE FAULT|GENERAL PROTECTION FAULT/],
    ['executes an undefined instruction', ud2(), /invalid opcode/],
    ['never ends', machineCode(Uint8Array.of(0xeb, 0xfe)), /budget/],
  ] as const)
    test(`a hook that ${what} stops it, and a reset starts it again`, () => {
      const tools = applied(hook);
      assert.throws(
        () => tools.action('APPLY', 'p'),
        (error) => {
          assert.ok(error instanceof HypervisorStopped);
          assert.match(error.stop.why, why);
          const { access, reason } = error.stop.fault ?? {};
          assert.deepEqual(
            [access, reason],
            what === 'reads what is not there' ? ['load', 'unmapped'] : [undefined, undefined],
          );
          assert.ok((error.stop.registers['rsp'] ?? 0n) > 0n);
          return true;
        },
      );
      xen().reset();
      const again = createToolstack(xen());
      assert.equal(again.upload('p', describePayload()).returned, 0);
      assert.deepEqual([again.action('APPLY', 'p').returned, again.extraVersion()], [0, 'patched']);
    });

  test('symbols are looked up as for a payload', () => {
    assert.equal(xen().linker.lookup('printk'), xen().image.symbol('printk'));
    assert.equal(xen().linker.lookup('no such symbol'), undefined);
  });
});
