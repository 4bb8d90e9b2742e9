/** `with`: runs a tool, or anything that calls it, on a served hypervisor. */
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { hex, hexDigits } from '../../engine/bytes';
import {
  clientEnvironment,
  findTool,
  greet,
  TOOL,
  toolCommand,
  toolFor,
  type CommandLine,
  type Served,
  type Tool,
} from '../../engine/client';
import { fileReasonOf, isUserError, reasonOf, userError } from '../../engine/user-error';
import { releaseOfBuild } from '../../engine/xen';
import { defaultSocket } from '../socket';

/** As the command line has them. */
export interface WithOptions {
  readonly socket?: string;
  readonly tool?: string;
}

/** The exit status of a program that a signal killed, as shells have it. */
const KILLED = 128;

/** The preload library is for this machine alone. */
function checkMachine(): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw userError('Tools run on Linux on x86-64 only: use such a machine.');
}

/** The tool that was named, or one that speaks the hypervisor's version of the interface. */
function toolOf({ tool }: WithOptions, { buildId, interfaceVersion }: Served, say: (line: string) => void): Tool {
  const name = tool ?? releaseOfBuild(hexDigits(buildId)) ?? toolFor(interfaceVersion);
  if (name !== undefined) return findTool(name, say);
  throw userError(
    `No ${TOOL} of Debian's has the hypervisor's interface version ${hex(interfaceVersion)}: name one that was built with --tool.`,
  );
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** A script that starts the tool. */
function scriptOf({ words, environment }: CommandLine): string {
  const set = Object.entries(environment).map(([name, value]) => quoted(`${name}=${value}`));
  return `#!/bin/sh\nexec env ${[...set, ...words.map(quoted)].join(' ')} "$@"\n`;
}

/** Runs it with this process's input and output. Throws a user error if it cannot be started. */
function run({ words: [program, ...args], environment }: CommandLine): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    // Ctrl-C reaches the program too, and how it ends is its own affair.
    const ignore = (): void => undefined;
    const pass = (): void => void child.kill('SIGTERM');
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    child.on('error', (error) => failed(userError(`${program} cannot be started (${reasonOf(error)})`)));
    child.on('close', (status, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      done(status ?? KILLED + constants.signals[signal ?? 'SIGKILL']);
    });
  });
}

/** Any other program, with the tool in its PATH. */
async function runOther(
  words: readonly [string, ...string[]],
  socket: string,
  tool: Tool | undefined,
): Promise<number> {
  const environment = clientEnvironment(socket);
  if (tool === undefined) return run({ words, environment });
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-with-'));
  try {
    writeFileSync(join(folder, TOOL), scriptOf(toolCommand(tool, socket)), { mode: 0o755 });
    const path = [folder, process.env['PATH'] ?? ''].join(delimiter);
    return await run({ words, environment: { ...environment, PATH: path } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function realPath(socket: string): string {
  try {
    return realpathSync(socket);
  } catch (error) {
    throw userError(
      `No hypervisor is served at ${socket} (${fileReasonOf(error)}): start one with "livepatch-conformance serve".`,
    );
  }
}

/** The program's exit status. Throws a user error if there is no hypervisor, no tool, or no such program. */
export async function runWith(
  [program = '', ...args]: readonly string[],
  options: WithOptions,
  say: (line: string) => void,
): Promise<number> {
  checkMachine();
  const socket = realPath(options.socket ?? defaultSocket());
  const served = await greet(socket);
  if (program === TOOL) {
    const { words, environment } = toolCommand(toolOf(options, served, say), socket);
    return run({ words: [...words, ...args], environment });
  }
  return runOther([program, ...args], socket, toolIfAny(options, served, say));
}

/** A program that was not named as the tool may do without it. */
function toolIfAny(options: WithOptions, served: Served, say: (line: string) => void): Tool | undefined {
  try {
    return toolOf(options, served, say);
  } catch (error) {
    if (options.tool !== undefined || !isUserError(error)) throw error;
    say(`${TOOL} is not put into the PATH: ${error.message}`);
    return undefined;
  }
}
