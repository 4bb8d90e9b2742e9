/** Alternatives, fix-ups and bug frames: what goes with a payload's code, and what becomes of it. */
import { Given, Then } from '@cucumber/cucumber';
import { CPU_FEATURE, type CpuFeature } from '../engine/abi/features';
import { EXCEPTION_TABLE } from '../engine/abi/sections';
import { EXCEPTION } from '../engine/abi/tables';
import { hex } from '../engine/bytes';
import { need } from '../engine/needs';
import { HypervisorStopped } from '../engine/target';
import { labelled, machineCode, type Code } from '../payloads/builder/assembly';
import { callsPrintk, jumpsTo, returnsNumber } from '../payloads/builder/code';
import { bugThen, faultLabel, faultsThen, fixupLabel, bugLabel } from '../payloads/builder/misdeeds';
import type { BugFrame } from '../payloads/builder/description';
import { moveToEnd } from '../payloads/builder/edit';
import { addFunction, addHook, addParts, codeFor, draft, fixupsOf, hookKind, replaceCode, replaces } from './drafts';
import { expectEqual } from './expect';
import { memoryOf } from './memory';
import { addressOf } from './places';
import type { Scene, World } from './scene';
import { stopEvidence } from '../engine/toolstack/stop';
import type { Draft } from './types';

Given(
  '(a )payload {string} replaces {symbol} by {bytes}',
  function (this: World, name: string, symbol: string, bytes: Uint8Array) {
    addFunction(this.scene, name, replaces(this.scene, symbol, machineCode(bytes)));
  },
);

function addAlternative(
  scene: Scene,
  name: string,
  symbol: string,
  size: number,
  replacement: Code,
  feature: CpuFeature,
): void {
  const own = draft(scene, name);
  const original = `${symbol}.original`;
  replaceCode(own, symbol, labelled(codeFor(own, symbol), { [original]: 0 }));
  const alternative = { original, originalSize: size, replacement, feature: CPU_FEATURE[feature] };
  addParts(own, {
    alternatives: [...(own.parts.alternatives ?? []), alternative],
    alternativeForm: scene.target.hypervisor.code.alternative,
  });
}

Given(
  '{string} has the alternative {bytes} for the first {int} byte(s) of {symbol} where the CPU has {feature}',
  function (this: World, name: string, replacement: Uint8Array, size: number, symbol: string, feature: CpuFeature) {
    addAlternative(this.scene, name, symbol, size, machineCode(replacement), feature);
  },
);

Given(
  '{string} has the alternative of a jump to {symbol} for the first {int} byte(s) of {symbol} where the CPU has {feature}',
  function (this: World, name: string, target: string, size: number, symbol: string, feature: CpuFeature) {
    addAlternative(this.scene, name, symbol, size, jumpsTo(target), feature);
  },
);

/** Each fault of `faultsThen` has a fix-up, at which the next fault follows, and at last what comes then. */
function addFixups(own: Draft, times: number, prefix: string): void {
  const more = Array.from({ length: times }, (_, index) => ({
    fault: faultLabel(prefix, index + 1),
    fixup: fixupLabel(prefix, index + 1),
  }));
  const { fixups = [], symbols = [] } = own.parts;
  const table = { name: fixupsOf(own.name), binding: 'GLOBAL', type: 'OBJECT', section: EXCEPTION_TABLE } as const;
  addParts(own, { fixups: [...fixups, ...more], symbols: fixups.length === 0 ? [...symbols, table] : symbols });
}

Given(
  '(a )payload {string} makes {symbol} fault {int} time(s) and then return {int}',
  function (this: World, name: string, symbol: string, times: number, value: number) {
    addFunction(this.scene, name, replaces(this.scene, symbol, faultsThen(times, returnsNumber(value), symbol)));
    addFixups(draft(this.scene, name), times, symbol);
  },
);

Given(
  '{string} has a(n) {word} hook that faults {int} time(s), goes on at its fix-ups, and then says {string}',
  function (this: World, name: string, kind: string, times: number, text: string) {
    const own = draft(this.scene, name);
    addHook(own, hookKind(kind), faultsThen(times, callsPrintk(`${text}\n`), `${kind}.hook`));
    addFixups(own, times, `${kind}.hook`);
  },
);

