import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUserError } from '../engine/user-error';
import { parseMessages, readMessages } from './messages';
import { messages } from './testdata/streams';

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
    assert.throws(() => lengths(`[[[\n${META}\n${HOOK}\n`), says(/m\.ndjson, line 1 /));
    assert.throws(() => lengths(`${META}\n${CUT}${META}\nnonsense\n${HOOK}`), says(/m\.ndjson, line 3 /));
  });

  it('is refused by file, line and field where a message lacks something, or refers to one that is not there', () => {
    const started = '{"testCaseStarted":{"id":"s","testCaseId":"c","timestamp":{"seconds":0,"nanos":0}}}';
    assert.throws(
      () => lengths(`${META}\n${HOOK.replace('"id":"h",', '')}\n`),
      says(/m\.ndjson, line 2: hook\.id: expected a text, got nothing; run the suite again/),
    );
    assert.throws(() => lengths(`${META}\n${started}\n`), says(/m\.ndjson, line 2: .* has the test case c;/));
    const body = '{\\"label\\":\\"a\\"}';
    const type = 'application/vnd.livepatch-conformance.run+json';
    const attachment = `{"attachment":{"mediaType":"${type}","contentEncoding":"IDENTITY","body":"${body}"}}`;
    assert.throws(() => lengths(`${META}\n${attachment}`), says(/line 2: attachment\.body\.target: expected a text/));
  });

  it('may have its messages in another order', async () => {
    const lines = (await messages()).map((envelope) => JSON.stringify(envelope));
    const [meta = '', ...others] = lines;
    assert.deepEqual(lengths([meta, ...others.toReversed()].join('\n')), lengths(lines.join('\n')));
  });

  it('is read no further than its longest line may be', () => {
    const piece = ' '.repeat(1 << 20);
    let read = 0;
    function* endless(): Generator<string> {
      yield `${META}\n`;
      for (;;) {
        read += 1;
        yield piece;
      }
    }
    assert.throws(() => [...parseMessages(endless(), 'm.ndjson')], says(/m\.ndjson, line 2 is longer than 64 MiB/));
    assert.ok(read <= 65, `${read} MiB`);
  });

  it('has lines that come in several pieces', () => {
    const text = `${META}\n${HOOK}\n${META}`;
    assert.deepEqual(
      [...parseMessages(text, 'm.ndjson')].map(({ envelopes }) => envelopes.length),
      [2, 1],
      'a text is a sequence of its characters',
    );
  });

  it('is refused where it cannot be read', () => {
    assert.throws(() => [...readMessages(['/nonexistent/m.ndjson'])], says(/ENOENT.*\/nonexistent\/m\.ndjson/));
  });
});
