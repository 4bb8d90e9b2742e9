/** Given: what is done to a payload's file that no maker of payloads would do. */
import { Given, Then, type DataTable } from '@cucumber/cucumber';
import { SHF, SHT } from '../engine/abi/elf';
import { duplicate, lengthen, remove } from '../payloads/builder/edit';
import { fieldAt, fieldBytes, overwrite, resize } from '../payloads/builder/overwrite';
import { moveSectionTable } from '../payloads/builder/section-table';
import { addParts, buildPayload, draft } from './drafts';
import { expectEqual } from './expect';
import type { World } from './scene';
import { fieldText } from './values';

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
  draft(this.scene, name).cuts.push((file) => resize(file, size));
});

Given('{string} has {int} sections', function (this: World, name: string, count: number) {
  draft(this.scene, name).cuts.push((file) => moveSectionTable(file, { count }));
});

Given('the section headers of {string} are {int} bytes apart', function (this: World, name: string, stride: number) {
  draft(this.scene, name).cuts.push((file) => moveSectionTable(file, { stride }));
});

Then(
  'the file of {string} has, from the field {} on, {bytes}',
  function (this: World, name: string, field: string, bytes: Uint8Array) {
    const built = buildPayload(this.scene, name);
    const { offset } = fieldAt(built, field);
    const found = built.bytes.slice(offset, offset + bytes.length);
    expectEqual(`bytes of ${name} from ${field} on`, found, bytes);
  },
);

Then('the file of {string} begins with {bytes}', function (this: World, name: string, bytes: Uint8Array) {
  const found = buildPayload(this.scene, name).bytes.slice(0, bytes.length);
  expectEqual(`first bytes of ${name}`, found, bytes);
});
