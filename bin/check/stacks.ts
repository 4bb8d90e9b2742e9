/** What goes on top of what: files whose build-ids say that one depends on another. */
import { buildIdsIn, type BuildIds } from '../../engine/check/build-ids';
import { readPayloadFile } from '../../engine/check/payload-file';
import { isUserError } from '../../engine/user-error';

export interface Stacks {
  /** Takes a file into account for those that are asked about later. One that cannot be read has no build-id. */
  readonly add: (file: string) => void;
  /**
   * The files that go below this one, the lowest first: those given for all, then those that it depends on. What depends
   * on the hypervisor, by its build-id, depends on no file, even if one claims to have that build-id.
   */
  readonly below: (file: string, hypervisor: string) => readonly string[];
  /** A file that was added and has this build-id. */
  readonly fileOf: (buildId: string) => string | undefined;
}

const NONE: BuildIds = { own: '', depends: '' };

function idsOf(file: string): BuildIds {
  try {
    return buildIdsIn(readPayloadFile(file).bytes);
  } catch (error) {
    if (!isUserError(error)) throw error;
    return NONE;
  }
}

/** `base`: files that go below every other one. */
export function createStacks(base: readonly string[]): Stacks {
  const ids = new Map<string, BuildIds>();
  const files = new Map<string, string>();
  const add = (file: string): void => {
    if (ids.has(file)) return;
    const own = idsOf(file);
    ids.set(file, own);
    if (own.own !== '' && !files.has(own.own)) files.set(own.own, file);
  };
  base.forEach(add);
  const under = (file: string, hypervisor: string): string | undefined => {
    const { depends } = ids.get(file) ?? NONE;
    return depends === '' || depends === hypervisor ? undefined : files.get(depends);
  };
  return {
    add,
    fileOf: (buildId) => files.get(buildId),
    below(file, hypervisor) {
      const chain: string[] = [];
      for (let next = under(file, hypervisor); next !== undefined; next = under(next, hypervisor)) {
        if (next === file || chain.includes(next) || base.includes(next)) break;
        chain.unshift(next);
      }
      return [...base.filter((other) => other !== file), ...chain];
    },
  };
}
