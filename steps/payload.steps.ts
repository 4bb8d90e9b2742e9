/** Given: what a payload is. Nothing of it reaches the hypervisor before it is uploaded. */
import { Given } from '@cucumber/cucumber';
import { beginsWithEndbr64, ENDBR64 } from '../engine/abi/code';
import { SHF, SHT } from '../engine/abi/elf';
import { lacking } from '../engine/needs';
import {
  calls,
  countsCalls,
  jumpsTo,
  returnsAddressOf,
  returnsNumber,
  returnsString,
  writesByte,
} from '../payloads/builder/code';
import { goesOnIn } from '../payloads/builder/copied';
import { buildIdOf } from '../payloads/catalogue';
import { addData, addFunction, addParts, counterOf, draft, draftBuilt, draftCompiled, nops, replaces } from './drafts';
import { memoryOf } from './memory';
import { addressOf, sizeOf } from './places';
import type { Scene, World } from './scene';
import type { Draft } from './types';
import { addressValue } from './values';

const INT3 = 0xcc;
const MOV_EAX = 0xb8;
const MOV_EAX_SIZE = 5;

Given('the compiled payload {string}', function (this: World, name: string) {
  draftCompiled(this.scene, name);
});

Given('a payload {string}', function (this: World, name: string) {
  draft(this.scene, name);
});

Given('a payload {string} without functions', function (this: World, name: string) {
  draftBuilt(this.scene, name, []);
});

Given(
  '(a )payload {string} makes {symbol} return {string}',
  function (this: World, name: string, symbol: string, text: string) {
    addFunction(this.scene, name, replaces(this.scene, symbol, returnsString(text)));
  },
);

Given(
  '(a )payload {string} makes {symbol} return {int}',
  function (this: World, name: string, symbol: string, value: number) {
    addFunction(this.scene, name, replaces(this.scene, symbol, returnsNumber(value)));
  },
);

/** Each new function has a symbol of its own. */
Given(
  '(a )payload {string} makes {symbol} return each number from 1 to {int}, with an entry for each',
  function (this: World, name: string, symbol: string, count: number) {
    const entries = Array.from({ length: count }, (_, index) => ({
      ...replaces(this.scene, symbol, returnsNumber(index + 1)),
      symbol: `${symbol}_${index + 1}`,
    }));
    draftBuilt(this.scene, name, entries);
  },
);

Given(
  '(a )payload {string} makes {symbol} return the address of {symbol}',
  function (this: World, name: string, symbol: string, place: string) {
    addFunction(this.scene, name, replaces(this.scene, symbol, returnsAddressOf(place)));
  },
);

Given(
  '(a )payload {string} makes {symbol} return how often it was called, kept in its {word}',
  function (this: World, name: string, symbol: string, section: string) {
    const counter = section === '.bss' ? section : counterOf(name);
    addFunction(this.scene, name, replaces(this.scene, symbol, countsCalls(counter)));
    const own = draft(this.scene, name);
    if (section === '.bss') addParts(own, { bss: 8 });
    else addData(own, counter, 8);
  },
);

Given(
  '(a )payload {string} turns the first {int} byte(s) of {symbol} into nops',
  function (this: World, name: string, count: number, symbol: string) {
    addFunction(this.scene, name, nops(this.scene, symbol, count));
  },
);

/** For a function that does nothing but return a number, after an endbr64 or not. CannotBeAsked for another one. */
Given(
  '(a )payload {string} turns {symbol} into nops up to its return',
  function (this: World, name: string, symbol: string) {
    const code = this.scene.target.image.bytes(addressOf(this.scene, symbol), sizeOf(this.scene, symbol));
    if (code === undefined) return lacking('code', `the file has the code of ${symbol}`);
    const start = beginsWithEndbr64(code) ? ENDBR64.length : 0;
    if (code[start] !== MOV_EAX) return lacking('plain-number', `${symbol} moves a number to EAX and returns`);
    addFunction(this.scene, name, nops(this.scene, symbol, start + MOV_EAX_SIZE));
    return undefined;
  },
);

