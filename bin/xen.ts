/** The Xens that a command line asks for. They are found, fetched if necessary, and read before the first scenario. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { hexDigits } from '../engine/bytes';
import { selfCheck } from '../engine/self-check';
import { isUserError, userError } from '../engine/user-error';
import { createXen, DEBIAN_XENS, isDebianXen, provideDebianXen, releaseOf } from '../engine/xen';
import { type RunSelection, type XenAtHand, targetsOf } from './runs';

/** The name for all Debian releases whose Xen is known. */
const ALL_OF_DEBIAN = 'debian-all';
/** The names of the releases, for people. */
export const DEBIAN_CHOICES = DEBIAN_XENS.join(', ');
export const XEN_CHOICES = `${DEBIAN_CHOICES}, ${ALL_OF_DEBIAN}`;

export interface XenSelection extends RunSelection {
  /** A path, a Debian release, or several separated by commas; default: all Debian releases. */
  readonly hypervisor?: string;
  /** Whether to fetch newer Xens. */
  readonly refresh?: boolean;
}

/** Gets one Xen by its path or its Debian release. Throws a user error if it cannot be fetched or run. */
export type ProvideXen = (name: string, refresh: boolean, say: (line: string) => void) => XenAtHand;

/** A hypervisor or a tool, by its path or its Debian release. */
interface Named {
  readonly name: string;
  /** Whether the run can do without it. */
  readonly optional: boolean;
}

/**
 * The names that an option has, separated by commas, each once; `debian-all` stands for those of `ofDebian`, which are
 * optional unless they were named themselves. Throws a user error for an empty one beside others.
 */
export function namesIn(option: string, text: string, ofDebian: readonly string[]): readonly Named[] {
  // A file name may contain a comma.
  const names = existsSync(text) ? [text] : text.split(',').map((name) => name.trim());
  if (names.length > 1 && names.includes(''))
    throw userError(`${option} ${text} has an empty name: put one comma between two names.`);
  const all = names.flatMap((name): readonly string[] => (name === ALL_OF_DEBIAN ? ofDebian : [name]));
  return [...new Set(all)].map((name) => ({ name, optional: !names.includes(name) }));
}

function namedXens(text: string): readonly Named[] {
  const xens = namesIn('--hypervisor', text, DEBIAN_XENS);
  const unknown = xens.find(({ name }) => /^debian-\w*$/.test(name) && !isDebianXen(name) && !existsSync(name));
  if (unknown !== undefined)
    throw userError(`There is no Xen named ${unknown.name}: name the path of a xen-syms, or one of ${XEN_CHOICES}.`);
  return xens;
}

/**
 * The Xens that are asked for. A Xen that was not named itself may be missing: it is left out, with a sentence. Throws
 * a user error if a named Xen cannot be fetched, if no Xen is left, or if several would get the same label.
 */
export function xensFor(
  selection: XenSelection,
  provide: ProvideXen,
  say: (line: string) => void,
): readonly XenAtHand[] {
  const { target, hypervisor, refresh = false, label, revision } = selection;
  const targets = targetsOf(selection).filter(({ needs }) => needs === 'xen-syms');
  if (targets.length === 0) {
    if (hypervisor === undefined && !refresh) return [];
    throw userError(
      `${refresh ? '--refresh' : '--hypervisor'} is for the targets xen, booted and remote: leave out --target ${target}.`,
    );
  }
  const mayBeMissing = target === 'all' && hypervisor === undefined;
  if (mayBeMissing && revision === '1') {
    say("Debian's Xens are left out: they have revision 2 of the interface");
    return [];
  }
  const names = namedXens(hypervisor ?? targets[0]?.usualHypervisor ?? ALL_OF_DEBIAN);
  if (label !== undefined && names.length > 1)
    throw userError(`One --label cannot name ${names.length} Xens: choose one with --hypervisor.`);
  const xens = names.flatMap(({ name, optional }) => {
    try {
      const xen = provide(name, refresh, say);
      for (const { prepare } of targets) prepare?.({ hypervisor: xen.file, connect: selection.connect }, say);
      return [xen];
    } catch (error) {
      if (!optional || !isUserError(error)) throw error;
      say(`${name} is left out: ${error.message}`);
      return [];
    }
  });
  if (xens.length === 0 && !mayBeMissing) throw userError('No Xen is left to run.');
  return xens;
}

/** Prints which Xen it is. */
export const provideXen: ProvideXen = (name, refresh, say) => {
  const debian = isDebianXen(name) ? provideDebianXen(name, say, { refresh }) : undefined;
  const file = debian?.file ?? resolve(name);
  const xen = createXen({ file, say, selfCheck });
  try {
    const { name: called, buildId, revision } = xen.hypervisor;
    const origin = debian === undefined ? '' : ` of ${releaseOf(debian.name)}, ${debian.version}`;
    say(`${called}${origin}, build-id ${hexDigits(buildId)}`);
    return {
      file,
      revision,
      name: called,
      ...(debian && { label: `xen-${/^\d+\.\d+/.exec(debian.version)?.[0] ?? ''}` }),
    };
  } finally {
    xen.close();
  }
};

/** The path of the one Xen that is named, by its path or its Debian release. Debian's Xen is fetched if necessary. */
export function xenFile(name: string, say: (line: string) => void): string {
  const [first, ...others] = namedXens(name);
  if (first === undefined || others.length > 0)
    throw userError(
      `This command takes one hypervisor, but --hypervisor names ${others.length + 1}: name one of them.`,
    );
  return isDebianXen(first.name) ? provideDebianXen(first.name, say).file : name;
}
