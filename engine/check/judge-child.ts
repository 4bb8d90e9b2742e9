/**
 * The program of a judge's process. It reads its assignment and then the paths of files from stdin, and writes its
 * frames to stdout. Both block, so that nothing that it wrote is lost when the emulator kills it.
 */
import { basename } from 'node:path';
import { hexDigits } from '../bytes';
import { isUserError, reasonOf } from '../user-error';
import { readFrame, writeFrame } from './frames';
import { createJudge, type Judge } from './judge';
import type { Assignment, Judged, Message } from './judge-process';
import { createJudgedTarget } from './judged-target';
import { readPayloadFile, type PayloadFile } from './payload-file';

const STDIN = 0;
const STDOUT = 1;

const tell = (message: Message): void => writeFrame(STDOUT, message);
const nextPath = (): string | undefined => readFrame(STDIN) as string | undefined;

function judgeFile(judge: Judge, path: string): Judged {
  let file: PayloadFile;
  try {
    file = readPayloadFile(path);
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { kind: 'unreadable', sentence: error.message };
  }
  return { kind: 'verdict', verdict: judge(basename(path), file.bytes, file.size) };
}

/** Judges until there are no more files, or until it uses too much memory. */
function judgeAll({ judged, worn }: Assignment): void {
  const target = createJudgedTarget(judged, (line) => tell({ kind: 'line', line }));
  const judge = createJudge(target, (step, reached) => tell({ kind: 'step', step, reached }));
  const { name, buildId, revision } = target.hypervisor;
  tell({ kind: 'ready', hypervisor: { name, buildId: hexDigits(buildId), revision } });
  for (let path = nextPath(); path !== undefined; path = nextPath()) {
    tell({ kind: 'judged', judged: judgeFile(judge, path) });
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
