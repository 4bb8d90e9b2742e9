/** A process that the emulator may kill, from outside: its frames, its time, its memory, its end. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { TYPESCRIPT } from '../installation';
import { createFrameReader, frameOf } from './frames';

export interface Limits {
  /** Wall time that one task may take. */
  readonly seconds: number;
  /** Bytes of memory that the process may have. */
  readonly memory: number;
  /** Bytes of memory at which another process replaces it between two tasks, so that each has enough memory. */
  readonly worn: number;
}

export const DEFAULT_LIMITS: Limits = { seconds: 20, memory: 2 ** 30, worn: 2 ** 29 };

export interface ChildProcess<Sent> {
  readonly send: (value: Sent) => void;
  readonly kill: () => void;
}

/** How a process ended. */
export interface End {
  /** "SIGSEGV", "more than 20 s", "exit status 1"; undefined: it has done its work. */
  readonly how: string | undefined;
  /** The end of what it wrote to stderr. */
  readonly errors: string;
}

/** The owner of the process. */
export interface Owner<Message> {
  /** Whether it is at a task: only then do its limits hold. */
  readonly isBusy: () => boolean;
  /** Whether a task ends with this. */
  readonly isAnswer: (message: Message) => boolean;
  readonly take: (message: Message) => void;
  readonly ended: (end: End) => void;
}

const LOOKS_A_SECOND = 10;
/** Characters of stderr that are kept. */
const ERRORS_KEPT = 4096;

/** Bytes of memory that a process has; 0 where there is no such process any more. */
function memoryOf(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** "1 GB", "64 MB". */
const sizeText = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${+(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.round(bytes / 2 ** 20)} MB`;

/** Starts a program of this project, which reads what it is sent from stdin, and writes its frames to stdout. */
export function startChild<Sent, Message>(
  program: string,
  { seconds, memory }: Limits,
  { isBusy, isAnswer, take, ended }: Owner<Message>,
): ChildProcess<Sent> {
  const child = spawn(process.execPath, ['-r', TYPESCRIPT, program], { stdio: 'pipe' });
  const { pid } = child;
  const kill = (): void => void child.kill('SIGKILL');
  let exceeded: string | undefined;
  let errors = '';
  // It counts looks, not time, so that a command can be suspended and resumed.
  let looks = 0;

  const watch = setInterval(() => {
    if (!isBusy() || pid === undefined) {
      looks = 0;
      return;
    }
    looks += 1;
    if (looks > seconds * LOOKS_A_SECOND) exceeded = `more than ${seconds} s`;
    else if (memoryOf(pid) > memory) exceeded = `more than ${sizeText(memory)}`;
    if (exceeded !== undefined) kill();
  }, 1000 / LOOKS_A_SECOND);

  const read = createFrameReader((value) => {
    const message = value as Message;
    if (isAnswer(message)) looks = 0;
    take(message);
  });
  child.stdout.on('data', read);
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-ERRORS_KEPT)));
  // Its end reports this.
  child.stdin.on('error', () => undefined);
  process.on('exit', kill);

  function end(how: string | undefined): void {
    clearInterval(watch);
    process.off('exit', kill);
    ended({ how: exceeded ?? how, errors: errors.trim() });
  }
  child.on('error', (error) => {
    errors = error.message;
  });
  child.on('close', (status, signal) => {
    end(signal ?? (status === 0 ? undefined : `exit status ${String(status)}`));
  });
  return { send: (value) => child.stdin.write(frameOf(value)), kill };
}