Given(
  '(a )payload {string} makes {symbol} return the address of its own {}',
  function (this: World, name: string, symbol: string, section: string) {
    addFunction(this.scene, name, replaces(this.scene, symbol, returnsAddressOf(section)));
  },
);

Given(
  '(a )payload {string} makes {symbol} store to its own {}',
  function (this: World, name: string, symbol: string, section: string) {
    addFunction(this.scene, name, replaces(this.scene, symbol, writesByte(section, 0)));
  },
);

Given(
  '(a )payload {string} makes {symbol} go on in its own {}',
  function (this: World, name: string, symbol: string, section: string) {
    addFunction(this.scene, name, replaces(this.scene, symbol, jumpsTo(section)));
  },
);

Given(
  '(a )payload {string} makes {symbol} go on in {symbol}',
  function (this: World, name: string, symbol: string, next: string) {
    addFunction(this.scene, name, replaces(this.scene, symbol, jumpsTo(next)));
  },
);

/** So that the function does as before, and only patches itself away from where it was. */
Given(
  '(a )payload {string} lets {symbol} go on after a copy of its first instructions',
  function (this: World, name: string, symbol: string) {
    const { image } = this.scene.target;
    const address = addressOf(this.scene, symbol);
    const code = image.bytes(address, sizeOf(this.scene, symbol)) ?? new Uint8Array();
    addFunction(this.scene, name, replaces(this.scene, symbol, goesOnIn(code, address)));
  },
);

Given(
  '(a )payload {string} turns the first {int} byte(s) of {symbol} into nops {int} times over',
  function (this: World, name: string, count: number, symbol: string, times: number) {
    for (let time = 0; time < times; time++) addFunction(this.scene, name, nops(this.scene, symbol, count));
  },
);

/** An address in the entry that nothing relocates; or a section of the payload. */
Given(
  '(a )payload {string} makes {symbol} jump to {}',
  function (this: World, name: string, symbol: string, target: string) {
    const own = /^its own (\.[\w.]+)$/.exec(target)?.[1];
    const replacement = own === undefined ? addressValue(this.scene, target) : { symbol: own };
    addFunction(this.scene, name, replaces(this.scene, symbol, replacement));
  },
);

/** The bytes are in the payload's .rodata. Clause TODO-2. */
Given(
  '(a )payload {string} puts the bytes {bytes} in place of {symbol}',
  function (this: World, name: string, bytes: Uint8Array, symbol: string) {
    const patch = { ...replaces(this.scene, symbol, { symbol: '.rodata' }), newSize: bytes.length };
    addFunction(this.scene, name, patch);
    addParts(draft(this.scene, name), { rodata: bytes });
  },
);

Given(
  '(a )payload {string} makes {symbol} call {symbol}',
  function (this: World, name: string, symbol: string, called: string) {
    addFunction(this.scene, name, replaces(this.scene, symbol, calls(called)));
  },
);

/** What compilers leave in `.comment`. Clause TODO-4. */
function addComment(own: Draft, compilers: readonly string[]): void {
  const content = Buffer.from(compilers.map((text) => `${text}\0`).join(''));
  const comment = { name: '.comment', type: SHT.PROGBITS, flags: 0n, alignment: 1, content };
  addParts(own, { sections: [...(own.parts.sections ?? []), comment] });
}

Given('{string} was compiled by {string}', function (this: World, name: string, compiler: string) {
  addComment(draft(this.scene, name), [compiler]);
});

Given("{string} was compiled by the hypervisor's compiler", function (this: World, name: string) {
  addComment(draft(this.scene, name), [this.scene.target.hypervisor.compiler ?? '']);
});

Given(
  "{string} was compiled by the hypervisor's compiler and {string}",
  function (this: World, name: string, other: string) {
    addComment(draft(this.scene, name), [this.scene.target.hypervisor.compiler ?? '', other]);
  },
);

Given(
  '{string} brings the function {symbol}, which returns {int}',
  function (this: World, name: string, symbol: string, value: number) {
    const own = draft(this.scene, name);
    addParts(own, { defines: { ...own.parts.defines, [symbol]: returnsNumber(value) } });
  },
);

