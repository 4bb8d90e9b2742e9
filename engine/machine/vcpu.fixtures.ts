/** For the tests: two vCPUs that share code, data and a gate. */
import { CODE, DATA, HLT, NOP, PAGE } from '../unicorn/fixtures';
import { createAddressSpace, type AddressSpace } from './address-space';
import { createVcpu, type Gate, type TrapHandler, type Vcpu } from './vcpu';

export const BUDGET = 10_000;
export const RETURN = CODE + 0xff0n;
const GATE = CODE + 0xf00n;
export const SERVICE = CODE + 0xf80n;
export const STACK = DATA + BigInt(PAGE);
export const RET = [0xc3];
export const UD2 = [0x0f, 0x0b];

export interface TestVcpus {
  readonly memory: AddressSpace;
  readonly vcpu: Vcpu;
  readonly other: Vcpu;
  readonly put: (offset: number, ...instructions: readonly (readonly number[])[]) => void;
  /** Calls code by its offset. */
  readonly call: (vcpu: Vcpu, offset: number, ...args: readonly bigint[]) => ReturnType<Vcpu['call']>;
}

export interface Behaviour {
  readonly gate?: Gate;
  readonly onTrap?: TrapHandler;
  /** Null: the vCPU has none. Default: the call has returned. */
  readonly onSyscall?: ((vcpu: Vcpu) => bigint) | null;
  /** A function, `nop; ret`, that the host does instead. */
  readonly service?: Gate;
}

/** Two vCPUs with two pages of code, r-x, and one of data, rw-; a gate `hlt; ret`. */
export function withVcpus(
  action: (bench: TestVcpus) => void,
  { gate, onTrap, onSyscall, service }: Behaviour = {},
): void {
  const memory = createAddressSpace();
  memory.map({ name: 'code', start: CODE, bytes: new Uint8Array(2 * PAGE), permissions: 'r-x' });
  memory.map({ name: 'data', start: DATA, bytes: new Uint8Array(PAGE), permissions: 'rw-' });
  const put: TestVcpus['put'] = (offset, ...instructions) =>
    memory.write(CODE + BigInt(offset), Uint8Array.from(instructions.flat()));
  put(Number(RETURN - CODE), HLT);
  put(Number(GATE - CODE), HLT, RET);
  put(Number(SERVICE - CODE), NOP, RET);
  const vcpus: Vcpu[] = [];
  const environment = {
    memory,
    gates: new Map(gate === undefined ? [] : [[GATE, gate]]),
    services: new Map(service === undefined ? [] : [[SERVICE, service]]),
    onTrap: onTrap ?? (() => undefined),
    ...(onSyscall === null ? {} : { onSyscall: onSyscall ?? (() => RETURN) }),
    returnAddress: RETURN,
    onCodeStored: (by: Vcpu, start: bigint, size: number) => {
      for (const vcpu of vcpus) if (vcpu !== by) vcpu.noteForeignStores(start, size);
    },
  };
  const vcpu = createVcpu(0, environment);
  const other = createVcpu(1, environment);
  vcpus.push(vcpu, other);
  try {
    const call: TestVcpus['call'] = (on, offset, ...args) => on.call(CODE + BigInt(offset), args, STACK, BUDGET);
    action({ memory, vcpu, other, put, call });
  } finally {
    for (const one of vcpus) one.close();
  }
}

/** What a call gives that came back. */
export const value = (returned: bigint) => ({ kind: 'value', value: returned });

/** call GATE, from an offset */
export function callGate(offset: number): readonly number[] {
  const call = Buffer.alloc(5, 0xe8);
  call.writeInt32LE(Number(GATE - CODE) - offset - 5, 1);
  return [...call];
}
