/** What hypercalls alone can ask a real Xen, through the agent in its control domain. */
import { HYPERCALL, XENVER } from '../abi/hypercall';
import type { Agent, Found } from '../agent/agent';
import { hexDigits } from '../bytes';
import { lacking } from '../needs';
import { staticImage } from '../static-image';
import type { TargetCore } from '../target';
import { userError } from '../user-error';
import { buildIdOf, codeFormsOf, revisionOf, traitsOf, type XenImage } from '../xen';
import { CONSOLE_PLACE, createRemoteConsole } from './console';
import { withWholeLists } from './cut-short';
import { BUFFERS_SIZE, createAgentMemory, type AgentMemory } from './domains';

export interface RemoteCore extends Omit<TargetCore, 'reset' | 'close' | 'domain'> {
  /** The domain's memory. */
  readonly buffers: AgentMemory;
  /** Forgets what was said and allocated, and restarts the clock. `isRestored`: the machine itself was put back. */
  readonly restart: (isRestored: boolean) => void;
}

export interface CoreOptions {
  readonly target: string;
  /** For people: what the machine is. */
  readonly machine: string;
  readonly image: XenImage;
  readonly agent: Agent;
  /** The agent's first answer; nothing may have been reserved since. */
  readonly found: Found;
  /** Memory that was reserved for buffers and console. */
  readonly places: Places;
}

/** Addresses in the agent's domain. */
export interface Places {
  readonly buffers: bigint;
  readonly console: bigint;
}

const EXTRA_SIZE = 16;

/** Xen's version: "4.17.7". */
function versionOf(agent: Agent, memory: AgentMemory): string {
  const number = Number(agent.hypercall(HYPERCALL.xen_version, [BigInt(XENVER.version), 0n]));
  const place = memory.allocate(EXTRA_SIZE);
  agent.hypercall(HYPERCALL.xen_version, [BigInt(XENVER.extraversion), place]);
  const extra = Buffer.from(memory.read(place, EXTRA_SIZE)).toString('latin1').replace(/\0.*$/s, '');
  return `${number >> 16}.${number & 0xffff}${extra}`;
}

/** Throws a user error if the machine runs another Xen than the image is of. */
export function createCore({ target, machine, image, agent, found, places }: CoreOptions): RemoteCore {
  const { buildId, interfaceVersion } = found;
  if (hexDigits(buildId) !== buildIdOf(image))
    throw userError(
      `${machine} runs a Xen of the build-id ${hexDigits(buildId) || '(none)'}, and ${image.file} has ${buildIdOf(image) ?? 'none'}: name the xen-syms of that machine with --hypervisor.`,
    );
  const buffers = createAgentMemory(agent, places.buffers);
  const console = createRemoteConsole(agent, places.console, interfaceVersion);
  const name = `Xen ${versionOf(agent, buffers)} (${machine})`;
  const revision = revisionOf(interfaceVersion);
  let start = process.hrtime.bigint();
  return {
    name: target,
    hypervisor: { name, buildId, revision, interfaceVersion, code: codeFormsOf(image) },
    image: staticImage(image, image.find),
    clock: { now: () => process.hrtime.bigint() - start, exact: false },
    traits: traitsOf(image),
    setups: new Set(),
    buffers,
    hypercall: withWholeLists(({ number, arguments: args }) => agent.hypercall(number, args), buffers, revision),
    log: () => ({ console: console.drain() }),
    restart(isRestored) {
      buffers.reset(isRestored);
      console.reset(isRestored);
      start = process.hrtime.bigint();
    },
  };
}

/** What it reserves, once. */
export const reservePlaces = (agent: Agent): Places => ({
  buffers: agent.reserve(BUFFERS_SIZE),
  console: agent.reserve(CONSOLE_PLACE),
});

/** CannotBeAsked: the agent is in the control domain. */
export const lacksGuest = (): never => lacking('guest-domain', 'a guest without privilege makes hypercalls');
