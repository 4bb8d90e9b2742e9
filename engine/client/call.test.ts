/** What a tool's hypercalls lead to, with a caller that speaks the protocol itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACTION,
  ACTION_STRUCT,
  GET,
  HYPERCALL,
  LIMITS,
  LIST,
  STATUS,
  SYSCTL_HEADER,
  SYSCTL_SIZE,
  UPLOAD,
} from '../abi/hypercall';
import { u32At } from '../bytes';
import type { HypercallEvidence, StopEvidence } from '../evidence';
import { createReference } from '../reference';
import { payload } from '../testdata/contract/term';
import { createToolstack } from '../toolstack/toolstack';
import { createFakeCaller, MEMORY, served, type FakeCaller } from './client.fixtures';

const [ENOENT, E2BIG, EACCES, EFAULT, EINVAL, ENOSYS] = [-2, -7, -13, -14, -22, -38];
const NAME_AT = 0x1000;
const PAYLOAD_AT = 0x10_0000;
const LIST_AT = { status: 0x2000, name: 0x3000, len: 0x4000, metadata: 0x5000, metadata_len: 0x6000 };
const NOWHERE = 0x10n;

const named = (caller: FakeCaller, name: string) => {
  const bytes = Buffer.from(`${name}\0`);
  return { name: caller.put(NAME_AT, bytes), name_size: bytes.length };
};
const upload = (caller: FakeCaller, name: string, bytes: Uint8Array) =>
  caller.livepatch(
    'UPLOAD',
    UPLOAD.encode({ ...named(caller, name), size: BigInt(bytes.length), payload: caller.put(PAYLOAD_AT, bytes) }),
  );
const act = (caller: FakeCaller, name: string, action: keyof typeof ACTION) =>
  caller.livepatch(
    'ACTION',
    ACTION_STRUCT[2].encode({ ...named(caller, name), cmd: ACTION[action], time: 30_000_000 }),
  );
const at = (field: keyof typeof LIST_AT): bigint => MEMORY + BigInt(LIST_AT[field]);
const ofRevision1 = { status: at('status'), name: at('name'), len: at('len') };
const places = { ...ofRevision1, metadata: at('metadata'), metadata_len: at('metadata_len') };
const FILLED = 0xcc;
/** Buffers that are filled before, so that it is seen what was written. */
const list = (caller: FakeCaller, nr: number, union = LIST[2].encode({ nr, ...places })) => {
  for (const offset of Object.values(LIST_AT)) caller.memory.fill(FILLED, offset, offset + 0x800);
  return caller.livepatch('LIST', union);
};

test('a payload’s life through the protocol is what the same calls of the own toolstack see', async (context) => {
  const calls: (HypercallEvidence | StopEvidence)[] = [];
  const { server, target } = await served(context, { onCall: (call) => calls.push(call) });
  const caller = createFakeCaller(server.socket);
  const bytes = payload(target, 'p');
  assert.deepEqual((await upload(caller, 'p', bytes)).returned, 0);
  assert.deepEqual((await act(caller, 'p', 'APPLY')).returned, 0);
  assert.equal((await caller.livepatch('GET', GET.encode(named(caller, 'p')))).returned, 0);
  const { state, rc, name } = GET.decode(caller.union());
  assert.deepEqual([state, rc, name], [2, 0, MEMORY + BigInt(NAME_AT)], 'the handle is the caller’s again');
  assert.equal(createToolstack(target).get('p').state, 'APPLIED');
  const operations = calls.map((call) => (call.kind === 'hypercall' ? [call.operation, call.payload] : []));
  assert.deepEqual(operations, [
    ['UPLOAD', 'p'],
    ['APPLY', 'p'],
    ['GET', 'p'],
  ]);
  const own = createToolstack(target);
  own.get('p');
  const [seen] = own.drain();
  const [, , get] = calls;
  assert.ok(seen?.kind === 'hypercall' && get?.kind === 'hypercall');
  const fields = ({ in: given, out }: HypercallEvidence) => [Object.keys(given), typeof given['name'], out];
  assert.deepEqual(fields(get), fields(seen), 'the evidence has the same form');
});

