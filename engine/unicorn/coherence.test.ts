import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BUDGET, CODE, DATA, END, HLT, NOP, NOWHERE, PAGE, setRax, SIZE, withCpu } from './fixtures';
import { EXECUTE, openCpu, READ, WRITE } from './unicorn';

const pageOf = (index: number): bigint => CODE + BigInt(index * PAGE);

describe('trap 1: host writes are not coherent', () => {
  test('code that has run and was written over is executed anew after forget', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, setRax(1), HLT);
      assert.equal(run().rax, 1n);
      put(0, setRax(2), HLT);
      cpu.forget(CODE, CODE + 1n);
      assert.equal(run().rax, 2n);
    });
  });

  test('a block that began on the page before is forgotten too', () => {
    withCpu(({ cpu, put, run }) => {
      const start = PAGE - 3;
      put(start, NOP, setRax(1), HLT);
      assert.equal(run(start).rax, 1n);
      put(PAGE, [7]);
      cpu.forget(CODE + BigInt(PAGE), CODE + BigInt(PAGE) + 1n);
      assert.equal(run(start).rax, 0x701n);
    });
  });

  test('forget reaches over the pages at which a region was split', () => {
    const pages = 6;
    const code = new Uint8Array(pages * PAGE);
    const cpu = openCpu();
    cpu.map(CODE, code, READ | EXECUTE);
    for (const split of [1, 4]) {
      cpu.protect(pageOf(split), PAGE, READ | WRITE | EXECUTE);
      cpu.protect(pageOf(split), PAGE, READ | EXECUTE);
    }
    const runAll = (value: number): readonly bigint[] => {
      for (let page = 0; page < pages; page++) code.set([...setRax(value + page), ...HLT], page * PAGE);
      cpu.forget(CODE, pageOf(pages));
      return Array.from({ length: pages }, (_, page) => {
        cpu.start(pageOf(page), END, BUDGET);
        return cpu.get('rax');
      });
    };
    assert.deepEqual(runAll(0), [0n, 1n, 2n, 3n, 4n, 5n]);
    assert.deepEqual(runAll(100), [100n, 101n, 102n, 103n, 104n, 105n]);
    cpu.close();
  });

  test('a range without code, or without memory, is forgotten in peace', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, setRax(1), HLT);
      cpu.forget(DATA, DATA + BigInt(SIZE));
      cpu.forget(NOWHERE, NOWHERE + 1n);
      assert.equal(run().rax, 1n);
    });
  });

  test('what one CPU stores into code it executes at once, another one after forget', () => {
    withCpu((first) => {
      withCpu((second) => {
        const wide = READ | WRITE | EXECUTE;
        for (const { cpu } of [first, second]) cpu.protect(CODE, PAGE, wide);
        first.put(0, setRax(1), HLT);
        first.put(0x100, [0xc6, 0x47, 0x01, 0x02], HLT); // movb $2, 1(%rdi)
        assert.deepEqual([first.run().rax, second.run().rax], [1n, 1n]);
        first.cpu.set('rdi', CODE);
        first.run(0x100);
        assert.deepEqual([first.run().rax, second.run().rax], [2n, 1n]);
        second.cpu.forget(CODE, CODE + 6n);
        assert.equal(second.run().rax, 2n);
      }, first);
    });
  });

  test('unmapped and mapped again at the same address, the new code is executed', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, setRax(1), HLT);
      put(PAGE, setRax(2), HLT);
      assert.deepEqual([run().rax, run(PAGE).rax], [1n, 2n]);
      const other = new Uint8Array(PAGE);
      other.set([...setRax(3), ...HLT]);
      cpu.unmap(CODE, PAGE);
      assert.deepEqual(run().kind, 'fault');
      cpu.map(CODE, other, READ | EXECUTE);
      assert.deepEqual([run().rax, run(PAGE).rax], [3n, 2n]);
    });
  });

  test('written while it was not executable, the new code is executed', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, setRax(1), HLT);
      run();
      cpu.protect(CODE, PAGE, READ | WRITE);
      put(0, setRax(2), HLT);
      cpu.protect(CODE, PAGE, READ | EXECUTE);
      assert.equal(run().rax, 2n);
    });
  });
});
