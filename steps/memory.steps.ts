/** Then: what is in the machine's memory, what is allowed there, and what did not change. */
import { Given, Then, type DataTable } from '@cucumber/cucumber';
import { BRANCH, BRANCH_SIZE, branchTarget } from '../engine/abi/code';
import { hex } from '../engine/bytes';
import { need, needExactClock } from '../engine/needs';
import { ownerText, payloadRegions, regionAt } from '../engine/owners';
import { PAGE_SIZE } from '../engine/pages';
import { comparing } from './comparing';
import { changedBytes, differences, extent, observe, regionDifferences } from './observation';
import { expectEqual } from './expect';
import { sightOf } from './drafts';
import {
  memoryOf,
  noteBytes,
  noteBytesAt,
  othersThanNops,
  patchedAt,
  rangesOf,
  regionOf,
  regionsOf,
  storesTo,
  watchedStores,
  type Range,
} from './memory';
import { addressOf, sizeOf } from './places';
import type { Scene, World } from './scene';
import type { Observation } from './types';

const GIB = 1n << 30n;

Given('the bytes of {symbol} are shown throughout', function (this: World, symbol: string) {
  this.scene.shown.set(symbol, noteBytes(this.scene, symbol, 'at first'));
});

Then('{symbol} begins with {bytes}', function (this: World, symbol: string, bytes: Uint8Array) {
  expectEqual(`first bytes of ${symbol}`, noteBytes(this.scene, symbol, 'now', bytes.length), bytes);
});

/** Where the jump at an address leads. */
function jumpTarget(scene: Scene, at: bigint): bigint {
  const bytes = noteBytesAt(scene, at, 'now', BRANCH_SIZE);
  expectEqual(`first byte at ${scene.target.image.describe(at)}`, bytes[0], BRANCH.jump);
  return branchTarget(bytes, at);
}

/** Keeps as evidence where the payload is that has an address, if one has it. */
function noteRegionsAround(scene: Scene, address: bigint): void {
  const owner = regionAt(memoryOf(scene).regions(), address)?.owner;
  if (owner !== undefined && 'payload' in owner && scene.payloads.has(owner.payload)) regionsOf(scene, owner.payload);
}

/** Expects a trampoline that leads into the text of the payload. */
function expectTrampoline(scene: Scene, at: bigint, name: string): void {
  const target = jumpTarget(scene, at);
  const region = regionAt(regionsOf(scene, name), target);
  const found = region && ownerText(region.owner);
  expectEqual(`where the jump at ${scene.target.image.describe(at)} leads`, found, `${name} text`);
  noteBytesAt(scene, target, `the new function of ${name}`, 16);
}

Then('{symbol} jumps to the text of {string}', function (this: World, symbol: string, name: string) {
  expectTrampoline(this.scene, patchedAt(this.scene, symbol), name);
});

Then(
  '{symbol} jumps to the text of {string} after its first {int} bytes',
  function (this: World, symbol: string, name: string, skipped: number) {
    expectTrampoline(this.scene, addressOf(this.scene, symbol) + BigInt(skipped), name);
  },
);

Then('the jump in {symbol} leads to {bytes}', function (this: World, symbol: string, code: Uint8Array) {
  const target = jumpTarget(this.scene, patchedAt(this.scene, symbol));
  noteRegionsAround(this.scene, target);
  const found = noteBytesAt(this.scene, target, `where ${symbol} leads`, code.length);
  expectEqual(`bytes that the jump in ${symbol} leads to`, found, code);
});

Then('bytes {int} to {int} of {symbol} are nops', function (this: World, from: number, to: number, symbol: string) {
  const bytes = noteBytesAt(this.scene, addressOf(this.scene, symbol) + BigInt(from), 'now', to - from + 1);
  expectEqual(`instructions in bytes ${from} to ${to} of ${symbol}`, othersThanNops(bytes), []);
});

Then('{symbol} is nops from byte {int} on', function (this: World, symbol: string, from: number) {
  const start = addressOf(this.scene, symbol) + BigInt(from);
  const bytes = noteBytesAt(this.scene, start, 'now', sizeOf(this.scene, symbol) - from);
  expectEqual(`instructions of ${symbol} from byte ${from} on`, othersThanNops(bytes), []);
});

Given('the stores to {symbol} are watched', function (this: World, symbol: string) {
  const { target, watches } = this.scene;
  const start = addressOf(this.scene, symbol);
  watches.set(symbol, need(target, 'stores').watch(start, sizeOf(this.scene, symbol)));
});

Then('all stores to {symbol} were made by {vcpu}', function (this: World, symbol: string, cpu: number) {
  const makers = new Set(storesTo(this.scene, symbol).map((store) => store.cpu));
  expectEqual(`vCPUs that stored to ${symbol}`, [...makers], [cpu]);
});

