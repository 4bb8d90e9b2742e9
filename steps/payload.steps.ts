/** Given: what a payload is. Nothing of it reaches the hypervisor before it is uploaded. */
import { Given, type DataTable } from '@cucumber/cucumber';
import { SHF, SHT } from '../engine/abi/elf';
import {
  calls,
  callsPrintk,
  copies,
  faults,
  increments,
  loopsForever,
  returnsAddressOf,
  returnsNumber,
  returnsString,
  writesByte,
  type Code,
} from '../payloads/builder/code';
import { duplicate, lengthen, remove } from '../payloads/builder/edit';
import { extend, fieldBytes, overwrite } from '../payloads/builder/overwrite';
import { buildIdOf } from '../payloads/catalogue';
import {
  addData,
  addFunction,
  addHook,
  addParts,
  counterOf,
  draft,
  draftBuilt,
  draftCompiled,
  nops,
  replaces,
  sightOf,
} from './drafts';
import { addressOf, type Scene, type World } from './scene';
import { addressValue, fieldText } from './values';

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
  '(a )payload {string} turns the first {int} byte(s) of {symbol} into nops',
  function (this: World, name: string, count: number, symbol: string) {
    addFunction(this.scene, name, nops(this.scene, symbol, count));
  },
);

Given(
  '(a )payload {string} makes {symbol} call {symbol}',
  function (this: World, name: string, symbol: string, called: string) {
    addFunction(this.scene, name, replaces(this.scene, symbol, calls(called)));
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

Given(
  '{string} brings the function {symbol}, which returns {int}',
  function (this: World, name: string, symbol: string, value: number) {
    const own = draft(this.scene, name);
    addParts(own, { defines: { ...own.parts.defines, [symbol]: returnsNumber(value) } });
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

Given('{string} has the metadata {string}', function (this: World, name: string, text: string) {
  const pairs = text.split(' ').map((pair) => pair.split('='));
  addParts(draft(this.scene, name), {
    metadata: Object.fromEntries(pairs.map(([key, value]) => [key ?? '', value ?? ''])),
  });
});

function addHookWith(scene: Scene, name: string, kind: string, code: Code): void {
  addHook(draft(scene, name), kind === 'load' ? 'load' : 'unload', code);
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

Given('{string} has a(n) {word} hook that faults', function (this: World, name: string, kind: string) {
  addHookWith(this.scene, name, kind, faults());
});

Given('{string} has a(n) {word} hook that never returns', function (this: World, name: string, kind: string) {
  addHookWith(this.scene, name, kind, loopsForever());
});

Given(
  '{string} has a(n) {word} hook that writes {int} to {symbol}',
  function (this: World, name: string, kind: string, value: number, symbol: string) {
    addHookWith(this.scene, name, kind, writesByte(symbol, value));
  },
);

Given('in {string} these fields are written:', function (this: World, name: string, table: DataTable) {
  const own = draft(this.scene, name);
  const rows = table.rows().map(([field = '', value = '']) => [field, fieldText(this.scene, value)] as const);
  own.fields = { ...own.fields, ...Object.fromEntries(rows) };
});

Given('in {string} the field {} is {}', function (this: World, name: string, field: string, value: string) {
  const own = draft(this.scene, name);
  own.fields = { ...own.fields, [field]: fieldText(this.scene, value) };
});

/** After all fields were written. */
Given(
  'in {string} byte {int} of the field {} is {int}',
  function (this: World, name: string, index: number, field: string, value: number) {
    draft(this.scene, name).cuts.push((file) =>
      overwrite(file, { [field]: fieldBytes(file, field).fill(value, index, index + 1) }),
    );
  },
);

Given('{string} lacks the section {}', function (this: World, name: string, section: string) {
  const own = draft(this.scene, name);
  addParts(own, { edits: [...(own.parts.edits ?? []), remove(section)] });
});

Given('{string} has an empty section {}', function (this: World, name: string, section: string) {
  const own = draft(this.scene, name);
  const empty = { name: section, type: SHT.PROGBITS, flags: SHF.ALLOC, alignment: 4, content: new Uint8Array() };
  addParts(own, { sections: [...(own.parts.sections ?? []), empty] });
});

Given(
  'in {string} the section {} is {int} byte(s) longer',
  function (this: World, name: string, section: string, more: number) {
    const own = draft(this.scene, name);
    addParts(own, { edits: [...(own.parts.edits ?? []), lengthen(section, more)] });
  },
);

Given('{string} has the section {} twice', function (this: World, name: string, section: string) {
  const own = draft(this.scene, name);
  addParts(own, { edits: [...(own.parts.edits ?? []), duplicate(section)] });
});

Given('{string} is {int} byte(s) long', function (this: World, name: string, size: number) {
  draft(this.scene, name).cuts.push((file) => extend(file, size));
});
