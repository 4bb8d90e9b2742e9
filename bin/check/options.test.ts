import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXPECT } from './options';

test('what is to fail is a step and an errno, and several are gathered', () => {
  const [, , gatherExpected] = EXPECT;
  const upload = { step: 'UPLOAD', errno: -17 } as const;
  assert.deepEqual(gatherExpected('upload:-EEXIST'), [upload]);
  assert.deepEqual(gatherExpected('revert:EINVAL', [upload]), [upload, { step: 'REVERT', errno: -22 }]);
  for (const wrong of [
    '',
    'apply',
    'apply:',
    'apply:0',
    'unload:-EINVAL',
    'apply:-EWHAT',
    'apply:-22',
    'toString:-EINVAL',
  ])
    assert.throws(() => gatherExpected(wrong));
});
