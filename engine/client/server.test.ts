/** The socket, who may connect, and what becomes of clients and hypervisors that end. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { GET, HYPERCALL, LIST, UPLOAD } from '../abi/hypercall';
import { encodeRequest } from '../agent/frames';
import type { HypercallEvidence, StopEvidence } from '../evidence';
import { createReference } from '../reference';
import { HypervisorStopped, type Target } from '../target';
import { payload } from '../testdata/contract/term';
import { isUserError } from '../user-error';
import { createFakeCaller, MEMORY, served, temporaryFolder } from './client.fixtures';
import { greet } from './hello';
import { startServer } from './server';

const EIO = -5;
const probe = LIST[2].encode({});

const refused = async (action: Promise<unknown>, sentence: RegExp): Promise<void> =>
  assert.rejects(
    action,
    (error) => isUserError(error) && sentence.test(error.message) && !error.message.includes('\n'),
  );

test('only its own user may connect', async (context) => {
  const { server } = await served(context);
  assert.equal(lstatSync(server.socket).mode & 0o777, 0o600);
});

const NOBODY = 65534;
test(
  'another user is refused',
  { skip: process.getuid?.() === 0 ? false : 'only root can be somebody else' },
  async (context) => {
    const { server } = await served(context);
    chmodSync(join(server.socket, '..'), 0o755);
    const script = `require('net').connect(${JSON.stringify(server.socket)}, () => process.exit(8)).on('error', (e) => process.exit(e.code === 'EACCES' ? 7 : 9))`;
    const child = spawn(process.execPath, ['-e', script], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    assert.deepEqual(await once(child, 'close'), [7, null]);
  },
);

test('it tells who it is', async (context) => {
  const { server, target } = await served(context);
  const { interfaceVersion, buildId } = await greet(server.socket);
  assert.deepEqual({ interfaceVersion, buildId }, { interfaceVersion: 0x15, buildId: target.hypervisor.buildId });
});

test('who is no server is told apart', async (context) => {
  const socket = join(temporaryFolder(context), 'socket');
  await refused(greet(socket), /^No hypervisor answers at .*: start one with "livepatch-conformance serve"\.$/);
  const other = createServer((own) => own.end('what?')).listen(socket);
  context.after(() => other.close());
  await once(other, 'listening');
  await refused(greet(socket), /^No hypervisor answers/);
});

test('clients that are connected at the same time do not disturb each other', async (context) => {
  const { server, target } = await served(context);
  const callers = Array.from({ length: 20 }, () => createFakeCaller(server.socket));
  const uploads = callers.map((caller, index) => {
    const name = caller.put(0x1000, Buffer.from(`p${index % 10}\0`));
    const bytes = payload(target, `p${index % 10}`);
    const where = { name, name_size: 3, size: BigInt(bytes.length), payload: caller.put(0x10_0000, bytes) };
    return caller.livepatch('UPLOAD', UPLOAD.encode(where));
  });
  const returned = (await Promise.all(uploads)).map((answer) => answer.returned);
  assert.deepEqual(
    [returned.filter((value) => value === 0).length, returned.filter((value) => value === -17).length],
    [10, 10],
  );
});

test('a client that goes away in the middle of a call leaves the hypervisor usable', async (context) => {
  const { server } = await served(context);
  const request = encodeRequest({ kind: 'HYPERCALL', arguments: [BigInt(HYPERCALL.sysctl), MEMORY] }, 1);
  for (const length of [1, 4, 63, 64]) {
    const client = connect(server.socket);
    client.write(request.subarray(0, length));
    // Asked for its memory, it ends.
    if (length === request.length) await once(client, 'data');
    client.destroy();
  }
  const silent = connect(server.socket, () => silent.write(request));
  await once(silent, 'data');
  const caller = createFakeCaller(server.socket);
  assert.equal((await caller.livepatch('LIST', probe)).returned, 0, 'although one does not answer');
  silent.destroy();
});

test('what is no request ends the connection', async (context) => {
  const { server } = await served(context);
  const client = connect(server.socket, () => client.write('GET / HTTP/1.1\r\n\r\n'));
  client.resume();
  await once(client, 'close');
  assert.equal((await createFakeCaller(server.socket).livepatch('LIST', probe)).returned, 0);
});

/** Its LIST crashes it. */
function fragile(): Target {
  const target = createReference({ revision: 2 });
  const stop = {
    where: 'livepatch_list+0x1',
    why: 'it was asked',
    registers: {},
    backtrace: [],
    console: ['last words'],
  };
  return {
    ...target,
    hypercall(call) {
      const [pointer = 0n] = call.arguments;
      if (target.domain('control').read(pointer + 8n, 1)[0] === 2) throw new HypervisorStopped(stop);
      return target.hypercall(call);
    },
  };
}

test('a hypervisor that stopped answers no more', async (context) => {
  const events: (HypercallEvidence | StopEvidence)[] = [];
  const { server } = await served(context, { onCall: (event) => events.push(event) }, fragile());
  const caller = createFakeCaller(server.socket);
  const sentence = 'the hypervisor crashed in livepatch_list+0x1: it was asked';
  const { returned, sentence: told } = await caller.livepatch('LIST', probe);
  assert.deepEqual({ returned, told }, { returned: EIO, told: sentence });
  const get = GET.encode({ name: caller.put(0x1000, Buffer.from('p\0')), name_size: 2 });
  const later = await caller.livepatch('GET', get);
  assert.deepEqual([later.returned, later.sentence], [EIO, sentence]);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['stop'],
  );
});

test('the socket is gone once the server is closed, and clients with it', async (context) => {
  const socket = join(temporaryFolder(context), 'socket');
  const server = await startServer(createReference({ revision: 2 }), { socket });
  const client = connect(socket);
  await once(client, 'connect');
  client.resume();
  await Promise.all([server.close(), once(client, 'close')]);
  assert.equal(existsSync(socket), false);
});

test('a socket that cannot be used is told in a sentence', async (context) => {
  const folder = temporaryFolder(context);
  const target = createReference({ revision: 2 });
  context.after(target.close);
  const start = (name: string) => startServer(target, { socket: join(folder, name) });
  writeFileSync(join(folder, 'file'), '');
  await refused(start('file'), /file exists and is no socket: name another path with --socket\.$/);
  await refused(
    start('none/socket'),
    /^The folder of the socket .* cannot be used \(.*\): name another with --socket\.$/,
  );
  await refused(start('x'.repeat(120)), /is longer than 107 bytes: name a shorter one with --socket\.$/);
  mkdirSync(join(folder, 'own'));
  const server = await start('own/socket');
  await refused(start('own/socket'), /^A hypervisor is served at .* already/);
  await server.close();
});

test('a socket that a killed server left behind is used again', async (context) => {
  const socket = join(temporaryFolder(context), 'socket');
  const script = `require('net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', script]), 'close');
  assert.ok(existsSync(socket));
  const target = createReference({ revision: 2 });
  const server = await startServer(target, { socket });
  assert.equal((await createFakeCaller(socket).livepatch('LIST', probe)).returned, 0);
  await server.close();
  target.close();
});
