/** LIST: asked for, and what it shows. */
import { Then, When, type DataTable } from '@cucumber/cucumber';
import { need } from '../engine/needs';
import { UNTOUCHED, type BufferName, type Listing } from '../engine/toolstack/toolstack';
import { metadataBytes } from '../payloads/builder/payload';
import { draft, numberedNames } from './drafts';
import { expectEqual, expectResult } from './expect';
import { ALL, row } from './listing';
import { listAll, listPages, observe } from './observation';
import type { Scene, World } from './scene';
import { callFields } from './values';

function ask(scene: Scene, make: () => Listing): void {
  if (scene.compares) {
    scene.before = observe(scene);
    scene.atStart ??= scene.before;
  }
  scene.listing = make();
  scene.returned = scene.listing.returned;
}

const listed = (scene: Scene): Listing => {
  if (scene.listing === undefined) throw new TypeError('LIST: expected to be asked before this step, got none');
  return scene.listing;
};

When('LIST is asked for {int} entry/entries', function (this: World, nr: number) {
  ask(this.scene, () => this.scene.toolstack.list(nr));
});

When('LIST is asked for {int} entry/entries starting at index {int}', function (this: World, nr: number, idx: number) {
  ask(this.scene, () => this.scene.toolstack.list(nr, idx));
});

When('LIST is asked for {int} entry/entries with these fields:', function (this: World, nr: number, table: DataTable) {
  ask(this.scene, () => this.scene.toolstack.list(nr, 0, { fields: callFields(this.scene, table.rows()) }));
});

When('LIST is asked for {int} entry/entries with a structure in read-only memory', function (this: World, nr: number) {
  ask(this.scene, () => this.scene.toolstack.list(nr, 0, { readOnly: true }));
});

When('all payloads are listed, {int} entry/entries at a time', function (this: World, nr: number) {
  ask(this.scene, () => listAll(this.scene.toolstack, nr));
});

When(
  'all payloads are listed, {int} entry/entries at a time, with a soft IRQ pending each time',
  function (this: World, nr: number) {
    const { raiseSoftIrq } = need(this.scene.target, 'preemption');
    ask(this.scene, () => listAll(this.scene.toolstack, nr, raiseSoftIrq));
  },
);

Then('{int} payload(s) remain(s)( after them)', function (this: World, remaining: number) {
  expectEqual('nr after LIST', listed(this.scene).remaining, remaining);
});

Then('the entries are {string}', function (this: World, names: string) {
  const found = listed(this.scene).entries.map(({ name }) => name);
  expectEqual('names of the entries', found, names === '' ? [] : names.split(', '));
});

Then('the entries are those of {int} payloads, in the order of upload', function (this: World, count: number) {
  const found = listed(this.scene).entries.map(({ name }) => name);
  expectEqual('names of the entries', found, numberedNames(count));
});

Then('the lengths of the names are {string}', function (this: World, lengths: string) {
  expectEqual(
    'lengths of the names',
    listed(this.scene)
      .entries.map(({ length }) => length)
      .join(', '),
    lengths,
  );
});

Then('the names have {int} bytes in all, the metadata {int}', function (this: World, names: number, metadata: number) {
  const { nameTotal, metadataTotal } = listed(this.scene);
  expectEqual('totals of names and metadata', [nameTotal, metadataTotal], [names, metadata]);
});

Then(
  'the buffer {word} holds {bytes} at {int}',
  function (this: World, name: BufferName, bytes: Uint8Array, offset: number) {
    const found = listed(this.scene).buffer(name);
    expectEqual(`bytes of the buffer ${name}`, found.slice(offset, offset + bytes.length), bytes);
  },
);

Then('nothing is written past these bytes of the buffers:', function (this: World, table: DataTable) {
  const { buffer } = listed(this.scene);
  const touched = table
    .rows()
    .filter(([name, size]) => buffer(name as BufferName).some((byte, at) => at >= Number(size) && byte !== UNTOUCHED));
  expectEqual(
    'buffers that are written past',
    touched.map(([name]) => name),
    [],
  );
});

/** As the file has it. */
Then('the metadata of {string} is complete', function (this: World, name: string) {
  const expected = metadataBytes(draft(this.scene, name).parts.metadata ?? {});
  const found = listed(this.scene).entries.find((entry) => entry.name === name)?.metadata;
  expectEqual(`metadata of ${name}`, found, expected);
});

Then('each length counts the name and its NUL', function (this: World) {
  const found = listed(this.scene).entries.map(({ length }) => length);
  const expected = listed(this.scene).entries.map(({ name }) => name.length + 1);
  expectEqual('lengths of the names', found, expected);
});

/** Page by page, as a tool does: a LIST may end early. */
function expectListed(scene: Scene, rows: readonly (readonly string[])[]): void {
  const { entries, returned } = listPages(scene.toolstack, ALL);
  expectEqual('LIST', entries.map(row), rows);
  expectResult('what LIST returns', returned < 0 ? returned : entries.length, rows.length);
}

Then('LIST shows nothing', function (this: World) {
  expectListed(this.scene, []);
});

Then('LIST shows:', function (this: World, table: DataTable) {
  expectListed(this.scene, table.rows());
});

Then('the version of the list has changed', function (this: World) {
  const { version } = this.scene.toolstack.list(0);
  expectEqual('whether the version of the list changed', version !== listed(this.scene).version, true);
});

Then('the version of the list is as before', function (this: World) {
  expectEqual('version of the list', this.scene.toolstack.list(0).version, listed(this.scene).version);
});
