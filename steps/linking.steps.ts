/** Symbols and relocations: what a payload brings and refers to, and what its references became. */
import { Given, Then, type DataTable } from '@cucumber/cucumber';
import { R_X86_64, type RelocationType } from '../engine/abi/elf';
import { s32At } from '../engine/bytes';
import { need } from '../engine/needs';
import { calls, printsNumbers, returnsAddressOf, saysNameOf } from '../payloads/builder/code';
import type { RelocationDescription, SymbolDescription } from '../payloads/builder/elf';
import { addHook, draft, draftBuilt, hookKind, replaces } from './drafts';
import { expectEqual } from './expect';
import { noteBytes } from './memory';
import { addressOf } from './places';
import type { World } from './scene';
import { addressValue, number } from './values';

const TYPES = Object.keys(R_X86_64) as readonly RelocationType[];

/** `R_X86_64_PC32`. RangeError for a name that the x86-64 ABI does not have. */
function relocationType(name: string): RelocationType {
  const type = TYPES.find((one) => name === `R_X86_64_${one}`);
  if (type === undefined) throw new RangeError(`relocation: expected a type such as R_X86_64_64, got ${name}`);
  return type;
}

const SPECIAL: Readonly<Record<string, SymbolDescription['section']>> = {
  SHN_UNDEF: { special: 'UNDEF' },
  SHN_ABS: { special: 'ABS' },
  SHN_COMMON: { special: 'COMMON' },
};

const BINDINGS: Readonly<Record<string, SymbolDescription['binding']>> = {
  STB_LOCAL: 'LOCAL',
  STB_GLOBAL: 'GLOBAL',
  STB_WEAK: 'WEAK',
};

/** A row of a table of symbols: global, and at the start of its section, unless it says something else. */
function symbolOf(row: Readonly<Record<string, string>>): SymbolDescription {
  const { name = '', section = '', value = '0', binding = 'STB_GLOBAL' } = row;
  const bound = BINDINGS[binding];
  if (bound === undefined) throw new RangeError(`symbol: expected a binding such as STB_LOCAL, got ${binding}`);
  return {
    name,
    binding: bound,
    type: 'NOTYPE',
    section: SPECIAL[section] ?? section,
    value: BigInt.asUintN(64, number(value)),
  };
}

Given('{string} has these symbols:', function (this: World, name: string, table: DataTable) {
  const own = draft(this.scene, name);
  own.parts = { ...own.parts, symbols: [...(own.parts.symbols ?? []), ...table.hashes().map(symbolOf)] };
});

/** A row of a table of relocations. */
function relocationOf(row: Readonly<Record<string, string>>): RelocationDescription {
  const { offset = '0', type = '', symbol = '', addend = '0' } = row;
  return { offset: Number(offset), type: relocationType(type), symbol, addend: number(addend) };
}

Given(
  'the section {} of {string} has these relocations:',
  function (this: World, section: string, name: string, table: DataTable) {
    const own = draft(this.scene, name);
    const { relocations = {} } = own.parts;
    const more = [...(relocations[section] ?? []), ...table.hashes().map(relocationOf)];
    own.parts = { ...own.parts, relocations: { ...relocations, [section]: more } };
  },
);

Given(
  '{string} brings the function {symbol}, which returns the address of {symbol} by {word}',
  function (this: World, name: string, symbol: string, target: string, type: string) {
    const own = draft(this.scene, name);
    const code = returnsAddressOf(target, relocationType(type));
    own.parts = { ...own.parts, defines: { ...own.parts.defines, [symbol]: code } };
  },
);

Given(
  '(a )payload {string} makes {symbol} return what {symbol} returns, by {word}',
  function (this: World, name: string, symbol: string, target: string, type: string) {
    draftBuilt(this.scene, name, [replaces(this.scene, symbol, calls(target, relocationType(type)))]);
  },
);

Given(
  '{string} has a(n) {word} hook that says the name of what is at {symbol}',
  function (this: World, name: string, kind: string, symbol: string) {
    addHook(draft(this.scene, name), hookKind(kind), saysNameOf(symbol));
  },
);

Given(
  '{string} has a(n) {word} hook that prints {string} with {}',
  function (this: World, name: string, kind: string, format: string, numbers: string) {
    const code = printsNumbers(`${format}\n`, numbers.split(', ').map(BigInt));
    addHook(draft(this.scene, name), hookKind(kind), code);
  },
);

/** The sum that PC32 writes, undone: a place and the signed 32 bits that are there. */
Then('{symbol} leads to {}', function (this: World, symbol: string, target: string) {
  const distance = s32At(noteBytes(this.scene, symbol, 'now', 4));
  const found = BigInt.asUintN(64, addressOf(this.scene, symbol) + BigInt(distance));
  expectEqual(`where ${symbol} leads to`, found, addressValue(this.scene, target));
});

Then('nothing has the name {symbol}', function (this: World, symbol: string) {
  expectEqual(`address of ${symbol}`, need(this.scene.target, 'linker').lookup(symbol), undefined);
});
