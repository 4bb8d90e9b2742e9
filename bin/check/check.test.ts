import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createJudge } from '../../engine/check/judge';
import { UNREACHED, type Crash, type PatchedFunction, type Verdict } from '../../engine/check/verdict';
import type { Warning } from '../../engine/check/warnings';
import { createReference } from '../../engine/reference';
import { hookReturning, returnsString } from '../../payloads/builder/code';
import { livepatch, type PayloadDescription } from '../../payloads/builder/payload';
import { describeCheck } from './text';
import { checkJson, type CheckedJson } from './json';
import { decided, warningsIn, type Checked } from './checked';

describe('what a person reads of a check', () => {
  const target = createReference({ revision: 2 });
  const judge = createJudge(target);
  const { name, buildId } = target.hypervisor;
  const own = Buffer.from(buildId).toString('hex');
  const oldSize = target.image.size('xen_extra_version') ?? 0;
  const judged = (more: Partial<PayloadDescription> = {}): Verdict =>
    judge(
      'fix',
      livepatch({
        revision: 2,
        buildId: new Uint8Array(20).fill(7),
        depends: buildId,
        xenDepends: buildId,
        functions: [{ name: 'xen_extra_version', oldSize, replacement: returnsString('patched') }],
        ...more,
      }).bytes,
    );
  const checked = (reference: Verdict, more: Partial<Checked> = {}): Checked => {
    return {
      file: 'fix',
      revision: 2,
      hypervisor: { name, buildId: own },
      reference,
      xen: undefined,
      failOn: more.xen === undefined ? 'document' : 'xen',
      on: [],
      fileOf: () => undefined,
      seconds: { reference: undefined, xen: undefined },
      ...more,
    };
  };
  const linesOf = (reference: Verdict, more: Partial<Checked> = {}): readonly string[] =>
    describeCheck(checked(reference, more)).split('\n');

  after(() => target.close());

  test('comes in this order: verdict, functions, hooks, places, identity, console', () => {
    const text = linesOf(judged({ hooks: { load: [hookReturning(0)] }, metadata: { author: 'me' } }));
    const at = (start: RegExp): number => text.findIndex((line) => start.test(line));
    const order = [
      /^fix: good/,
      /^ {2}the document/,
      /^ {2}xen_extra/,
      /^ {2}hooks +load \(/,
      /^ {2}text/,
      /^ {2}depends on/,
    ];
    const places = [...order, /^ {2}metadata +author=me/, /^ {2}console/].map(at);
    assert.ok(!places.includes(-1), text.join('\n'));
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
    );
  });

  test('shows old and new code side by side, runs of nops once', () => {
    const padded: PatchedFunction = {
      ...{ name: 'f', oldAddress: 0xffff82d040200000n, newAddress: 0xffff82d040300000n, restored: null },
      ...{ oldSize: 16, newSize: 6, oldCode: null, newCode: null },
      before: Buffer.from('c3909090909090909090909090909090', 'hex'),
      after: Buffer.from('e9fbff0f009090909090909090909090', 'hex'),
    };
    const text = linesOf({ ...judged(), functions: [padded] }).join('\n');
    assert.match(text, /\| e9 .. .. .. .. +jmp 0xffff82d0/);
    assert.match(text, /nop × 15 +\|/);
  });

  test('shows the whole of the old and the new code where it is asked for: what is gone, what is new', () => {
    const changed: PatchedFunction = {
      ...{ name: 'f', oldAddress: 0xffff82d040200000n, newAddress: 0xffff82d040300000n, oldSize: 8, newSize: 9 },
      ...{ before: Buffer.from('c3'), after: Buffer.from('c3'), restored: null },
      // xor %eax, %eax; jmp +0; inc %eax; ret, against xor %eax, %eax; jmp +1; nop; dec %eax; ret
      oldCode: Buffer.from('31c0eb00ffc0c3', 'hex'),
      newCode: Buffer.from('31c0eb0190ffc8c3', 'hex'),
    };
    const verdict = checked({ ...judged(), functions: [changed] });
    assert.doesNotMatch(describeCheck(verdict), /old code/);
    const text = describeCheck(verdict, { code: true });
    assert.match(text, /^ {4}old code +\| new code\n/m);
    assert.match(text, /31 c0 +xor %eax, %eax +\| 31 c0 +xor/);
    assert.match(text, /eb 00 +jmp 0xffff82d040200004 +\| eb 01 +jmp 0xffff82d040300005/);
    assert.match(text, /ff c0 +inc %eax +<$/m);
    assert.match(text, /^ +> 90 +nop\n +> ff c8 +dec %eax$/m);
  });

  test('says what the payload brings, and which hooks it has, also where it is refused', () => {
    const hooks = { preapply: hookReturning(0), load: [hookReturning(0)] };
    const text = linesOf(judged({ depends: undefined, hooks, defines: { helper: hookReturning(0) } })).join('\n');
    assert.match(text, /^ {2}new +helper \(6 bytes in \.text\)$/m);
    assert.match(text, /^ {2}hooks +load \(\.text\+0x[0-9a-f]+\), preapply \(\.text\+0x[0-9a-f]+\)$/m);
  });

  test('says which verdict decides where they are different, and what a name is cut to', () => {
    const good = judged();
    const bad = judged({ depends: undefined });
    const decides = (failOn: Checked['failOn']) => {
      const one = checked(bad, { xen: good, failOn });
      return [decided(one), /(The document|Xen's code) decides/.exec(describeCheck(one))?.[1]];
    };
    assert.deepEqual(decides('xen'), ['good', "Xen's code"]);
    assert.deepEqual(decides('document'), ['bad', 'The document']);
    assert.deepEqual(decides('either'), ['bad', undefined]);
    const unsure = { ...bad, unsure: 'nobody knows' };
    assert.equal(decided(checked(unsure, { xen: good, failOn: 'either' })), 'unknown');
    assert.match(linesOf(unsure).join('\n'), /^fix: could not tell$/m);
  });

  test('names the file of a build-id that is not loaded', () => {
    const fileOf = (): string => 'first.livepatch';
    const verdict = judged({ depends: new Uint8Array(20).fill(9) });
    const reason = (more: Partial<Checked>): string => linesOf(verdict, more).join('\n');
    const id = '09'.repeat(20);
    const named = `The payload depends on the build-id ${id} of first.livepatch, which`;
    assert.ok(reason({ fileOf }).includes(`${named} is not loaded: name it with --on.`));
    assert.ok(reason({ fileOf, on: ['first.livepatch', 'q'] }).includes(`${named} was not applied last.`));
    assert.match(
      linesOf(judged({ depends: buildId }), { on: ['q'] }).join('\n'),
      /^ {2}on top of +q \(q\)\n {2}the document/m,
    );
  });

  test('says what a payload of which no clause is cited failed by', () => {
    const text = linesOf(judged({ hooks: { preapply: hookReturning(-1) } })).join('\n');
    assert.match(text, /^ +APPLY \(-EPERM\): livepatch: fix: hook preapply is against it \(rc=-1\)$/m);
  });

  test('says what is refused by which clause', () => {
    const text = linesOf(judged({ depends: undefined }));
    assert.match(text[2] ?? '', /the document +BAD +refused: -EINVAL$/);
    assert.match(
      text[3] ?? '',
      /^ +sections: The payload has no section \.livepatch\.depends, or an empty one\. \[FMT-5; at 0x[0-9a-f]+ in the file\]$/,
    );
  });

  test('gives both build-ids for a payload that depends on another one', () => {
    const text = linesOf(judged({ depends: new Uint8Array(20).fill(9) })).join('\n');
    assert.match(text, /loaded, not applied \(-EINVAL\), unloaded/);
    const neither = `which is neither the hypervisor's (${own}) nor that of a payload applied before`;
    assert.ok(
      text.includes(`The payload depends on the build-id ${'09'.repeat(20)}, ${neither}: name the payload`),
      text,
    );
  });

  test('tells a program both build-ids where the payload is for another hypervisor, and no other refusal', () => {
    const reason = (more: Partial<PayloadDescription>): string | null =>
      (JSON.parse(checkJson(checked(judged(more)))) as CheckedJson).reference.upload?.reason ?? null;
    const ids = `The payload is made for the build-id ${'09'.repeat(20)}; the hypervisor has ${own}.`;
    const xenDepends = new Uint8Array(20).fill(9);
    assert.ok(reason({ xenDepends })?.endsWith(ids));
    assert.equal(reason({ xenDepends, depends: undefined })?.includes(ids), false);
  });

  test('says where the hypervisor stopped, and what did not come off', () => {
    const good = judged();
    const stopped = { where: 'memcpy+0x1', why: 'a page fault', during: 'REVERT' };
    const changed = ['after REVERT 2 bytes differ, the first at memcpy'];
    const text = linesOf(good, { xen: { ...good, ok: false, stopped, changed } }).join('\n');
    assert.match(text, /^fix: BAD$/m);
    assert.match(text, /Xen's code +BAD .*reverted, NOT to the byte.*, THE HYPERVISOR CRASHED$/m);
    assert.match(text, /^ +REVERT crashed the hypervisor in memcpy\+0x1: a page fault$/m);
    assert.match(text, /^ +after REVERT 2 bytes differ/m);
  });

  test('says what the emulator was at when it ended', () => {
    const { upload, inspected, parts, functions } = judged();
    const reached = { ...UNREACHED, upload, inspected, parts, functions };
    const text = (crashed: Crash, more: Partial<Verdict> = {}): string =>
      linesOf({ ...reached, crashed, ...more }).join('\n');
    const applying = text({ while: 'APPLY', how: 'SIGSEGV' });
    assert.match(applying, /^fix: could not tell$/m);
    assert.match(applying, /the document +could not tell +loaded, THE EMULATOR CRASHED$/m);
    assert.match(applying, /^ +the emulator crashed while APPLY ran this payload's code \(SIGSEGV\)$/m);
    assert.match(
      text({ while: 'REVERT', how: 'more than 20 s' }),
      /^ +the emulator took more than 20 s while REVERT ran this payload's code$/m,
    );
    const uploading = text({ while: 'UPLOAD', how: 'SIGABRT' }, { upload: undefined });
    assert.match(uploading, /the document +could not tell +THE EMULATOR CRASHED$/m);
    assert.match(uploading, /^ +the emulator crashed while UPLOAD loaded this payload \(SIGABRT\)$/m);
  });

  test('a program reads how the emulator ended, and null for what was not reached', () => {
    const crashed = { while: 'UPLOAD', how: 'SIGABRT' };
    const { reference } = JSON.parse(checkJson(checked({ ...UNREACHED, crashed }))) as CheckedJson;
    const steps = { upload: null, apply: null, revert: null, revertAgain: null, reapply: null, unload: null };
    const nothing = { stopped: null, seconds: null, action: 'APPLY', functions: [], parts: [], console: [], log: [] };
    const reasons = ['the emulator crashed while UPLOAD loaded this payload (SIGABRT)'];
    assert.deepEqual(reference, { ok: false, verdict: 'cannot-tell', reasons, crashed, ...steps, ...nothing });
  });

  test('shows dumps of registers and stack where they are asked for', () => {
    const dump = ['Xen BUG at f.c:1', 'CPU:    0', 'rax: 0000000000000400   rbx: ffff82d0405b2009'];
    const crashed = checked({ ...judged(), console: [{ during: 'APPLY', lines: dump }] });
    const shown = describeCheck(crashed);
    assert.match(shown, /APPLY +Xen BUG at f\.c:1\n +\(2 lines of registers, stack and trace: see --console\)$/m);
    assert.doesNotMatch(shown, /rax:/);
    assert.match(describeCheck(crashed, { console: true }), /^ +rax: 0+400/m);
    assert.deepEqual((JSON.parse(checkJson(crashed)) as CheckedJson).reference.log, dump);
  });

  const large: Warning = {
    ...{ name: 'old-size-differs', clause: 'FUNC-6', says: 'old_size is 99.', where: 'entry 0' },
    ...{ field: 'old_size', offset: 0xa4 },
  };
  const changed: Warning = {
    name: 'data-changed',
    clause: undefined,
    says: 'tainted is not as before.',
    where: 'hooks',
  };

  test('says what no loader refuses, a line each, after the verdicts', () => {
    const text = linesOf({ ...judged(), warnings: [large, changed] });
    assert.equal(text[3], '  warning       entry 0: old_size is 99. [FUNC-6; old_size at 0xa4 in the file]');
    assert.equal(text[4], '  warning       hooks: tainted is not as before.');
    assert.match(text[6] ?? '', /^ {2}xen_extra_version/);
  });

  test('a warning that both hypervisors give is said once; what changed, Xen knows', () => {
    const good = judged();
    const both = checked({ ...good, warnings: [large, changed] }, { xen: { ...good, warnings: [large] } });
    assert.deepEqual(warningsIn(both), [large]);
    assert.deepEqual((JSON.parse(checkJson(both)) as CheckedJson).warnings, [
      { ...large, advice: false, offset: '0xa4' },
    ]);
    const together = [{ ...changed, name: 'patched-by-another' }];
    assert.deepEqual(warningsIn({ ...both, together }), [large, ...together]);
  });

  test('names do nothing to the terminal', () => {
    assert.match(linesOf(judged(), { file: '\u001b[31mx' })[0] ?? '', /^\?\[31mx: good$/);
  });

  test('a program reads one line, with every field of the contract', () => {
    const line = checkJson(checked(judged()));
    assert.ok(!line.includes('\n'));
    const { reference, payload, ...rest } = JSON.parse(line) as CheckedJson;
    assert.deepEqual(rest, {
      file: 'fix',
      revision: 2,
      hypervisor: { name, buildId: own },
      ok: true,
      verdict: 'good',
      failOn: 'document',
      stack: [],
      xen: null,
      remarks: [],
      warnings: [
        {
          name: 'no-expectation',
          advice: true,
          clause: 'V2-FUNC-4',
          says: '1 of 1 functions have no expectation: the bytes there are replaced without a check.',
          where: '',
        },
      ],
    });
    assert.deepEqual(Object.keys(reference), [
      'ok', 'verdict', 'reasons', 'seconds', 'stopped', 'crashed', 'upload', 'action', 'apply', 'revert', 'revertAgain',
      'reapply', 'unload', 'functions', 'parts', 'console', 'log',
    ]); // prettier-ignore
    assert.deepEqual(reference.upload, { rc: 0, errno: null, clause: null, reason: null, field: null, offset: null });
    assert.deepEqual(reference.unload, { return: 0, state: null, rc: null });
    assert.match(reference.functions[0]?.oldAddress ?? '', /^0xffff82d0/);
    assert.deepEqual([payload.name, payload.read?.buildId, payload.read?.depends], ['fix', '07'.repeat(20), own]);
    assert.deepEqual(
      payload.read?.functions.map((one) => [one.name, one.oldSize]),
      [['xen_extra_version', oldSize]],
    );
    assert.deepEqual(
      reference.parts.map((part) => part.name),
      ['text', 'data', 'rodata'],
    );
    assert.equal(reference.console[0]?.step, 'APPLY');
  });
});