test('a list of revision 2 is packed into the caller’s buffers, and nothing is written behind it', async (context) => {
  const { server, target } = await served(context);
  const caller = createFakeCaller(server.socket);
  for (const name of ['one', 'second']) assert.equal((await upload(caller, name, payload(target, name))).returned, 0);
  const { returned, written } = await list(caller, 2);
  assert.equal(returned, 2);
  const { nr, name_total_size, status } = LIST[2].decode(caller.union());
  assert.deepEqual([nr, name_total_size, status], [0, 11, MEMORY + BigInt(LIST_AT.status)]);
  const { memory } = caller;
  assert.equal(memory.toString('latin1', LIST_AT.name, LIST_AT.name + 12), `one\0second\0\xcc`);
  assert.deepEqual(
    [u32At(memory, LIST_AT.len), u32At(memory, LIST_AT.len + 4), memory[LIST_AT.len + 8]],
    [4, 7, FILLED],
  );
  assert.deepEqual(STATUS.decode(memory, LIST_AT.status), { state: 1, rc: 0 });
  assert.equal(memory[LIST_AT.metadata], FILLED, 'the payloads have no metadata');
  assert.equal(written, SYSCTL_SIZE + 2 * STATUS.size + 11 + 2 * 4 + 2 * 4);
  assert.equal((await list(caller, 0)).written, SYSCTL_SIZE, 'a probe has no buffers');
});

test('a list of revision 1 has its names 128 bytes apart, and keeps what is between them', async (context) => {
  const { server, target } = await served(context, {}, createReference({ revision: 1 }));
  const caller = createFakeCaller(server.socket);
  const asked = (operation: 'UPLOAD' | 'LIST', union: Uint8Array) => caller.livepatch(operation, union, 0x0f);
  for (const name of ['one', 'second']) {
    const bytes = payload(target, name);
    const where = { size: BigInt(bytes.length), payload: caller.put(PAYLOAD_AT, bytes) };
    assert.equal((await asked('UPLOAD', UPLOAD.encode({ ...named(caller, name), ...where }))).returned, 0);
  }
  caller.memory.fill(FILLED, LIST_AT.name, LIST_AT.name + 0x800);
  assert.equal((await asked('LIST', LIST[1].encode({ nr: 2, ...ofRevision1 }))).returned, 2);
  const names = caller.memory.subarray(LIST_AT.name);
  assert.equal(names.toString('latin1', 0, 5), 'one\0\xcc');
  assert.equal(names.toString('latin1', LIMITS.name, LIMITS.name + 8), 'second\0\xcc');
});

test('a caller of another interface version gets Xen’s answer, and no buffer of it is read', async (context) => {
  const { server } = await served(context);
  const caller = createFakeCaller(server.socket);
  const union = GET.encode(named(caller, 'p'));
  const { returned, read, written } = await caller.livepatch('GET', union, 0x16);
  assert.deepEqual({ returned, read, written }, { returned: EACCES, read: SYSCTL_SIZE, written: 0 });
  const { server: other } = await served(context, {}, createReference({ revision: 2, interfaceVersion: 0x16 }));
  const newer = createFakeCaller(other.socket);
  assert.equal((await newer.livepatch('GET', GET.encode(named(newer, 'p')), 0x16)).returned, ENOENT);
  assert.equal((await newer.livepatch('GET', GET.encode(named(newer, 'p')), 0x15)).returned, EACCES);
});

