import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLabel, parseOrder, parseParallel, parseSeconds, parseShard } from './options';
import { shardSize } from './cucumber';

test('a shard is a part from the first to the last', () => {
  assert.equal(parseShard('1/1'), '1/1');
  assert.equal(parseShard('5/5'), '5/5');
  for (const wrong of ['0/5', '6/5', '1', '1/0', '-1/5', 'a/b', '1/5/2', '1/10000', ''])
    assert.throws(() => parseShard(wrong));
});

test('the shards of a run have all its scenarios between them', () => {
  for (const total of [0, 1, 7, 100]) {
    for (const parts of [1, 3, 8]) {
      const sizes = Array.from({ length: parts }, (_, part) => shardSize(total, `${part + 1}/${parts}`));
      assert.equal(
        sizes.reduce((sum, size) => sum + size),
        total,
      );
    }
  }
  assert.equal(shardSize(7), 7);
});

test('a random order can be had again', () => {
  assert.equal(parseOrder('random:abc-1'), 'random:abc-1');
  assert.match(parseOrder('random'), /^random:\d+$/);
  for (const wrong of ['defined', 'random:', 'random:a b', 'random:a:b', '']) assert.throws(() => parseOrder(wrong));
});

test('a number of processes is small and positive', () => {
  assert.equal(parseParallel('12'), 12);
  for (const wrong of ['0', '-1', '1.5', '100', 'two', '']) assert.throws(() => parseParallel(wrong));
});

test('a label is one word', () => {
  assert.equal(parseLabel('xen-4.17.7'), 'xen-4.17.7');
  for (const wrong of ['', 'a b', 'a/1', '\u001b[2J']) assert.throws(() => parseLabel(wrong));
});

test('a time limit is a number of seconds, more than none', () => {
  assert.deepEqual(['20', '0.5'].map(parseSeconds), [20, 0.5]);
  for (const wrong of ['0', '-1', '', '1e9', '20 s', 'Infinity']) assert.throws(() => parseSeconds(wrong));
});
