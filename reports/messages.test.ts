import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUserError } from '../engine/user-error';
import { parseMessages, readMessages } from './messages';

const META = '{"meta":{"protocolVersion":"32"}}';
const SOURCE = '{"source":{"uri":"a.feature","data":"","mediaType":"text/x.cucumber.gherkin+plain"}}';
const CUT = '{"testStepFinished":{"testCaseSta';

const lengths = (text: string): readonly number[] =>
  parseMessages(text, 'm.ndjson').map(({ envelopes }) => envelopes.length);
const says = (message: RegExp) => (error: unknown) => isUserError(error) && message.test(error.message);

describe('a file of messages', () => {
  it('has a stream for each meta', () => {
    assert.deepEqual(lengths(''), []);
    assert.deepEqual(lengths(`${META}\n${SOURCE}\n`), [2]);
    assert.deepEqual(lengths(`${META}\r\n${SOURCE}\r\n\r\n${META}\r\n`), [2, 1]);
    assert.deepEqual(lengths(`${SOURCE}\n${META}`), [1, 1]);
  });

  it('may end in a broken line, as each run in it may', () => {
    assert.deepEqual(lengths(`${META}\n${SOURCE}\n${CUT}`), [2]);
    assert.deepEqual(lengths(`${META}\n${CUT}\n${META}\n${SOURCE}\n`), [1, 2]);
    assert.deepEqual(lengths(`${META}\n${CUT}${META}\n${SOURCE}\n`), [1, 2]);
  });

  it('is refused by file and line where another line is broken', () => {
    assert.throws(() => lengths(`${META}\n${CUT}\n${SOURCE}\n`), says(/m\.ndjson, line 2 /));
    assert.throws(() => lengths(`${META}\n42\n${SOURCE}\n`), says(/m\.ndjson, line 2 /));
    assert.throws(() => lengths('[]'), says(/m\.ndjson, line 1 /));
    assert.throws(() => lengths(`${META}\n${CUT}${META}\nnonsense\n${SOURCE}`), says(/m\.ndjson, line 3 /));
  });

  it('is refused where it cannot be read', () => {
    assert.throws(() => readMessages(['/nonexistent/m.ndjson']), says(/ENOENT.*\/nonexistent\/m\.ndjson/));
  });
});
