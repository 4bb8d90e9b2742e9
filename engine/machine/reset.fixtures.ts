/** For the tests of resets: overwriting all memory, and comparing all of it. */
import { createHash } from 'node:crypto';
import { hex } from '../bytes';
import { PAGE_SIZE } from '../pages';
import type { AddressSpace } from './address-space';
import type { Machine } from './machine';

const WRITE_PROTECT = 1n << 16n;
const BUDGET = 100_000_000;
const WORD = 8;
const GARBAGE = 0xa5;
/** A place where no target has anything. */
const PROGRAM_AT = 0x6000_0000n;
/** rep stosq; hlt */
const FILL = Uint8Array.of(0xf3, 0x48, 0xab, 0xf4);

/** A line for each region: its name, place, permissions and a digest of its bytes. */
export const describeMemory = (memory: AddressSpace): readonly string[] =>
  memory.regions().map(({ name, start, bytes, permissions }) => {
    const digest = createHash('sha1').update(bytes).digest('hex');
    return `${name} ${hex(start)} ${bytes.length} ${permissions} ${digest}`;
  });

/** The host overwrites every byte. */
export function overwriteByHost(memory: AddressSpace): void {
  for (const { start, bytes } of memory.regions()) memory.write(start, new Uint8Array(bytes.length).fill(GARBAGE));
}

/** Code of the first vCPU overwrites every byte that it may write once CR0.WP is clear. Returns how many regions. */
export function overwriteByGuest({ memory, vcpus }: Machine): number {
  const regions = memory.regions().filter(({ permissions }) => permissions !== '---');
  const [vcpu] = vcpus;
  if (vcpu === undefined) throw new RangeError('overwrite: expected a vCPU, got none');
  const program = new Uint8Array(PAGE_SIZE);
  program.set(FILL);
  memory.map({ name: 'program', start: PROGRAM_AT, bytes: program, permissions: 'r-x' });
  vcpu.set('cr0', vcpu.get('cr0') & ~WRITE_PROTECT);
  for (const { start, bytes, name } of regions) {
    vcpu.set('rdi', start);
    vcpu.set('rcx', BigInt(bytes.length / WORD));
    vcpu.set('rax', (BigInt.asUintN(64, -1n) / 0xffn) * BigInt(GARBAGE));
    const end = vcpu.run(PROGRAM_AT, BUDGET);
    if (end.kind !== 'halted') throw new RangeError(`overwrite ${name}: expected halted, got ${end.kind}`);
  }
  return regions.length;
}
