import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_SIZE } from '../pages';
import type { Region } from './regions';
import { createScratch } from './scratch';

const region = (start: bigint): Region => ({
  name: 'heap',
  start,
  bytes: new Uint8Array(PAGE_SIZE),
  permissions: 'rw-',
  scratch: true,
});

test('of scratch regions that were mapped later, nothing is kept', () => {
  const [early, late] = [region(0x1000n), region(0x2000n)];
  const scratch = createScratch();
  scratch.remember([early]);
  scratch.touch(early);
  scratch.touch(late);
  const asked: bigint[] = [];
  const find = (start: bigint): Region | undefined => {
    asked.push(start);
    return start === early.start ? early : late;
  };
  scratch.renew(
    find,
    () => undefined,
    () => false,
  );
  assert.deepEqual(asked, [early.start]);
});
