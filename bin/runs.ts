/** The runs that a command line asks for. Each is a target in one revision of the interface, with a label. */
import type { Revision } from '../engine/abi/hypercall';
import { ADDRESSES, checkAddress } from '../engine/remote';
import { TARGETS, targetNamed, type TargetEntry } from '../engine/targets';
import { userError } from '../engine/user-error';
import type { RunParameters } from '../steps/scene';
import { checkRule } from './names';

/** The values of `--target`. */
export const TARGET_CHOICES: readonly string[] = [...TARGETS.map(({ name }) => name), 'all'];
/** The values of `--revision`. */
export const REVISION_CHOICES = ['1', '2', 'all'] as const;
export type RevisionChoice = (typeof REVISION_CHOICES)[number];

export interface RunSelection {
  /** One of TARGET_CHOICES. */
  readonly target: string;
  readonly revision: RevisionChoice;
  /** Default: the target's name. */
  readonly label?: string | undefined;
  /** The address of an agent. */
  readonly connect?: string | undefined;
  /** Whether a real machine also runs scenarios that are recorded to crash it. */
  readonly fatal?: boolean;
  /** The name of a rule that the reference is made without. */
  readonly forget?: string | undefined;
}

/** A Xen that can be run. It has one revision. */
export interface XenAtHand {
  /** The path of its xen-syms. */
  readonly file: string;
  readonly revision: Revision;
  /** Its name: "Xen 4.18.0 (xen-syms)". */
  readonly name: string;
  /** Its label if the user gives none; default: made from its name. */
  readonly label?: string;
}

/** The target of a run, with its label and the rule that it is made without. */
function madeFor(name: string, { label, forget }: RunSelection): Pick<RunParameters, 'target' | 'label' | 'forgets'> {
  if (forget === undefined) return { target: name, label: label ?? name };
  return { target: name, label: label ?? `without-${forget}`, forgets: [forget] };
}

/** Throws a user error if a needed address is missing, or an option for real machines is used with another target. */
function checkConnection(targets: readonly TargetEntry[], { target, connect, fatal }: RunSelection): void {
  const isNeeded = targets.some(({ connects }) => connects === true);
  if (isNeeded && connect === undefined)
    throw userError(`--target ${target} needs the address of an agent: add --connect ${ADDRESSES}.`);
  if (!isNeeded && connect !== undefined) throw userError('--connect is for the target remote: add --target remote.');
  if (!isNeeded && fatal === true) throw userError('--fatal is for the target remote: add --target remote.');
  if (connect !== undefined) checkAddress(connect);
}

/** Throws a user error if the target cannot be made without the rule. */
function checkForgetting({ target, forget }: RunSelection): void {
  if (forget === undefined) return;
  if (target !== 'reference') throw userError('--forget is for the reference: add --target reference.');
  checkRule(forget);
}

/** The targets that are asked for. Throws a user error if several would get the same label. */
export function targetsOf(
  { target, label }: Pick<RunSelection, 'target' | 'label'>,
  all = TARGETS,
): readonly TargetEntry[] {
  const targets = target === 'all' ? all.filter(({ onlyIfNamed }) => onlyIfNamed !== true) : [targetNamed(target, all)];
  if (label !== undefined && targets.length > 1) {
    throw userError(`One --label cannot name ${targets.length} targets: choose one with --target.`);
  }
  return targets;
}

/** The targets that are asked for. Throws a user error for options that do not fit them, before any Xen is at hand. */
export function checkSelection(selection: RunSelection, all = TARGETS): readonly TargetEntry[] {
  checkForgetting(selection);
  const targets = targetsOf(selection, all);
  checkConnection(targets, selection);
  return targets;
}

/** A label that is different from the others: "xen-4.18.0", then "xen-4.18.0-2". */
export function distinctFrom(others: readonly string[], label: string): string {
  const numbered = others.map((_, index) => `${label}-${index + 2}`);
  return [label, ...numbered].find((each) => !others.includes(each)) ?? label;
}

/** The labels of several Xens. A single one without a label of its own is "xen". */
function labelsOf(xens: readonly XenAtHand[]): readonly string[] {
  return xens.reduce<readonly string[]>((labels, { name, label }) => {
    const version = name.split(' ')[1]?.replace(/[^\w.+-]/g, '') ?? '';
    return [...labels, distinctFrom(labels, label ?? (xens.length === 1 ? 'xen' : `xen-${version}`))];
  }, []);
}

/**
 * The runs, in the order in which they are made. A target that needs a xen-syms has one for each Xen. Throws a user
 * error if one of these does not have the revision that is asked for.
 */
export function selectRuns(
  selection: RunSelection,
  xens: readonly XenAtHand[],
  all = TARGETS,
): readonly RunParameters[] {
  const { revision, label } = selection;
  const targets = checkSelection(selection, all);
  const isAskedFor = (run: { readonly revision: Revision }): boolean =>
    revision === 'all' || revision === String(run.revision);
  const deaf = xens.find((xen) => !isAskedFor(xen));
  if (deaf !== undefined) {
    throw userError(`${deaf.name} has revision ${deaf.revision} of the interface: leave out --revision ${revision}.`);
  }
  const labels = label === undefined ? labelsOf(xens) : [label];
  const runsOf = ({ name, needs, revisions }: TargetEntry): readonly RunParameters[] =>
    needs === undefined
      ? revisions.map((own) => ({ ...madeFor(name, selection), revision: own }))
      : xens.map(({ file, revision: own }, index) => ({
          target: name,
          revision: own,
          label: label ?? (labels[index] ?? 'xen').replace(/^xen/, name),
          hypervisor: file,
          ...(selection.connect !== undefined && { connect: selection.connect }),
        }));
  return targets.flatMap(runsOf).filter(isAskedFor);
}
