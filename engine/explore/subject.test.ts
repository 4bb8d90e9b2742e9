import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createReference } from '../reference';
import { createXen, findDebianXen } from '../xen';
import type { Call } from './calls';
import { castsOf } from './cast';
import { createSubject, type Searchable, type Seen } from './subject';

const [, stacked] = castsOf(2, 2);
if (stacked === undefined) throw new TypeError('casts: expected several, got one');

const LOADED: readonly Call[] = [
  { operation: 'UPLOAD', payload: 'p' },
  { operation: 'APPLY', payload: 'p', way: 'plain' },
  { operation: 'UPLOAD', payload: 'q' },
];
/** Each from where LOADED leads, and none leads back there. */
const TRIED: readonly Call[] = [
  { operation: 'APPLY', payload: 'q', way: 'plain' },
  { operation: 'APPLY', payload: 'q', way: 'late' },
  { operation: 'REVERT', payload: 'p', way: 'plain' },
  { operation: 'UNLOAD', payload: 'q', way: 'plain' },
  { operation: 'REPLACE', payload: 'p', way: 'plain' },
];

/** What is seen after each, from a fresh start or from where the one before was taken back. */
function seenAfterEach(target: Searchable, isFresh: boolean): readonly Seen[] {
  const subject = createSubject(target, stacked ?? { name: '', members: [] });
  subject.goTo(LOADED);
  return [...TRIED, ...TRIED].map((call) => {
    if (isFresh) subject.goTo(LOADED);
    const seen = subject.try(call);
    subject.back();
    return seen;
  });
}

function testTarget(name: string, make: () => Searchable, skip: string | false): void {
  describe(`going back on ${name}`, { skip }, () => {
    test('leads to where a fresh start and the same calls lead', () => {
      const target = make();
      after(() => target.close());
      const fresh = seenAfterEach(target, true);
      assert.ok(fresh.slice(0, 4).every(({ key }, index) => fresh.findIndex((one) => one.key === key) === index));
      assert.deepEqual(seenAfterEach(target, false), fresh);
    });

    test('leads there again after a reset and another start', () => {
      const target = make();
      after(() => target.close());
      const subject = createSubject(target, stacked ?? { name: '', members: [] });
      subject.goTo([]);
      const nothing = subject.here();
      for (const call of LOADED) subject.try(call);
      assert.notEqual(subject.here(), nothing);
      subject.back();
      assert.equal(subject.here(), nothing);
      subject.goTo(LOADED);
      subject.goTo([]);
      assert.equal(subject.here(), nothing);
    });
  });
}

const file = findDebianXen();
const lacking = "Debian's Xen has not been fetched: run the features with --target xen once";
testTarget('the reference', () => createReference({ revision: 2 }), false);
testTarget(
  "Xen's code",
  () => createXen({ file: file ?? '', say: () => undefined, selfCheck: () => undefined }),
  file === undefined ? lacking : false,
);

test('a payload of no cast is a mistake', () => {
  const target = createReference({ revision: 2 });
  after(() => target.close());
  const subject = createSubject(target, stacked);
  assert.throws(() => subject.goTo([{ operation: 'UPLOAD', payload: 'r' }]), RangeError);
});
