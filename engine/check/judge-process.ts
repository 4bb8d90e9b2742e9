/** The process of a judge, from outside: its frames, its time, its memory, its end. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { TYPESCRIPT } from '../installation';
import type { HookLayout } from '../abi/hook';
import type { Revision } from '../abi/hypercall';
import { createFrameReader, frameOf } from './frames';
import type { JudgedTarget } from './judged-target';
import type { Procedure } from './procedure';
import type { Verdict } from './verdict';

export interface Limits {
  /** Wall time that one file may take. */
  readonly seconds: number;
  /** Bytes of memory that the process may have. */
  readonly memory: number;
  /** Bytes of memory at which another process replaces it between two files, so that each file has enough memory. */
  readonly worn: number;
}

export const DEFAULT_LIMITS: Limits = { seconds: 20, memory: 2 ** 30, worn: 2 ** 29 };

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

export interface JudgeProcess {
  readonly send: (value: Assignment | Task) => void;
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
export interface Owner {
  /** Whether it is at a file: only then do its limits hold. */
  readonly isBusy: () => boolean;
  readonly take: (message: Message) => void;
  readonly ended: (end: End) => void;
}

const COMMAND = ['-r', TYPESCRIPT, resolve(__dirname, 'judge-child.ts')];
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

/** Starts a process that waits for its assignment. */
export function startProcess({ seconds, memory }: Limits, { isBusy, take, ended }: Owner): JudgeProcess {
  const child = spawn(process.execPath, COMMAND, { stdio: 'pipe' });
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
    if (message.kind === 'judged') looks = 0;
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
