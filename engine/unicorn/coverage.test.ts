import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCoverage } from './coverage';
import { CODE, HLT, setRax, withCpu } from './fixtures';

/** A jump over one byte. */
const JUMP = [0xeb, 0x01, 0x90];
const SIZE = 0x1000;

test('coverage has the beginning of each block, each once, of CPUs that are opened afterwards', (context) => {
  const coverage = startCoverage(CODE, SIZE);
  if (coverage === undefined) {
    context.skip('the library is for another processor or system');
    return;
  }
  assert.throws(() => startCoverage(CODE, SIZE), TypeError);
  withCpu(({ put, run }) => {
    const first = setRax(1).length + JUMP.length;
    put(0, setRax(1), JUMP, setRax(2), HLT);
    run();
    assert.deepEqual([...coverage.take()], [0, first]);
    run();
    assert.deepEqual([...coverage.take()], []);
  });
  coverage.know([0x100]);
  withCpu(({ put, run }) => {
    put(0, [0xe9, 0xfb, 0, 0, 0]);
    put(0x100, [0xe9, 0xfb, 0, 0, 0]);
    put(0x200, setRax(3), HLT);
    run();
    assert.deepEqual([...coverage.take()], [0x200]);
  });
});
