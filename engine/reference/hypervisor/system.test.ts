import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { HYPERCALL, XENVER } from '../../abi/hypercall';
import { screenLines } from '../../console';
import { PAGE_SIZE } from '../../pages';
import { HypervisorStopped } from '../../target';
import { createSystem, type System } from './system';

const UNKNOWN = -38n;
const EFAULT = -14n;
/** Not the memory of any domain. */
const NOWHERE = 0x7000_0000n;

let made: System | undefined;
const system = (): System => (made ??= createSystem());
beforeEach(() => system().reset(2));
after(() => made?.machine.close());

const vcpu = (index = 0) => system().machine.vcpus[index] ?? assert.fail('no such vCPU');
const bytesAt = (symbol: string, length: number): string =>
  Buffer.from(system().machine.memory.read(system().image.address(symbol), length)).toString('hex');
const call = (symbol: string, ...args: readonly bigint[]): bigint =>
  system().call(vcpu(), system().image.address(symbol), args);
const xenVersion = (...args: readonly bigint[]): bigint =>
  system().hypercall({ number: HYPERCALL.xen_version, arguments: args });
const control = () => system().domains.control;

/** What the hypervisor said as it stopped. */
function stopped(action: () => unknown): HypervisorStopped['stop'] {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof HypervisorStopped);
    return error.stop;
  }
  return assert.fail('the hypervisor came back');
}

describe('the way of a hypercall', () => {
  test('number and arguments reach do_xen_version', () => {
    assert.equal(xenVersion(BigInt(XENVER.version), 0n), BigInt((4 << 16) | 17));
    const place = control().allocate(16);
    assert.equal(xenVersion(BigInt(XENVER.extraversion), place), 0n);
    const text = Buffer.from(control().read(place, 16)).toString('latin1');
    assert.equal(text, '.0-reference\0\0\0\0');
  });

  test('on any vCPU, for any domain, which then is the caller', () => {
    const { hypercall, caller } = system();
    for (const [cpu, domain] of [
      [1, 'guest'],
      [0, 'control'],
    ] as const) {
      assert.equal(hypercall({ number: HYPERCALL.xen_version, arguments: [0n, 0n], cpu, domain }), 0x4_0011n);
      assert.equal(caller(vcpu(cpu)).name, domain);
    }
  });

  test('a number or a sub-operation that is not known gives -ENOSYS', () => {
    for (const number of [0, 16, 18, 63, 64, 4096, 0x7fff_ffff])
      assert.equal(system().hypercall({ number, arguments: [] }), UNKNOWN);
    for (const sub of [2n, 9n, 11n, 0xffff_ffffn]) assert.equal(xenVersion(sub, 0n), UNKNOWN);
  });

  test('the domain goes on with its own stack', () => {
    vcpu().set('rsp', 0x1234n);
    xenVersion(0n, 0n);
    assert.equal(vcpu().get('rsp'), 0x1234n);
  });

  test('what cannot be called is refused', () => {
    const { hypercall } = system();
    assert.throws(() => hypercall({ number: 17, arguments: [], cpu: 2 }), RangeError);
    assert.throws(() => hypercall({ number: 17, arguments: [0n, 0n, 0n, 0n, 0n, 0n] }), RangeError);
    assert.throws(() => system().setCpus(9), RangeError);
  });

  test('a hlt on the way is a stop, and no answer', () => {
    const { machine, image } = system();
    machine.memory.write(image.address('xen_minor_version'), Uint8Array.of(0xf4));
    assert.equal(stopped(() => xenVersion(0n, 0n)).why, 'it executed hlt');
  });

  test('two hypercalls that one vCPU makes later, each at its time', () => {
    const { hypercallLater, machine } = system();
    const seen: [bigint, bigint][] = [];
    for (const delay of [20n, 10n])
      hypercallLater({ number: HYPERCALL.xen_version, arguments: [0n, 0n], cpu: 1 }, delay, (returned) => {
        seen.push([machine.now(), returned]);
      });
    machine.keepBusy(0, 30n);
    xenVersion(0n, 0n);
    assert.deepEqual(seen, [
      [10n, 0x4_0011n],
      [20n, 0x4_0011n],
    ]);
  });
});

