import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODE, DATA, HLT, JUMP, NOWHERE, setRax } from '../unicorn/fixtures';
import type { Gate, Trap, TrapHandler } from './vcpu';
import { BUDGET, callGate, RET, SERVICE, UD2, value, withVcpus, type TestVcpus, type Behaviour } from './vcpu.fixtures';

const fault = (access: 'read' | 'write', address: bigint): Trap => {
  return { kind: 'fault', access, reason: 'unmapped', address };
};

/** Memory in the gates, which the bench makes. */
function withMemory(action: (bench: TestVcpus) => void, behaviour: (bench: () => TestVcpus) => Behaviour): void {
  let made: TestVcpus | undefined;
  const bench = (): TestVcpus => made ?? assert.fail('the bench is not made yet');
  withVcpus((own) => {
    made = own;
    action(own);
  }, behaviour(bench));
}

describe('what the host does for code meets memory that is not there', () => {
  const ends: readonly (readonly [string, Trap, (bench: TestVcpus) => bigint])[] = [
    ['read', fault('read', NOWHERE), ({ memory }) => BigInt(memory.guest.read(NOWHERE, 8).length)],
    [
      'write, over the end of a region',
      fault('write', DATA + 0x1000n),
      ({ memory }) => {
        memory.guest.write(DATA + 0xffcn, new Uint8Array(8));
        return 0n;
      },
    ],
    [
      'read, before the first address',
      fault('read', 0n),
      ({ memory }) => BigInt(memory.guest.read(0n, 2 ** 40).length),
    ],
    [
      'call with a stack that is not there',
      fault('write', 8n),
      ({ vcpu }) => {
        vcpu.call(CODE, [], 0x10n, BUDGET);
        return 0n;
      },
    ],
  ];
  for (const [what, expected, act] of ends)
    test(`${what}: the code has the fault`, () => {
      const seen: Trap[] = [];
      const onTrap: TrapHandler = (_vcpu, trap) => void seen.push(trap);
      withMemory(
        ({ vcpu, call, put }) => {
          put(0, callGate(0), RET);
          assert.deepEqual(call(vcpu, 0), expected);
          assert.deepEqual(seen, [expected]);
        },
        (bench) => ({ gate: () => act(bench()), onTrap }),
      );
    });

  test('a handler of faults can send it on', () => {
    withMemory(
      ({ vcpu, call, put }) => {
        put(0, callGate(0), RET);
        put(0x80, [0x58], setRax(5), RET);
        assert.deepEqual(call(vcpu, 0), value(5n));
      },
      (bench) => ({ gate: () => BigInt(bench().memory.guest.read(0n, 1).length), onTrap: () => CODE + 0x80n }),
    );
  });

  test('a handler that meets some itself has failed', () => {
    withMemory(
      ({ vcpu, call, put }) => {
        put(0, UD2);
        assert.deepEqual(call(vcpu, 0), fault('read', NOWHERE));
      },
      (bench) => ({ onTrap: () => BigInt(bench().memory.guest.read(NOWHERE, 1).length) }),
    );
  });

  test('a function of the host returns to a stack that is not there', () => {
    withVcpus(
      ({ vcpu, call, put }) => {
        put(0, [0x31, 0xe4], JUMP); // xor %esp, %esp; jmp *%rdi
        assert.deepEqual(call(vcpu, 0, SERVICE), fault('read', 0n));
      },
      { service: () => 1n },
    );
  });

  test('a mistake of the program is thrown as it is', () => {
    withMemory(
      ({ vcpu, call, put }) => {
        put(0, callGate(0), RET);
        assert.throws(() => call(vcpu, 0), /RangeError: read: expected 1 mapped bytes at 0x0, got fewer/);
      },
      (bench) => ({ gate: () => BigInt(bench().memory.read(0n, 1).length) }),
    );
  });
});

test('where nobody makes system calls, syscall is an undefined instruction', () => {
  const seen: unknown[] = [];
  const onTrap: TrapHandler = (_vcpu, trap, rip) => void seen.push(trap, rip);
  withVcpus(
    ({ vcpu, call, put }) => {
      put(0, setRax(1), [0x0f, 0x05], HLT);
      assert.deepEqual(call(vcpu, 0), { kind: 'exception', vector: 6 });
    },
    { onSyscall: null, onTrap },
  );
  assert.deepEqual(seen, [{ kind: 'exception', vector: 6 }, CODE + 5n]);
});

test('runs within runs end, however deep the code asks for them', () => {
  let asked = 0;
  const gate: Gate = (vcpu) => {
    asked += 1;
    const end = vcpu.preserve(() => vcpu.call(CODE, [], vcpu.get('rsp'), BUDGET));
    return end.kind === 'too deep' ? 7n : end.kind === 'value' ? end.value : 0n;
  };
  withVcpus(
    ({ vcpu, call, put }) => {
      put(0, callGate(0), RET);
      assert.deepEqual(call(vcpu, 0), value(7n));
      assert.ok(asked < 100);
      // And the next run is not in anything.
      put(0, setRax(3), RET);
      assert.deepEqual(call(vcpu, 0), value(3n));
    },
    { gate },
  );
});
