/** What a target keeps that has the part. */
import assert from 'node:assert/strict';
import { payloadRegions, regionAt } from '../../owners';
import { createToolstack } from '../../toolstack/toolstack';
import { about, applied, loaded, MOST_CPUS, MS, OTHER, PATCHED, payload, type Term } from './term';

const MEMORY: readonly Term[] = [
  about('memory', 'reset restores all of it', (memory, target) => {
    const before = memory.snapshot();
    applied(target, 'p');
    assert.notDeepEqual(memory.snapshot(), before);
    target.reset();
    assert.deepEqual(memory.snapshot(), before);
  }),
  about('memory', 'each region has its owner, also where one name begins with another', (memory, target) => {
    const before = memory.regions();
    assert.ok(before.every(({ owner }) => 'image' in owner));
    loaded(target, 'p', 'p text', 'p q');
    const regions = memory.regions();
    for (const name of ['p', 'p text', 'p q']) {
      const parts = payloadRegions(regions, name).map(({ owner }) => owner.part);
      assert.deepEqual([parts.filter((part) => part === 'text').length, new Set(parts).size], [1, parts.length], name);
    }
    const ofImage = regions.filter(({ owner }) => 'image' in owner);
    assert.deepEqual(ofImage, before);
  }),
  about('memory', 'regions, permissions, bytes and snapshot agree', (memory, target) => {
    applied(target, 'p');
    for (const { content, ...region } of memory.snapshot().regions) {
      assert.deepEqual(regionAt(memory.regions(), region.start), region);
      assert.equal(memory.permissions(region.start), region.permissions);
      const now = memory.read(region.start, region.size);
      for (const bytes of [content.bytes, Buffer.concat(content.blocks)]) assert.ok(Buffer.compare(now, bytes) === 0);
    }
    assert.equal(memory.permissions(0x1000n), '---');
  }),
];

const CPUS: readonly Term[] = [
  about('cpus', 'there are as many as reset was asked for, and each makes calls', ({ count }, target) => {
    for (const wanted of [1, 3, MOST_CPUS, 2]) {
      target.reset({ cpus: wanted });
      assert.equal(count(), wanted);
      const tools = createToolstack(target);
      const versions = Array.from({ length: wanted }, (_, cpu) => tools.version({ cpu }));
      assert.equal(new Set(versions).size, 1);
      assert.throws(() => tools.version({ cpu: wanted }), RangeError, `vCPU ${wanted} of ${wanted}`);
    }
    target.reset({ cpus: 1 });
    target.reset();
    assert.equal(count(), 2, 'by default');
  }),
  about('cpus', 'one that is kept busy comes late', ({ keepBusy }, target) => {
    const tools = loaded(target, 'p');
    const { now } = target.clock;
    const start = now();
    keepBusy(1, 5n * MS);
    assert.equal(tools.action('APPLY', 'p').returned, 0);
    assert.ok(now() - start >= 5n * MS);
  }),
  about('cpus', 'one makes the call that it was asked to make', ({ keepBusy, schedule, returned }, target) => {
    const { domain, clock } = target;
    const memory = domain('control');
    const place = memory.allocate(16);
    const start = clock.now();
    const version = 17;
    const ticket = schedule({ number: version, arguments: [0n, place], cpu: 1 }, MS);
    keepBusy(1, MS);
    assert.equal(returned(ticket), undefined);
    const tools = applied(target, 'p');
    const answer = returned(ticket);
    assert.equal(Number(answer?.returned), tools.version());
    assert.ok((answer?.time ?? 0n) - start >= MS);
    target.reset();
    assert.throws(() => returned(ticket), RangeError);
  }),
];

const WATCHING: readonly Term[] = [
  about('stores', 'those to the range are seen, until reset', ({ watch, seen }, target) => {
    const length = target.image.size(PATCHED) ?? 0;
    const start = target.image.symbol(PATCHED) ?? 0n;
    const id = watch(start, length);
    const before = seen(id);
    const tools = applied(target, 'p');
    assert.deepEqual(before, [], 'what was returned stays as it was');
    const stores = seen(id);
    assert.ok(stores.length > 0);
    for (const { address, cpus, cpu } of stores) {
      assert.ok(address >= start && address < start + BigInt(length));
      assert.ok(cpus.length === (target.cpus?.count() ?? 1) && cpus.some((own) => own.cpu === cpu));
    }
    assert.equal(tools.action('REVERT', 'p').returned, 0);
    assert.ok(seen(id).length > stores.length);
    target.reset();
    assert.throws(() => seen(id), RangeError);
  }),
  about('linker', "finds the hypervisor's symbols, then those of loaded payloads", ({ lookup }, target) => {
    assert.equal(lookup('printk'), target.image.symbol('printk'));
    assert.equal(lookup('contract_data'), undefined);
    const data = { contract_data: new Uint8Array(8) };
    assert.equal(createToolstack(target).upload('p', payload(target, 'p', { data })).returned, 0);
    const found = lookup('contract_data');
    assert.ok(found !== undefined);
    const owner = target.memory && regionAt(target.memory.regions(), found)?.owner;
    if (target.memory !== undefined) assert.deepEqual(owner, { payload: 'p', part: 'data' });
    target.reset();
    assert.equal(lookup('contract_data'), undefined);
  }),
  about('execution', 'calls a function', ({ call }, target) => {
    const minor = createToolstack(target).version() & 0xffff;
    assert.equal(Number(call(target.image.symbol(OTHER) ?? 0n) & 0xffff_ffffn), minor);
  }),
  about('nmi', 'reaches its vCPU, now or while the hypervisor patches', ({ send, handled }, target) => {
    send(1, 'now');
    assert.equal(handled(), 1);
    send(0, 'while patching');
    assert.equal(handled(), 1);
    applied(target, 'p');
    assert.throws(() => send(target.cpus?.count() ?? 1, 'now'), RangeError);
  }),
  about('preemption', 'ends a LIST early, once', ({ raiseSoftIrq }, target) => {
    const tools = loaded(target, 'p', 'q');
    raiseSoftIrq();
    assert.equal(tools.list(2).entries.length, 1);
    assert.equal(tools.list(2).entries.length, 2);
  }),
];

export const PARTS: readonly Term[] = [...MEMORY, ...CPUS, ...WATCHING];
