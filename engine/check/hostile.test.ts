/** Code that is out to break what runs it: a verdict on it, and the right one on the payload that comes next. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { joined, machineCode, type Code } from '../../payloads/builder/assembly';
import { calls, hookReturning, jumpsTo, returnsString } from '../../payloads/builder/code';
import { bugLabel, bugThen } from '../../payloads/builder/misdeeds';
import { livepatch, type PayloadDescription } from '../../payloads/builder/payload';
import { createReference } from '../reference';
import { selfCheck } from '../self-check';
import type { EmulatedTarget } from '../target';
import { createXen, findDebianXen } from '../xen';
import { createJudge, type Judge } from './judge';
import type { Verdict } from './verdict';

const PATCHED = 'xen_extra_version';
/** Of the control domain's code, in either target. */
const DOMAIN_CODE = 0x1000_0000;
/** In the emulated host's memory, where nothing is. */
const FREE = 0xffff_8300_3000_0000n;
/** The used part of the first CPU's stack of Xen ends here. */
const STACK_TOP = 0xffff_8300_00f0_8000n;

const code = (...bytes: readonly number[]): Code => machineCode(Uint8Array.from(bytes));
const word = (value: number): readonly number[] =>
  [value, value >> 8, value >> 16, value >> 24].map((byte) => byte & 0xff);
/** mov $value, a register of 64 bits by the last bits of its `mov` */
const load = (register: number, value: bigint): Code => {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt16BE(0x48b8 | register);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 2);
  return machineCode(bytes);
};
const [RDX, RSP, RSI, RDI] = [2, 4, 6, 7];
const noStack = code(0x31, 0xe4); // xor %esp, %esp
const ud2 = code(0x0f, 0x0b);
const zero = hookReturning(0);

/** What is done to each hypervisor, by a load hook. */
const ANYWHERE: Readonly<Record<string, Code>> = {
  // mov %rsp, %rax; or $0x7fff, %rax; movl $0x12345678, -0x3f(%rax): in the reference, the CPU's number.
  'writes to the top of its stack': joined([
    code(0x48, 0x89, 0xe0, 0x48, 0x0d, 0xff, 0x7f, 0, 0, 0xc7, 0x40, 0xc1, ...word(0x1234_5678)),
    zero,
  ]),
  // mov %rsp, %rdi; mov $0x400, %ecx; mov $0xa5, %al; rep stosb
  'overflows its stack upward': joined([code(0x48, 0x89, 0xe7, 0xb9, ...word(0x400), 0xb0, 0xa5, 0xf3, 0xaa), zero]),
  // mov $DOMAIN_CODE, %edi; movl $0xcccccccc, (%rdi)
  "writes to the domains' code": joined([code(0xbf, ...word(DOMAIN_CODE), 0xc7, 0x07, ...word(0xcccc_cccc)), zero]),
  // mov $DOMAIN_CODE + 30 MiB, %edi; mov $0x40000, %ecx; rep stosq
  "fills the domains' memory": joined([
    code(0xbf, ...word(DOMAIN_CODE + 0x1e0_0000), 0xb9, ...word(0x4_0000), 0xf3, 0x48, 0xab),
    zero,
  ]),
  'makes a system call': joined([code(0x0f, 0x05), zero]),
  'has no stack, and an undefined instruction': joined([noStack, ud2]),
  'returns without a stack': joined([noStack, code(0xc3)]),
};

const ON_REFERENCE: Readonly<Record<string, Code>> = {
  'waits for memory that is not there': joined([load(RDI, 0x10n), calls('wait_while')]),
  'waits without a stack': joined([noStack, jumpsTo('wait_while')]),
  'patches without a stack': joined([noStack, jumpsTo('livepatch_act')]),
  'enters the livepatch operation without a stack': joined([noStack, jumpsTo('livepatch_sysctl')]),
};

