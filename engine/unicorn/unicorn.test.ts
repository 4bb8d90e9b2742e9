import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODE, DATA, END, FOREVER, HLT, LOAD, MANY, NOP, PAGE, setRax, SIZE, STORE, withCpu } from './fixtures';
import { EXECUTE, READ, WRITE, type Store } from './unicorn';

describe('trap 4: instructions are counted', () => {
  test('a budget that is no positive number is refused', () => {
    withCpu(({ cpu }) => {
      for (const budget of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
        assert.throws(() => cpu.start(CODE, END, budget), RangeError);
    });
  });

  test('an endless loop ends within its budget, also in code that ran before', () => {
    withCpu(({ put, run }) => {
      put(0, [0x48, 0xff, 0xc0], [0xeb, 0xfb]); // inc %rax; jmp back
      assert.deepEqual(run(0, 1000), { kind: 'stopped', rip: CODE, rax: 500n });
      assert.deepEqual(run(0, 9), { kind: 'stopped', rip: CODE + 3n, rax: 505n });
      put(0x40, FOREVER);
      assert.equal(run(0x40, 1000).rip, CODE + 0x40n);
    });
  });

  test('a budget ends at exactly its instruction', () => {
    withCpu(({ put, run }) => {
      put(0, NOP, NOP, NOP, NOP, HLT);
      for (const budget of [1, 2, 3, 4]) assert.equal(run(0, budget).rip, CODE + BigInt(budget));
      assert.equal(run(0, 5).rip, CODE + 5n);
    });
  });
});

describe('trap 5: the end is baked into translations', () => {
  test('each start ends at the fixed return address', () => {
    withCpu(({ cpu, data, put, run }) => {
      new DataView(data.buffer).setBigUint64(0x100, END, true);
      put(0, setRax(3), [0xc3]);
      for (let time = 0; time < MANY; time++) {
        cpu.set('rsp', DATA + 0x100n);
        assert.deepEqual(run(), { kind: 'stopped', rip: END, rax: 3n });
      }
    });
  });
});

describe('trap 6: hooks and code that was translated before', () => {
  test('a watch sees the stores of older code once that is forgotten, and none after its end', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, STORE, HLT);
      cpu.set('rdi', DATA + 8n);
      run();
      const seen: Store[] = [];
      const end = cpu.watchStores(DATA + 8n, DATA + 16n, (store) => seen.push(store));
      cpu.forget(CODE, CODE + BigInt(SIZE));
      run();
      assert.deepEqual(seen, [{ address: DATA + 8n, size: 8 }]);
      end();
      run();
      assert.equal(seen.length, 1);
    });
  });

  test('a watch sees each store that touches its range, and no other', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, STORE, HLT);
      const seen: bigint[] = [];
      cpu.watchStores(DATA + 16n, DATA + 20n, ({ address }) => seen.push(address - DATA));
      for (let offset = 0n; offset < 40n; offset++) {
        cpu.set('rdi', DATA + offset);
        run();
      }
      assert.deepEqual(seen, [9n, 10n, 11n, 12n, 13n, 14n, 15n, 16n, 17n, 18n, 19n]);
    });
  });
});

test('a register takes what is 64 bits wide, and nothing else', () => {
  withCpu(({ cpu }) => {
    for (const value of [0n, 2n ** 64n - 1n]) {
      cpu.set('rbx', value);
      assert.equal(cpu.get('rbx'), value);
    }
    for (const value of [-1n, 2n ** 64n]) assert.throws(() => cpu.set('rbx', value), RangeError);
  });
});

describe('a watch', () => {
  test('does not see a store that faults', () => {
    withCpu(({ cpu, put, start }) => {
      put(0, STORE, HLT);
      const seen: bigint[] = [];
      cpu.watchStores(DATA, DATA + BigInt(SIZE), ({ address }) => seen.push(address - DATA));
      cpu.protect(DATA + BigInt(PAGE), PAGE, READ);
      for (const offset of [PAGE - 8, PAGE - 4, PAGE]) {
        cpu.set('rdi', DATA + BigInt(offset));
        start();
      }
      assert.deepEqual(seen, [BigInt(PAGE - 8)]);
    });
  });
});

describe('trap 9: LOCK is not atomic across threads', () => {
  test('CPUs that take turns on one thread count together', () => {
    withCpu((first) => {
      withCpu((second) => {
        first.put(0, [0xf0, 0x48, 0xff, 0x07], HLT); // lock incq (%rdi)
        for (let turn = 0; turn < MANY; turn++)
          for (const { cpu, run } of [first, second]) {
            cpu.set('rdi', DATA);
            run();
          }
        assert.equal(new DataView(first.data.buffer).getBigUint64(0, true), BigInt(2 * MANY));
      }, first);
    });
  });
});

describe('trap 10: the edges of memory', () => {
  test('a store over two pages that faults at the second can be made again', () => {
    withCpu(({ cpu, data, put, start, run }) => {
      put(0, STORE, HLT);
      cpu.protect(DATA + BigInt(PAGE), PAGE, READ);
      cpu.set('rdi', DATA + BigInt(PAGE - 4));
      cpu.set('rax', 0x1122_3344_5566_7788n);
      const outcome = start();
      assert.deepEqual(outcome, { kind: 'fault', access: 'write', reason: 'protected', address: DATA + BigInt(PAGE) });
      assert.equal(cpu.get('rip'), CODE);
      cpu.protect(DATA + BigInt(PAGE), PAGE, READ | WRITE);
      assert.equal(run().kind, 'stopped');
      assert.equal(Buffer.from(data.subarray(PAGE - 4, PAGE + 4)).readBigUInt64LE(), 0x1122_3344_5566_7788n);
    });
  });

  test('a non-canonical address is one where nothing is mapped', () => {
    withCpu(({ cpu, put, start }) => {
      put(0, LOAD, HLT);
      for (const address of [0x8000_0000_0000_0000n, 0x4000_0000_0000_0000n, 0x0000_8000_0000_0000n]) {
        cpu.set('rdi', address);
        assert.deepEqual(start(), { kind: 'fault', access: 'read', reason: 'unmapped', address });
        assert.equal(cpu.get('rip'), CODE);
      }
    });
  });
});

