import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable, printableJson } from './printable';

test('what would steer a terminal is replaced', () => {
  assert.equal(printable('a\u001b[31m\u009b\u202e\n<script>ü'), 'a?[31m???<script>ü');
});

test('in JSON it is escaped, and reads back as it was', () => {
  const text = printableJson({ name: '\u001b\u009b\u202e\u{e0001}\ud800ü' });
  assert.match(text, /^[\x20-\x7eü]+$/);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const line = printableJson({ name });
      assert.equal(printable(line), line);
      assert.deepEqual(JSON.parse(line), { name });
    }),
  );
});
