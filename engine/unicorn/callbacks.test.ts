import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { DATA, HLT, setRax, STORE, withCpu } from './fixtures';
import { TYPESCRIPT } from '../installation';
import { openCpu } from './unicorn';

describe('trap 7: callbacks', () => {
  test('addresses above 2^63 come out unsigned', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, STORE, HLT);
      const seen: bigint[] = [];
      cpu.watchStores(DATA, DATA + 8n, ({ address }) => seen.push(address));
      cpu.set('rdi', DATA);
      run();
      assert.deepEqual(seen, [DATA]);
      const top = 0xffff_ffff_ffff_f000n;
      cpu.set('rdi', top);
      const outcome = run();
      assert.equal(outcome.kind === 'fault' && outcome.address, top);
    });
  });

  test('a throw in a callback surfaces as that error from start, once, and stops the CPU there', () => {
    withCpu(({ cpu, put, run }) => {
      put(0, STORE, setRax(9), HLT);
      cpu.set('rdi', DATA);
      const error = new Error('seen enough');
      const end = cpu.watchStores(DATA, DATA + 8n, () => {
        throw error;
      });
      assert.throws(
        () => run(),
        (thrown) => thrown === error,
      );
      assert.notEqual(cpu.get('rax'), 9n);
      end();
      assert.equal(run().rax, 9n);
    });
  });

  test('the first one in a process does not keep what was there when it was registered', () => {
    const script = `
      const { AsyncLocalStorage } = require('node:async_hooks');
      const { openCpu } = require('./unicorn');
      const open = () => {
        const scenario = {};
        new AsyncLocalStorage().run(scenario, openCpu);
        return new WeakRef(scenario);
      };
      const scenario = open();
      setImmediate(() => {
        gc();
        console.log(scenario.deref() === undefined ? 'let go' : 'kept');
      });`;
    const command = ['--expose-gc', '-r', TYPESCRIPT, '-e', script];
    assert.equal(execFileSync(process.execPath, command, { cwd: __dirname, encoding: 'utf8' }).trim(), 'let go');
  });

  test('ending a watch frees its callback, and so does closing the CPU', () => {
    // The foreign function interface has room for 8192 callbacks.
    for (let time = 0; time < 300; time++) {
      const cpu = openCpu();
      for (let watch = 0; watch < 30; watch++) {
        const end = cpu.watchStores(DATA, DATA + 8n, () => undefined);
        if (watch % 2 === 0) end();
      }
      cpu.close();
    }
    withCpu(({ cpu }) => {
      for (let watch = 0; watch < 9000; watch++) cpu.watchStores(DATA, DATA + 8n, () => undefined)();
    });
  });
});
