/** The booted Xen as a machine somewhere else: nobody sees more of it than its agent. */
import type { Connection } from '../remote/connection';
import { readXen } from '../xen';
import { loadSnapshot } from './machine';
import { bootedMachine } from './provision';
import { startVm } from './vm';

/** Starts it at its snapshot. Throws a user error if it was not provided. */
export function connectBooted(file: string): Connection {
  const vm = startVm(bootedMachine(readXen(file)).parts);
  loadSnapshot(vm);
  vm.monitor.type('cont');
  vm.agent.drain();
  const isBroken = (): boolean => {
    try {
      vm.check();
      return false;
    } catch {
      return true;
    }
  };
  return { channel: vm.agent, isBroken, close: vm.close };
}
