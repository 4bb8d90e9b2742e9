/** What is done beside the usual course: payloads on top of others, in their place, and failures that are meant. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { hookReturning, returnsString } from '../../payloads/builder/code';
import { livepatch, type PayloadDescription } from '../../payloads/builder/payload';
import { createReference } from '../reference';
import { createJudge } from './judge';
import { USUAL, type ExpectedFailure, type Procedure } from './procedure';
import { answerOf, failureOf } from './verdict';

const PATCHED = 'xen_extra_version';
const [EPERM, EINVAL, EEXIST] = [-1, -22, -17];
const idOf = (digit: number): Uint8Array => new Uint8Array(20).fill(digit);

describe('a judge', () => {
  const target = createReference({ revision: 2 });
  after(() => target.close());
  const { buildId } = target.hypervisor;
  const oldSize = target.image.size(PATCHED) ?? 0;
  /** A payload of that build-id on top of another one. */
  const payload = (own: number, depends: Uint8Array, more: Partial<PayloadDescription> = {}) => {
    const functions = [{ name: PATCHED, oldSize, replacement: returnsString(`patched ${own}`) }];
    return livepatch({ revision: 2, buildId: idOf(own), depends, xenDepends: buildId, functions, ...more }).bytes;
  };
  const file = (title: string, bytes: Uint8Array) => ({ title, bytes, size: bytes.length });
  const judged = (procedure: Partial<Procedure>, bytes: Uint8Array, on: readonly Uint8Array[] = []) => {
    const judge = createJudge(target, { procedure: { ...USUAL, ...procedure } });
    return judge(
      'p',
      bytes,
      bytes.length,
      on.map((below, at) => file(`below-${at}`, below)),
    );
  };
  const first = payload(1, buildId);
  const second = payload(2, idOf(1));

  test('applies what a payload goes on top of, and asks that to be there again after REVERT', () => {
    const { ok, changed, functions } = judged({}, second, [first]);
    assert.deepEqual([ok, changed], [true, []]);
    // What it found there is the jump of the other one.
    assert.ok(functions[0]?.before?.includes(0xe9));
    assert.deepEqual(functions[0]?.restored, functions[0]?.before);
    assert.equal(judged({}, second).ok, false);
  });

  test('cannot tell where what it goes on top of is not applied', () => {
    const { ok, unsure, upload } = judged({}, payload(3, idOf(2)), [first, payload(2, idOf(9))]);
    assert.deepEqual([ok, upload], [false, undefined]);
    assert.equal(unsure, 'below-1, which this payload goes on top of, was not applied (-EINVAL)');
  });

  test('has a payload take the place of others, after which nothing of them is left', () => {
    const all = payload(3, buildId);
    assert.equal(judged({}, all, [first]).ok, false);
    const { ok, action, apply, changed } = judged({ replace: true }, all, [first, second]);
    assert.deepEqual([ok, action, apply?.state, changed], [true, 'REPLACE', 'APPLIED', []]);
  });

  test('applies a payload whatever is below with NODEPS', () => {
    assert.equal(judged({ nodeps: true }, payload(3, buildId), [first]).ok, true);
  });

  test('tells what UPLOAD says of a new symbol that a loaded payload has', () => {
    const helper = { defines: { helper: returnsString('helped') } };
    const { upload } = judged({ replace: true }, payload(3, buildId, helper), [payload(1, buildId, helper)]);
    assert.deepEqual([upload?.rc, upload?.refusal?.clause], [EEXIST, 'SYM-3']);
  });

  const vetoed = payload(1, buildId, { hooks: { preapply: hookReturning(EPERM) } });
  /** Refuses the first REVERT: incl DATA(%rip); cmpl $1, DATA(%rip); sete %al; movzbl %al, %eax; neg %eax; ret */
  const onceReluctant = payload(1, buildId, {
    data: { asked: new Uint8Array(8) },
    hooks: {
      prerevert: {
        bytes: Buffer.from('ff0500000000833d00000000010f94c00fb6c0f7d8c3', 'hex'),
        relocations: [
          { offset: 2, type: 'PC32', target: { symbol: 'asked' }, addend: -4n },
          { offset: 8, type: 'PC32', target: { symbol: 'asked' }, addend: -5n },
        ],
      },
    },
  });
  const never = payload(1, buildId, { hooks: { prerevert: hookReturning(EPERM) } });
  const CASES: readonly (readonly [string, readonly ExpectedFailure[], Uint8Array, boolean, string])[] = [
    ['an UPLOAD that is refused', [{ step: 'UPLOAD', errno: EINVAL }], payload(1, new Uint8Array()), true, ''],
    ['an UPLOAD that is not', [{ step: 'UPLOAD', errno: EINVAL }], first, false, 'UPLOAD .* -EINVAL, and succeeded'],
    ['an APPLY that fails', [{ step: 'APPLY', errno: EPERM }], vetoed, true, ''],
    ['an APPLY that fails otherwise', [{ step: 'APPLY', errno: EINVAL }], vetoed, false, 'failed with -EPERM'],
    ['an APPLY that does not', [{ step: 'APPLY', errno: EINVAL }], first, false, 'APPLY .* and succeeded'],
    ['a REVERT that fails once', [{ step: 'REVERT', errno: EPERM }], onceReluctant, true, ''],
    ['a REVERT that does not', [{ step: 'REVERT', errno: EPERM }], first, false, 'REVERT .* and succeeded'],
    ['a REVERT that fails again', [{ step: 'REVERT', errno: EPERM }], never, false, ''],
  ];
  for (const [what, expected, bytes, ok, sentence] of CASES)
    test(`${ok ? 'takes' : 'does not take'} ${what} for what was meant`, () => {
      const verdict = judged({ expected }, bytes);
      assert.deepEqual([verdict.ok, answerOf(verdict)], [ok, ok ? 'good' : 'bad']);
      assert.match(verdict.unmet.join(), new RegExp(sentence));
      assert.equal(verdict.unmet.length, sentence === '' ? 0 : 1);
    });

  test('asks a REVERT that was to fail a second time', () => {
    const { revert, revertAgain } = judged({ expected: [{ step: 'REVERT', errno: EPERM }] }, onceReluctant);
    assert.deepEqual([revert && failureOf(revert), revert?.state, revertAgain?.state], [EPERM, 'APPLIED', 'CHECKED']);
  });
});
