/** The machine at its snapshot, with the agent in it. It is reset repeatedly. */
import { createAgent, createPatience, NoAnswer, type Agent, type Found } from '../agent/agent';
import { nap, type Channel } from '../agent/channel';
import type { HypervisorStopped } from '../target';
import { stoppedBy } from '../remote/stops';
import type { XenImage } from '../xen';
import { createDebugger, type Debugger } from './debugger';
import { createTables, type Tables } from './page-tables';
import { startVm, type MachineParts, type Vm } from './vm';

/** What is known of a snapshot. */
export interface Snapshot {
  readonly interfaceVersion: number;
  readonly cpus: number;
  /** In hexadecimal digits. */
  readonly buildId: string;
  /** Where the agent's memory is, for buffers and for the console. */
  readonly buffers: string;
  readonly console: string;
  /** The physical address of Xen's uppermost page table. */
  readonly root: string;
}

export const SNAPSHOT = 'base';

export interface Machine {
  readonly agent: Agent;
  readonly debugger: Debugger;
  /** Xen's memory. */
  readonly tables: Tables;
  /** Does something that Xen may not survive. Throws HypervisorStopped if it does not, or did not before. */
  readonly orStop: <Result>(action: () => Result) => Result;
  readonly hasStopped: () => boolean;
  /** Back to the snapshot. */
  readonly restore: () => void;
  readonly close: () => void;
}

/** Milliseconds after which a machine is taken for one that hangs. */
const PATIENCE_MS = 10_000;
/** Milliseconds until the rest of a dump has been written. */
const DUMP_MS = 100;
/** Signs that Xen has crashed, the second without any output. */
const LAST_WORDS = /Manual reset required|(?:DOUBLE FAULT[^]*){3}/;
const SILENCE = 'the machine no longer answers';

/** Xen stopped during a wait. */
class XenStopped extends Error {}

/** The channel of whatever machine there is at the moment. */
const through = (channel: () => Channel): Channel => ({
  write: (bytes, onWait) => channel().write(bytes, onWait),
  read: () => channel().read(),
  drain: () => channel().drain(),
  close: () => channel().close(),
});

/** Stops the machine, and puts it back; it does not run yet. */
export function loadSnapshot({ monitor }: Pick<Vm, 'monitor'>): void {
  monitor.type('stop');
  const complaint = monitor.type(`loadvm ${SNAPSHOT}`);
  if (complaint !== '') throw new Error(`QEMU: loadvm: ${complaint}`);
}

/** Opens the machine, and goes to its snapshot. */
export function openMachine(parts: MachineParts, image: XenImage, snapshot: Snapshot): Machine {
  let vm = startVm(parts);
  let mark = 0;
  let stop: HypervisorStopped | undefined;
  const said = (): string => vm.console().slice(mark);
  const check = (): void => {
    vm.check();
    if (LAST_WORDS.test(said())) throw new XenStopped();
  };
  const patience = (): (() => void) => createPatience(PATIENCE_MS, check);
  const agent = createAgent(
    through(() => vm.agent),
    { patience: PATIENCE_MS, onWait: check },
  );
  const debug = createDebugger(
    through(() => vm.debugger),
    patience,
  );

  const whereNow = (): string => {
    const rip = /RIP=([0-9a-f]+)/.exec(vm.monitor.type('info registers'))?.[1];
    return rip === undefined ? 'unknown' : image.describe(BigInt(`0x${rip}`)).replace(/\+0x[0-9a-f]+$/, '');
  };
  function verdict(error: unknown): HypervisorStopped | undefined {
    if (!(error instanceof XenStopped || error instanceof NoAnswer)) return undefined;
    nap(DUMP_MS);
    const otherwise = said().includes('DOUBLE FAULT') ? 'DOUBLE FAULT, over and over' : SILENCE;
    return stoppedBy({ console: said(), where: whereNow(), otherwise });
  }

  function load(): void {
    debug.reset();
    loadSnapshot(vm);
    mark = vm.console().length;
    debug.resume();
    agent.meet();
  }
  /** A machine that reset itself, or whose devices no longer work, is started again. */
  function restart(): void {
    vm.close();
    vm = startVm(parts);
    load();
  }
  load();
  const physical = { read: (at: number, length: number) => vm.read(at, length), write: (at: number, bytes: Uint8Array) => vm.write(at, bytes) }; // prettier-ignore
  const root = createTables(physical, BigInt(snapshot.root));
  const idle = root.find(image.address('idle_pg_table'));
  const tables = idle === undefined ? root : createTables(physical, BigInt(idle.physical));
  return {
    agent,
    debugger: debug,
    tables,
    orStop(action) {
      if (stop !== undefined) throw stop;
      try {
        return action();
      } catch (error) {
        stop = verdict(error);
        throw stop ?? error;
      }
    },
    hasStopped: () => stop !== undefined,
    restore() {
      stop = undefined;
      try {
        load();
      } catch {
        restart();
      }
    },
    close: () => vm.close(),
  };
}

export const foundIn = ({ interfaceVersion, cpus, buildId }: Snapshot): Found => ({
  interfaceVersion,
  cpus,
  buildId: new Uint8Array(Buffer.from(buildId, 'hex')),
});
