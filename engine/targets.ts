/** The registry of targets. Everything that needs the list of targets reads it. */
import type { Revision } from './abi/hypercall';
import { connectBooted, createBooted, provideBooted } from './booted';
import { createReference } from './reference';
import { createRemote, standInOf } from './remote';
import { selfCheck } from './self-check';
import type { Target } from './target';
import { createXen } from './xen';

/** How a run describes its target. */
export interface TargetParameters {
  /** The name of its entry. */
  readonly target: string;
  readonly revision: Revision;
  /** The path of a xen-syms, for an entry that needs one. */
  readonly hypervisor?: string;
  /** The address of an agent, for an entry that connects to one. */
  readonly connect?: string;
  /** Rules that the reference is made without. */
  readonly forgets?: readonly string[];
  /** The version of the sysctls that the reference asks its callers for; default: that of the revision. */
  readonly interfaceVersion?: number;
}

/** What is known of a target before it is made. */
export interface Preparation {
  readonly hypervisor: string;
  readonly connect?: string | undefined;
}

export interface TargetEntry {
  /** What `--target` takes; also the target's own name. */
  readonly name: string;
  /** The revisions of the interface that it can speak. */
  readonly revisions: readonly Revision[];
  /** Needed to make it: a hypervisor's file. It then speaks the one revision of that hypervisor. */
  readonly needs?: 'xen-syms';
  /** The one that is taken where none is named; default: all that are known. */
  readonly usualHypervisor?: string;
  /**
   * Needed to make it: the address of an agent. Scenarios that crash the machine are left out, unless they are asked
   * for.
   */
  readonly connects?: true;
  /** It is expensive, so it runs only if it is named. */
  readonly onlyIfNamed?: true;
  /** Has ready what it is made of, before it is made in another process. Throws a user error if that cannot be had. */
  readonly prepare?: (parameters: Preparation, say: (line: string) => void) => void;
  /** Relative time that a scenario takes. */
  readonly cost: number;
  readonly create: (parameters: TargetParameters) => Target;
}

const emulatedXen = (file: string): Target => createXen({ file, say: () => undefined, selfCheck });

/** In the order in which they are run. */
export const TARGETS: readonly TargetEntry[] = [
  {
    name: 'reference',
    revisions: [1, 2],
    cost: 3,
    create: ({ revision, interfaceVersion, forgets = [] }) =>
      createReference({
        revision,
        forgotten: new Set(forgets),
        ...(interfaceVersion !== undefined && { interfaceVersion }),
      }),
  },
  {
    name: 'xen',
    revisions: [1, 2],
    needs: 'xen-syms',
    cost: 5,
    create({ hypervisor }) {
      if (hypervisor === undefined) throw new TypeError('hypervisor: expected the path of a xen-syms, got none');
      return emulatedXen(hypervisor);
    },
  },
  {
    name: 'booted',
    revisions: [1, 2],
    needs: 'xen-syms',
    usualHypervisor: 'debian-12',
    onlyIfNamed: true,
    prepare: ({ hypervisor }, say) => provideBooted(hypervisor, say),
    cost: 100,
    create({ hypervisor }) {
      if (hypervisor === undefined) throw new TypeError('hypervisor: expected the path of a xen-syms, got none');
      return createBooted({ file: hypervisor });
    },
  },
  {
    name: 'remote',
    revisions: [1, 2],
    needs: 'xen-syms',
    usualHypervisor: 'debian-12',
    connects: true,
    onlyIfNamed: true,
    prepare({ hypervisor, connect }, say) {
      if (connect === 'booted') provideBooted(hypervisor, say);
    },
    cost: 100,
    create({ hypervisor, connect }) {
      if (hypervisor === undefined || connect === undefined)
        throw new TypeError('remote: expected the path of a xen-syms and an address, got less');
      const standIns = {
        emulated: () => standInOf(emulatedXen(hypervisor)),
        booted: () => connectBooted(hypervisor),
      };
      return createRemote({ file: hypervisor, address: connect, standIns });
    },
  },
];

/** The entry of this name. RangeError if there is none. */
export function targetNamed(name: string, targets = TARGETS): TargetEntry {
  const found = targets.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`target: expected one of ${targets.map((entry) => entry.name).join(', ')}, got ${name}`);
}
