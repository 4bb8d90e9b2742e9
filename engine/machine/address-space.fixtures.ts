/** An address space of a test, with CPUs that have it. */
import { CODE, HLT, setRax } from '../unicorn/fixtures';
import { openCpu, type Cpu } from '../unicorn/unicorn';
import { PAGE_SIZE } from '../pages';
import { createAddressSpace, type AddressSpace } from './address-space';
import type { Permissions } from './permissions';

export const page = (index: number): bigint => CODE + BigInt(index * PAGE_SIZE);

export function mapPages(
  memory: AddressSpace,
  first: number,
  count: number,
  permissions: Permissions,
  name = 'code',
): void {
  memory.map({ name, start: page(first), bytes: new Uint8Array(count * PAGE_SIZE), permissions });
}

/** Two CPUs. */
export function withSpace(action: (memory: AddressSpace, cpus: readonly Cpu[]) => void): void {
  const memory = createAddressSpace();
  const cpus = [openCpu(), openCpu()].map(memory.attach);
  try {
    action(memory, cpus);
  } finally {
    for (const cpu of cpus) cpu.close();
  }
}

/** Leaves the value in RAX. */
export const program = (value: number): Uint8Array => Uint8Array.from([...setRax(value), ...HLT]);
