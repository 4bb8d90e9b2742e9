/** The agent and the host's side of it, against the protocol: on a machine without a Xen, all but its hypercalls. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { AGENT, createAgent } from './agent';
import { createChannel, pipesOf } from './channel';
import { createAnswerReader, encodeRequest } from './frames';
import { ANSWER_HEAD, MAGIC, MOST_DATA } from './protocol';

const NO_AGENT = process.platform === 'linux' && process.arch === 'x64' ? false : 'the agent is for Linux on x86-64';
const ENODEV = -19n;

describe('the agent', { skip: NO_AGENT }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-agent-'));
  const channel = createChannel(join(folder, 'agent'));
  const pipes = pipesOf(join(folder, 'agent'));
  const ends = [openSync(pipes.in, constants.O_RDWR), openSync(pipes.out, constants.O_RDWR)];
  const child = spawn(AGENT, { stdio: [ends[0], ends[1], 'inherit'] });
  const agent = createAgent(channel, { patience: 10_000 });
  after(() => {
    child.kill();
    channel.close();
    rmSync(folder, { recursive: true });
  });

  it('says what it found', () => {
    const { interfaceVersion, cpus, buildId } = agent.hello();
    assert.ok(cpus > 0);
    assert.deepEqual([interfaceVersion, buildId.length], [0, 0], 'there is no Xen');
  });
  it('reserves memory that is zero, writes it and reads it', () => {
    const size = 3 * MOST_DATA + 5;
    const address = agent.reserve(size);
    assert.deepEqual(agent.read(address, size), new Uint8Array(size));
    const data = Uint8Array.from({ length: size }, (_, index) => index % 251);
    agent.write(address, data);
    assert.deepEqual(agent.read(address, size), data);
    agent.write(address, Uint8Array.of(7), 3);
    assert.deepEqual(agent.read(address, 4), Uint8Array.of(7, 0, 0, 3));
  });
  it('reserves memory that ends with its page', () => {
    const address = agent.reserve(10, { edge: true });
    assert.equal((address + 10n) % 4096n, 0n);
    agent.write(address, Uint8Array.of(1, 2));
    assert.deepEqual(agent.read(address, 3), Uint8Array.of(1, 2, 0));
  });
  it('writes memory that nobody else may write', () => {
    const address = agent.reserve(10, { readOnly: true });
    agent.write(address, Uint8Array.of(9));
    assert.deepEqual(agent.read(address, 2), Uint8Array.of(9, 0));
  });
  it('reads and writes nothing that was not reserved', () => {
    const address = agent.reserve(16);
    for (const wrong of [0n, address + 1n, address - 1n])
      assert.throws(() => agent.read(wrong, 16), /agent: expected an answer to READ, got -14/);
    agent.write(address + 8n, new Uint8Array(9));
    assert.throws(() => agent.read(address, 1), /agent: expected 0 from a request, got -14/);
    agent.meet();
    agent.release(address);
    assert.throws(() => agent.read(address, 16), /got -14/);
  });
  it('says so where there is no Xen', () => assert.equal(agent.hypercall(17, [0n, 0n]), ENODEV));
  it('finds the next request behind what is none', () => {
    channel.write(Uint8Array.of(1, 2, 3, 0x4c, 0x50, 0x51), () => undefined);
    assert.equal(agent.hypercall(17, []), ENODEV);
  });
  it('meets again after answers that nobody wanted', () => {
    const address = agent.reserve(16);
    agent.beginHypercall(17, []);
    agent.meet();
    assert.deepEqual(agent.read(address, 1), Uint8Array.of(0));
  });
});

describe('answers', () => {
  const answer = (sequence: number, data: Uint8Array): Uint8Array =>
    Buffer.concat([ANSWER_HEAD.encode({ magic: MAGIC.answer, sequence, length: data.length, result: 5n }), data]);

  it('are found in pieces, and behind anything else', () => {
    const reader = createAnswerReader();
    const stream = Buffer.concat([Buffer.from('LPA'), answer(1, Uint8Array.of(1, 2)), answer(2, new Uint8Array(0))]);
    const found = [...stream].flatMap((byte) => {
      reader.add(Uint8Array.of(byte));
      return reader.next() ?? [];
    });
    const expected = { sequence: 1, result: 5n, data: Uint8Array.of(1, 2) };
    assert.deepEqual(found, [expected, { ...expected, sequence: 2, data: new Uint8Array(0) }]);
  });
  it('are not asked for with more than a frame has room for', () => {
    assert.throws(() => encodeRequest({ kind: 'WRITE', data: new Uint8Array(MOST_DATA + 1) }, 1), RangeError);
    assert.throws(() => encodeRequest({ kind: 'HYPERCALL', arguments: new Array(7).fill(0n) }, 1), RangeError);
  });
});
