/** Then: what patched functions do when they are executed, through the hypercalls that reach them or by a call. */
import { Then } from '@cucumber/cucumber';
import { screenLines } from '../engine/console';
import { hex, u64At } from '../engine/bytes';
import { need } from '../engine/needs';
import { harmless } from '../engine/roles';
import { ownerText, regionAt } from '../engine/owners';
import { expectEqual } from './expect';
import { counterOf } from './drafts';
import { memoryOf, noteBytes } from './memory';
import { addressOf } from './places';
import { onVcpu, type Scene, type World } from './scene';
import { stopIn } from './stops';
import { addressValue } from './values';

/** Calls a function on a vCPU. CannotBeAsked if the target cannot. */
const call = (scene: Scene, symbol: string, args: readonly bigint[] = [], cpu = 0): bigint =>
  need(scene.target, 'execution').call(addressOf(scene, symbol), args, cpu);

const noteCall = (scene: Scene, symbol: string, returned: string): void =>
  scene.toolstack.note({ kind: 'execution', what: `${symbol}()`, cpu: 0, returned });

Then('the extra version is {string}', function (this: World, text: string) {
  expectEqual('extra version', this.scene.toolstack.extraVersion(), text);
});

Then('the extra version on {vcpu} is {string}', function (this: World, cpu: number, text: string) {
  expectEqual(`extra version on vCPU ${cpu}`, this.scene.toolstack.extraVersion(onVcpu(this.scene, cpu)), text);
});

Then("the extra version on {vcpu} is the hypervisor's own", function (this: World, cpu: number) {
  expectEqual(
    `extra version on vCPU ${cpu}`,
    this.scene.toolstack.extraVersion(onVcpu(this.scene, cpu)),
    this.scene.own.extraVersion,
  );
});

/** What each vCPU gets, by its number. */
const everywhere = ({ scene }: World): readonly string[] =>
  Array.from({ length: need(scene.target, 'cpus').count() }, (_, cpu) => scene.toolstack.extraVersion({ cpu }));

Then('the extra version on every vCPU is {string}', function (this: World, text: string) {
  const found = everywhere(this);
  expectEqual(
    'extra versions by vCPU',
    found,
    found.map(() => text),
  );
});

Then("the extra version on every vCPU is the hypervisor's own", function (this: World) {
  const found = everywhere(this);
  expectEqual(
    'extra versions by vCPU',
    found,
    found.map(() => this.scene.own.extraVersion),
  );
});

/** The function takes the time that it stays inside for as its argument. */
Then(
  'a call of {symbol} on {vcpu}, which stays inside for {time}, returns {int}',
  function (this: World, symbol: string, cpu: number, time: bigint, value: number) {
    const returned = call(this.scene, symbol, [time], cpu);
    this.scene.toolstack.note({ kind: 'execution', what: `${symbol}()`, cpu, returned: hex(returned) });
    expectEqual(`what ${symbol} returns on vCPU ${cpu}`, BigInt.asIntN(64, returned), BigInt(value));
  },
);

Then("the extra version is the hypervisor's own", function (this: World) {
  expectEqual('extra version', this.scene.toolstack.extraVersion(), this.scene.own.extraVersion);
});

Then("the minor version is the hypervisor's own", function (this: World) {
  expectEqual('version', this.scene.toolstack.version(), this.scene.own.version);
});

Then("the minor version is not the hypervisor's own", function (this: World) {
  const same = this.scene.toolstack.version() === this.scene.own.version;
  expectEqual("whether the version is the hypervisor's own", same, false);
});

Then('the minor version is {int}', function (this: World, minor: number) {
  expectEqual('minor version', this.scene.toolstack.version() & 0xffff, minor);
});

Then('a call of {symbol} returns {}', function (this: World, symbol: string, value: string) {
  const returned = call(this.scene, symbol);
  this.scene.console.push(...screenLines(this.scene.target.log().console));
  noteCall(this.scene, symbol, hex(returned));
  expectEqual(`what ${symbol} returns`, returned, addressValue(this.scene, value));
});

/** What a function returned before anything was patched, which is in its code; undefined: nothing. */
function ownValue({ target: { image } }: Scene, symbol: string): bigint | undefined {
  const own = image.functions().find(({ name }) => name === symbol);
  const does = own && harmless(image, own);
  if (does === undefined) throw new TypeError(`${symbol}: expected a function that returns a constant, got another`);
  return does.returns;
}

/** Of a function that returns nothing, that it comes back. */
Then("{symbol} returns the hypervisor's own value", function (this: World, symbol: string) {
  const own = ownValue(this.scene, symbol);
  const returned = call(this.scene, symbol);
  noteCall(this.scene, symbol, hex(returned));
  if (own !== undefined) expectEqual(`what ${symbol} returns`, returned, own);
});

Then("{symbol} no longer returns the hypervisor's own value", function (this: World, symbol: string) {
  const returned = call(this.scene, symbol);
  noteCall(this.scene, symbol, hex(returned));
  expectEqual(`whether ${symbol} returns the hypervisor's own value`, returned === ownValue(this.scene, symbol), false);
});

Then(
  'the address that {symbol} returns is in the {word} of {string}',
  function (this: World, symbol: string, region: string, name: string) {
    const returned = call(this.scene, symbol);
    const found = regionAt(memoryOf(this.scene).regions(), returned);
    noteCall(this.scene, symbol, hex(returned));
    expectEqual(`region of the address that ${symbol} returns`, found && ownerText(found.owner), `${name} ${region}`);
  },
);

Then('the address that {symbol} returns is a multiple of {int}', function (this: World, symbol: string, of: number) {
  const returned = call(this.scene, symbol);
  noteCall(this.scene, symbol, hex(returned));
  expectEqual(`remainder of the address that ${symbol} returns, by ${of}`, Number(returned % BigInt(of)), 0);
});

Then('a call of {symbol} faults on its {word}', function (this: World, symbol: string, access: string) {
  const stopped = stopIn(() => call(this.scene, symbol));
  noteCall(this.scene, symbol, stopped?.message ?? '');
  const fault = stopped?.stop.fault;
  const found = fault === undefined ? 'no fault' : `${fault.access} of ${fault.reason} memory`;
  expectEqual(`what faults in ${symbol}`, found, `${access} of protected memory`);
});

Then('{symbol} returns the text {string}', function (this: World, symbol: string, text: string) {
  const bytes = Buffer.from(memoryOf(this.scene).read(call(this.scene, symbol), text.length + 1));
  this.scene.toolstack.note({ kind: 'execution', what: `${symbol}()`, cpu: 0, returned: bytes.toString('latin1') });
  expectEqual(`text that ${symbol} returns`, bytes.toString('latin1'), `${text}\0`);
});

Then('the hooks of {string} have been called {int} time(s)', function (this: World, name: string, times: number) {
  const counter = need(this.scene.target, 'linker').lookup(counterOf(name));
  if (counter === undefined) throw new TypeError(`hooks of ${name}: expected hooks that count, got none`);
  const calls = u64At(memoryOf(this.scene).read(counter, 8));
  this.scene.toolstack.note({ kind: 'execution', what: `hooks of ${name}`, cpu: 0, returned: `${calls} calls` });
  expectEqual(`calls of the hooks of ${name}`, calls, BigInt(times));
});

Then('{symbol} holds {}', function (this: World, symbol: string, value: string) {
  const bytes = noteBytes(this.scene, symbol, 'now', 8);
  expectEqual(`value of ${symbol}`, u64At(bytes), addressValue(this.scene, value));
});
