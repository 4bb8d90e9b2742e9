/** Hooks: what those of a payload do when they are called, and what they saw. */
import { Given, Then } from '@cucumber/cucumber';
import { LIVEPATCH_FUNC, STATE, type State } from '../engine/abi/hypercall';
import { FUNCTIONS } from '../engine/abi/sections';
import { s32At, u32At } from '../engine/bytes';
import { machineCode, type Code } from '../payloads/builder/assembly';
import {
  callsPrintk,
  copies,
  copiesBytes,
  copiesFromArgument,
  failsFirst,
  increments,
  storesByteAt,
  writesByte,
} from '../payloads/builder/code';
import { addData, addHook, counterOf, draft, hookKind, sightOf } from './drafts';
import { expectEqual, expectResult } from './expect';
import { memoryOf } from './memory';
import { addressOf, nameOrAddress } from './places';
import type { Scene, World } from './scene';

function addHookWith(scene: Scene, name: string, kind: string, code: Code): void {
  addHook(draft(scene, name), hookKind(kind), code);
}

Given(
  '{string} has a(n) {word} hook that says {string}',
  function (this: World, name: string, kind: string, text: string) {
    addHookWith(this.scene, name, kind, callsPrintk(`${text}\n`));
  },
);

Given('{string} has a(n) {word} hook that counts its calls', function (this: World, name: string, kind: string) {
  const counter = counterOf(name);
  addData(draft(this.scene, name), counter, 8);
  addHookWith(this.scene, name, kind, increments(counter));
});

Given(
  '{string} has a(n) {word} hook that looks at {symbol}',
  function (this: World, name: string, kind: string, symbol: string) {
    const sight = sightOf(name, kind);
    addData(draft(this.scene, name), sight, 8);
    addHookWith(this.scene, name, kind, copies(addressOf(this.scene, symbol), sight));
  },
);

Given(
  '{string} has {int} {word} hooks that count their calls',
  function (this: World, name: string, count: number, kind: string) {
    const counter = counterOf(name);
    addData(draft(this.scene, name), counter, 8);
    for (let number = 0; number < count; number++) addHookWith(this.scene, name, kind, increments(counter));
  },
);

Given(
  '{string} has a(n) {word} hook of the bytes {bytes}',
  function (this: World, name: string, kind: string, bytes: Uint8Array) {
    addHookWith(this.scene, name, kind, machineCode(bytes));
  },
);

Given('{string} has a(n) {word} hook that {misdeed}', function (this: World, name: string, kind: string, code: Code) {
  addHookWith(this.scene, name, kind, code);
});

Given(
  '{string} has a(n) {word} hook that copies {symbol} to {symbol}',
  function (this: World, name: string, kind: string, from: string, into: string) {
    const [source, goal] = [nameOrAddress(this.scene, from), nameOrAddress(this.scene, into)];
    addHookWith(this.scene, name, kind, copiesBytes(source, goal, 8));
  },
);

Given(
  '{string} has a(n) {word} hook that writes {int} to {symbol}',
  function (this: World, name: string, kind: string, value: number, symbol: string) {
    addHookWith(this.scene, name, kind, writesByte(nameOrAddress(this.scene, symbol), value));
  },
);

Given(
  '{string} has a(n) {word} hook that says {string} and returns {result}',
  function (this: World, name: string, kind: string, text: string, returned: number) {
    addHookWith(this.scene, name, kind, callsPrintk(`${text}\n`, returned));
  },
);

Given(
  '{string} has a(n) {word} hook that says {string} and returns {result} the first time',
  function (this: World, name: string, kind: string, text: string, returned: number) {
    const counter = counterOf(name);
    addData(draft(this.scene, name), counter, 8);
    addHookWith(this.scene, name, kind, failsFirst(`${text}\n`, returned, counter));
  },
);

/** State and rc stand side by side at the start of the structure. */
Given('{string} has a(n) {word} hook that looks at its payload', function (this: World, name: string, kind: string) {
  const sight = sightOf(name, kind);
  addData(draft(this.scene, name), sight, 8);
  addHookWith(this.scene, name, kind, copiesFromArgument(sight));
});

const NOTED: Readonly<Record<string, number>> = { applied: 1, reverted: 0 };

/** `applied` in the entries of the first functions. */
Given(
  '{string} has a(n) {word} hook that notes {int} of its functions as {word} and returns {result}',
  function (this: World, name: string, kind: string, count: number, noted: string, returned: number) {
    const value = NOTED[noted];
    if (value === undefined) throw new RangeError(`functions: expected applied or reverted, got ${noted}`);
    const { size, fields } = LIVEPATCH_FUNC[2];
    const offsets = Array.from({ length: count }, (_, index) => index * size + fields.applied.offset);
    addHookWith(this.scene, name, kind, storesByteAt(FUNCTIONS, offsets, value, returned));
  },
);

Then(
  'the {word} hook of {string} saw its payload {state} with rc {result}',
  function (this: World, kind: string, name: string, state: State, rc: number) {
    const seen = memoryOf(this.scene).read(addressOf(this.scene, sightOf(name, kind)), 8);
    const found = Object.entries(STATE).find(([, value]) => value === u32At(seen))?.[0];
    expectEqual(`state in the payload during the ${kind} hook`, found, state);
    expectResult(`rc in the payload during the ${kind} hook`, s32At(seen, 4), rc);
  },
);