Given(
  '{string} brings the function {symbol}, which returns the text {string}',
  function (this: World, name: string, symbol: string, text: string) {
    const own = draft(this.scene, name);
    addParts(own, { defines: { ...own.parts.defines, [symbol]: returnsString(text) } });
  },
);

Given('{string} depends on {string}', function (this: World, name: string, other: string) {
  draft(this.scene, name).depends = draft(this.scene, other).buildId;
});

Given('{string} depends on a build-id that nothing has', function (this: World, name: string) {
  draft(this.scene, name).depends = buildIdOf('nothing has this build-id');
});

Given('{string} has the build-id of {string}', function (this: World, name: string, other: string) {
  draft(this.scene, name).buildId = draft(this.scene, other).buildId;
});

Given("{string} has the hypervisor's build-id", function (this: World, name: string) {
  draft(this.scene, name).buildId = this.scene.target.hypervisor.buildId;
});

Given('{string} has a build-id of {int} byte(s)', function (this: World, name: string, length: number) {
  draft(this.scene, name).buildId = new Uint8Array(length).fill(0xb1);
});

Given('{string} brings {int} byte(s) of .data', function (this: World, name: string, size: number) {
  addParts(draft(this.scene, name), { data: new Uint8Array(size).fill(0xda) });
});

Given('{string} brings {int} byte(s) of .bss', function (this: World, name: string, size: number) {
  addParts(draft(this.scene, name), { bss: size });
});

Given('{string} brings {int} byte(s) of .rodata', function (this: World, name: string, size: number) {
  addParts(draft(this.scene, name), { rodata: new Uint8Array(size).fill(0x0d) });
});

const SECTION_KINDS: Readonly<Record<string, bigint>> = {
  executable: SHF.ALLOC | SHF.EXECINSTR,
  writable: SHF.ALLOC | SHF.WRITE,
  'read-only': SHF.ALLOC,
};

/** Its content is nothing but int3, which stops whoever executes it. */
Given(
  '{string} brings the {word} section {} of {int} byte(s)',
  function (this: World, name: string, kind: string, section: string, size: number) {
    const flags = SECTION_KINDS[kind];
    if (flags === undefined) throw new RangeError(`section: expected executable, writable or read-only, got ${kind}`);
    const own = draft(this.scene, name);
    const content = new Uint8Array(size).fill(INT3);
    const more = { name: section, type: SHT.PROGBITS, flags, alignment: 1, content };
    addParts(own, { sections: [...(own.parts.sections ?? []), more] });
  },
);

Given('{string} has the metadata {string}', function (this: World, name: string, text: string) {
  const pairs = text.split(' ').map((pair) => pair.split('='));
  addParts(draft(this.scene, name), {
    metadata: Object.fromEntries(pairs.map(([key, value]) => [key ?? '', value ?? ''])),
  });
});

/** One key, whose value differs from byte to byte; the NUL at its end counts. */
Given('{string} has metadata of {int} bytes', function (this: World, name: string, size: number) {
  const value = Array.from({ length: size - 'key=\0'.length }, (_, index) => String.fromCharCode(0x41 + (index % 26)));
  addParts(draft(this.scene, name), { metadata: { key: value.join('') } });
});

/** Makes the payload's entry for the function expect these bytes there. RangeError if it has none. */
function expectAt(scene: Scene, name: string, symbol: string, bytes: Uint8Array): void {
  const own = draft(scene, name);
  if (!own.functions.some((patch) => patch.name === symbol))
    throw new RangeError(`${name}: expected an entry for ${symbol}, got none`);
  own.functions = own.functions.map((patch) => (patch.name === symbol ? { ...patch, expect: { bytes } } : patch));
}

Given('{string} expects {bytes} at {symbol}', function (this: World, name: string, bytes: Uint8Array, symbol: string) {
  expectAt(this.scene, name, symbol, bytes);
});

Given(
  '{string} expects the first {int} byte(s) of {symbol} as they are',
  function (this: World, name: string, count: number, symbol: string) {
    expectAt(this.scene, name, symbol, memoryOf(this.scene).read(addressOf(this.scene, symbol), count));
  },
);
