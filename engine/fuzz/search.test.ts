import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SECTION_HEADER } from '../abi/elf';
import { createReference } from '../reference';
import { findDebianXen } from '../xen';
import type { Ending } from './execution';
import type { Answer } from './messages';
import { search, type Find, type SearchOptions, type Tally } from './search';
import { seedsFor, subjectOf, type Seed } from './seeds';
import { structuresOf } from './structures';
import { walk } from './walk';
import { startWorker } from './worker';

const seeds = seedsFor(subjectOf(createReference({ revision: 2 })));
const WHOLE: Ending = { kind: 'accepted', reached: ['UPLOAD', 'APPLY', 'call', 'REVERT', 'UNLOAD'] };
/** The offsets of e_shnum and e_shstrndx, which the stand-in stumbles over if they are 0. */
const [E_SHNUM, E_SHSTRNDX] = [60, 62];

const hashOf = (payload: Uint8Array): string => createHash('sha1').update(payload).digest('hex');

/**
 * A Xen that crashes in one place at a payload without sections, and at one without names, and takes all others. The
 * reference refuses those without sections, for that or for the magic number. Each size is a block.
 */
function standIn() {
  const given: string[] = [];
  const seen = new Set<number>();
  const answer = (payload: Uint8Array): Answer => {
    given.push(hashOf(payload));
    const isZero = (at: number): boolean => payload.subarray(at, at + 2).join() === '0,0';
    const crashes = isZero(E_SHNUM) || isZero(E_SHSTRNDX);
    const stop = { where: 'load+0x1/0x2', why: 'FATAL', callers: [], isOwn: false };
    const ending: Ending = crashes ? { kind: 'stopped', phase: 'UPLOAD', stop } : WHOLE;
    const blocks = seen.has(payload.length) ? [] : [payload.length];
    blocks.forEach((block) => seen.add(block));
    const refused = { errno: -22, rule: 'r', clause: payload[0] === 0x7f ? 'ELF-1' : 'ELF-2' };
    const reference = isZero(E_SHNUM) ? refused : { errno: 0 };
    return { execution: { ending, reference }, blocks: Uint32Array.from(blocks), cpu: 0, spent: 0.5 };
  };
  return { given, worker: { execute: (payload: Uint8Array) => Promise.resolve(answer(payload)) } };
}

async function searched(
  more: Partial<SearchOptions>,
): Promise<{ readonly tally: Tally; readonly given: readonly string[]; readonly kept: readonly Uint8Array[] }> {
  const { worker, given } = standIn();
  const kept: Uint8Array[] = [];
  const tally = await search({
    ...{
      worker,
      revision: 2,
      isCovered: true,
      seeds,
      files: [],
      isResumed: false,
      seed: 1,
      count: 300,
      limit: Infinity,
    },
    ...{ signal: new AbortController().signal, now: () => 0, knownBy: () => undefined },
    ...{ onKept: (payload) => kept.push(payload), onFind: () => undefined, onProgress: () => undefined },
    ...more,
  });
  return { tally, given, kept };
}

test('each payload that is given has a verdict', async () => {
  const { tally, given } = await searched({});
  assert.equal(tally.given, seeds.length + 300);
  assert.equal(
    Object.values(tally.endings).reduce((sum, count) => sum + count),
    tally.given,
  );
  assert.equal(given.length, tally.given + tally.tried);
});

for (const [field, known] of [
  ['sh_offset', "the payload's own doing"],
  ['sh_size', undefined],
] as const)
  test(`a crash after UPLOAD, of which the text's ${field} is the cause: ${known ?? 'unknown'}`, async () => {
    const [seed] = seeds;
    if (seed === undefined) throw new TypeError('seeds: expected some, got none');
    const { headers, sections } = structuresOf(seed.bytes, 2);
    const text = sections.findIndex(({ key }) => key === '.text');
    const changed = Buffer.from(seed.bytes);
    const at = headers.offset + text * headers.size + SECTION_HEADER.fields[field].offset;
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    const stop = { where: 'apply_payload+0x1/0x2', why: 'FATAL', callers: [], isOwn: false };
    const execute = (payload: Uint8Array): Promise<Answer> => {
      const ending: Ending = payload[at] === seed.bytes[at] ? WHOLE : { kind: 'stopped', phase: 'APPLY', stop };
      const execution = { ending, reference: { errno: 0 } };
      return Promise.resolve({ execution, blocks: new Uint32Array(), cpu: 0, spent: 0 });
    };
    const files = [{ name: 'changed', bytes: changed }];
    const { tally } = await searched({ worker: { execute }, seeds: [seed], files, count: 0 });
    assert.deepEqual(
      tally.finds.map((find) => [find.minimal?.changes.map((one) => one.field), find.known]),
      [[[`section[.text].${field}`], known]],
    );
  });

test('a search begins with single changes, unless an earlier one has made them', async () => {
  const changes = new Set([...walk(seeds[0]?.bytes ?? new Uint8Array(), 2, new Set())].map(hashOf));
  const made = async (isResumed: boolean): Promise<number> => {
    const { given } = await searched({ isResumed });
    return given.slice(seeds.length).filter((hash) => changes.has(hash)).length;
  };
  assert.ok((await made(false)) >= 300);
  assert.ok((await made(true)) < 100);
});

