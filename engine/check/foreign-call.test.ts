/** Hooks that call Xen's functions: in an image that was never booted, what these do says nothing of the payload. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { joined, machineCode, type Code } from '../../payloads/builder/assembly';
import { calls, callsPrintk, hookReturning, returnsString } from '../../payloads/builder/code';
import { livepatch } from '../../payloads/builder/payload';
import { createReference } from '../reference';
import { findDebianXen, foreignImage } from '../xen';
import { createJudge } from './judge';
import { answerOf } from './verdict';

const PATCHED = 'xen_extra_version';
const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;

describe('a hook on an image that was never booted', { skip }, () => {
  const judged = (preapply: Code) => {
    const target = createReference({ revision: 2, foreign: foreignImage(file ?? '') });
    after(() => target.close());
    const { buildId } = target.hypervisor;
    const functions = [{ name: PATCHED, oldSize: target.image.size(PATCHED) ?? 0, replacement: returnsString('new') }];
    const own = new Uint8Array(20).fill(7);
    const description = { revision: 2, buildId: own, depends: buildId, xenDepends: buildId, functions } as const;
    const judge = createJudge(target, { foreignCall: target.foreignCall });
    const verdict = judge('p', livepatch({ ...description, hooks: { preapply } }).bytes);
    // The next one is judged as if nothing had been.
    assert.equal(answerOf(judge('q', livepatch(description).bytes)), 'good');
    return { answer: answerOf(verdict), unsure: verdict.unsure };
  };
  /** mov $64, %edi; mov $8, %esi */
  const size = machineCode(Buffer.from('bf40000000be08000000', 'hex'));

  test('that calls a function and fails is no verdict, and the function is named', () => {
    const { answer, unsure } = judged(joined([size, calls('_xmalloc')]));
    assert.equal(answer, 'unknown');
    assert.match(unsure ?? '', /^the payload's code called _xmalloc in an image that was never booted/);
  });

  test('that calls a function and succeeds is good', () => {
    // sub $8, %rsp; call xen_minor_version; add $8, %rsp; xor %eax, %eax; ret
    const bytes = Buffer.from('4883ec08e8000000004883c40831c0c3', 'hex');
    const target = { symbol: 'xen_minor_version' };
    assert.equal(judged({ bytes, relocations: [{ offset: 5, type: 'PC32', target, addend: -4n }] }).answer, 'good');
  });

  test('that fails without is BAD; printing is no call', () => {
    assert.deepEqual(judged(hookReturning(-1)), { answer: 'bad', unsure: undefined });
    assert.deepEqual(judged(callsPrintk('no', -1)), { answer: 'bad', unsure: undefined });
  });
});
