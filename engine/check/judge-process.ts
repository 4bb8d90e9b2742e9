/** What goes through the pipes of a judge's process. */
import type { HookLayout } from '../abi/hook';
import type { Revision } from '../abi/hypercall';
import type { Limits } from './child-process';
import type { JudgedTarget } from './judged-target';
import type { Procedure } from './procedure';
import type { Verdict } from './verdict';

/** What the process gets first; the paths of the files follow. */
export interface Assignment extends Pick<Limits, 'worn'> {
  readonly judged: JudgedTarget;
  readonly procedure: Procedure;
}

/** A file to be judged. */
export interface Task {
  readonly path: string;
  /** The files that are loaded and applied before it, the first first. */
  readonly on: readonly string[];
}

export interface JudgedHypervisor {
  readonly name: string;
  /** In hexadecimal digits. */
  readonly buildId: string;
  readonly revision: Revision;
  /** What it gives to hooks; undefined if it does not show that. */
  readonly hookLayout: HookLayout | undefined;
}

/** The result for a file: a verdict, or the reason why it cannot be read. */
export type Judged =
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly seconds: number | undefined }
  | { readonly kind: 'unreadable'; readonly sentence: string };

/** A step begins, with what was found out before it. */
export interface Step {
  readonly step: string;
  readonly reached: Verdict;
}
