import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readRecorded } from './data';
import { parseBases, parseCases, parseSequences } from './parse';

const CASE = { id: 'a1', base: 'extra', class: 'a', note: '', verdict: { upload: -22 } };
const cases = (more: object) => () => parseCases('c', JSON.stringify({ ...CASE, ...more }));
const steps = (step: object) => () =>
  parseSequences('s', JSON.stringify({ id: 's1', class: 'x', note: '', steps: [step] }));

describe('recordings', () => {
  test("the project's own hold", () => {
    const recorded = readRecorded(join(__dirname, 'data'));
    assert.deepEqual([recorded.cases.length, recorded.sequences.length], [980, 55]);
    for (const { base, ...edits } of recorded.cases) {
      assert.equal(recorded.payload(base, edits).length, edits.size ?? recorded.payload(base, {}).length);
      assert.notEqual(recorded.watched(base).length, 0);
    }
  });

  test('a payload is its base, cut or extended, then patched', () => {
    const { payload } = readRecorded(join(__dirname, 'data'));
    assert.equal(Buffer.from(payload('extra', { size: 5, patch: [[0, '00ff']] })).toString('hex'), '00ff4c4602');
    const whole = payload('extra', {});
    const longer = payload('extra', { size: whole.length + 1 });
    assert.deepEqual([...longer], [...whole, 0]);
  });

  test('a folder that holds none', () => {
    assert.throws(() => readRecorded(__dirname), { name: 'UserError', message: /bases\.json: expected a file of rec/ });
  });

  test('what a case may be', () => assert.deepEqual(cases({ size: 3, patch: [[1, 'ab']] })()[0]?.patch, [[1, 'ab']]));

  for (const [what, action, message] of [
    ['no JSON', () => parseCases('c', '\n{'), /^c:2: expected JSON/],
    ['no object', () => parseCases('c', '[]'), /^c:1: expected an object/],
    ['a field that is missing', cases({ base: undefined }), /^c:1: base: expected a text, got nothing/],
    ['a size below 0', cases({ size: -1 }), /^c:1: size: expected an integer from 0 on, got -1/],
    ['a patch without bytes', cases({ patch: [[1, '']] }), /^c:1: patch: 0: expected an offset and bytes in hex/],
    ['a state that is no number', cases({ verdict: { upload: 0, applied: { state: '2', rc: 0 } } }), /state: expected/],
    ['an operation that is none', steps({ op: 'jump' }), /^s:1: steps: 0: op: expected one of upload, get/],
    ['a status of other things', steps({ op: 'get', status: [[{}]] }), /status: 0: 0: expected a text or an integer/],
    ['a base without watched functions', () => parseBases('b', '{"extra":{}}'), /^b: extra: watch: expected a list/],
  ] as const)
    test(`${what} is refused`, () => {
      assert.throws(action, { name: 'UserError', message });
    });
});
