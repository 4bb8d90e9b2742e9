/** A hypervisor that stopped, as evidence. */
import { hex } from '../bytes';
import type { StopEvidence } from '../evidence';
import type { Stop } from '../target';

export function stopEvidence({ fault, registers, ...rest }: Stop): StopEvidence {
  return {
    kind: 'stop',
    ...rest,
    ...(fault && { fault: { ...fault, address: hex(fault.address) } }),
    registers: Object.fromEntries(Object.entries(registers).map(([name, value]) => [name, hex(value)])),
  };
}
