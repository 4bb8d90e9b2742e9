/** The program of a judge's process. */
import { findHookLayout } from '../hook-layout';
import { hexDigits } from '../bytes';
import { isUserError, userError } from '../user-error';
import { createJudge, type BeforeStep, type Judge, type NamedFile } from './judge';
import type { Assignment, Judged, JudgedHypervisor, Step, Task } from './judge-process';
import { createJudgedTarget } from './judged-target';
import { nameOfFile, readPayloadFile } from './payload-file';
import { serveTasks, type Tasks } from './tasks';

const named = (path: string): NamedFile => ({ title: nameOfFile(path), ...readPayloadFile(path) });

function judgeFile(judge: Judge, { path, on }: Task): Judged {
  let file: NamedFile;
  let before: readonly NamedFile[];
  try {
    file = named(path);
    before = on.map(named);
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { kind: 'unreadable', sentence: error.message };
  }
  const start = performance.now();
  const verdict = judge(file.title, file.bytes, file.size, before);
  return { kind: 'verdict', verdict, seconds: (performance.now() - start) / 1000 };
}

/** Judges until there are no more files, or memory wears thin. */
function judgeAll({ assignment, tell, next }: Tasks<Assignment, Task, JudgedHypervisor, Judged, Step>): void {
  const { judged, procedure, worn } = assignment;
  const target = createJudgedTarget(judged, (line) => tell({ kind: 'line', line }));
  if (procedure.nodeps && target.hypervisor.revision === 1)
    throw userError('--nodeps needs revision 2 of the interface, and this hypervisor has revision 1.');
  const { foreignCall = () => undefined } = target;
  const hookLayout = judged.target === 'xen' ? findHookLayout(target) : undefined;
  const beforeStep: BeforeStep = (step, reached) => tell({ kind: 'note', note: { step, reached } });
  const judge = createJudge(target, { beforeStep, procedure, foreignCall });
  const { name, buildId, revision } = target.hypervisor;
  tell({ kind: 'ready', ready: { name, buildId: hexDigits(buildId), revision, hookLayout } });
  for (let task = next(); task !== undefined; task = next()) {
    tell({ kind: 'answer', answer: judgeFile(judge, task) });
    if (process.memoryUsage.rss() > worn) return;
  }
}

serveTasks(judgeAll);