describe('XENVER_build_id', () => {
  const buildId = (place: bigint): bigint => xenVersion(BigInt(XENVER.build_id), place);

  test('its length, and with room for it the id itself', () => {
    assert.equal(buildId(0n), 20n);
    const place = control().allocate(24);
    control().write(place, Uint8Array.of(20, 0, 0, 0));
    assert.equal(buildId(place), 20n);
    assert.equal(Buffer.from(control().read(place + 4n, 20)).toString('hex'), bytesAt('build_id', 20));
  });

  test('no room, too little room, and no memory', () => {
    const place = control().allocate(24);
    assert.equal(buildId(place), -22n);
    control().write(place, Uint8Array.of(19));
    assert.equal(buildId(place), -105n);
    assert.equal(buildId(NOWHERE), EFAULT);
    const edge = control().allocate(10, { atEdge: true });
    control().write(edge, Uint8Array.of(20));
    assert.equal(buildId(edge), EFAULT);
  });
});

describe("the image's own exception table and bug frames", () => {
  test('copy_to_guest to a pointer where nothing is mapped gives -EFAULT', () => {
    assert.equal(xenVersion(BigInt(XENVER.extraversion), NOWHERE), EFAULT);
    const edge = control().allocate(8, { atEdge: true });
    assert.equal(xenVersion(BigInt(XENVER.extraversion), edge), EFAULT);
  });

  test('so does a pointer into the hypervisor, which stays as it is', () => {
    const at = system().image.address('hypervisor_counter');
    assert.equal(xenVersion(BigInt(XENVER.extraversion), at), EFAULT);
    assert.equal(bytesAt('hypervisor_counter', 8), '0000000000000000');
  });

  test('read_byte: the byte, or its fix-up', () => {
    assert.equal(call('read_byte', system().image.address('five_bytes')), 0x6an);
    assert.equal(BigInt.asIntN(64, call('read_byte', NOWHERE)), EFAULT);
  });

  test('bug_on: nothing, or a stop with file and place', () => {
    assert.equal(call('bug_on', 0n), 0n);
    const stop = stopped(() => call('bug_on', 1n));
    assert.deepEqual(stop.console, ['Xen BUG at functions.S:0']);
    assert.equal(stop.why, 'invalid opcode');
    assert.match(stop.where, /^bug_on\+0x/);
    assert.equal(stop.registers['rdi'], 1n);
  });

  test('frames and fix-ups of others: WARN goes on behind it, a stop without any frame says what it was', () => {
    const { machine, image, addTrapTables, console } = system();
    const address = image.address('five_bytes');
    machine.memory.write(address, Uint8Array.of(0x0f, 0x0b, 0xc3));
    const { why, fault } = stopped(() => call('five_bytes'));
    assert.deepEqual([why, fault], ['invalid opcode', undefined]);
    let there = true;
    const frame = { address, kind: 'warn', pointer: 0n, line: 7, file: 'hook.c' } as const;
    addTrapTables(() => (there ? [{ fixups: [], bugFrames: [frame] }] : []));
    call('five_bytes');
    assert.deepEqual(console.drain(), ['Xen WARN at hook.c:7']);
    there = false;
    assert.throws(() => call('five_bytes'), HypervisorStopped);
  });

  test('a stop has the access that it failed at', () => {
    const { machine, image } = system();
    // mov %rax, (%rdi)
    machine.memory.write(image.address('five_bytes'), Uint8Array.of(0x48, 0x89, 0x07, 0xc3));
    const address = image.address('five_bytes');
    assert.deepEqual(stopped(() => call('five_bytes', address)).fault, {
      access: 'store',
      reason: 'protected',
      address,
    });
    assert.deepEqual(stopped(() => call('five_bytes', 8n)).fault, { access: 'store', reason: 'unmapped', address: 8n });
  });

  test('after a stop and a reset all is as before', () => {
    stopped(() => call('bug_on', 1n));
    system().reset(2);
    assert.equal(xenVersion(0n, 0n), 0x4_0011n);
  });
});

