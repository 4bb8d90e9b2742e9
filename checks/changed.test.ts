import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, describe, it } from 'node:test';
import { changedFiles, testsOf } from './changed';

const FILES = {
  'a/one.ts': '',
  'a/one.test.ts': "import './one';",
  'a/index.ts': '',
  'b/two.test.ts': "import { x } from '../a';",
  'b/three.test.tsx': "import 'one';",
  'c/table.ts': "import './user';",
  'c/user.ts': "import './table'; import '../a/one';",
  'c/user.test.ts': "import './user';",
} as const;

/** A repository with one commit of the files. */
function repository(context: TestContext): {
  readonly folder: string;
  readonly put: (file: string, text: string) => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'changed-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const put = (file: string, text: string): void => {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const [file, text] of Object.entries(FILES)) put(file, text);
  git(folder, 'init', '-q');
  commit(folder);
  return { folder, put };
}

function git(folder: string, ...args: readonly string[]): void {
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  const { status, stderr } = spawnSync('git', [...author, ...args], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

function commit(folder: string): void {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'change');
}

describe('what has changed', () => {
  it('is what is not committed, new files too', (t) => {
    const { folder, put } = repository(t);
    put('a/one.ts', '// changed');
    put('c/new.ts', '');
    assert.deepEqual(changedFiles(folder), ['a/one.ts', 'c/new.ts']);
  });

  it('is what the last commit changed where all is committed, without what it removed', (t) => {
    const { folder, put } = repository(t);
    put('a/one.ts', '// changed');
    rmSync(join(folder, 'b/two.test.ts'));
    commit(folder);
    assert.deepEqual(changedFiles(folder), ['a/one.ts']);
  });

  it('is what differs from a commit that is named, and there has to be one', (t) => {
    const { folder, put } = repository(t);
    put('a/one.ts', '// changed');
    commit(folder);
    put('a/index.ts', '// changed');
    assert.deepEqual(changedFiles(folder, 'HEAD~1'), ['a/index.ts', 'a/one.ts']);
    assert.throws(() => changedFiles(folder, 'nowhere'), {
      name: 'UserError',
      message: /^git diff failed \(.*nowhere.*\): name a commit that exists\.$/,
    });
  });
});

describe('the tests of what has changed', () => {
  it('are those that changed, and those that import it', (t) => {
    const { folder } = repository(t);
    const testsAbout = (...changed: readonly string[]) => testsOf(folder, changed);
    assert.deepEqual(testsAbout('a/one.ts'), ['a/one.test.ts']);
    assert.deepEqual(testsAbout('a/index.ts', 'b/three.test.tsx'), ['b/three.test.tsx', 'b/two.test.ts']);
    assert.deepEqual(testsAbout('README.md'), []);
  });

  it('are those of what uses it where no test imports it, in whatever circle', (t) => {
    const { folder, put } = repository(t);
    assert.deepEqual(testsOf(folder, ['c/table.ts']), ['c/user.test.ts']);
    rmSync(join(folder, 'c/user.test.ts'));
    assert.deepEqual(testsOf(folder, ['c/table.ts']), []);
    put('d/late.test.ts', "import '../c/user';");
    assert.deepEqual(testsOf(folder, ['c/table.ts']), ['d/late.test.ts']);
  });
});