const ON_XEN: Readonly<Record<string, Code>> = {
  'asks for memory without a stack': joined([noStack, jumpsTo('_xmalloc')]),
  'prints without a stack': joined([noStack, jumpsTo('printk')]),
  'frees without a stack': joined([noStack, jumpsTo('vfree')]),
  'has a stack with too little room above': joined([load(RSP, STACK_TOP + 0x60n), ud2]),
  // mov $0x1234, %esi
  'puts work off for a CPU that is not there': joined([code(0xbe, ...word(0x1234)), calls('tasklet_schedule_on_cpu')]),
  // mov $1, %edx; mov $3, %ecx: a page, writable
  'maps at half a page': joined([
    load(RDI, FREE + 1n),
    load(RDX, 1n),
    code(0xb9, ...word(3)),
    calls('map_pages_to_xen'),
  ]),
  'maps more than there is': joined([
    load(RDI, FREE),
    load(RDX, 1n << 60n),
    code(0xb9, ...word(3)),
    calls('map_pages_to_xen'),
  ]),
  'maps beyond all addresses': joined([
    load(RDI, -0x1000n),
    load(RDX, 2n),
    code(0xb9, ...word(3)),
    calls('map_pages_to_xen'),
  ]),
  'takes half a page of its stack away': joined([
    load(RDI, STACK_TOP - 0x1ff0n),
    load(RSI, STACK_TOP - 0x1000n),
    code(0x31, 0xd2), // xor %edx, %edx
    calls('modify_xen_mappings'),
  ]),
  'takes all of its stack away': joined([
    load(RDI, STACK_TOP - 0x2000n),
    load(RSI, STACK_TOP),
    code(0x31, 0xd2),
    calls('modify_xen_mappings'),
  ]),
  "takes a page of Xen's code away": joined([
    load(RDI, 0xffff_82d0_4020_0000n),
    load(RSI, 0xffff_82d0_4020_1000n),
    code(0x31, 0xd2),
    calls('modify_xen_mappings'),
  ]),
};

function payloadFor({ hypervisor }: EmulatedTarget, more: Partial<PayloadDescription> = {}): Uint8Array {
  const { revision, buildId } = hypervisor;
  return livepatch({
    revision,
    buildId: new Uint8Array(20).fill(7),
    depends: buildId,
    xenDepends: buildId,
    functions: [{ name: PATCHED, oldSize: 8, replacement: returnsString('patched') }],
    ...more,
  }).bytes;
}

/** The verdict on a payload, and that the next one is good. */
function judged(judge: Judge, target: EmulatedTarget, more: Partial<PayloadDescription>): Verdict {
  const verdict = judge('hostile', payloadFor(target, more));
  const next = judge('good', payloadFor(target));
  assert.deepEqual([next.ok, next.stopped], [true, undefined]);
  return verdict;
}

describe('hostile code on the reference', () => {
  const target = createReference({ revision: 2 });
  const judge = createJudge(target);
  after(() => target.close());
  for (const [what, load] of Object.entries({ ...ANYWHERE, ...ON_REFERENCE }))
    test(`a hook that ${what}`, () => assert.equal(judged(judge, target, { hooks: { load: [load] } }).upload?.rc, 0));

  test('a function to be run that runs into its own bug frame', () => {
    const { apply } = judged(judge, target, {
      hooks: { load: [calls('again')] },
      defines: { again: bugThen('ud2', zero, 'again') },
      bugFrames: [{ kind: 'run_fn', at: bugLabel('again'), function: 'again' }],
    });
    assert.deepEqual([apply?.state, apply?.rc], ['CHECKED', -14]);
  });
});

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;

describe('hostile code on a Xen', { skip }, () => {
  let made: { readonly target: EmulatedTarget; readonly judge: Judge } | undefined;
  const xen = () => {
    if (made !== undefined) return made;
    const target = createXen({ file: file ?? '', say: () => undefined, selfCheck });
    return (made = { target, judge: createJudge(target) });
  };
  after(() => made?.target.close());
  for (const [what, load] of Object.entries({ ...ANYWHERE, ...ON_XEN }))
    test(`a hook that ${what}`, () => {
      assert.equal(judged(xen().judge, xen().target, { hooks: { load: [load] } }).upload?.rc, 0);
    });

  test("what was taken away of Xen's code is missed after REVERT", () => {
    const load = ON_XEN["takes a page of Xen's code away"];
    const { ok, changed } = judged(xen().judge, xen().target, { hooks: { load: load === undefined ? [] : [load] } });
    assert.equal(ok, false);
    assert.match(changed.join(), /after REVERT not all of image text is mapped/);
  });

  test('a system call is an undefined instruction, a stack that ends too early a double fault', () => {
    const why = (load: Code | undefined) =>
      judged(xen().judge, xen().target, { hooks: { load: load === undefined ? [] : [load] } }).stopped?.why;
    assert.match(why(ANYWHERE['makes a system call']) ?? '', /vector = 6/);
    assert.match(why(ON_XEN['has a stack with too little room above']) ?? '', /DOUBLE FAULT/);
  });
});
