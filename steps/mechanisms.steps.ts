/**
 * Given and Then: the ways to patch that entries cannot ask for: in place, at call sites, in tables of pointers. A
 * payload does so by hooks: those of load keep what they overwrite, those of unload put it back.
 */
import { Given, Then, type DataTable } from '@cucumber/cucumber';
import { BRANCH, BRANCH_SIZE, branchTarget } from '../engine/abi/code';
import { bytesOfHex, u64At } from '../engine/bytes';
import { need } from '../engine/needs';
import { machineCode, padded, type Code } from '../payloads/builder/assembly';
import { copiesBytes, leadsTo, pointsTo, writesByte } from '../payloads/builder/code';
import { addData, addHook, draft } from './drafts';
import { expectEqual, Mismatch } from './expect';
import { memoryOf, noteBytesAt, storesTo } from './memory';
import { callsOf } from '../engine/roles';
import { addressOf, nameOrAddress, sizeOf } from './places';
import type { Scene, World } from './scene';
import { stopIn } from './stops';

const POINTER_SIZE = 8;

/** Hooks that keep `length` bytes at a place and overwrite them, and put them back. */
function overwrites(scene: Scene, name: string, place: string, length: number, write: Code): void {
  const own = draft(scene, name);
  const at = nameOrAddress(scene, place);
  const kept = `${name}_kept_${place}`;
  addData(own, kept, length);
  addHook(own, 'load', copiesBytes(at, kept, length));
  addHook(own, 'load', write);
  addHook(own, 'unload', copiesBytes(kept, at, length));
}

function leadsCall(scene: Scene, name: string, site: string, target: string): void {
  overwrites(scene, name, site, BRANCH_SIZE, leadsTo(nameOrAddress(scene, site), target));
}

/** Where the hypervisor calls the function. Mismatch if it does so nowhere. */
function callsTo({ target }: Scene, symbol: string): readonly string[] {
  const sites = callsOf(target.image, symbol);
  if (sites.length === 0) throw new Mismatch(`calls of ${symbol}`, 'some', 'none');
  return sites;
}

/** The new code is padded with nops to the length of the old. */
Given(
  '{string} replaces {symbol} in place by {bytes}',
  function (this: World, name: string, symbol: string, code: Uint8Array) {
    const length = sizeOf(this.scene, symbol);
    const replacement = `${name}_instead_of_${symbol}`;
    addData(draft(this.scene, name), replacement, padded(machineCode(code), length).bytes);
    const write = copiesBytes(replacement, nameOrAddress(this.scene, symbol), length);
    overwrites(this.scene, name, symbol, length, write);
  },
);

Given(
  '{string} redirects the call at {symbol} to {symbol}',
  function (this: World, name: string, site: string, target: string) {
    leadsCall(this.scene, name, site, target);
  },
);

Given(
  '{string} redirects every call of {symbol} to {symbol}',
  function (this: World, name: string, symbol: string, target: string) {
    for (const site of callsTo(this.scene, symbol)) leadsCall(this.scene, name, site, target);
  },
);

Given(
  '{string} points entry {int} of {symbol} to {symbol}',
  function (this: World, name: string, entry: number, table: string, target: string) {
    const write = pointsTo(nameOrAddress(this.scene, table), entry * POINTER_SIZE, target);
    overwrites(this.scene, name, table, sizeOf(this.scene, table), write);
  },
);

Given(
  '{string} brings the function {symbol}, a copy of {symbol} with these bytes before {symbol}:',
  function (this: World, name: string, copy: string, original: string, place: string, table: DataTable) {
    const { target } = this.scene;
    const start = addressOf(this.scene, original);
    const code = Buffer.from(memoryOf(this.scene).read(start, target.image.size(original) ?? 0));
    const before = Number(addressOf(this.scene, place) - start);
    const more = Buffer.concat(table.hashes().map(({ bytes = '' }) => bytesOfHex(bytes)));
    const own = draft(this.scene, name);
    const bytes = Buffer.concat([code.subarray(0, before), more, code.subarray(before)]);
    own.parts = { ...own.parts, defines: { ...own.parts.defines, [copy]: machineCode(bytes) } };
  },
);

function expectCall(scene: Scene, site: string, target: string): void {
  const at = addressOf(scene, site);
  const bytes = noteBytesAt(scene, at, 'now', BRANCH_SIZE);
  expectEqual(`opcode of the call at ${site}`, bytes[0], BRANCH.call);
  expectEqual(`where the call at ${site} leads`, branchTarget(bytes, at), addressOf(scene, target));
}

Then('the call at {symbol} leads to {symbol}', function (this: World, site: string, target: string) {
  expectCall(this.scene, site, target);
});

Then('every call of {symbol} leads to {symbol}', function (this: World, symbol: string, target: string) {
  for (const site of callsTo(this.scene, symbol)) expectCall(this.scene, site, target);
});

Then('entry {int} of {symbol} points to {symbol}', function (this: World, entry: number, table: string, to: string) {
  const at = addressOf(this.scene, table) + BigInt(entry * POINTER_SIZE);
  const bytes = noteBytesAt(this.scene, at, 'now', POINTER_SIZE);
  const pointer = u64At(bytes);
  expectEqual(`entry ${entry} of ${table}`, pointer, addressOf(this.scene, to));
});

Then("a domain's domctl returns {int}", function (this: World, value: number) {
  expectEqual('what domctl returns', this.scene.toolstack.domctl(), value);
});

Then(
  'a call of {symbol} after its first {int} bytes ends in a BUG',
  function (this: World, symbol: string, skipped: number) {
    const at = addressOf(this.scene, symbol) + BigInt(skipped);
    const console = stopIn(() => need(this.scene.target, 'execution').call(at))?.stop.console ?? [];
    this.scene.toolstack.note({ kind: 'execution', what: `${symbol}+${skipped}()`, cpu: 0, returned: console.join() });
    expectEqual(
      'whether the console reports a BUG',
      console.some((line) => line.startsWith('Xen BUG at ')),
      true,
    );
  },
);

Given(
  '{string} brings the function {symbol}, which writes {int} to {symbol}',
  function (this: World, name: string, symbol: string, value: number, to: string) {
    const own = draft(this.scene, name);
    own.parts = {
      ...own.parts,
      defines: { ...own.parts.defines, [symbol]: writesByte(nameOrAddress(this.scene, to), value) },
    };
  },
);

Then('no vCPU was in {symbol} at a store to it', function (this: World, symbol: string) {
  const inside = storesTo(this.scene, symbol).flatMap(({ cpus }) =>
    cpus.flatMap(({ cpu, at, callers }) =>
      [at, ...callers].filter((place) => place.split('+')[0] === symbol).map((place) => `vCPU ${cpu}: ${place}`),
    ),
  );
  expectEqual(`vCPUs in ${symbol} at a store to it`, inside, []);
});
