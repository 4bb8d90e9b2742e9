import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Execution, SeenStop } from '../../engine/fuzz/execution';
import type { Answer } from '../../engine/fuzz/messages';
import { search, type Find } from '../../engine/fuzz/search';
import { seedsFor, subjectOf } from '../../engine/fuzz/seeds';
import { createReference } from '../../engine/reference';
import { loadDeviations } from '../../features/deviation-files';
import { recordsOf } from '../../features/deviations';
import { CAUSES, knownBy, PLACES } from './known';
import { isNew } from './text';

const { deviations } = recordsOf(loadDeviations(), 'Xen 4.17.7 (Debian)');

type Change = readonly [field: string, to: string];

function find(ending: Execution['ending'], clause?: string, ...changes: readonly Change[]): Find {
  const payload = new Uint8Array();
  const reference = clause === undefined ? { errno: 0 } : { errno: -22, rule: 'r', clause };
  const minimal = { seed: 's', payload, changes: changes.map(([field, to]) => ({ field, from: '0x1', to })) };
  return { kind: 'stop', key: '', payload, at: 1, seconds: 0, minimal, execution: { ending, reference } };
}
const FAULT: SeenStop = { where: 'elsewhere+0x1/0x2', why: 'FATAL PAGE FAULT', callers: [], isOwn: false };
const stopped = (where: string, more: Partial<SeenStop> = {}): Execution['ending'] => ({
  kind: 'stopped',
  phase: 'UPLOAD',
  stop: { ...FAULT, where, ...more },
});
const refused = (errno: number): Execution['ending'] => ({ kind: 'refused', errno, said: '' });
const TAKEN: Execution['ending'] = { kind: 'accepted', reached: ['UPLOAD'] };
const WHOLE: Execution['ending'] = { kind: 'accepted', reached: ['UPLOAD', 'APPLY', 'call', 'REVERT', 'UNLOAD'] };
const by = (found: Find): string | undefined => knownBy(deviations, found);

const ALIGNED = ['section[.livepatch.xen_depends].sh_addralign', '0x0'] as const;
const MODINFO = ['section[.modinfo].sh_size', '0x0'] as const;
const UNREADABLE = 'unreadable-name-stops-the-hypervisor';
const SECOND_ENTRY = ['.rela.livepatch.funcs[2].r_sym', '0x3'] as const;

test('what the reference refuses is explained by a deviation from its clause that does what Xen did', () => {
  for (const [ending, clause, id] of [
    [stopped('livepatch_elf_load+0x1/0x2'), 'ELF-14', 'symbol-table-without-names-stops-the-hypervisor'],
    [stopped('livepatch_elf_perform_relocs+0x1/0x2'), 'REL-6', 'relocations-for-no-section-stop-the-hypervisor'],
    [TAKEN, 'REL-6', 'relocations-past-the-last-section-are-skipped'],
    [stopped('memcpy+0xd/0x20'), 'ELF-12', 'sections-may-wrap-around'],
    [stopped('anywhere+0xd/0x20'), 'ELF-11', 'special-sections-need-not-be-allocated'],
    [TAKEN, 'HOOK-6', 'hooks-may-be-anywhere'],
  ] as const)
    assert.equal(by(find(ending, clause)), id);
});

test('the clause of a scenario that fails for it is as good as its own', () => {
  const id = 'symbol-table-without-names-stops-the-hypervisor';
  assert.equal(by(find(stopped('livepatch_elf_load+0x1/0x2'), 'ELF-8')), id);
});

test('what comes of a payload after UPLOAD is explained where it is recorded to be taken', () => {
  const later = { kind: 'stopped', phase: 'APPLY', stop: FAULT } as const;
  assert.equal(by(find(later, 'HOOK-6')), 'hooks-may-be-anywhere');
  assert.equal(by(find({ ...later, phase: 'UPLOAD' }, 'HOOK-6')), undefined);
});

test('where all changes are a cause, what is recorded to come of it is explained, whatever the reference says', () => {
  const left = { kind: 'broken', phase: 'UNLOAD', change: { what: 'bytes of f', found: 'e9 00' } } as const;
  for (const [ending, change, id] of [
    [stopped('common/livepatch.c#prepare_payload+0x77d/0x8c0'), MODINFO, 'empty-metadata-is-read'],
    [refused(-17), ALIGNED, 'section-without-alignment-lies-over-others'],
    [stopped('memcpy+0xd/0x20'), ALIGNED, 'section-without-alignment-lies-over-others'],
    [left, SECOND_ENTRY, 'entries-are-reverted-forwards'],
    [stopped('symbols_lookup_by_name+0/0xc0'), SECOND_ENTRY, UNREADABLE],
  ] as const) {
    assert.equal(by(find(ending, undefined, change)), id);
    if (ending.kind !== 'refused') assert.equal(by(find(ending, 'FMT-99', change)), id);
    assert.equal(by(find(ending, undefined, change, ['the end of the file', '9 bytes'])), id);
    assert.equal(by(find(ending, undefined, change, ['header.e_entry', '0x1'])), undefined);
    assert.equal(by(find(ending, undefined, ['header.e_entry', '0x0'])), undefined);
    assert.equal(by(find(ending)), undefined);
  }
});

