/** The hypervisor's stacks, one a vCPU. What the image's C code knows of its vCPU it finds at the top. */
import type { AddressSpace } from '../../machine/address-space';

export const MAX_CPUS = 8;
const STACKS = 0xffff_8300_0000_0000n;
const STACK_SIZE = 0x8000;
const STACK_SPACING = 0x1_0000n;
const CPU_INFO_SIZE = 0x40;
const FIRST_FRAME = 0x100n;
/** Below the running frame, out of the way of what it may have put under RSP. */
const NESTED_GAP = 0x100n;
const ALIGNMENT = ~0xfn;

const base = (cpu: number): bigint => STACKS + BigInt(cpu) * STACK_SPACING;

/** RSP of a vCPU that enters the hypervisor. */
export const firstStack = (cpu: number): bigint => base(cpu) + BigInt(STACK_SIZE) - FIRST_FRAME;

/** RSP for a call in the middle of code that runs with `rsp`. */
export const nestedStack = (rsp: bigint): bigint => (rsp - NESTED_GAP) & ALIGNMENT;

export function mapStacks(memory: AddressSpace): void {
  for (let cpu = 0; cpu < MAX_CPUS; cpu++) {
    const bytes = new Uint8Array(STACK_SIZE);
    bytes[STACK_SIZE - CPU_INFO_SIZE] = cpu;
    memory.map({ name: `stack ${cpu}`, start: base(cpu), bytes, permissions: 'rw-', scratch: true });
  }
}
