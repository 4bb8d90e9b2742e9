/** Files of messages: read whole, as they grow, and joined. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isUserError } from '../engine/user-error';
import { createGrowingReader, openJoined, parseMessages, readMessages } from './messages';

const META = '{"meta":{}}';
const HOOK = '{"hook":{"id":"h","name":"\u00e9\u20ac"}}';
const CUT = '{"hook":{"id"';

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'messages-'));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

const lengths = (streams: Iterable<{ readonly envelopes: readonly unknown[] }>): readonly number[] =>
  Array.from(streams, ({ envelopes }) => envelopes.length);

describe('files of messages', () => {
  it('are read one after the other, and their bytes kept, each with a newline at its end', (t) => {
    const [one, other] = ['one', 'other'].map((name) => join(folder(t), name));
    assert.ok(one !== undefined && other !== undefined);
    writeFileSync(one, `${META}\n${HOOK}\n${CUT}`);
    // More than is read at once, with a character of several bytes at the border.
    const many = `${HOOK}\n`.repeat(3000);
    writeFileSync(other, `${META}\n${many}`);
    const kept: Uint8Array[] = [];
    const streams = [...readMessages([one, other], (bytes) => kept.push(Uint8Array.from(bytes)))];
    assert.deepEqual(lengths(streams), [2, 3001]);
    assert.deepEqual(
      streams.map(({ file }) => file),
      [one, other],
    );
    assert.ok(streams[1]?.envelopes.slice(1).every(({ hook }) => hook?.name === '\u00e9\u20ac'));
    assert.equal(Buffer.concat(kept).toString(), `${META}\n${HOOK}\n${CUT}\n${META}\n${many}`);
  });

  it('are read further as they grow', (t) => {
    const file = join(folder(t), 'growing');
    writeFileSync(file, '');
    const read = createGrowingReader(file);
    assert.deepEqual(lengths(read()), []);
    appendFileSync(file, `${META}\n${HOOK}\n`);
    assert.deepEqual(lengths(read()), [2]);
    assert.deepEqual(lengths(read()), []);
    appendFileSync(file, `${META}\n${META}\n${HOOK}\n`);
    assert.deepEqual(lengths(read()), [1, 2]);
  });

  it('are joined into one only at the end', (t) => {
    const file = join(folder(t), 'joined');
    writeFileSync(file, 'old');
    const left = openJoined(file);
    left.add(Buffer.from('a'));
    left.discard();
    assert.equal(readFileSync(file, 'utf8'), 'old');
    const joined = openJoined(file);
    joined.add(Buffer.from('a'));
    joined.add(Buffer.from('b'));
    assert.equal(readFileSync(file, 'utf8'), 'old');
    joined.finish();
    assert.equal(readFileSync(file, 'utf8'), 'ab');
    assert.equal(existsSync(`${file}.part`), false);
  });

  it('that cannot be read are refused in a sentence', (t) => {
    assert.throws(
      () => [...createGrowingReader(join(folder(t), 'none'))()],
      (error) => isUserError(error) && error.message.startsWith('The messages cannot be read (ENOENT'),
    );
  });
});

describe('messages', () => {
  const envelopesOf = (...lines: readonly string[]) =>
    [...parseMessages([lines.join('\n')], 'm')].flatMap(({ envelopes }) => envelopes);

  it('that no report reads are left out', () => {
    const unused = ['testStepStarted', 'source', 'stepDefinition', 'parameterType'].map(
      (kind) => `{"${kind}":{"a":{}}}`,
    );
    assert.deepEqual(envelopesOf(META, ...unused, ...unused.map((line) => `${line}\r`), HOOK).length, 2);
    assert.equal(envelopesOf(META, '{"suggestion":{"a":{}}}').length, 2);
  });

  it('about test cases are kept without what no report reads', () => {
    const pickle = '{"pickle":{"id":"p","uri":"u","name":"n","astNodeIds":["s"],"tags":[],"steps":[]}}';
    const scenario = '{"id":"s","location":{"line":1},"description":"","steps":[],"examples":[]}';
    const document = `{"gherkinDocument":{"feature":{"name":"","description":"","children":[{"scenario":${scenario}}]}}}`;
    const step = { id: 'a', hookId: 'h' };
    const testSteps = [{ ...step, stepDefinitionIds: ['x'], stepMatchArgumentsLists: [] }];
    const testCase = JSON.stringify({ testCase: { id: 'c', pickleId: 'p', testSteps, testRunStartedId: 'r' } });
    const [, , , kept] = envelopesOf(META, document, pickle, testCase);
    assert.deepEqual(kept, { testCase: { id: 'c', pickleId: 'p', testSteps: [step] } });
  });

  it('of a line longer than that are refused, of any shorter one not', () => {
    const long = (length: number): string => `{"hook":{"id":"${'x'.repeat(length - 18)}"}}`;
    const most = 1 << 26;
    assert.equal(long(most).length, most);
    assert.equal(envelopesOf(META, long(most)).length, 2);
    assert.throws(() => envelopesOf(META, long(most + 1)), isUserError);
  });

  it('of a run that is cut off before another begins are split, of one line only', () => {
    assert.deepEqual(lengths(parseMessages([`${META}\n${CUT}${META}\n${HOOK}\n${META}`], 'm')), [1, 2, 1]);
    const quoted = JSON.stringify({ hook: { id: META } });
    assert.deepEqual(lengths(parseMessages([`${META}\n${quoted}`], 'm')), [2]);
  });
});
