/** A rehearsal as people call it: a hypervisor in one terminal, tools in another. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fetchedTool } from '../../engine/client';
import { isUserError } from '../../engine/user-error';
import { serve, type ServeOptions } from './serve';
import { runWith } from './with';

const COMMAND = join(__dirname, '..', 'livepatch-conformance');
const isHere = process.platform === 'linux' && process.arch === 'x64';
const skip =
  isHere && fetchedTool('debian-12') !== undefined ? false : 'the xen-livepatch of Debian 12 was not fetched';

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function call(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { status, stdout, stderr };
}

const silent = (): void => undefined;

const refused = (action: Promise<unknown>, sentence: RegExp): Promise<void> =>
  assert.rejects(action, (error) => isUserError(error) && sentence.test(error.message));

function assertRefused(args: readonly string[], sentence: RegExp, environment = {}): void {
  const { status, stdout, stderr } = call(args, environment);
  assert.match(stderr.trimEnd(), sentence);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
}

/** A hypervisor that is served until the test ends; what the command has printed when it is ready. */
async function serving(
  context: TestContext,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const child = spawn(process.execPath, [COMMAND, 'serve', ...args], {
    cwd: tmpdir(),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes('xen-livepatch list\n')) await once(child.stdout, 'data');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await once(child, 'close')) as readonly unknown[];
  };
  return { said: () => said, end };
}

test('a session in two terminals', { skip }, async (context) => {
  const folder = temporaryFolder(context);
  const own = { XDG_RUNTIME_DIR: folder };
  const trace = join(folder, 'trace');
  const console = join(folder, 'console');
  const { said, end } = await serving(context, ['--trace', trace, '--console', console], own);
  const socket = join(folder, 'livepatch-conformance', 'socket');
  const lines = said().split('\n');
  assert.match(lines[0] ?? '', /^reference, build-id [0-9a-f]+, revision 2, interface version 0x15$/);
  assert.deepEqual(lines.slice(1), [
    `Served at ${socket} until Ctrl-C. In another terminal:`,
    '  livepatch-conformance with xen-livepatch list',
    '',
  ]);
  const listed = call(['with', 'xen-livepatch', 'list'], own);
  assert.deepEqual(listed, { status: 0, stdout: 'Nothing to list\n', stderr: '' });
  const script = join(folder, 'a script');
  writeFileSync(script, 'xen-livepatch upload "$1" "$0"\necho "status $?"\nexit 7\n');
  const ran = call(['with', 'sh', script, '--p q'], own);
  assert.deepEqual(ran, {
    status: 7,
    stdout: `Uploading ${script}... failed\nstatus 1\n`,
    stderr: 'Error 22: Invalid argument\n',
  });
  assert.deepEqual(call(['with', 'sh', '-c', 'kill -TERM $$'], own).status, 128 + 15);
  const at = { socket };
  await refused(runWith(['/no/such/program'], at, silent), /^\/no\/such\/program cannot be started \(/);
  await refused(runWith(['xen-livepatch', 'list'], { ...at, tool: folder }, silent), /^--tool .* is no program: /);
  await refused(serve(at, { say: silent, complain: silent }), /^A hypervisor is served at .* already: /);
  assert.deepEqual(await end('SIGINT'), [0, null]);
  assert.equal(existsSync(socket), false);
  const [first = '', second = '', why = ''] = readFileSync(trace, 'utf8').split('\n');
  assert.match(first, /^LIST nr=0 .*→ 0 version=1$/);
  assert.match(second, /^UPLOAD --p q size=0x[0-9a-f]+ → -EINVAL$/);
  assert.match(why, /^ {2}ELF-1: The file has \d+ bytes, fewer than an ELF header\./);
  assert.match(readFileSync(console, 'utf8'), /^livepatch: payload --p q: ELF header: .*\[ELF-1\]\n$/);
  assertRefused(
    ['with', 'xen-livepatch', 'list'],
    /^No hypervisor is served at .*: start one with "livepatch-conformance serve"\.$/,
    own,
  );
});

test('another interface version, at another socket', { skip }, async (context) => {
  const socket = join(temporaryFolder(context), 'own');
  const { said, end } = await serving(context, ['--interface-version', '22', '--socket', socket, '--trace', '-']);
  assert.match(
    said(),
    /interface version 0x16\n[^\n]*\n {2}livepatch-conformance with --socket \S+ xen-livepatch list\n$/,
  );
  const at = ['--socket', socket];
  assertRefused(
    ['with', ...at, 'xen-livepatch', 'list'],
    /^No xen-livepatch of Debian's has the hypervisor's interface version 0x16: name one that was built with --tool\.$/,
  );
  const { status, stdout, stderr } = call(['with', ...at, 'true']);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
  assert.match(stderr, /^xen-livepatch is not put into the PATH: No xen-livepatch of Debian's/);
  const wrong = call(['with', ...at, '--tool', 'debian-12', 'xen-livepatch', 'list']);
  assert.deepEqual(wrong, {
    status: 1,
    stdout: '',
    stderr: 'Failed to get list sizes.\nError 13: Permission denied\n',
  });
  assert.deepEqual(await end('SIGTERM'), [0, null]);
  assert.match(said(), /\nLIST .*sysctl\.interface_version=0x15.* → -EACCES\n/);
});

test('wrong input is refused in a sentence', { skip: isHere ? false : 'for Linux on x86-64' }, async (context) => {
  const folder = temporaryFolder(context);
  const socket = join(folder, 'socket');
  const outlet = { say: silent, complain: silent };
  const start = (options: ServeOptions) => serve({ socket, ...options }, outlet);
  const ofReference = (option: string) =>
    new RegExp(`^${option} is for the reference: leave out --hypervisor or ${option}\\.$`);
  await refused(start({ hypervisor: COMMAND, revision: '1' }), ofReference('--revision'));
  await refused(start({ hypervisor: COMMAND, interfaceVersion: 1 }), ofReference('--interface-version'));
  await refused(start({ hypervisor: COMMAND }), /livepatch-conformance/);
  await refused(start({ hypervisor: 'debian-99' }), /^There is no Xen named debian-99/);
  await refused(start({ trace: folder }), /^--trace .* cannot be written \(/);
  await refused(start({ console: '/no/folder/console' }), /^--console .* cannot be written \(/);
  await refused(start({ socket: '/no/folder/socket' }), /^The folder of the socket .* cannot be used \(/);
  await refused(runWith(['true'], { socket: COMMAND }, silent), /^No hypervisor answers at /);
  await refused(runWith(['true'], { socket }, silent), /^No hypervisor is served at /);
  assertRefused(['serve', '--interface-version', 'new'], /'new' is invalid\. Expected a number, such as 0x15\.$/);
  assertRefused(['serve', '--revision', '3'], /Allowed choices are 1, 2/);
  assertRefused(['with'], /missing required argument 'COMMAND'/);
  assertRefused(['with', '--nonsense', 'true'], /unknown option '--nonsense'/);
});
