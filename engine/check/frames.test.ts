import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TYPESCRIPT } from '../installation';
import { createFrameReader, frameOf, readFrame, writeFrame } from './frames';

const folder = mkdtempSync(join(tmpdir(), 'frames-'));
after(() => rmSync(folder, { recursive: true }));

const VALUES = [{ address: 0xffff82d040200000n, bytes: Uint8Array.of(1, 2), missing: undefined }, 'a\0b', null, [1n]];

test('values come out of chunks of any size as they went in', () => {
  const stream = Buffer.concat(VALUES.map(frameOf));
  for (const size of [1, 3, 7, stream.length]) {
    const taken: unknown[] = [];
    const read = createFrameReader((value) => taken.push(value));
    for (let at = 0; at < stream.length; at += size) read(stream.subarray(at, at + size));
    assert.deepEqual(taken, VALUES);
  }
});

test('values come out of a descriptor one by one, and one that is cut off does not', () => {
  const path = join(folder, 'frames');
  const into = openSync(path, 'w');
  for (const value of VALUES) writeFrame(into, value);
  closeSync(into);
  truncateSync(path, Buffer.concat(VALUES.map(frameOf)).length - 1);
  const from = openSync(path, 'r');
  const taken = VALUES.map(() => readFrame(from));
  closeSync(from);
  assert.deepEqual(taken, [...VALUES.slice(0, -1), undefined]);
});

test('a value waits for a reader that is late, also where the descriptor does not wait', async () => {
  const large = 'a'.repeat(4 << 20);
  const write = `process.stdout; require('./frames.ts').writeFrame(1, 'a'.repeat(${large.length}))`;
  const options = ['-r', TYPESCRIPT, '-e', write];
  const writer = spawn(process.execPath, options, { cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'] });
  const taken: unknown[] = [];
  const read = createFrameReader((value) => taken.push(value));
  writer.stdout.on('data', (chunk: Buffer) => {
    read(chunk);
    writer.stdout.pause();
    setTimeout(() => writer.stdout.resume(), 1);
  });
  const [status] = (await once(writer, 'close')) as [number];
  assert.equal(status, 0);
  assert.ok(taken[0] === large);
});
