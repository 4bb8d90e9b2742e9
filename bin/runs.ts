/** Which runs a command line asks for: each a target in one revision of the interface, under a label. */
import type { Revision } from '../engine/abi/hypercall';
import type { RunDescription } from '../engine/evidence';
import { userError } from '../engine/user-error';

type TargetName = RunDescription['target'];

/** The revisions each target is run in; none: this version cannot run it. */
const REVISIONS: Readonly<Record<TargetName, readonly Revision[]>> = {
  reference: [1, 2],
  xen: [],
};

const NAMES: readonly TargetName[] = ['reference', 'xen'];
/** What `--target` takes. */
export const TARGET_CHOICES = [...NAMES, 'all'] as const;
export type TargetChoice = (typeof TARGET_CHOICES)[number];
/** What `--revision` takes. */
export const REVISION_CHOICES = ['1', '2', 'all'] as const;
export type RevisionChoice = (typeof REVISION_CHOICES)[number];

/** What steps find in their World's parameters. */
export interface RunParameters {
  readonly target: TargetName;
  readonly revision: Revision;
  /** The key's part before the revision. */
  readonly label: string;
}

export interface RunSelection {
  readonly target: TargetChoice;
  readonly revision: RevisionChoice;
  /** Default: the target's name. */
  readonly label?: string | undefined;
}

/** "reference/1". */
export function runKey(run: RunParameters): string {
  return `${run.label}/${run.revision}`;
}

/**
 * The runs, in the order in which they are made, and the targets of `all` that are left out.
 * Throws a user error where nothing is left, and for one label on several targets.
 */
export function selectRuns({ target, revision, label }: RunSelection): {
  readonly runs: readonly RunParameters[];
  readonly leftOut: readonly TargetName[];
} {
  const asked = target === 'all' ? NAMES : [target];
  const able = asked.filter((name) => REVISIONS[name].length > 0);
  if (able.length === 0) {
    const others = NAMES.filter((name) => REVISIONS[name].length > 0);
    throw userError(`This version cannot run the target ${target}: use --target ${others.join(' or ')}.`);
  }
  if (label !== undefined && able.length > 1) {
    throw userError(`One --label cannot name ${able.length} targets: run them one at a time.`);
  }
  const runs = able.flatMap((name) =>
    REVISIONS[name]
      .filter((each) => revision === 'all' || revision === String(each))
      .map((each) => ({ target: name, revision: each, label: label ?? name })),
  );
  return { runs, leftOut: asked.filter((name) => !able.includes(name)) };
}
