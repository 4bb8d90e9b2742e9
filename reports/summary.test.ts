import assert from 'node:assert/strict';
import { test } from 'node:test';
import { againOf, shellWords } from './again';
import { writeSummary, type Terminal } from './summary';
import { report } from './testdata/report';
import { deviating, messages, renamed } from './testdata/streams';

const ESCAPE = '\u001b[';
const TERMINAL: Terminal = {
  colour: false,
  program: 'lc',
  project: '/project',
  folder: '/project/there',
  commands: { 'reference/1': '--target reference --revision 1' },
};

test('a failure has its steps with their marks, what the failing one found, and the command that repeats it', async () => {
  const text = writeSummary(report([await messages()]), 'x', TERMINAL);
  assert.match(text, /✔ Given a hypervisor\n/);
  assert.match(text, /✖ Then it fails\n +the number\n +expected {2}1\n +found {5}2\n +– And it passes\n/);
  assert.match(
    text,
    /Run it again: lc run --target reference --revision 1 \.\.\/reports\/testdata\/statuses\.feature:11/,
  );
  assert.ok(!text.includes(ESCAPE));
});

test('colours are there only where they are asked for', async () => {
  const text = writeSummary(report([await messages()]), 'x', { ...TERMINAL, colour: true });
  assert.match(text, /\[31m +✖ Then it fails/);
});

test('GitHub gets an error for a failure and none for a known deviation, with file, line and sentence', async () => {
  const terminal: Terminal = { ...TERMINAL, workspace: '/project' };
  const all = await messages();
  const known = report([all, renamed(all, 'xen/2')], [deviating('xen/2', 'fails')]);
  const annotations = writeSummary(known, 'x', terminal)
    .split('\n')
    .filter((line) => line.startsWith('::'));
  assert.equal(
    annotations[0],
    '::error file=reports/testdata/statuses.feature,line=11,title=fails [reference/1]::Error: expected 1, found 2',
  );
  assert.ok(!annotations.some((line) => line.includes('title=fails [xen/2]')));
  assert.ok(annotations.every((line) => !line.includes('title=passes')));
  assert.ok(!writeSummary(known, 'x', TERMINAL).includes('::error'));
});

test('words stand in quotes where a shell would take them apart', () => {
  assert.equal(shellWords(['--label', "it's new", 'a/b:3']), "--label 'it'\\''s new' a/b:3");
  const run = { key: 'xen-4.17/2', label: 'xen-4.17', revision: 2 } as const;
  assert.equal(
    againOf({ run, uri: 'features/a b.feature', line: 3 }, { ...TERMINAL, folder: '/project' }),
    "lc run --target xen --hypervisor XEN-SYMS --label xen-4.17 'features/a b.feature:3'",
  );
  const ofTool = { ...run, label: 'xen-livepatch-4.17', isOfTool: true } as const;
  assert.equal(
    againOf({ run: ofTool, uri: 'features/a.feature', line: 3 }, { ...TERMINAL, folder: '/project' }),
    'lc run --tool TOOL --label xen-livepatch-4.17 features/a.feature:3',
  );
});
