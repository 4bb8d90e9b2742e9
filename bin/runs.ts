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
  /** What it calls itself: "Xen 4.18.0 (xen-syms)". */
  readonly name: string;
  /** Its label where the user gives none; default: made from its name. */
  readonly label?: string;
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

/** A label that none of the others is: "xen-4.18.0", then "xen-4.18.0-2". */
function distinctFrom(others: readonly string[], label: string): string {
  const numbered = others.map((_, index) => `${label}-${index + 2}`);
  return [label, ...numbered].find((each) => !others.includes(each)) ?? label;
}

/** The labels of several Xens. One alone that has none of its own is just "xen". */
function labelsOf(xens: readonly XenAtHand[]): readonly string[] {
  return xens.reduce<readonly string[]>((labels, { name, label }) => {
    const version = name.split(' ')[1]?.replace(/[^\w.+-]/g, '') ?? '';
    return [...labels, distinctFrom(labels, label ?? (xens.length === 1 ? 'xen' : `xen-${version}`))];
  }, []);
}

/**
 * The runs, in the order in which they are made; of the target xen one for each Xen at hand. Throws a user error where
 * one of these does not speak the revision asked for.
 */
export function selectRuns(selection: RunSelection, xens: readonly XenAtHand[]): readonly RunParameters[] {
  const { revision, label } = selection;
  const reference = referenceOf(selection);
  const isAskedFor = (run: { readonly revision: Revision }): boolean =>
    revision === 'all' || revision === String(run.revision);
  const deaf = xens.find((xen) => !isAskedFor(xen));
  if (deaf !== undefined) {
    throw userError(
      `${deaf.name} speaks revision ${deaf.revision} of the interface: leave out --revision ${revision}.`,
    );
  }
  const labels = label === undefined ? labelsOf(xens) : [label];
  const able: Readonly<Record<TargetName, readonly RunParameters[]>> = {
    reference: [
      { ...reference, revision: 1 },
      { ...reference, revision: 2 },
    ],
    xen: xens.map((xen, index) => ({
      target: 'xen',
      revision: xen.revision,
      label: labels[index] ?? 'xen',
      hypervisor: xen.file,
    })),
  };
  return targetsOf(selection)
    .flatMap((target) => able[target])
    .filter(isAskedFor);
}
