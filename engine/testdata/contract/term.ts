/** Terms of the contract of targets, and the payloads that they are tried with. */
import assert from 'node:assert/strict';
import { returnsString } from '../../../payloads/builder/code';
import type { PayloadDescription } from '../../../payloads/builder/description';
import { livepatch } from '../../../payloads/builder/payload';
import { buildIdOf } from '../../../payloads/catalogue';
import type { PartName } from '../../abilities';
import type { Target } from '../../target';
import { createToolstack, type Toolstack } from '../../toolstack/toolstack';

/** Of the functions that each target has, two that hypercalls reach. */
export const PATCHED = 'xen_extra_version';
export const OTHER = 'xen_minor_version';
export const MS = 1_000_000n;
export const MOST_CPUS = 8;

/** One thing that holds for each target, or for each that has a part. */
export interface Term {
  readonly name: string;
  /** Whether the target promises it. */
  readonly applies: (target: Target) => boolean;
  /** Throws where it does not hold. The target was just reset. */
  readonly check: (target: Target) => void;
}

export function payload(target: Target, name: string, more: Partial<PayloadDescription> = {}): Uint8Array {
  const { revision, buildId } = target.hypervisor;
  const oldSize = target.image.size(PATCHED) ?? 0;
  const functions = [{ name: PATCHED, oldSize, replacement: returnsString(name) }];
  const description = { revision, buildId: buildIdOf(name), depends: buildId, xenDepends: buildId, functions };
  return livepatch({ ...description, ...more }).bytes;
}

/** A toolstack with these payloads loaded. */
export function loaded(target: Target, ...names: readonly string[]): Toolstack {
  const tools = createToolstack(target);
  for (const name of names) assert.equal(tools.upload(name, payload(target, name)).returned, 0, `UPLOAD of ${name}`);
  return tools;
}

export function applied(target: Target, name: string): Toolstack {
  const tools = loaded(target, name);
  assert.equal(tools.action('APPLY', name).returned, 0);
  assert.equal(tools.get(name).state, 'APPLIED');
  return tools;
}

/** A term about a part; `check` gets the part. */
export function about<Name extends PartName>(
  part: Name,
  says: string,
  check: (part: NonNullable<Target[Name]>, target: Target) => void,
): Term {
  return {
    name: `${part}: ${says}`,
    applies: (target) => target[part] !== undefined,
    check(target) {
      const own = target[part];
      assert.ok(own !== undefined, `${part} is there`);
      check(own, target);
    },
  };
}
