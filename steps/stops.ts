/** A hypervisor that stops where a step asks it to do what may stop it. */
import { hex } from '../engine/bytes';
import type { StopEvidence } from '../engine/evidence';
import { HypervisorStopped, type Stop } from '../engine/target';

/** The stop that `action` ended in; undefined if it came back. */
export function stopIn(action: () => unknown): HypervisorStopped | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof HypervisorStopped) return error;
    throw error;
  }
}

/** The stop as evidence. */
export function stopEvidence({ fault, registers, ...rest }: Stop): StopEvidence {
  return {
    kind: 'stop',
    ...rest,
    ...(fault && { fault: { ...fault, address: hex(fault.address) } }),
    registers: Object.fromEntries(Object.entries(registers).map(([name, value]) => [name, hex(value)])),
  };
}
