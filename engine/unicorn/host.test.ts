import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODE, HLT, MANY, PAGE, setRax, withCpu } from './fixtures';

/** call to an offset of the code from an offset of it */
const call = (from: number, to: number): readonly number[] => {
  const bytes = Buffer.alloc(5, 0xe8);
  bytes.writeInt32LE(to - (from + 5), 1);
  return [...bytes];
};
const RET = [0xc3];

describe('a start stops at a function that the host does', () => {
  for (const [where, at] of [
    ['on the same page', 0x100],
    ['on another page', PAGE + 0x100],
  ] as const)
    test(`${where}, before its first instruction, each time`, () => {
      withCpu(({ cpu, put, run }) => {
        put(0, setRax(1), call(5, at), HLT);
        put(at, setRax(9), RET);
        assert.equal(run().rax, 9n);
        cpu.stopAt(CODE + BigInt(at));
        for (let time = 0; time < MANY; time++) {
          assert.deepEqual(run(), { kind: 'stopped', rip: CODE + BigInt(at), rax: 1n });
        }
        cpu.passOnce(CODE + BigInt(at));
        assert.equal(run().rax, 9n);
        assert.equal(run().rax, 1n);
      });
    });
});

test('cpuid says what the host says', () => {
  withCpu(({ cpu, put, run }) => {
    put(0, setRax(7), [0xb9, 2, 0, 0, 0], [0x0f, 0xa2], HLT); // ecx = 2; cpuid
    cpu.onCpuid((leaf, subleaf) => ({ eax: leaf + 100, ebx: subleaf, ecx: -1, edx: 4 }));
    assert.equal(run().rax, 107n);
    assert.deepEqual([cpu.get('rbx'), cpu.get('rcx'), cpu.get('rdx')], [2n, 0xffff_ffffn, 4n]);
  });
});
