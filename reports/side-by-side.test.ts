import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sideBySide } from './side-by-side';
import { renderLines } from './terminal';
import { report } from './testdata/report';
import { messages, renamed, shard } from './testdata/streams';

test('each step stands once, with the marks of all runs, and blanks for those that were not asked', async () => {
  const all = await messages();
  const second = shard(renamed(all, 'xen/2'), (scenario) => scenario === 1);
  const text = renderLines(sideBySide(report([all, second]).runs), false);
  assert.match(text, /^reference\/1 .*\n│ xen\/2 /);
  assert.match(text, /\n\npasses\n✔ {4}Given a hypervisor\n/);
  assert.match(text, /\n✖ ✖ {2}Then it fails\n +the number\n +expected {2}1\n +found {5}2\n– – {2}And it passes\n/);
});
