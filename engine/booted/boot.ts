/** A Xen is booted once, and a snapshot taken of it. */
import { createAgent } from '../agent/agent';
import { nap } from '../agent/channel';
import { hex, hexDigits } from '../bytes';
import { reservePlaces } from '../remote/core';
import { SNAPSHOT, type Snapshot } from './machine';
import { startVm, type MachineParts } from './vm';

/** Milliseconds until the agent must have answered. */
const PATIENCE_MS = 300_000;
/** Milliseconds in which Linux becomes idle. */
const SETTLE_MS = 2000;

/** Boots, leaves the snapshot on the disk, and returns its description. Throws an error with Xen's last line. */
export function boot(parts: MachineParts): Snapshot {
  const vm = startVm(parts, true);
  try {
    const check = (): void => {
      vm.check();
      if (vm.console().includes('Manual reset required')) throw new Error('Xen stopped');
    };
    const agent = createAgent(vm.agent, { patience: PATIENCE_MS, onWait: check });
    const { interfaceVersion, cpus, buildId } = agent.hello();
    const places = reservePlaces(agent);
    nap(SETTLE_MS);
    const complaint = vm.monitor.type(`savevm ${SNAPSHOT}`);
    if (complaint !== '') throw new Error(`QEMU: savevm: ${complaint}`);
    const root = /CR3=([0-9a-f]+)/.exec(vm.monitor.type('info registers'))?.[1];
    if (root === undefined) throw new Error('QEMU reports no CR3');
    return {
      interfaceVersion,
      cpus,
      buildId: hexDigits(buildId),
      buffers: hex(places.buffers),
      console: hex(places.console),
      root: `0x${root}`,
    };
  } catch (error) {
    const last = vm.console().trim().split('\n').slice(-3).join('; ');
    throw error instanceof Error ? new Error(`${error.message}; the last line of Xen was: ${last}`) : error;
  } finally {
    vm.close();
  }
}
