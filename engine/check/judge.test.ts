import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { hookReturning, returnsString } from '../../payloads/builder/code';
import { faults } from '../../payloads/builder/misdeeds';
import { livepatch, type PayloadDescription } from '../../payloads/builder/payload';
import { LIMITS } from '../abi/hypercall';
import { createReference } from '../reference';
import type { CitedRefusal } from '../refusal';
import { HypervisorStopped, type Stop } from '../target';
import { createJudge } from './judge';
import { answerOf, errnoOf, type Answer } from './verdict';

const PATCHED = 'xen_extra_version';

describe('a judge of payloads', () => {
  const target = createReference({ revision: 2 });
  const judge = createJudge(target);
  const { buildId } = target.hypervisor;
  const size = target.image.size(PATCHED) ?? 0;
  const payload = (more: Partial<PayloadDescription> = {}): Uint8Array =>
    livepatch({
      revision: 2,
      buildId: new Uint8Array(20).fill(7),
      depends: buildId,
      xenDepends: buildId,
      functions: [{ name: PATCHED, oldSize: size, replacement: returnsString('patched') }],
      ...more,
    }).bytes;
  const hex = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('hex');

  after(() => target.close());

  test('cannot tell what becomes of a step for which the emulator waits no longer', () => {
    const stop = { where: 'do_sysctl', why: 'it did not end', registers: {}, backtrace: [], console: [] };
    const answerTo = (own: Stop): Answer => {
      let calls = 0;
      const hypercall: typeof target.hypercall = (call) => {
        if (calls++ > 0) throw new HypervisorStopped(own);
        return target.hypercall(call);
      };
      return answerOf(createJudge({ ...target, hypercall })('p', payload()));
    };
    assert.equal(answerTo({ ...stop, isOutOfBudget: true }), 'unknown');
    assert.equal(answerTo(stop), 'bad');
  });

  test('tells of a good one what is patched, where it lies, and that it is off to the byte', () => {
    const verdict = judge('p', payload());
    assert.deepEqual([verdict.ok, verdict.upload?.rc, verdict.changed], [true, 0, []]);
    assert.deepEqual(
      [verdict.apply, verdict.revert, verdict.reapply, verdict.unload].map((outcome) => outcome?.state),
      ['APPLIED', 'CHECKED', 'APPLIED', null],
    );
    const [patched] = verdict.functions;
    assert.equal(patched?.oldAddress, target.image.symbol(PATCHED));
    assert.match(hex(patched?.after), /^e9/);
    assert.equal(hex(patched?.restored), hex(patched?.before));
    assert.deepEqual(
      verdict.parts.map(({ name, permissions }) => `${name} ${permissions}`),
      ['text r-x', 'data rw-', 'rodata r--'],
    );
  });

  test('hears the console step by step', () => {
    const [first] = judge('p', payload()).console;
    assert.equal(first?.during, 'APPLY');
  });

  test('cites why it is refused, and tells nothing of what did not happen', () => {
    const verdict = judge('p', payload({ depends: undefined }));
    assert.deepEqual([verdict.ok, verdict.upload?.rc, verdict.upload?.refusal?.clause], [false, -22, 'FMT-5']);
    assert.deepEqual([verdict.apply, verdict.functions, verdict.parts], [undefined, [], []]);
    assert.deepEqual(verdict.inspected?.xenDepends, buildId);
  });

  test('says what in the payload a refusal is about, and its name only where it is about the whole', () => {
    const placed = (refusal: CitedRefusal | undefined) => [refusal?.payload, refusal?.where];
    assert.deepEqual(placed(judge('payload q: x', new Uint8Array()).upload?.refusal), ['payload q: x', '']);
    assert.deepEqual(placed(judge('ü', payload({ depends: undefined })).upload?.refusal), [undefined, 'sections']);
    assert.deepEqual(placed(judge('ü', payload({ depends: new Uint8Array(20) })).apply?.refusal), ['ü', '']);
  });

  test('says that one with data may not be applied again, which is no fault', () => {
    const { ok, reapply } = judge('p', payload({ data: new Uint8Array(8) }));
    assert.deepEqual([ok, reapply?.state, reapply?.refusal?.errno], [true, 'CHECKED', -22]);
  });

  test('one that depends on another is not applied', () => {
    const { ok, apply, revert, unload } = judge('p', payload({ depends: new Uint8Array(20).fill(9) }));
    assert.deepEqual([ok, apply?.state, apply?.refusal?.clause, revert], [false, 'CHECKED', 'DEP-2', undefined]);
    assert.equal(unload?.state, null);
  });

  test('a hook that faults spoils neither the process nor the next one', () => {
    assert.equal(judge('p', payload({ hooks: { load: [faults()] } })).ok, false);
    assert.equal(judge('p', payload({ hooks: { load: [hookReturning(0)] } })).ok, true);
  });

  test('a file is refused for the size it has, not for what was read of it', () => {
    const { upload } = judge('p', new Uint8Array(LIMITS.payload + 1), 2 ** 30);
    assert.deepEqual([upload?.rc, upload?.refusal?.clause], [-22, 'UPL-4']);
  });

  test('takes any bytes, under any name', () => {
    for (const [title, bytes] of [
      ['', new Uint8Array()],
      ['\0\u001b[2J'.repeat(99), Buffer.from('no ELF')],
      ['ü', payload().subarray(0, 200)],
    ] as const)
      assert.equal(judge(title, bytes).ok, false);
  });

  test('says names as they were written', () => {
    assert.match(
      judge('ü', payload())
        .console.flatMap(({ lines }) => lines)
        .join('\n'),
      /livepatch: ü/,
    );
  });

  test('names errors', () => assert.deepEqual([errnoOf(0), errnoOf(-22), errnoOf(-17)], [null, 'EINVAL', 'EEXIST']));
});
