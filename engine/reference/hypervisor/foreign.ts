/**
 * Another hypervisor's image in memory, which payloads are for. It was never booted, so what its code does says nothing:
 * its text is not executable until a payload's code calls it, and then who was called is remembered.
 */
import { u64At } from '../../bytes';
import type { AddressSpace } from '../../machine/address-space';
import { isExecutable } from '../../machine/permissions';
import { GENERAL_REGISTERS, type Trap, type Vcpu } from '../../machine/vcpu';
import type { ForeignImage } from '../../subject';

export interface ForeignCode {
  /** Where a vCPU goes on that came to the text; undefined if the trap is about something else. */
  readonly enter: (vcpu: Vcpu, trap: Trap) => bigint | undefined;
  /** The function that was called first since the last reset: symbol+offset. */
  readonly called: () => string | undefined;
  readonly reset: () => void;
}

/** Leaves the function at whose first instruction the vCPU is. */
function leave(memory: AddressSpace, vcpu: Vcpu): bigint {
  const rsp = vcpu.get('rsp');
  const to = u64At(memory.guest.read(rsp, 8));
  vcpu.set('rsp', rsp + 8n);
  return to;
}

/** What the vCPU does instead of running the image's code, by address: that needs no Xen that has booted. */
function standIns(
  memory: AddressSpace,
  { find }: ForeignImage,
  printk: (vcpu: Vcpu) => bigint,
): ReadonlyMap<bigint, (vcpu: Vcpu) => bigint> {
  const byName: readonly (readonly [string, (vcpu: Vcpu) => bigint])[] = [
    [
      'printk',
      (vcpu) => {
        vcpu.set('rax', printk(vcpu));
        return leave(memory, vcpu);
      },
    ],
    // The compiler has code return, and jump by a register, through these.
    ['__x86_return_thunk', (vcpu) => leave(memory, vcpu)],
    ...GENERAL_REGISTERS.map((name) => [`__x86_indirect_thunk_${name}`, (vcpu: Vcpu) => vcpu.get(name)] as const),
  ];
  return new Map(
    byName.flatMap(([name, act]) => {
      const address = find(name)?.address;
      return address === undefined ? [] : [[address, act] as const];
    }),
  );
}

/** Maps the image; the memory is the machine's own copy. `printk` does for the image's own what it is called for. */
export function mapForeign(memory: AddressSpace, image: ForeignImage, printk: (vcpu: Vcpu) => bigint): ForeignCode {
  const { parts, describe } = image;
  const text = parts.filter(({ permissions }) => isExecutable(permissions));
  for (const { bytes, ...part } of parts) {
    const permissions = isExecutable(part.permissions) ? 'r--' : part.permissions;
    memory.map({ ...part, bytes: bytes.slice(), permissions });
  }
  const instead = standIns(memory, image, printk);
  let called: string | undefined;
  return {
    called: () => called,
    reset() {
      called = undefined;
    },
    enter(vcpu, trap) {
      if (trap.kind !== 'fault' || trap.access !== 'fetch' || trap.reason !== 'protected') return undefined;
      const { address } = trap;
      const part = text.find(({ start, bytes }) => start <= address && address < start + BigInt(bytes.length));
      if (part === undefined) return undefined;
      const act = instead.get(address);
      if (act !== undefined) return act(vcpu);
      called ??= describe(address);
      memory.protect(part.start, part.bytes.length, part.permissions);
      return address;
    },
  };
}