test('a crash in a place that has one reason is explained, whatever else is wrong', () => {
  const callers = ['common/livepatch.c#prepare_payload+0x136/0x8c0'];
  const crash = stopped('symbols_lookup_by_name+0/0xc0', { callers });
  assert.equal(by(find(crash, 'V2-FMT-1', ['section[.livepatch.funcs].sh_name', '0x61'])), UNREADABLE);
  assert.equal(by(find(crash)), UNREADABLE);
  assert.equal(by(find(stopped('symbols_lookup_by_name+0x4/0xc0', { callers }))), UNREADABLE);
});

test('of a table with the name of another section, that refusal is explained which says so', () => {
  const renamed = ['section[.rela.altinstructions].sh_name', '0x61'] as const;
  const saying = (said: string) => find({ kind: 'refused', errno: -22, said }, undefined, renamed);
  const outside = 'livepatch: p Alternative repl ffff82d0405b0009+0x5 outside .altinstr_replacement 0000+0x30';
  assert.equal(by(saying(outside)), 'replacements-are-found-by-name-alone');
  assert.equal(by(saying('livepatch: p: something else')), undefined);
});

for (const [what, found] of [
  [
    'a crash in such a place that comes from elsewhere',
    find(stopped('symbols_lookup_by_name+0/0xc0', { callers: ['livepatch_op+0x1/0x2'] })),
  ],
  [
    'a crash deeper than such a place',
    find(stopped('symbols_lookup_by_name+0x31/0xc0', { callers: ['common/livepatch.c#prepare_payload+0x1/0x2'] })),
  ],
  ['a crash in a known place, of what the reference takes', find(stopped('memcpy+0xd/0x20'))],
  ['a crash in a known place, against another clause of the chapter', find(stopped('memcpy+0xd/0x20'), 'ELF-7')],
  ['a crash elsewhere, against a known clause', find(stopped('elsewhere+0x1/0x2'), 'ELF-14')],
  [
    'a crash for another reason, against a known clause',
    find(stopped('livepatch_elf_load+0x1/0x2', { why: 'BUG' }), 'ELF-14'),
  ],
  ['a payload that is taken against a clause that is known for crashes', find(TAKEN, 'ELF-14')],
  ['a refusal with an errno that others are recorded for', find(refused(-17), undefined, ['symbol[f].st_size', '0x9'])],
  [
    'bytes that nothing is recorded to leave',
    find({ kind: 'broken', phase: 'UNLOAD', change: { what: 'bytes of f', found: 'cc 00' } }, undefined, SECOND_ENTRY),
  ],
  ['the end of the emulator', find({ kind: 'died', how: 'SIGSEGV' }, 'ELF-11')],
] as const)
  test(`nothing explains ${what}`, () => assert.equal(by(found), undefined));

test('a search calls a difference new that no deviation is about', async () => {
  const seeds = seedsFor(subjectOf(createReference({ revision: 2 })));
  const E_VERSION = 20;
  /** A Xen that takes all payloads but those with another version of ELF. */
  const execute = (payload: Uint8Array): Promise<Answer> => {
    const ending = payload[E_VERSION] === 1 ? WHOLE : refused(-17);
    return Promise.resolve({
      execution: { ending, reference: { errno: 0 } },
      blocks: new Uint32Array(),
      cpu: 0,
      spent: 0.5,
    });
  };
  const { finds } = await search({
    ...{
      worker: { execute },
      revision: 2,
      isCovered: true,
      seeds,
      files: [],
      isResumed: true,
      seed: 1,
      count: 1000,
      limit: Infinity,
    },
    ...{ signal: new AbortController().signal, now: () => 0, knownBy: (found) => knownBy(deviations, found) },
    ...{ onKept: () => undefined, onFind: () => undefined, onProgress: () => undefined },
  });
  assert.deepEqual(
    finds.map((found) => [found.minimal?.changes.map(({ field }) => field), isNew(found)]),
    [[['header.e_version'], true]],
  );
});

test('each deviation that has causes is recorded', () => {
  const ids = new Set(loadDeviations().flatMap((list) => list.deviations.map(({ id }) => id)));
  for (const { deviation } of [...CAUSES, ...PLACES]) assert.ok(ids.has(deviation), deviation);
});
