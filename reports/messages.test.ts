import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUserError } from '../engine/user-error';
import { parseMessages, readMessages } from './messages';

const META = '{"meta":{"protocolVersion":"32"}}';
const HOOK = '{"hook":{"id":"h","type":"BEFORE_TEST_CASE","sourceReference":{}}}';
const CUT = '{"testStepFinished":{"testCaseSta';

const lengths = (text: string): readonly number[] =>
  [...parseMessages([text], 'm.ndjson')].map(({ envelopes }) => envelopes.length);
const says = (message: RegExp) => (error: unknown) => isUserError(error) && message.test(error.message);

describe('a file of messages', () => {
  it('has a stream for each meta', () => {
    assert.deepEqual(lengths(''), []);
    assert.deepEqual(lengths(`${META}\n${HOOK}\n`), [2]);
    assert.deepEqual(lengths(`${META}\r\n${HOOK}\r\n\r\n${META}\r\n`), [2, 1]);
    assert.deepEqual(lengths(`${HOOK}\n${META}`), [1, 1]);
  });

  it('may end in a broken line, as each run in it may', () => {
    assert.deepEqual(lengths(`${META}\n${HOOK}\n${CUT}`), [2]);
    assert.deepEqual(lengths(`${META}\n${CUT}\n${META}\n${HOOK}\n`), [1, 2]);
    assert.deepEqual(lengths(`${META}\n${CUT}${META}\n${HOOK}\n`), [1, 2]);
  });

  it('is refused by file and line where another line is broken', () => {
    assert.throws(() => lengths(`${META}\n${CUT}\n${HOOK}\n`), says(/m\.ndjson, line 2 /));
    assert.throws(() => lengths(`${META}\n42\n${HOOK}\n`), says(/m\.ndjson, line 2 /));
    assert.throws(() => lengths('[]'), says(/m\.ndjson, line 1 /));
    assert.throws(() => lengths(`${META}\n${CUT}${META}\nnonsense\n${HOOK}`), says(/m\.ndjson, line 3 /));
  });

  it('is refused where it cannot be read', () => {
    assert.throws(() => [...readMessages(['/nonexistent/m.ndjson'])], says(/ENOENT.*\/nonexistent\/m\.ndjson/));
  });
});
