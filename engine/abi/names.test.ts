/** Names and small numbers that no header has: they are as the document writes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CPU_FEATURE } from './features';
import { HOOK_LAYOUT, HOOK_PAYLOAD_SIZE, hookPayloadEncoder } from './hook';
import { LIVEPATCH_FUNC, LIVEPATCH_FUNC_NUMBERS } from './hypercall';
import * as sections from './sections';
import { DIGESTS, PKEY_ALGO, PKEY_ID, SIGNATURE_STRING } from './signature';
import { ALTERNATIVE_FORM, BUG_INSTRUCTION, frameSize } from './tables';

test('the names of sections are those of the document', () => {
  const { FUNCTIONS, DEPENDS, XEN_DEPENDS, BUILD_ID, MODINFO } = sections;
  assert.deepEqual(
    [FUNCTIONS, DEPENDS, XEN_DEPENDS, BUILD_ID, MODINFO],
    ['.livepatch.funcs', '.livepatch.depends', '.livepatch.xen_depends', '.note.gnu.build-id', '.modinfo'],
  );
  const { EXCEPTION_TABLE, ALTERNATIVES, REPLACEMENTS } = sections;
  assert.deepEqual(
    [EXCEPTION_TABLE, ALTERNATIVES, REPLACEMENTS],
    ['.ex_table', '.altinstructions', '.altinstr_replacement'],
  );
  const hooks = ['load', 'unload', 'preapply', 'apply', 'postapply', 'prerevert', 'revert', 'postrevert'];
  assert.deepEqual(sections.HOOK_SECTIONS, Object.fromEntries(hooks.map((kind) => [kind, `.livepatch.hooks.${kind}`])));
  assert.deepEqual(
    sections.BUG_FRAMES,
    ['run_fn', 'warn', 'bug', 'assert'].map((kind, at) => ({ kind, section: `.bug_frames.${at}` })),
  );
  assert.equal(sections.relocationsOf('.text'), '.rela.text');
  assert.deepEqual([FUNCTIONS, 'my.livepatch.funcs', '.livepatch'].map(sections.isLivepatchTable), [
    true,
    false,
    false,
  ]);
  assert.deepEqual(['load', 'toString', 'reload'].map(sections.isHookKind), [true, false, false]);
});

test('signatures have the numbers of the document', () => {
  assert.deepEqual(
    [PKEY_ALGO, PKEY_ID],
    [
      { DSA: 0, RSA: 1 },
      { PGP: 0, X509: 1 },
    ],
  );
  assert.equal(SIGNATURE_STRING, '~Module signature appended~\n');
  assert.deepEqual(
    [...DIGESTS],
    [
      [1, 'md5'],
      [2, 'sha1'],
      [7, 'sha224'],
      [4, 'sha256'],
      [5, 'sha384'],
      [6, 'sha512'],
    ],
  );
});

test('features of CPUs are words of 32 bits and a bit', () =>
  assert.deepEqual(CPU_FEATURE, { FPU: 0, IA64: 30, SMAP: 180 }));

test('the numbers in an entry are where the whole entry has them', () => {
  for (const revision of [1, 2] as const) {
    const [numbers, all] = [LIVEPATCH_FUNC_NUMBERS[revision], LIVEPATCH_FUNC[revision]];
    assert.deepEqual([numbers.name, numbers.size], [all.name, all.size]);
    const arrays = ['opaque', '_pad', 'expect_data'];
    const own = Object.entries(all.fields).filter(([field]) => !arrays.includes(field));
    assert.deepEqual({ ...numbers.fields }, Object.fromEntries(own));
  }
});

test("tables have the revision's form, and frames of assertions a message", () => {
  assert.deepEqual(ALTERNATIVE_FORM, { 1: 'plain', 2: 'padded' });
  assert.deepEqual(BUG_INSTRUCTION, { ud2: Uint8Array.of(0x0f, 0x0b), udb: Uint8Array.of(0xd6) });
  assert.deepEqual([frameSize('warn'), frameSize('assert')], [8, 16]);
});

test('hooks are given the payload where that hypervisor has its fields', () => {
  const payload = { state: 2, rc: -11, reverted: true, funcs: 0x1122334455667788n, nfuncs: 3, states: 0x99n };
  const bytes = (offset: number, size: number, from: Uint8Array): readonly number[] => [
    ...from.subarray(offset, offset + size),
  ];
  const own = hookPayloadEncoder(HOOK_LAYOUT)(payload);
  assert.equal(own.length, HOOK_PAYLOAD_SIZE);
  assert.deepEqual(bytes(0, 9, own), [2, 0, 0, 0, 0xf5, 0xff, 0xff, 0xff, 1]);
  assert.deepEqual(bytes(104, 12, own), [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 3, 0, 0, 0]);
  const other = hookPayloadEncoder({ funcs: 16, nfuncs: 40, states: { pointer: 24, size: 8, applied: 0 } })(payload);
  assert.deepEqual([bytes(16, 1, other), bytes(24, 1, other), bytes(40, 1, other)], [[0x88], [0x99], [3]]);
});
