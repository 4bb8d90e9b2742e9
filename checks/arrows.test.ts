import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { circlesOf, problemsOf } from './arrows';
import { importsOf } from './imports';
import { ROOMS, type Room } from './rooms';

const TABLE: readonly Room[] = [
  { name: 'abi', at: ['abi/', 'errno.ts'], uses: [] },
  { name: 'object', at: ['loader/object/'], uses: ['abi'] },
  { name: 'loader', at: ['loader/'], uses: ['abi', 'object'], testsUse: ['builder'] },
  { name: 'builder', at: ['builder/'], uses: ['abi'] },
];
const FILES = {
  'abi/elf.ts': 'export const EM = 62;',
  'errno.ts': 'export const EINVAL = 22;',
  'loader/object/index.ts': "import { EM } from '../../abi/elf';",
  'loader/load.tsx':
    "import fs from 'node:fs';\nimport { EINVAL } from '../errno';\nimport type { Object } from './object';",
  'loader/load.test.ts': "import { build } from '../builder';\nimport load from './load';\nimport './fixtures';",
  'loader/fixtures.ts': '',
  'builder/index.ts': "export { EM } from '../abi/elf';",
};
const problems = (changed: Readonly<Record<string, string>>, rooms = TABLE): readonly string[] =>
  problemsOf(new Map(Object.entries({ ...FILES, ...changed })), rooms);
const withRoom = (name: string, more: Partial<Room>): readonly Room[] =>
  TABLE.map((room) => (room.name === name ? { ...room, ...more } : room));

describe('imports', () => {
  test('as the table has them are no problem', () => assert.deepEqual(problems({}), []));

  test('of a room for all are no problem, though the table does not have them', () => {
    const rooms: readonly Room[] = [{ name: 'bytes', at: ['bytes.ts'], uses: [], isForAll: true }, ...TABLE];
    assert.deepEqual(problems({ 'bytes.ts': '', 'builder/code.ts': "import '../bytes';" }, rooms), []);
  });

  test('are found in each form, with their lines', () => {
    const text = "\nimport type { A } from './a';\nexport * from './b';\nconst c = await import('./c/index');";
    const sources = new Map(
      [text, '', '', ''].map((each, at) => [['x/x.ts', 'x/a.ts', 'x/b.tsx', 'x/c/index.ts'][at] ?? '', each]),
    );
    assert.deepEqual(importsOf(sources), [
      { from: 'x/x.ts', line: 2, to: 'x/a.ts' },
      { from: 'x/x.ts', line: 3, to: 'x/b.tsx' },
      { from: 'x/x.ts', line: 4, to: 'x/c/index.ts' },
    ]);
  });

  for (const [what, changed, problem] of [
    [
      'of a room that the table does not allow',
      { 'loader/more.ts': "\nimport { EM } from '../builder';" },
      'loader/more.ts:2 imports builder/index.ts: loader may not use builder',
    ],
    [
      'of a room below, by one above it',
      { 'abi/more.ts': "import type { Object } from '../loader/object';" },
      'abi/more.ts:1 imports loader/object/index.ts: abi may not use object',
    ],
    [
      'of a test',
      { 'abi/more.test.ts': "import { EM } from '../builder';" },
      'abi/more.test.ts:1 imports builder/index.ts: tests of abi may not use builder',
    ],
    [
      'of the test of a single file',
      { 'errno.test.ts': "import '../builder';\nimport './builder';" },
      'errno.test.ts:2 imports builder/index.ts: tests of abi may not use builder',
    ],
    [
      'of what is for tests',
      { 'loader/more.ts': "import './fixtures';" },
      'loader/more.ts:1 imports loader/fixtures.ts, which is for tests',
    ],
  ] as const)
    test(`${what} is a problem`, () => assert.deepEqual(problems(changed), [problem]));

  test('that lead back to where they began are a circle, types too', () => {
    const text = {
      'abi/a.ts': "import './b';",
      'abi/b.ts': "import type { C } from './c';\nimport './elf';",
      'abi/c.ts': "export { B } from './b';",
      'abi/self.ts': "import './self';",
    };
    assert.deepEqual(problems(text), [
      'a circle: abi/b.ts imports abi/c.ts imports abi/b.ts',
      'a circle: abi/self.ts imports abi/self.ts',
    ]);
  });

  test('of one file by two others are no circle', () => {
    const line = 1;
    const imports = [['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']].map(([from = '', to = '']) => ({ from, line, to })); // prettier-ignore
    assert.deepEqual(circlesOf(imports), []);
  });
});

describe('the table', () => {
  for (const [what, rooms, problem] of [
    ['an arrow that no import needs', withRoom('builder', { uses: ['abi', 'object'] }), 'builder may use object, and'],
    [
      'an arrow of tests that none needs',
      withRoom('builder', { testsUse: ['abi'] }),
      'tests of builder may use abi, and',
    ],
    [
      'an arrow that only a test needs',
      withRoom('loader', { uses: ['abi', 'object', 'builder'] }),
      'loader may use bui',
    ],
    ['a room without files', [...TABLE, { name: 'none', at: ['none/'], uses: [] }], 'the room none has no files'],
    ['a room for all below others', withRoom('object', { isForAll: true }), 'object is for all rooms, and does not'],
    ['an arrow upwards', TABLE.toReversed(), 'builder may use abi, which does not come before it in the table'],
  ] as const)
    test(`${what} is a problem`, () => {
      const found = problems({}, rooms);
      assert.ok(
        found.some((one) => one.startsWith(problem)),
        found.join('\n'),
      );
    });

  test('a file in no room is a problem', () =>
    assert.deepEqual(problems({ 'errors.ts': '' }), ['errors.ts is in no room']));

  test('may name a file that is a test of nothing', () =>
    assert.deepEqual(
      problems({ 'whole.test.ts': "import './abi/elf';" }, withRoom('builder', { at: ['builder/', 'whole.test.ts'] })),
      [],
    ));

  test('is the one of ARCHITECTURE.md', () => {
    const text = readFileSync(join(__dirname, '..', 'ARCHITECTURE.md'), 'utf8');
    const section = /^## The rooms$(.*?)^## /ms.exec(text)?.[1] ?? '';
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);
    const documented = rows.map((row) => {
      const [, name = '', where = '', , uses = ''] = row.split('|').map((cell) => cell.trim());
      return {
        name,
        at: where.split(', ').map((path) => path.replaceAll('`', '')),
        uses: uses === '' ? [] : uses.split(', '),
      };
    });
    assert.deepEqual(
      documented,
      ROOMS.map(({ name, at, uses }) => ({ name, at, uses })),
    );
  });
});
