/** The command as people call it. Each call takes a second or two: what can be shown without one is shown elsewhere. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const COMMAND = join(__dirname, 'livepatch-conformance');

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Runs the command in a folder that is not the project's. */
function call(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, [COMMAND, ...args], { cwd: tmpdir(), encoding: 'utf8' });
}

/** Status 2 and one sentence, in one line. */
function assertRefused({ status, stdout, stderr }: ReturnType<typeof call>, sentence: RegExp): void {
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.match(stderr, sentence);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
}

test('help names the commands that there are', () => {
  const { status, stdout } = call('--help');
  assert.equal(status, 0);
  for (const command of ['run', 'report', 'doctor']) assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'));
});

test('the help of a command ends with examples', () => {
  assert.match(call('list', '--help').stdout, /\nExamples:\n {2}livepatch-conformance list scenarios .*\n.*\n$/s);
});

test('an option that does not exist is refused in a sentence', () => {
  assertRefused(call('run', '--nonsense'), /unknown option '--nonsense'/);
});

test('a value that an option does not take is refused in a sentence', () => {
  assertRefused(call('run', '--shard', '6/5'), /--shard .*'6\/5' is invalid\. Expected I\/N/);
});

test('a check without a file, or of a revision that there is not, is refused in a sentence', () => {
  assertRefused(call('check', '--json'), /missing required argument 'FILE'/);
  assertRefused(call('check', 'p', '--revision', '3'), /--revision .*'3' is invalid\. Allowed choices are 1, 2/);
});

test('a reader that has enough ends it without a word', () => {
  // More than a pipe holds.
  const files = Array.from({ length: 300 }, () => `"${COMMAND}"`).join(' ');
  const line = `("${process.execPath}" "${COMMAND}" check ${files} --json; echo "status $?" >&2) | head -c 1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: tmpdir(), encoding: 'utf8' });
  assert.deepEqual({ stdout, stderr }, { stdout: '{', stderr: 'status 1\n' });
});

/** Calls `check --json` for a file as often, in a shell: as "check" in that line. */
function checkInShell(context: TestContext, file: string, times: number, line: string): ReturnType<typeof call> {
  const list = join(temporaryFolder(context), 'list');
  writeFileSync(list, `${file}\n`.repeat(times));
  const command = `'${process.execPath}' '${COMMAND}' check --json --files-from '${list}'`;
  const all = `check() { ${command}; echo "status $?" >&2; }; ${line}`;
  return spawnSync('sh', ['-c', all], { cwd: tmpdir(), encoding: 'utf8', maxBuffer: 2 ** 24 });
}

/** Takes a byte, and the rest when far more than a pipe holds was there to be said. */
const SLOWLY = '(dd bs=1 count=1 2>&-; sleep 1; cat)';

test('a slow reader gets all that a file gets', (context) => {
  const folder = temporaryFolder(context);
  const file = join(folder, 'file');
  assert.equal(checkInShell(context, COMMAND, 500, `check > '${file}'`).stderr, 'status 1\n');
  const { stdout, stderr } = checkInShell(context, COMMAND, 500, `check | ${SLOWLY}`);
  assert.deepEqual([stdout.split('\n').length - 1, stderr], [500, 'status 1\n']);
  // Each took its own time.
  const [piped, filed] = [stdout, readFileSync(file, 'utf8')].map((text) => text.replaceAll(/"seconds":[\d.e-]+/g, ''));
  assert.ok(piped === filed, 'the pipe and the file differ');
});

test('a slow reader gets all complaints', (context) => {
  const { stdout } = checkInShell(context, '/no/payload', 2000, `check 2>&1 | ${SLOWLY}`);
  const complaint = 'The payload /no/payload cannot be read: no such file or directory.\n';
  assert.equal(stdout, `${complaint.repeat(2000)}status 2\n`);
});

test('files are named on the standard input too', (context) => {
  const line = `echo '${COMMAND}' | '${process.execPath}' '${COMMAND}' check --json --files-from -`;
  const { stdout, status } = checkInShell(context, COMMAND, 0, line);
  assert.deepEqual([stdout.split('\n').length - 1, status], [1, 1]);
});

const FULL = '/dev/full';

for (const command of ['check', 'doctor', 'report', '--help'])
  test(`${command} says in a sentence that its output finds no room`, { skip: !existsSync(FULL) }, (context) => {
    const folder = temporaryFolder(context);
    const messages = join(folder, 'messages.ndjson');
    writeFileSync(messages, '');
    const more = command === 'check' ? COMMAND : command === 'report' ? `'${messages}' --out '${folder}'` : '';
    const line = `'${process.execPath}' '${COMMAND}' ${command} ${more} > ${FULL}`;
    const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: tmpdir(), encoding: 'utf8' });
    assert.match(stderr, /^Writing the output failed \(no space left on device\): [^\n]*\n$/);
    assert.equal(status, 2);
  });

test('a message file that is none is refused in a sentence', (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'page.html'), '<html>\n');
  assertRefused(call('report', join(folder, 'page.html'), '--out', join(folder, 'out')), /not a Cucumber message/);
});

test('a shard is as expected alone, and a report that lacks the others names them', (context) => {
  const folder = temporaryFolder(context);
  const feature = join(__dirname, '..', 'features', 'states');
  const target = ['--target', 'reference', '--revision', '1', '--no-allure'];
  const shard = call('run', feature, ...target, '--shard', '1/9', '--out', folder);
  assert.equal(shard.status, 0, shard.stderr);
  const { status, stdout } = call('report', join(folder, 'messages.ndjson'), '--no-allure', '--out', folder);
  assert.equal(status, 1);
  assert.match(stdout, /\nProblems:\n {2}Shard 2\/9 of reference\/1 is missing\.\n/);
});

for (const version of ['18.20.4', '20.0.0', '20.18.3'])
  test(`Node ${version} is told which it has to be`, (context) => {
    const pretence = join(temporaryFolder(context), 'version.js');
    writeFileSync(
      pretence,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', pretence, COMMAND, '--help'], {
      encoding: 'utf8',
    });
    const sentence = `This needs Node 20.19 or later, and this is Node ${version}: install a newer one.\n`;
    assert.deepEqual({ status, stdout, stderr }, { status: 2, stdout: '', stderr: sentence });
  });

test('without the dependencies it says how to install them', (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, 'bin'));
  copyFileSync(join(__dirname, '..', 'package.json'), join(folder, 'package.json'));
  copyFileSync(COMMAND, join(folder, 'bin', 'livepatch-conformance'));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin', 'livepatch-conformance')], {
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr, /^The dependencies are not installed: run "npm ci" in [^\n]*\n$/);
});