describe('trap 11: permissions are those of protect', () => {
  test('a guest keeps to each page, at its edge too; the host does not', () => {
    withCpu(({ cpu, data, put, run }) => {
      put(0, LOAD, HLT);
      put(0x40, STORE, HLT);
      cpu.protect(DATA, PAGE, READ);
      cpu.protect(DATA + BigInt(PAGE), PAGE, 0);
      const kinds = [0, PAGE - 8, PAGE].map((offset) => {
        cpu.set('rdi', DATA + BigInt(offset));
        return [run(0).kind, run(0x40).kind];
      });
      assert.deepEqual(kinds, [
        ['stopped', 'fault'],
        ['stopped', 'fault'],
        ['fault', 'fault'],
      ]);
      data[0] = 0x55;
      cpu.set('rdi', DATA);
      assert.equal(run(0).rax, 0x55n);
    });
  });

  test('CR0.WP is set at first and can be cleared, with no effect on them', () => {
    withCpu(({ cpu, put, run }) => {
      const writeProtect = 1n << 16n;
      assert.equal(cpu.get('cr0') & writeProtect, writeProtect);
      cpu.set('cr0', cpu.get('cr0') & ~writeProtect);
      put(0, STORE, HLT);
      cpu.set('rdi', CODE);
      assert.equal(run().kind, 'fault');
      assert.equal(cpu.get('cr0') & writeProtect, 0n);
    });
  });
});

describe('a hypercall path that works', () => {
  test('syscall leaves RAX intact and RIP behind it', () => {
    withCpu(({ put, run }) => {
      put(0, setRax(35), [0x0f, 0x05], HLT);
      for (let time = 0; time < MANY; time++) assert.deepEqual(run(), { kind: 'syscall', rip: CODE + 7n, rax: 35n });
    });
  });

  test('a call through a table of functions, a gate in it, and back', () => {
    withCpu(({ cpu, data, put, run }) => {
      // lea DATA, %rbx; call *(%rbx,%rax,8); hlt
      put(0, [0x48, 0x8d, 0x1d, 0xf9, 0xff, 0xff, 0x0f], [0xff, 0x14, 0xc3], HLT);
      put(0x100, HLT, [0xc3]);
      new DataView(data.buffer).setBigUint64(35 * 8, CODE + 0x100n, true);
      cpu.set('rsp', DATA + BigInt(SIZE));
      cpu.set('rax', 35n);
      assert.deepEqual(run(), { kind: 'stopped', rip: CODE + 0x101n, rax: 35n });
      cpu.set('rax', 0xffff_ffff_ffff_ffdan);
      assert.deepEqual(run(0x101), { kind: 'stopped', rip: CODE + 11n, rax: 0xffff_ffff_ffff_ffdan });
    });
  });
});

describe('a displacement of 32 bits', () => {
  for (const displacement of [0x7fff_ffff, -0x8000_0000])
    test(`jmp by ${displacement}`, () => {
      withCpu(({ cpu, put, run }) => {
        const jump = Buffer.alloc(5, 0xe9);
        jump.writeInt32LE(displacement, 1);
        put(0, [...jump]);
        const target = CODE + 5n + BigInt(displacement);
        const page = target & ~BigInt(PAGE - 1);
        const far = new Uint8Array(SIZE);
        far.set([...setRax(6), ...HLT], Number(target - page));
        cpu.map(page, far, READ | EXECUTE);
        assert.deepEqual(run(), { kind: 'stopped', rip: target + 6n, rax: 6n });
      });
    });
});

describe('preserve and reset', () => {
  test('preserve puts all registers back, also when it is nested or its action throws', () => {
    withCpu(({ cpu }) => {
      cpu.set('rbx', 1n);
      const inner = cpu.preserve(() => {
        cpu.set('rbx', 2n);
        assert.throws(() =>
          cpu.preserve(() => {
            cpu.set('rbx', 3n);
            throw new Error('inside');
          }),
        );
        return cpu.get('rbx');
      });
      assert.deepEqual([inner, cpu.get('rbx')], [2n, 1n]);
    });
  });

  test('an exception in a preserved action leaves nothing behind', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, [0x0f, 0x0b]);
      put(0x40, setRax(4), HLT);
      cpu.set('rbx', 1n);
      for (let time = 0; time < MANY; time++) cpu.preserve(() => run());
      assert.deepEqual([cpu.get('rbx'), run(0x40).rax], [1n, 4n]);
    });
  });

  test('reset takes back what code did to control registers', () => {
    withCpu(({ cpu, put, run }) => {
      const before = cpu.get('cr0');
      put(0, [0x31, 0xc0], [0x0f, 0x22, 0xc0], HLT); // cr0 = 0
      put(0x40, [0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8], HLT); // movabs
      run();
      assert.notEqual(cpu.get('cr0'), before);
      cpu.reset();
      assert.deepEqual([cpu.get('cr0'), cpu.get('rsp'), cpu.get('rip')], [before, 0n, 0n]);
      assert.equal(run(0x40).rax, 0x0807_0605_0403_0201n);
    });
  });
});