Then('all stores to {symbol} were made by one vCPU', function (this: World, symbol: string) {
  const makers = new Set(storesTo(this.scene, symbol).map((store) => store.cpu));
  expectEqual(`number of vCPUs that stored to ${symbol}`, makers.size, 1);
});

Then('all stores to {symbol} were made at {time}', function (this: World, symbol: string, time: bigint) {
  needExactClock(this.scene.target);
  const times = new Set(storesTo(this.scene, symbol).map((store) => store.time));
  expectEqual(`times of the stores to ${symbol} in ns`, [...times].map(String), [String(time)]);
});

Then('every vCPU had interrupts off at each store to {symbol}', function (this: World, symbol: string) {
  const open = storesTo(this.scene, symbol).flatMap(({ cpus }) => cpus.filter(({ interrupts }) => interrupts));
  expectEqual(`vCPUs that accept interrupts during a store to ${symbol}`, open, []);
});

Then('every vCPU accepted interrupts at each store to {symbol}', function (this: World, symbol: string) {
  const closed = storesTo(this.scene, symbol).flatMap(({ cpus }) => cpus.filter(({ interrupts }) => !interrupts));
  expectEqual(`vCPUs that accept no interrupts during a store to ${symbol}`, closed, []);
});

Then('nothing was stored to {symbol}', function (this: World, symbol: string) {
  expectEqual(`stores to ${symbol}`, watchedStores(this.scene, symbol), []);
});

Then(
  comparing('the {word} hook of {string} saw {symbol} as at the start'),
  function (this: World, kind: string, name: string, symbol: string) {
    const seen = memoryOf(this.scene).read(addressOf(this.scene, sightOf(name, kind)), 8);
    expectEqual(`bytes of ${symbol} during the ${kind} hook`, seen, bytesAtStart(this.scene, symbol, 8));
  },
);

Then(
  'the permissions of the {word} of {string} are {word}',
  function (this: World, region: string, name: string, permissions: string) {
    const found = regionOf(payloadRegions(memoryOf(this.scene).regions(), name), region);
    expectEqual(`permissions of the ${region} of ${name}`, found?.permissions, permissions);
  },
);

Then('{string} is within 1 GiB above {symbol}', function (this: World, name: string, symbol: string) {
  const from = addressOf(this.scene, symbol);
  const outside = regionsOf(this.scene, name).filter(
    ({ start, size }) => start < from || start + BigInt(size) > from + GIB,
  );
  expectEqual(
    `regions of ${name} out of reach`,
    outside.map(({ owner }) => ownerText(owner)),
    [],
  );
});

Then('the regions of {string} follow one another:', function (this: World, name: string, table: DataTable) {
  const regions = regionsOf(this.scene, name);
  const found = regions.map((region) => [region.owner.part, region.permissions, String(region.size / PAGE_SIZE)]);
  expectEqual(`regions of ${name}`, found, table.rows());
  const ends = regions.map(({ start, size }) => start + BigInt(size));
  const shown = (addresses: readonly bigint[]): readonly string[] => addresses.map(hex);
  expectEqual('where the regions begin', shown(regions.slice(1).map(({ start }) => start)), shown(ends.slice(0, -1)));
});

Then(
  'the first {int} bytes of the {word} of {string} are zero',
  function (this: World, length: number, region: string, name: string) {
    const found = regionOf(regionsOf(this.scene, name), region);
    const bytes = found === undefined ? undefined : memoryOf(this.scene).read(found.start, length);
    expectEqual(`first bytes of the ${region} of ${name}`, bytes, new Uint8Array(length));
  },
);

Then(
  'the {word} of {string} holds {bytes} at {int}',
  function (this: World, region: string, name: string, bytes: Uint8Array, offset: number) {
    const found = regionOf(regionsOf(this.scene, name), region);
    const at = (found?.start ?? 0n) + BigInt(offset);
    const read = noteBytesAt(this.scene, at, `the ${region} of ${name}`, bytes.length);
    expectEqual(`bytes of the ${region} of ${name} at ${offset}`, read, bytes);
  },
);

Then('{string} has no {word} in memory', function (this: World, name: string, region: string) {
  const found = regionOf(payloadRegions(memoryOf(this.scene).regions(), name), region);
  expectEqual(`${region} of ${name}`, found?.owner, undefined);
});

Then('no page is both writable and executable', function (this: World) {
  const both = memoryOf(this.scene)
    .regions()
    .filter(({ permissions }) => permissions === 'rwx');
  expectEqual(
    'pages that are writable and executable',
    both.map(({ owner }) => ownerText(owner)),
    [],
  );
});

