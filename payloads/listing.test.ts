import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloadListings } from './listing';

const sizes: Readonly<Record<string, number>> = { xen_extra_version: 12, xen_minor_version: 8 };
const listings = (revision: 1 | 2) =>
  payloadListings({ revision, buildId: new Uint8Array(20) }, (symbol) => sizes[symbol] ?? 0);

test('each payload of the catalogue is taken apart, in both revisions', () => {
  for (const revision of [1, 2] as const) {
    const all = listings(revision);
    assert.equal(all.length, 4);
    for (const { size, sections, symbols, entries } of all) {
      assert.ok(size > 64 && symbols.length > 1);
      assert.ok(sections.some(({ name, type }) => name === '.livepatch.funcs' && type === 'PROGBITS'));
      assert.ok(entries.some(({ field, value }) => field === 'version' && value === String(revision)));
    }
  }
});

test('what a relocation fills is what it points to, and sizes are those of the hypervisor', () => {
  const [hello] = listings(2);
  assert.ok(hello);
  const valueOf = (field: string) => hello.entries.find((each) => each.field === field)?.value;
  assert.equal(valueOf('old_size'), '12');
  assert.equal(valueOf('new_addr'), 'xen_extra_version');
  assert.equal(valueOf('old_addr'), undefined);
  const filled = hello.relocations.find(({ to }) => to === 'xen_extra_version');
  assert.deepEqual([filled?.section, filled?.type], ['.livepatch.funcs', 'R_X86_64_64']);
});