describe('printk', () => {
  const printk = (format: string, ...args: readonly (bigint | string)[]): readonly string[] => {
    const place = (text: string): bigint => {
      const at = control().allocate(text.length + 1);
      control().write(at, Buffer.from(`${text}\0`, 'latin1'));
      return at;
    };
    call('printk', place(format), ...args.map((value) => (typeof value === 'string' ? place(value) : value)));
    return screenLines(system().console.drain());
  };

  for (const [format, args, says] of [
    ['plain', [], 'plain'],
    ['%s and %s', ['one', 'two'], 'one and two'],
    ['%d %d %u', [5n, -5n, 5n], '5 -5 5'],
    ['%d', [0xffff_ffff_0000_0001n], '1'],
    ['%u', [-1n], '4294967295'],
    ['%ld', [-1n], '-1'],
    ['%lu', [-1n], '18446744073709551615'],
    ['%llx %zx', [0xffff_82d0_4020_0000n, 255n], 'ffff82d040200000 ff'],
    ['%x %X', [0xabn, 0xabn], 'ab AB'],
    ['%p', [0x1000n], '0000000000001000'],
    ['%5d|%-5d|%05d', [42n, 42n, 42n], '   42|42   |00042'],
    ['%05d', [-42n], '-0042'],
    ['%c%%', [0x41n], 'A%'],
    ['%hx %hd', [0x2_0123n, 0x1_ffffn], '123 -1'],
    ['%i %#x %#06X|%4s|%-4s|', [7n, 255n, 255n, 'a', '-b'], '7 0xff 0X00FF|   a|-b  |'],
    ['%u %u %u %u %u %u', [1n, 2n, 3n, 4n, 5n], '1 2 3 4 5 0'],
    ['%s', [NOWHERE], '(unreadable)'],
    ['%q', [], '%q'],
  ] as const)
    test(`${format} gives ${says}`, () => assert.deepEqual(printk(format, ...args), [says]));

  test('levels and the last line feed are not shown; lines are', () => {
    assert.deepEqual(printk('<3>bad\n'), ['bad']);
    assert.deepEqual(printk('\x013bad\nworse\n'), ['bad', 'worse']);
  });

  test('a format that cannot be read', () => {
    call('printk', NOWHERE);
    assert.deepEqual(system().console.drain(), ['(unreadable)']);
  });
});

describe('domains', () => {
  test('buffers follow one another, zero, and only the control domain is privileged', () => {
    const { control: own, guest } = system().domains;
    const first = own.allocate(5);
    const second = own.allocate(5);
    assert.ok(second >= first + 5n);
    assert.deepEqual(own.read(first, 5), new Uint8Array(5));
    assert.deepEqual([own.privileged, guest.privileged], [true, false]);
    own.write(first, Uint8Array.of(1));
    system().reset(2);
    assert.equal(own.allocate(5), first);
    assert.deepEqual(own.read(first, 5), new Uint8Array(5));
  });

  test('a buffer at the edge ends where nothing is mapped', () => {
    const { memory } = system().machine;
    for (const length of [1, 100, PAGE_SIZE, PAGE_SIZE + 1]) {
      const at = control().allocate(length, { atEdge: true });
      assert.equal(control().read(at, length).length, length);
      assert.equal((at + BigInt(length)) % BigInt(PAGE_SIZE), 0n);
      assert.equal(memory.find(at + BigInt(length)), undefined);
    }
  });

  test('a domain owns its own memory, and nothing else', () => {
    const { control: own, guest } = system().domains;
    const [mine, edge, theirs] = [own.allocate(8), own.allocate(8, { atEdge: true }), guest.allocate(8)];
    assert.deepEqual([own.owns(mine, 8), own.owns(edge, 8)], [true, true]);
    const others = [own.owns(edge, 9), own.owns(theirs, 8), guest.owns(mine, 8)];
    assert.deepEqual(others, [false, false, false]);
    assert.equal(own.owns(system().image.address('hypervisor_counter'), 8), false);
  });

  test('more than there is, or no length at all, is refused', () => {
    for (const length of [-1, 1.5, 64 * 1024 * 1024]) assert.throws(() => control().allocate(length), RangeError);
  });
});

describe('the bytes of the document', () => {
  const pointer = (address: bigint): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(address);
    return bytes.toString('hex');
  };

  test('MECH-7: the call in do_domctl, to the function at the distance that it says', () => {
    const { image } = system();
    assert.equal(bytesAt('do_domctl_call', 5), 'e84bb10500');
    assert.equal(image.address('arch_do_domctl'), image.address('do_domctl_call') + 5n + 0x5b14bn);
    assert.equal(bytesAt('arch_do_domctl_fix', 9), '4889e048250080ffff');
  });

  test('MECH-7: what lacks the fix hands its stack to the caller', () => {
    assert.equal(system().hypercall({ number: HYPERCALL.domctl, arguments: [] }), 0x1ea7n);
  });

  test('MECH-8: hypercall_table holds eight bytes for each function, and can only be read', () => {
    const { image, machine } = system();
    const entry = (number: number): string =>
      Buffer.from(machine.memory.read(image.address('hypercall_table') + BigInt(8 * number), 8)).toString('hex');
    assert.equal(entry(HYPERCALL.domctl), pointer(image.address('do_domctl')));
    assert.equal(entry(HYPERCALL.xen_version), pointer(image.address('do_xen_version')));
    assert.equal(entry(HYPERCALL.sysctl), pointer(image.address('do_sysctl')));
    assert.equal(machine.memory.find(image.address('hypercall_table'))?.permissions, 'r--');
  });

  test('MECH-9: do_xen_version begins as the document shows', () => {
    assert.equal(bytesAt('do_xen_version', 16), '48c7c0daffffff' + '83ff09' + '0f8724050000');
  });
});
