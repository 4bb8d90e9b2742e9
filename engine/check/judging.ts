/**
 * A judge in a process of its own. If a payload ends that process, its verdict says so, and another process judges the
 * next files.
 */
import { resolve } from 'node:path';
import { DEFAULT_LIMITS, type Limits } from './child-process';
import type { Assignment, Judged, JudgedHypervisor, Step, Task } from './judge-process';
import type { JudgedTarget } from './judged-target';
import { USUAL, type Procedure } from './procedure';
import { UNREACHED } from './verdict';
import { startTaskProcess } from './task-process';

export interface Judging {
  /** Rejects with a user error if there is no such hypervisor. */
  readonly hypervisor: Promise<JudgedHypervisor>;
  /** Judges a file when those named before are done. Rejects where no process can judge any more. */
  readonly judge: (path: string, on?: readonly string[]) => Promise<Judged>;
  /** Ends the process, whatever it is at. */
  readonly close: () => void;
}

const CHILD = resolve(__dirname, 'judge-child.ts');
const NOT_BEGUN: Step = { step: 'UPLOAD', reached: UNREACHED };

/** `judged` may come later: the process starts at once. `say`: a line for the user. */
export function startJudging(
  judged: JudgedTarget | Promise<JudgedTarget>,
  say: (line: string) => void,
  limits: Limits = DEFAULT_LIMITS,
  procedure: Procedure = USUAL,
): Judging {
  const assigned = Promise.resolve(judged);
  /** Where the first file is. */
  let at = NOT_BEGUN;
  const process = startTaskProcess<Assignment, Task, JudgedHypervisor, Judged, Step>({
    ...{ program: CHILD, title: 'judge', limits, say },
    assignment: () => assigned.then((target) => ({ judged: target, procedure, worn: limits.worn })),
    hypervisor: () => assigned.then(({ hypervisor }) => hypervisor),
    noted: (step) => (at = step),
    answered: () => (at = NOT_BEGUN),
    instead(how) {
      const verdict = { ...at.reached, ok: false, crashed: { while: at.step, how } };
      at = NOT_BEGUN;
      return { kind: 'verdict', verdict, seconds: undefined };
    },
  });
  return {
    hypervisor: process.ready,
    judge: (path, on = []) => process.ask({ path, on }),
    close: process.close,
  };
}
