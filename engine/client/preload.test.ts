/** The preload library in a process of its own, which makes hypercalls as the tool's libraries do. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { GET } from '../abi/hypercall';
import { PRELOAD } from './build';
import { createFakeCaller, served, temporaryFolder } from './client.fixtures';
import { clientEnvironment } from './run';

const skip = process.platform === 'linux' && process.arch === 'x64' ? false : 'the library is for Linux on x86-64';
const CALLER = join(__dirname, 'testdata', 'caller.js');
const [ENOENT, EIO, EFAULT, ENOTTY] = [2, 5, 14, 25];

function start(socket: string | undefined, what: string) {
  const environment = socket === undefined ? { LD_PRELOAD: PRELOAD } : clientEnvironment(socket);
  const child = spawn(process.execPath, [CALLER, PRELOAD, what], { env: { ...process.env, ...environment } });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  return { child, said };
}

/** What the program printed. */
async function act(
  socket: string | undefined,
  what: string,
): Promise<{ readonly result: unknown; readonly stderr: string }> {
  const { child, said } = start(socket, what);
  const [status] = (await once(child, 'close')) as readonly unknown[];
  assert.equal(status, 0, said.stderr);
  return { result: JSON.parse(said.stdout) as unknown, stderr: said.stderr };
}

const acted = async (context: TestContext, what: string): Promise<unknown> => {
  const { server } = await served(context);
  const { result, stderr } = await act(server.socket, what);
  assert.equal(stderr, '');
  return result;
};

describe('the preload library', { skip }, () => {
  test('makes hypercalls with the process’s own memory', async (context) => {
    assert.deepEqual(await acted(context, 'calls'), { returned: [0], version: 1 });
  });
  test('answers -EFAULT for what is not mapped, and goes on', async (context) => {
    assert.deepEqual(await acted(context, 'faults'), [[-1, EFAULT], [-1, EFAULT], [0]]);
  });
  test('passes on what is not about the device', async (context) => {
    const [other, ofNull, ...files] = (await acted(context, 'others')) as readonly unknown[];
    assert.deepEqual(
      [other, ofNull],
      [
        [-1, ENOTTY],
        [-1, ENOTTY],
      ],
    );
    assert.deepEqual(files, ['ENOENT', true, 'ENOENT', true]);
  });
  test('keeps no file open', async (context) => assert.equal(await acted(context, 'repeats'), 0));
  test('takes calls of many threads with one file', async (context) => {
    assert.deepEqual(
      await acted(context, 'threads'),
      Array.from({ length: 64 }, () => [0, 1]),
    );
  });
  test('takes calls of another process with an inherited file', async (context) => {
    assert.deepEqual(await acted(context, 'inherits'), [[0], [0]]);
  });
  test('does nothing where no hypervisor is named', async () => {
    const { child, said } = start(undefined, 'calls');
    await once(child, 'close');
    assert.match(said.stderr, /ENOENT.*\/dev\/xen\/privcmd|EACCES|ENODEV/);
    assert.doesNotMatch(said.stderr, /livepatch-conformance:/);
  });
  test('says in a sentence that nobody answers', async (context) => {
    const socket = join(temporaryFolder(context), 'socket');
    const { child, said } = start(socket, 'calls');
    await once(child, 'close');
    assert.match(
      said.stderr,
      new RegExp(
        `^livepatch-conformance: no emulated hypervisor answers at ${socket}: start one with "serve"\\.$`,
        'm',
      ),
    );
    assert.match(said.stderr, /ECONNREFUSED/);
  });
  test('says in a sentence that the hypervisor has ended meanwhile', async (context) => {
    const { server } = await served(context);
    const { child, said } = start(server.socket, 'survives');
    await once(child.stdout, 'data');
    await server.close();
    child.stdin.end();
    assert.deepEqual(await once(child, 'close'), [0, null]);
    assert.deepEqual(said.stdout.split('\n')[1], JSON.stringify([[-1, EIO], 'ECONNREFUSED']));
    const [first] = said.stderr.split('\n');
    assert.equal(first, `livepatch-conformance: the emulated hypervisor behind ${server.socket} has ended.`);
  });
  test('killed in a call, it leaves the hypervisor usable', async (context) => {
    const { server } = await served(context);
    for (let turn = 0; turn < 5; turn++) {
      const { child } = start(server.socket, 'repeats');
      await once(child, 'spawn');
      setTimeout(() => child.kill('SIGKILL'), 60 + 20 * turn);
      await once(child, 'close');
    }
    const caller = createFakeCaller(server.socket);
    const get = GET.encode({ name: caller.put(0x1000, Buffer.from('p\0')), name_size: 2 });
    assert.equal((await caller.livepatch('GET', get)).returned, -ENOENT);
  });
});
