/**
 * The program of a judge's process. It reads its assignment and then the paths of files from stdin, and writes its
 * frames to stdout. Both block, so that nothing that it wrote is lost when the emulator kills it.
 */
import { findHookLayout } from '../hook-layout';
import { hexDigits } from '../bytes';
import { isUserError, reasonOf, userError } from '../user-error';
import { readFrame, writeFrame } from './frames';
import { createJudge, type Judge, type NamedFile } from './judge';
import type { Assignment, Judged, Message, Task } from './judge-process';
import { createJudgedTarget } from './judged-target';
import { nameOfFile, readPayloadFile } from './payload-file';
import type { Verdict } from './verdict';

const STDIN = 0;
const STDOUT = 1;

const tell = (message: Message): void => writeFrame(STDOUT, message);
const nextTask = (): Task | undefined => readFrame(STDIN) as Task | undefined;

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
function judgeAll({ judged, procedure, worn }: Assignment): void {
  const target = createJudgedTarget(judged, (line) => tell({ kind: 'line', line }));
  if (procedure.nodeps && target.hypervisor.revision === 1)
    throw userError('--nodeps needs revision 2 of the interface, and this hypervisor has revision 1.');
  const { foreignCall = () => undefined } = target;
  const hookLayout = judged.target === 'xen' ? findHookLayout(target) : undefined;
  const beforeStep = (step: string, reached: Verdict): void => tell({ kind: 'step', step, reached });
  const judge = createJudge(target, { beforeStep, procedure, foreignCall });
  const { name, buildId, revision } = target.hypervisor;
  tell({ kind: 'ready', hypervisor: { name, buildId: hexDigits(buildId), revision, hookLayout } });
  for (let task = nextTask(); task !== undefined; task = nextTask()) {
    tell({ kind: 'judged', judged: judgeFile(judge, task) });
    if (process.memoryUsage.rss() > worn) return;
  }
}

try {
  const assignment = readFrame(STDIN) as Assignment | undefined;
  if (assignment !== undefined) judgeAll(assignment);
} catch (error) {
  const stack = (error instanceof Error ? error.stack : undefined) ?? reasonOf(error);
  tell({ kind: 'thrown', isForUser: isUserError(error), message: reasonOf(error), stack });
  process.exitCode = 1;
}
