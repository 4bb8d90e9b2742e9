/** Which runs a command line asks for: each a target in one revision of the interface, under a label. */
import type { Revision } from '../engine/abi/hypercall';
import type { RunDescription } from '../engine/evidence';
import { userError } from '../engine/user-error';
import type { RunParameters } from '../steps/scene';
import { checkRule } from './names';

type TargetName = RunDescription['target'];

const NAMES: readonly TargetName[] = ['reference', 'xen'];
/** What `--target` takes. */
export const TARGET_CHOICES = [...NAMES, 'all'] as const;
export type TargetChoice = (typeof TARGET_CHOICES)[number];
/** What `--revision` takes. */
export const REVISION_CHOICES = ['1', '2', 'all'] as const;
export type RevisionChoice = (typeof REVISION_CHOICES)[number];

export interface RunSelection {
  readonly target: TargetChoice;
  readonly revision: RevisionChoice;
  /** Default: the target's name. */
  readonly label?: string | undefined;
  /** The name of a rule that the reference is to be without. */
  readonly forget?: string | undefined;
}

/** A Xen that can be run: it speaks one revision. */
export interface XenAtHand {
  /** The path of its xen-syms. */
  readonly file: string;
  readonly revision: Revision;
}

/** "reference/1". */
export function runKey(run: RunParameters): string {
  return `${run.label}/${run.revision}`;
}

/** The reference as it is asked for. Throws a user error for a rule that there is none of. */
function referenceOf({ target, label, forget }: RunSelection): Pick<RunParameters, 'target' | 'label' | 'forgets'> {
  if (forget === undefined) return { target: 'reference', label: label ?? 'reference' };
  if (target !== 'reference') throw userError('--forget is for the reference: add --target reference.');
  checkRule(forget);
  return { target: 'reference', label: label ?? `without-${forget}`, forgets: [forget] };
}

/** The targets that are asked for. Throws a user error for one label on several. */
export function targetsOf({ target, label }: Pick<RunSelection, 'target' | 'label'>): readonly TargetName[] {
  const targets = target === 'all' ? NAMES : [target];
  if (label !== undefined && targets.length > 1) {
    throw userError(`One --label cannot name ${targets.length} targets: choose one with --target.`);
  }
  return targets;
}

/** The runs, in the order in which they are made; of Xen those of the one at hand. Throws a user error where none is left. */
export function selectRuns(selection: RunSelection, xen: XenAtHand | undefined): readonly RunParameters[] {
  const { revision, label } = selection;
  const reference = referenceOf(selection);
  const able: Readonly<Record<TargetName, readonly RunParameters[]>> = {
    reference: [
      { ...reference, revision: 1 },
      { ...reference, revision: 2 },
    ],
    xen:
      xen === undefined ? [] : [{ target: 'xen', revision: xen.revision, label: label ?? 'xen', hypervisor: xen.file }],
  };
  const runs = targetsOf(selection)
    .flatMap((target) => able[target])
    .filter((run) => revision === 'all' || revision === String(run.revision));
  if (runs.length > 0) return runs;
  const spoken = xen === undefined ? 'is not at hand' : `speaks revision ${xen.revision} of the interface`;
  throw userError(`This Xen ${spoken}: leave out --revision ${revision}.`);
}
