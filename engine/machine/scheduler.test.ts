import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODE } from '../unicorn/fixtures';
import { NEVER } from './clock';
import { ENDLESS, PATIENT_HANDLER, program, WAIT, withMachine } from './machine.fixtures';
import { MachineHangs } from './scheduler';

describe('scheduler: the clock', () => {
  test('code takes no time; a wait takes until its deadline', () => {
    withMachine(({ machine, waitOn }) => {
      assert.equal(machine.now(), 0n);
      assert.equal(waitOn(0, 0, 500n), 0n);
      assert.equal(machine.now(), 500n);
      assert.equal(waitOn(0, 0, 400n), 0n);
      assert.equal(machine.now(), 500n);
    });
  });

  test('a value that has changed already takes no time', () => {
    withMachine(({ machine, waitOn, word }) => {
      word(3);
      assert.equal(waitOn(0, 0, 500n), 1n);
      assert.equal(machine.now(), 0n);
    });
  });

  test('a vCPU that is busy drives when it is free', () => {
    withMachine(({ machine, waitOn, word }) => {
      word(3);
      machine.keepBusy(1, 70n);
      waitOn(0, 0, NEVER);
      assert.equal(machine.now(), 0n);
      waitOn(1, 0, NEVER);
      assert.equal(machine.now(), 70n);
    });
  });

  test('a vCPU may be busy at several times, and does between them what it has to', () => {
    withMachine((bench) => {
      const { machine, log, waitOn } = bench;
      machine.keepBusy(1, 40n);
      machine.keepBusy(1, 30n, 60n);
      machine.keepBusy(1, 20n, 80n);
      for (const [time, name] of [
        [10n, 'a'],
        [59n, 'b'],
        [60n, 'c'],
        [100n, 'd'],
      ] as const)
        machine.schedule(1, program(bench, time, name));
      waitOn(0, 0, 200n);
      assert.deepEqual(
        log.filter((line) => line.endsWith('starts')),
        ['40: a starts', '59: b starts', '100: c starts', '100: d starts'],
      );
    });
  });

  test('what others do meanwhile they do at their own times', () => {
    withMachine((bench) => {
      const { machine, log, word, waitOn } = bench;
      word(3);
      machine.keepBusy(0, 100n);
      machine.schedule(1, program(bench, 40n, 'a'));
      waitOn(0, 0, NEVER);
      assert.deepEqual(log, ['40: a starts', '40: left 1', '40: a left', '100: waited 0']);
    });
  });
});

describe('scheduler: interrupts', () => {
  test('those at rest take them in the order of their numbers, while the driving one waits', () => {
    withMachine(({ machine, log, counted, waitOn }) => {
      machine.interrupt(2);
      machine.interrupt(1);
      waitOn(0, 0, 10n);
      assert.deepEqual(log, ['0: interrupt 1', '0: left 1', '0: interrupt 2', '0: left 2', '10: waited 0']);
      assert.equal(counted(), 2);
    });
  });

  test('a busy one takes it when it is free, and at the latest before it drives', () => {
    withMachine(({ machine, log, waitOn }) => {
      machine.keepBusy(1, 30n);
      machine.interrupt(1);
      waitOn(0, 0, 10n);
      assert.deepEqual(log, ['10: waited 0']);
      waitOn(1, 0, 50n);
      assert.deepEqual(log.slice(1), ['30: interrupt 1', '30: left 1', '50: waited 1']);
    });
  });

  test('one that waits in its handler goes on when the value changes, and the driving one comes back after it', () => {
    withMachine((bench) => {
      const { machine, log, word, waitOn, setHandler } = bench;
      setHandler(PATIENT_HANDLER);
      machine.interrupt(1);
      waitOn(0, 0, 10n);
      assert.deepEqual(log, ['0: interrupt 1', '0: park 1', '10: waited 0']);
      word(1);
      waitOn(0, 0, NEVER);
      assert.deepEqual(log.slice(3), ['10: waited 0', '10: left 1']);
    });
  });

  test('one that waits in its handler is done with that before it drives', () => {
    withMachine((bench) => {
      const { machine, log, word, waitOn, setHandler } = bench;
      setHandler(PATIENT_HANDLER);
      machine.interrupt(1);
      waitOn(0, 0, 10n);
      machine.schedule(2, {
        ...program(bench, 50n, 'a'),
        done: () => {
          word(1);
        },
      });
      waitOn(1, 0, NEVER);
      assert.deepEqual(log.slice(3), ['50: a starts', '50: left 2', '50: left 1', '50: waited 1']);
    });
  });

  test('a wait may say where it goes on, and then leaves RAX alone', () => {
    withMachine((bench) => {
      const { machine, word, waitOn, setHandler } = bench;
      setHandler(PATIENT_HANDLER);
      machine.gate(WAIT, (vcpu) => {
        vcpu.set('rax', 42n);
        return machine.wait(vcpu, { holds: () => word() === 0, deadline: NEVER, goTo: WAIT + 1n });
      });
      machine.interrupt(1);
      machine.schedule(2, {
        ...program(bench, 50n, 'a'),
        done: () => {
          word(1);
        },
      });
      assert.equal(waitOn(0, 0, NEVER), 42n);
      assert.deepEqual([machine.now(), bench.counted(), machine.vcpu(1).get('rax')], [50n, 1, 42n]);
    });
  });

  test('a handler that ends otherwise is told', () => {
    withMachine(({ machine, waitOn, setHandler }) => {
      setHandler(ENDLESS);
      machine.interrupt(1);
      assert.throws(() => waitOn(0, 0, 10n), /vCPU 1: budget/);
    });
  });
});