test('what payloads take on Xen is added up for those that are refused, and for those that pass the whole cycle', async () => {
  const { worker } = standIn();
  const short = { kind: 'accepted', reached: ['UPLOAD', 'UNLOAD'] } as const;
  const endingOf = (byte: number): Ending =>
    byte === 0 ? { kind: 'refused', errno: -22, said: '' } : byte === 1 ? short : WHOLE;
  const execute = async (payload: Uint8Array): Promise<Answer> => {
    const answer = await worker.execute(payload);
    return { ...answer, execution: { ending: endingOf(payload[0] ?? 0), reference: undefined } };
  };
  const files = [0, 1, 2, 0].map((byte) => ({ name: String(byte), bytes: Uint8Array.of(byte) }));
  const { tally } = await searched({ worker: { execute }, seeds: [], files, count: 0 });
  assert.deepEqual(tally.speeds, { upload: { payloads: 2, seconds: 1 }, cycle: { payloads: 1, seconds: 0.5 } });
});

test('the same seed makes the same payloads, another one others', async () => {
  // More than there are single changes, which are the same for all.
  const count = 2500;
  const one = await searched({ count, seed: 5 });
  assert.deepEqual((await searched({ count, seed: 5 })).given, one.given);
  assert.notDeepEqual((await searched({ count, seed: 6 })).given, one.given);
});

test('a crash is found once for each cause, and reduced to the one field', async () => {
  const found: Find[] = [];
  const first = Buffer.from(seeds[0]?.bytes ?? []);
  first[0] = 0;
  first.fill(0, E_SHNUM, E_SHNUM + 2);
  const files = [{ name: 'refused for another reason', bytes: first }];
  const { tally } = await searched({ count: 3000, files, onFind: (find) => found.push(find) });
  assert.ok(tally.endings.stopped > 1);
  assert.deepEqual(
    found.map(({ kind, minimal, execution }) => [
      kind,
      minimal?.changes.map(({ field, to }) => [field, to]),
      execution.reference?.clause,
    ]),
    [
      ['stop', [['header.e_shnum', '0x0']], 'ELF-1'],
      ['stop', [['header.e_shstrndx', '0x0']], undefined],
    ],
  );
  const counts = ['load+0x1 (ELF-1)', 'load+0x1'].map((key) => tally.counts.get(`stop: UPLOAD: ${key}`) ?? 0);
  assert.ok(counts.every((count) => count > 1));
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    tally.endings.stopped,
  );
});

test('what explains a find is kept with it', async () => {
  const { tally } = await searched({ count: 3000, knownBy: ({ key }) => `because of ${key}` });
  assert.deepEqual(
    tally.finds.map(({ known }) => known),
    ['because of UPLOAD: load+0x1', 'because of UPLOAD: load+0x1'],
  );
});

test('a search goes on with what another one has kept, and keeps of it what reaches something new', async () => {
  const { kept, tally } = await searched({});
  assert.equal(kept.length + seeds.length, tally.corpus);
  const files: readonly Seed[] = [...kept, ...kept].map((bytes) => ({ name: 'kept', bytes }));
  const again = await searched({ files, count: 0 });
  assert.deepEqual(again.kept.map(hashOf), kept.map(hashOf));
  assert.equal(again.tally.given, seeds.length + files.length);
  const sizes = [...seeds.map(({ bytes }) => bytes), ...kept].map(({ length }) => length);
  assert.equal(again.tally.blocks, new Set(sizes).size);
});

test('without coverage, files are kept and nothing else is', async () => {
  const { kept } = await searched({});
  const blind = {
    execute: (): Promise<Answer> =>
      Promise.resolve({
        execution: { ending: WHOLE, reference: { errno: 0 } },
        blocks: new Uint32Array(),
        cpu: 0,
        spent: 0.5,
      }),
  };
  const files = kept.slice(0, 5).map((bytes): Seed => ({ name: 'kept', bytes }));
  const { tally } = await searched({ worker: blind, isCovered: false, files });
  assert.equal(tally.corpus, seeds.length + files.length);
});

test('a search that is interrupted ends with its verdicts', async () => {
  const interruption = new AbortController();
  const { tally } = await searched({
    count: Infinity,
    signal: interruption.signal,
    onProgress: ({ given }) => given > 100 && interruption.abort(),
  });
  assert.ok(tally.given > 100 && tally.given < 110);
  assert.equal(
    Object.values(tally.endings).reduce((sum, count) => sum + count),
    tally.given,
  );
});

const xen = findDebianXen('debian-12');

test(
  'on a Xen, the seeds pass the whole cycle, and a known crash is found again',
  { skip: xen === undefined && "Debian 12's Xen was not fetched" },
  async (context) => {
    const worker = startWorker({ hypervisor: xen ?? '', buildId: undefined, isSearch: true, say: () => undefined });
    context.after(() => worker.close());
    const ready = await worker.ready;
    for (const { name, bytes } of ready.seeds) {
      const { execution } = await worker.execute(bytes);
      assert.deepEqual([name, execution], [name, { ending: WHOLE, reference: { errno: 0 } }]);
    }
    const found: Find[] = [];
    await searched({ worker, seeds: ready.seeds, count: 400, onFind: (find) => found.push(find) });
    const stops = found.filter(({ kind }) => kind === 'stop');
    assert.ok(stops.length > 0);
    for (const { minimal, execution } of stops) {
      assert.ok(minimal !== undefined && minimal.changes.length > 0);
      assert.equal(execution.ending.kind, 'stopped');
    }
  },
);
