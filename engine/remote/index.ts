/**
 * A real machine as a target: hypercalls alone, by the agent in its control domain. What it has loaded is reverted and
 * unloaded after each scenario, and LIST says whether that went well.
 */
import { createAgent, NoAnswer } from '../agent/agent';
import { lacking } from '../needs';
import type { HypervisorStopped, Target, TargetCore } from '../target';
import { createToolstack, type ListEntry } from '../toolstack/toolstack';
import { userError } from '../user-error';
import { readXen, type XenImage } from '../xen';
import { connect, isStandIn, type Connection, type StandInName } from './connection';
import { createCore, lacksGuest, reservePlaces } from './core';
import { stoppedBy } from './stops';

export { ADDRESSES, checkAddress } from './connection';
export { standInOf } from './stand-in';

export interface RemoteOptions {
  /** The path of the xen-syms of that machine. */
  readonly file: string;
  /** Where its agent is: one of ADDRESSES. */
  readonly address: string;
  /** What stands in for a machine if the address is one of STAND_INS. */
  readonly standIns: Readonly<Record<StandInName, () => Connection>>;
}

/** Milliseconds that an answer may take. */
const PATIENCE_MS = 10_000;
/** Payloads that depend on each other go one after the other. */
const MOST_ROUNDS = 16;
const ENTRIES_AT_ONCE = 32;
const SILENCE = 'the machine no longer answers';

/** What is loaded. */
function listed(target: TargetCore): readonly ListEntry[] {
  const tools = createToolstack(target);
  const entries: ListEntry[] = [];
  let { returned, remaining } = tools.list(0);
  while (returned >= 0 && remaining > 0) {
    const page = tools.list(ENTRIES_AT_ONCE, entries.length);
    entries.push(...page.entries);
    ({ returned, remaining } = page);
    if (returned === 0) break;
  }
  return entries;
}

/** Reverts and unloads everything; whether nothing is left. */
function unloadAll(target: TargetCore): boolean {
  const tools = createToolstack(target);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const entries = listed(target);
    if (entries.length === 0) return true;
    for (const { name, state } of [...entries].reverse()) {
      if (state === 'APPLIED') tools.action('REVERT', name);
      tools.action('UNLOAD', name);
    }
  }
  return false;
}

/**
 * Connects. Throws a user error if nobody answers, another Xen than that of the file runs there, or payloads are
 * loaded already.
 */
export function createRemote({ file, address, standIns }: RemoteOptions): Target {
  const image = readXen(file);
  const connection = isStandIn(address) ? standIns[address]() : connect(address);
  try {
    return targetOf(image, address, connection);
  } catch (error) {
    connection.close();
    if (error instanceof NoAnswer) throw userError(`${address} does not answer: start the agent there, as its root.`);
    throw error;
  }
}

function targetOf(image: XenImage, address: string, { channel, isBroken, close }: Connection): Target {
  const onWait = (): void => {
    if (isBroken()) throw new NoAnswer();
  };
  const agent = createAgent(channel, { patience: PATIENCE_MS, onWait });
  const found = agent.hello();
  const places = reservePlaces(agent);
  const core = createCore({ target: 'remote', machine: address, image, agent, found, places });
  const { buffers, ...shared } = core;
  let stop: HypervisorStopped | undefined;
  /** Why no further scenario can begin. */
  let lost: string | undefined;

  function orStop<Result>(action: () => Result): Result {
    if (stop !== undefined) throw stop;
    try {
      return action();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      stop = stoppedBy({ console: '', otherwise: SILENCE });
      lost = 'the machine answers; it stopped answering in an earlier scenario';
      throw stop;
    }
  }
  const target: TargetCore = {
    ...shared,
    hypercall: (call) => (call.domain === 'guest' ? lacksGuest() : orStop(() => core.hypercall(call))),
    domain(name) {
      if (name === 'guest') return lacksGuest();
      return {
        allocate: (length, options) => orStop(() => buffers.allocate(length, options)),
        borrow: buffers.borrow,
        write: (at, bytes) => orStop(() => buffers.write(at, bytes)),
        read: (at, length) => orStop(() => buffers.read(at, length)),
      };
    },
    log: () => (stop === undefined ? orStop(core.log) : { console: [] }),
    reset() {
      if (lost === undefined && !unloadAll(target))
        lost = 'the machine can be reset; payloads of an earlier scenario cannot be unloaded';
      if (lost !== undefined) lacking('a-clean-machine', lost);
      core.restart(false);
    },
    close,
  };
  const loaded = listed(target).map(({ name }) => name);
  if (loaded.length > 0) throw userError(`${address} has payloads loaded (${loaded.join(', ')}): unload them first.`);
  return target;
}