describe('scheduler: programs', () => {
  test('in the order of their times, of equal ones as they came, and before interrupts', () => {
    withMachine((bench) => {
      const { machine, log, waitOn } = bench;
      machine.schedule(1, program(bench, 20n, 'c'));
      machine.schedule(1, program(bench, 10n, 'a'));
      machine.schedule(1, program(bench, 10n, 'b'));
      machine.keepBusy(1, 10n);
      machine.interrupt(1);
      waitOn(0, 0, 30n);
      const begun = log.filter((line) => /starts|interrupt/.test(line));
      assert.deepEqual(begun, ['10: a starts', '10: b starts', '10: interrupt 1', '20: c starts']);
    });
  });

  test('one whose time has not come is left for later', () => {
    withMachine((bench) => {
      const { machine, log, waitOn } = bench;
      machine.schedule(1, program(bench, 100n, 'a'));
      waitOn(0, 0, 30n);
      assert.deepEqual(log, ['30: waited 0']);
      waitOn(0, 0, 200n);
      assert.deepEqual(log.slice(1), ['100: a starts', '100: left 1', '100: a left', '200: waited 0']);
    });
  });

  test('how it ended is told', () => {
    withMachine((bench) => {
      bench.machine.schedule(1, program(bench, 0n, 'a', CODE + BigInt(ENDLESS)));
      bench.waitOn(0, 0, 1n);
      assert.deepEqual(bench.log, ['0: a starts', '0: a budget', '1: waited 0']);
    });
  });
});

describe('scheduler: hanging, reset, and the same again', () => {
  test('a wait that nobody can end is told, and the machine can be used after a reset', () => {
    withMachine(({ machine, waitOn, word }) => {
      assert.throws(() => waitOn(0, 0, NEVER), MachineHangs);
      machine.reset();
      word(1);
      assert.equal(waitOn(0, 0, NEVER), 1n);
    });
  });

  test('a vCPU that waits for ever cannot drive', () => {
    withMachine(({ machine, waitOn, setHandler }) => {
      setHandler(PATIENT_HANDLER);
      machine.interrupt(1);
      waitOn(0, 0, 10n);
      assert.throws(() => waitOn(1, 0, 10n), MachineHangs);
    });
  });

  test('reset forgets clock, busy times, interrupts, waits, programs and registers', () => {
    withMachine((bench) => {
      const { machine, log, waitOn, setHandler } = bench;
      setHandler(PATIENT_HANDLER);
      machine.interrupt(1);
      waitOn(0, 0, 10n);
      machine.keepBusy(0, 1000n);
      machine.interrupt(2);
      machine.schedule(2, program(bench, 0n, 'a'));
      machine.vcpu(0).set('rbx', 5n);
      machine.reset();
      log.length = 0;
      waitOn(0, 0, 20n);
      assert.deepEqual(log, ['20: waited 0']);
      assert.equal(machine.vcpu(0).get('rbx'), 0n);
    });
  });

  test('the same scenario gives the same events', () => {
    const events = (): readonly string[] => {
      let log: readonly string[] = [];
      withMachine((bench) => {
        const { machine, waitOn, setHandler, word } = bench;
        machine.schedule(2, program(bench, 25n, 'a'));
        machine.schedule(1, program(bench, 25n, 'b'));
        machine.keepBusy(2, 40n);
        setHandler(PATIENT_HANDLER);
        for (const index of [1, 2]) machine.interrupt(index);
        waitOn(0, 0, 30n);
        word(1);
        waitOn(0, 0, 60n);
        waitOn(2, 1, 90n);
        log = bench.log;
      });
      return log;
    };
    const first = events();
    assert.ok(first.length > 8);
    assert.deepEqual(events(), first);
  });
});
