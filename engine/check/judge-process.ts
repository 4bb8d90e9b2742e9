/** The process of a judge, from outside: what goes through its pipes. */
import { resolve } from 'node:path';
import type { HookLayout } from '../abi/hook';
import type { Revision } from '../abi/hypercall';
import { startChild, type ChildProcess, type Limits, type Owner } from './child-process';
import type { JudgedTarget } from './judged-target';
import type { Procedure } from './procedure';
import type { Verdict } from './verdict';

export { DEFAULT_LIMITS, type End, type Limits } from './child-process';

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
export interface StepMessage {
  readonly kind: 'step';
  readonly step: string;
  readonly reached: Verdict;
}

/** An exception that ends the process. */
export interface ThrownMessage {
  readonly kind: 'thrown';
  readonly isForUser: boolean;
  readonly message: string;
  readonly stack: string;
}

/** The frames of the process. */
export type Message =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'ready'; readonly hypervisor: JudgedHypervisor }
  | StepMessage
  | { readonly kind: 'judged'; readonly judged: Judged }
  | ThrownMessage;

export type JudgeProcess = ChildProcess<Assignment | Task>;

const CHILD = resolve(__dirname, 'judge-child.ts');

/** Starts a process that waits for its assignment. */
export const startProcess = (limits: Limits, owner: Pick<Owner<Message>, 'isBusy' | 'take' | 'ended'>): JudgeProcess =>
  startChild(CHILD, limits, { ...owner, isAnswer: ({ kind }) => kind === 'judged' });