test('sizes that Xen does not take are not followed', async (context) => {
  const { server } = await served(context);
  const caller = createFakeCaller(server.socket);
  const huge = { name: MEMORY, payload: MEMORY, size: 0xffff_ffff_ffff_ffffn };
  const tried = [
    ['LIST', LIST[2].encode({ nr: 1025, ...places }), E2BIG, 0],
    ['LIST', LIST[2].encode({ nr: 0xffff_ffff, ...places }), E2BIG, 0],
    ['UPLOAD', UPLOAD.encode({ ...huge, name_size: 0xffff }), EINVAL, 0],
    ['UPLOAD', UPLOAD.encode({ ...named(caller, 'p'), payload: MEMORY, size: BigInt(LIMITS.payload) + 1n }), EINVAL, 2],
    ['UPLOAD', UPLOAD.encode({ ...named(caller, 'p'), payload: MEMORY, size: 0n }), EINVAL, 2],
    ['GET', GET.encode({ name: MEMORY, name_size: 129 }), EINVAL, 0],
    ['ACTION', ACTION_STRUCT[2].encode({ name: MEMORY, name_size: 0, cmd: 3 }), EINVAL, 0],
  ] as const;
  for (const [operation, union, expected, buffers] of tried) {
    const { returned, read } = await caller.livepatch(operation, union);
    assert.deepEqual([returned, read - SYSCTL_SIZE], [expected, buffers], operation);
  }
});

test('memory that the caller has not is -EFAULT, as for Xen', async (context) => {
  const { server, target } = await served(context);
  const caller = createFakeCaller(server.socket);
  assert.equal((await caller.sysctl(NOWHERE)).returned, EFAULT);
  assert.equal((await caller.sysctl(MEMORY + BigInt(caller.memory.length - 8))).returned, EFAULT);
  assert.equal((await caller.livepatch('GET', GET.encode({ name: NOWHERE, name_size: 2 }))).returned, EFAULT);
  const lacking = UPLOAD.encode({
    ...named(caller, 'p'),
    size: 5000n,
    payload: MEMORY + BigInt(caller.memory.length - 4096),
  });
  assert.equal((await caller.livepatch('UPLOAD', lacking)).returned, EFAULT);
  assert.equal((await upload(caller, 'p', payload(target, 'p'))).returned, 0);
  const unwritable = LIST[2].encode({ nr: 1, ...places, name: NOWHERE });
  assert.equal((await list(caller, 1, unwritable)).returned, EFAULT);
  const ofXen = LIST[2].encode({ nr: 1, ...places, status: 0xffff_82d0_4000_0000n });
  assert.equal(
    (await list(caller, 1, ofXen)).returned,
    EFAULT,
    'what is no process’s memory is judged by the hypervisor',
  );
});

test('xen_version writes what it has, and anything else is not there', async (context) => {
  const { server } = await served(context);
  const caller = createFakeCaller(server.socket);
  const version = (cmd: number, pointer: bigint) => caller.hypercall(HYPERCALL.xen_version, BigInt(cmd), pointer);
  assert.ok((await version(0, 0n)).returned > 0x4_0000);
  assert.deepEqual([(await version(1, MEMORY)).returned, caller.memory.indexOf(0) > 0], [0, true]);
  assert.equal((await version(1, NOWHERE)).returned, EFAULT);
  assert.equal((await version(99, MEMORY)).returned, ENOSYS);
  assert.equal((await caller.hypercall(HYPERCALL.domctl, MEMORY)).returned, ENOSYS);
  caller.put(0, SYSCTL_HEADER.encode({ cmd: 1, interface_version: 0x15 }));
  assert.equal((await caller.sysctl(MEMORY)).returned, ENOSYS, 'another sysctl');
});

test('calls leave no memory of the control domain behind', async (context) => {
  const { server, target } = await served(context);
  const caller = createFakeCaller(server.socket);
  const before = target.domain('control').allocate(1);
  const bytes = payload(target, 'p');
  for (let turn = 0; turn < 20; turn++) {
    assert.equal((await upload(caller, 'p', bytes)).returned, 0);
    await list(caller, 1024);
    assert.equal((await act(caller, 'p', 'UNLOAD')).returned, 0);
  }
  assert.equal(target.domain('control').allocate(1) - before, 16n);
});