Given('the fix-ups of {string} are in reverse order', function (this: World, name: string) {
  const own = draft(this.scene, name);
  addParts(own, { fixups: [...(own.parts.fixups ?? [])].reverse() });
});

/** An undefined instruction with a bug frame, and what follows it. */
function addBug(scene: Scene, name: string, symbol: string, frame: BugFrame, then: Code): void {
  addFunction(scene, name, replaces(scene, symbol, bugThen(scene.target.hypervisor.code.bug, then, symbol)));
  addFrame(scene, name, frame);
}

function addFrame(scene: Scene, name: string, frame: BugFrame): void {
  const own = draft(scene, name);
  addParts(own, { bugFrames: [...(own.parts.bugFrames ?? []), frame] });
}

const kindOf = (word: string): 'warn' | 'bug' => (word === 'WARN' ? 'warn' : 'bug');

Given(
  '(a )payload {string} makes {symbol} {word} at line {int} of {string} and then return {int}',
  function (this: World, name: string, symbol: string, word: string, line: number, file: string, value: number) {
    const frame = { kind: kindOf(word), at: bugLabel(symbol), file, line };
    addBug(this.scene, name, symbol, frame, returnsNumber(value));
  },
);

Given(
  '(a )payload {string} makes {symbol} assert {string} at line {int} of {string}',
  function (this: World, name: string, symbol: string, message: string, line: number, file: string) {
    const frame = { kind: 'assert', at: bugLabel(symbol), file, line, message } as const;
    addBug(this.scene, name, symbol, frame, returnsNumber(0));
  },
);

Given(
  '(a )payload {string} makes {symbol} run a function that says {string} and then return {int}',
  function (this: World, name: string, symbol: string, text: string, value: number) {
    const called = `${name}_run`;
    addBug(this.scene, name, symbol, { kind: 'run_fn', at: bugLabel(symbol), function: called }, returnsNumber(value));
    const own = draft(this.scene, name);
    addParts(own, { defines: { ...own.parts.defines, [called]: callsPrintk(`${text}\n`) } });
  },
);

Given(
  '{string} has a(n) {word} hook with a {word} at line {int} of {string}',
  function (this: World, name: string, kind: string, word: string, line: number, file: string) {
    const prefix = `${kind}.${word}`;
    const { bug } = this.scene.target.hypervisor.code;
    addHook(draft(this.scene, name), hookKind(kind), bugThen(bug, returnsNumber(0), prefix));
    addFrame(this.scene, name, { kind: kindOf(word), at: bugLabel(prefix), file, line });
  },
);

Given('the file names of {string} come after its bug frames', function (this: World, name: string) {
  const own = draft(this.scene, name);
  addParts(own, { edits: [...(own.parts.edits ?? []), moveToEnd('.rodata.str')] });
});

Then('a call of {symbol} crashes the hypervisor', function (this: World, symbol: string) {
  const { target, toolstack, console } = this.scene;
  let stopped = false;
  try {
    const returned = need(target, 'execution').call(addressOf(this.scene, symbol));
    toolstack.note({ kind: 'execution', what: `${symbol}()`, cpu: 0, returned: hex(returned) });
  } catch (error) {
    if (!(error instanceof HypervisorStopped)) throw error;
    stopped = true;
    console.push(...error.stop.console);
    toolstack.note({ ...stopEvidence(error.stop), registers: {} });
  }
  expectEqual(`whether the hypervisor crashes in ${symbol}`, stopped, true);
});

// The code goes on right after each fault, so that sorted faults with their own fix-ups are in one order.
Then('the {int} fix-ups of {string} are sorted by their faults', function (this: World, count: number, name: string) {
  const table = addressOf(this.scene, fixupsOf(name));
  const bytes = memoryOf(this.scene).read(table, count * EXCEPTION.size);
  const { addr, cont } = EXCEPTION.fields;
  const places = Array.from({ length: count }, (_, index) => {
    const own = index * EXCEPTION.size;
    const entry = EXCEPTION.decode(bytes, own);
    return [own + addr.offset + entry.addr, own + cont.offset + entry.cont];
  }).flat();
  const sorted = places.toSorted((one, other) => one - other);
  expectEqual(`faults and fix-ups in the exception table of ${name}`, places.map(String), sorted.map(String));
});
