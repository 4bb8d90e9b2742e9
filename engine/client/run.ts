/** Runs a tool, or any other program, so that its hypercalls reach the hypervisor that is served at a socket. */
import { spawn } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { userError } from '../user-error';
import { PRELOAD } from './build';
import { loaderIn, type Tool } from './tool';

/** Names the socket for the preload library. */
const SOCKET_VARIABLE = 'LIVEPATCH_SOCKET';

export interface CommandLine {
  /** Program and arguments. */
  readonly words: readonly [string, ...string[]];
  /** What the environment needs besides. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Lists of libraries are parted by these. */
const PARTS = /[\s:]/;

/** The environment in which a program's hypercalls reach the socket. Throws a user error if there is none. */
export function clientEnvironment(
  socket: string,
  own: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  if (PARTS.test(PRELOAD))
    throw userError(`${PRELOAD} cannot be preloaded: install this suite in a folder without spaces and colons.`);
  const others = own['LD_PRELOAD'] ?? '';
  return { LD_PRELOAD: others === '' ? PRELOAD : `${PRELOAD}:${others}`, [SOCKET_VARIABLE]: socket };
}

/** How a tool is started. A fetched one is started by its own loader, with its own libraries. */
export function toolCommand({ path, libraries }: Tool, socket: string): CommandLine {
  if (libraries === undefined) return { words: [path], environment: clientEnvironment(socket) };
  const folders = `${libraries}:${dirname(PRELOAD)}`;
  const words = ['--library-path', folders, '--preload', basename(PRELOAD), path];
  // Another library that is preloaded would be for this machine's.
  return { words: [loaderIn(libraries), ...words], environment: { LD_PRELOAD: '', [SOCKET_VARIABLE]: socket } };
}

/** How a program ended. */
export interface ToolRun {
  /** Null if a signal killed it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Besides this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed; default: never. */
  readonly timeout?: number;
}

/** Runs a tool to its end, and returns what it said. Rejected if it cannot be started. */
export function runTool(
  tool: Tool,
  socket: string,
  args: readonly string[],
  { cwd, environment, timeout }: RunOptions = {},
): Promise<ToolRun> {
  const command = toolCommand(tool, socket);
  const [program, ...words] = command.words;
  return new Promise((done, failed) => {
    const child = spawn(program, [...words, ...args], {
      ...(cwd !== undefined && { cwd }),
      ...(timeout !== undefined && { timeout, killSignal: 'SIGKILL' as const }),
      env: { ...process.env, LC_ALL: 'C', ...environment, ...command.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    child.stdout.on('data', (chunk: Buffer) => said.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.stderr.push(chunk));
    child.on('error', failed);
    child.on('close', (status, signal) => {
      const text = (from: 'stdout' | 'stderr'): string => Buffer.concat(said[from]).toString();
      done({ status, signal, stdout: text('stdout'), stderr: text('stderr') });
    });
  });
}
