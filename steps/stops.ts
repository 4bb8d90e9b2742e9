/** A hypervisor that stops where a step asks it to do what may stop it. */
import { HypervisorStopped } from '../engine/target';

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
