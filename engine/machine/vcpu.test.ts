import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODE, FOREVER, HLT, NOWHERE, setRax, STORE } from '../unicorn/fixtures';
import { BUDGET, callGate, RET, SERVICE, STACK, UD2, value, withVcpus } from './vcpu.fixtures';
import type { Gate, TrapHandler, Vcpu } from './vcpu';

/** inc %rax */
const INC = [0x48, 0xff, 0xc0];
/** jmp *%rdi */
const JUMP = [0xff, 0xe7];

describe('vCPU: calls', () => {
  test('six arguments in the registers of the convention, 64 bits each', () => {
    withVcpus(({ vcpu, call, put }) => {
      put(0, RET);
      const args = [-1n, 2n, 3n, 4n, 5n, 6n];
      call(vcpu, 0, ...args);
      const registers = (['rdi', 'rsi', 'rdx', 'rcx', 'r8', 'r9'] as const).map(vcpu.get);
      assert.deepEqual(registers, [0xffff_ffff_ffff_ffffn, 2n, 3n, 4n, 5n, 6n]);
      assert.throws(() => call(vcpu, 0, ...args, 7n), RangeError);
    });
  });

  test('the stack is as the convention has it: RSP + 8 a multiple of 16, and as before after the return', () => {
    withVcpus(({ vcpu, call, put }) => {
      put(0, [0x48, 0x89, 0xe0], RET); // mov %rsp, %rax
      assert.deepEqual(call(vcpu, 0), value(STACK - 8n));
      assert.equal(vcpu.get('rsp'), STACK);
    });
  });

  test('how else a call ends', () => {
    withVcpus(({ vcpu, call, put }) => {
      put(0x00, HLT);
      put(0x10, FOREVER);
      put(0x20, UD2);
      put(0x30, STORE);
      assert.deepEqual(call(vcpu, 0x00), { kind: 'halted' });
      assert.deepEqual(call(vcpu, 0x10), { kind: 'budget' });
      assert.deepEqual(call(vcpu, 0x20), { kind: 'exception', vector: 6 });
      const fault = { kind: 'fault', access: 'write', reason: 'unmapped', address: NOWHERE };
      assert.deepEqual(call(vcpu, 0x30, NOWHERE), fault);
      put(0x40, setRax(1), RET);
      assert.deepEqual(call(vcpu, 0x40), value(1n));
    });
  });

  test('a trap handler says where to go on', () => {
    const seen: unknown[] = [];
    const onTrap: TrapHandler = (_vcpu, trap, rip) => {
      seen.push([trap.kind, rip]);
      return rip + 2n;
    };
    withVcpus(
      ({ vcpu, call, put }) => {
        put(0, UD2, UD2, setRax(8), RET);
        assert.deepEqual(call(vcpu, 0), value(8n));
      },
      { onTrap },
    );
    assert.deepEqual(seen, [
      ['exception', CODE],
      ['exception', CODE + 2n],
    ]);
  });

  test('a system call goes on where the hypervisor says, with RAX and RIP as the code left them', () => {
    const seen: bigint[] = [];
    const onSyscall = (vcpu: Vcpu): bigint => {
      seen.push(vcpu.get('rax'), vcpu.get('rip'));
      return CODE + 0x40n;
    };
    withVcpus(
      ({ vcpu, call, put }) => {
        put(0, setRax(35), [0x0f, 0x05], HLT);
        put(0x40, setRax(9), RET);
        assert.deepEqual(call(vcpu, 0), value(9n));
      },
      { onSyscall },
    );
    assert.deepEqual(seen, [35n, CODE + 7n]);
  });
});

describe('vCPU: gates', () => {
  test('what the gate gives is in RAX, and the code goes on', () => {
    withVcpus(
      ({ vcpu, call, put }) => {
        put(0, callGate(0), INC, RET);
        assert.deepEqual(call(vcpu, 0, 40n), value(42n));
        assert.deepEqual(call(vcpu, 0, -3n), value(0xffff_ffff_ffff_ffffn));
      },
      { gate: (vcpu) => BigInt.asIntN(64, vcpu.get('rdi')) + 1n },
    );
  });

  test('a service can have the code there run after all, and is asked each time', () => {
    let asked = 0;
    const service: Gate = (vcpu) => {
      asked += 1;
      vcpu.set('rax', BigInt(asked));
      return 'go on';
    };
    withVcpus(
      ({ vcpu, call, put }) => {
        put(Number(SERVICE - CODE), INC, RET);
        put(0, INC, JUMP);
        assert.deepEqual([call(vcpu, 0, SERVICE), call(vcpu, 0, SERVICE)], [value(2n), value(3n)]);
      },
      { service },
    );
  });

  test('a gate can send it elsewhere, or end the run', () => {
    const results = [{ goTo: CODE + 0x80n }, 'leave', 'park'] as const;
    let turn = 0;
    withVcpus(
      ({ vcpu, call, put }) => {
        put(0, callGate(0), RET);
        put(0x80, [0x58], setRax(5), RET); // the gate's own return address first
        const ends = results.map(() => {
          const end = call(vcpu, 0);
          turn++;
          return end.kind;
        });
        assert.deepEqual(ends, ['value', 'left', 'parked']);
        vcpu.set('rax', 7n);
        assert.deepEqual(vcpu.run(vcpu.get('rip'), BUDGET), { kind: 'returned' });
        assert.equal(vcpu.get('rax'), 7n);
      },
      { gate: () => results[turn] ?? 0n },
    );
  });

  test('a loop that does nothing but ask the host ends within its budget', () => {
    let asked = 0;
    withVcpus(
      ({ vcpu, call, put }) => {
        put(0, callGate(0), [0xeb, 0xf9]);
        assert.deepEqual(call(vcpu, 0), { kind: 'budget' });
        assert.ok(asked > 1 && asked < BUDGET);
      },
      { gate: () => BigInt(asked++) },
    );
  });

  test('so does one whose fault is always fixed', () => {
    withVcpus(
      ({ vcpu, call, put }) => {
        put(0, UD2);
        assert.deepEqual(call(vcpu, 0), { kind: 'budget' });
        assert.equal(vcpu.get('rip'), CODE);
      },
      { onTrap: (_vcpu, _trap, rip) => rip },
    );
  });

  test('a gate may call code on its own vCPU', () => {
    const gate: Gate = (vcpu) => {
      const end = vcpu.preserve(() => vcpu.call(CODE + 0x80n, [5n], vcpu.get('rsp') - 8n, BUDGET));
      return end.kind === 'value' ? end.value : 0n;
    };
    withVcpus(
      ({ vcpu, call, put }) => {
        put(0, [0x48, 0x89, 0xfb], callGate(3), [0x48, 0x01, 0xd8], RET); // mov %rdi, %rbx; …; add %rbx, %rax
        put(0x80, [0x31, 0xdb], [0x48, 0x8d, 0x47, 0x02], RET); // xor %ebx, %ebx; lea 2(%rdi), %rax
        assert.deepEqual(call(vcpu, 0, 100n), value(107n));
      },
      { gate },
    );
  });
});