function expectSame(scene: Scene, what: string, before: Observation | undefined, now: Observation): void {
  if (before === undefined) throw new TypeError(`${what}: expected a hypercall before this step, got none`);
  const stretches = before.memory && now.memory ? changedBytes(before.memory, now.memory) : [];
  const changed = stretches.map(({ start, length }) => `${length} bytes at ${scene.target.image.describe(start)}`);
  const found = [...differences(before, now), ...changed];
  scene.toolstack.note({ kind: 'comparison', what, expected: extent(before), found: found.join('; ') || 'the same' });
  expectEqual(what, found, []);
}

Then(comparing('nothing changed'), function (this: World) {
  expectSame(
    this.scene,
    'memory, list and symbols compared with before the call',
    this.scene.before,
    observe(this.scene),
  );
});

Then(comparing('the hypervisor is as at the start but for the version of the list'), function (this: World) {
  const { atStart } = this.scene;
  const now = observe(this.scene);
  const sameVersion = atStart && { ...now, listVersion: atStart.listVersion };
  expectSame(this.scene, 'memory, list and symbols compared with the start', atStart, sameVersion ?? now);
});

Then(comparing('memory is as before the call'), function (this: World) {
  memoryOf(this.scene);
  const { before } = this.scene;
  const now = observe(this.scene);
  expectSame(
    this.scene,
    'memory compared with before the call',
    before,
    before ? { ...before, memory: now.memory } : now,
  );
});

/** Stretches of the hypervisor's own memory that the last call changed; a payload's own data may change. */
function ownChanges(scene: Scene): readonly { readonly start: bigint; readonly length: number }[] {
  const { before } = scene;
  const now = memoryOf(scene).snapshot();
  if (before?.memory === undefined) throw new TypeError('changes: expected a hypercall before this step, got none');
  expectEqual('map of memory', regionDifferences(before.memory, now), []);
  const names = [...scene.payloads.keys()];
  const payloadData = names.flatMap((name) => regionOf(payloadRegions(now.regions, name), 'data') ?? []);
  return changedBytes(before.memory, now, 1).filter(({ start }) => regionAt(payloadData, start) === undefined);
}

/** Expects that the last call changed nothing of the hypervisor but what is in these ranges. */
function expectOnly(scene: Scene, ranges: readonly Range[], what: string): void {
  const outside = ownChanges(scene).filter(
    (change) =>
      !ranges.some(
        ({ start, length }) => start <= change.start && change.start + BigInt(change.length) <= start + BigInt(length),
      ),
  );
  const shown = outside.map(({ start, length }) => `${length} bytes at ${scene.target.image.describe(start)}`);
  expectEqual(`changes outside ${what}`, shown, []);
}

Then(
  comparing('of the hypervisor only the first {int} bytes of {symbol} changed'),
  function (this: World, length: number, symbol: string) {
    const range = { start: patchedAt(this.scene, symbol), length };
    expectOnly(this.scene, [range], `the first ${length} bytes of ${symbol}`);
  },
);

/** Columns symbol, from and bytes: that many bytes from an offset on. */
Then(comparing('of the hypervisor only these bytes changed:'), function (this: World, table: DataTable) {
  const ranges = table.hashes().flatMap((row) => rangesOf(this.scene, row));
  expectOnly(this.scene, ranges, 'the bytes of the table');
});

Then('the permissions of {symbol} are {word}', function (this: World, symbol: string, permissions: string) {
  const found = memoryOf(this.scene).permissions(addressOf(this.scene, symbol));
  expectEqual(`permissions of the page of ${symbol}`, found, permissions);
});

/** What stood at a symbol when the scenario began: of data that is not in a snapshot, where it is shown throughout. */
function bytesAtStart(scene: Scene, symbol: string, size: number): Uint8Array | undefined {
  const shown = scene.shown.get(symbol);
  if (shown !== undefined && size <= shown.length) return shown.subarray(0, size);
  memoryOf(scene);
  const atStart = scene.atStart?.memory;
  if (atStart === undefined) throw new TypeError('start: expected a hypercall before this step, got none');
  const at = addressOf(scene, symbol);
  const region = atStart.regions.find(({ start, size: all }) => start <= at && at < start + BigInt(all));
  const offset = Number(at - (region?.start ?? at));
  return region?.content.bytes.slice(offset, offset + size);
}

Then(comparing('{symbol} is as at the start'), function (this: World, symbol: string) {
  const size = sizeOf(this.scene, symbol);
  const before = bytesAtStart(this.scene, symbol, size);
  expectEqual(`bytes of ${symbol}`, noteBytes(this.scene, symbol, 'now', size), before);
});
