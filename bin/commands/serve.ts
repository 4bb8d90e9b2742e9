/** `serve`: an emulated hypervisor for tools of others, until it is stopped. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { hex, hexDigits } from '../../engine/bytes';
import { startServer } from '../../engine/client';
import { screenLines } from '../../engine/console';
import type { HypercallEvidence, StopEvidence } from '../../engine/evidence';
import { createReference } from '../../engine/reference';
import { selfCheck } from '../../engine/self-check';
import type { Target } from '../../engine/target';
import { fileReasonOf, userError } from '../../engine/user-error';
import { createXen } from '../../engine/xen';
import { eventLines } from '../../reports/event-text';
import { printable } from '../../reports/printable';
import { renderLines } from '../../reports/terminal';
import { EXIT, type ExitStatus } from '../exit';
import { listenForInterruption } from '../interruption';
import { defaultSocket, makeSocketFolder } from '../socket';
import { xenFile } from '../xen';

/** As the command line has them. */
export interface ServeOptions {
  readonly hypervisor?: string;
  readonly revision?: string;
  readonly interfaceVersion?: number;
  readonly socket?: string;
  readonly trace?: string;
  readonly console?: string;
}

/** Where lines for the user go. */
export interface Outlet {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Throws a user error for options that do not go together. */
function createTarget({ hypervisor, revision, interfaceVersion }: ServeOptions, say: (line: string) => void): Target {
  if (hypervisor === undefined)
    return createReference({
      revision: revision === '1' ? 1 : 2,
      ...(interfaceVersion !== undefined && { interfaceVersion }),
    });
  for (const [option, value] of Object.entries({ '--revision': revision, '--interface-version': interfaceVersion }))
    if (value !== undefined) throw userError(`${option} is for the reference: leave out --hypervisor or ${option}.`);
  return createXen({ file: xenFile(hypervisor, say), say, selfCheck });
}

/** A file that gets lines, at once. */
interface Written {
  readonly write: (text: string) => void;
  readonly close: () => void;
}

const NOWHERE: Written = { write: () => undefined, close: () => undefined };

function openFile(option: string, path: string | undefined, say: (line: string) => void): Written {
  if (path === undefined) return NOWHERE;
  if (path === '-') return { write: say, close: () => undefined };
  try {
    const file = openSync(path, 'w');
    return { write: (text) => writeSync(file, `${text}\n`), close: () => closeSync(file) };
  } catch (error) {
    throw userError(`${option} ${path} cannot be written (${fileReasonOf(error)}): name another file.`);
  }
}

/** The call without what is on the console alone. */
function traced(event: HypercallEvidence | StopEvidence): string {
  const shown =
    event.kind === 'stop'
      ? { ...event, console: [] }
      : { ...event, console: event.console.filter((line) => typeof line !== 'string') };
  return renderLines(eventLines(shown), false);
}

function describeTarget({ hypervisor }: Target): string {
  const { name, buildId, revision, interfaceVersion } = hypervisor;
  const id = buildId.length === 0 ? 'no build-id' : `build-id ${hexDigits(buildId)}`;
  return `${name}, ${id}, revision ${revision}, interface version ${hex(interfaceVersion)}`;
}

/** Resolves at the first signal that asks the command to stop. */
async function stopped(): Promise<void> {
  const { signal, forget } = listenForInterruption();
  await new Promise<void>((done) => {
    signal.addEventListener('abort', () => done());
  });
  forget();
}

/** Serves until a signal comes. Throws a user error if the hypervisor or the socket cannot be had. */
export async function serve(options: ServeOptions, { say, complain }: Outlet): Promise<ExitStatus> {
  const trace = openFile('--trace', options.trace, say);
  const console = openFile('--console', options.console, say);
  const socket = options.socket ?? defaultSocket();
  if (options.socket === undefined) makeSocketFolder(dirname(socket));
  const target = createTarget(options, say);
  const onCall = (event: HypercallEvidence | StopEvidence): void => {
    trace.write(traced(event));
    for (const line of screenLines(event.console)) console.write(printable(line));
    if (event.kind === 'stop') complain(printable(`The hypervisor crashed in ${event.where}: ${event.why}`));
  };
  try {
    const server = await startServer(target, { socket, onCall });
    say(describeTarget(target));
    say(`Served at ${server.socket} until Ctrl-C. In another terminal:`);
    const named = options.socket === undefined ? '' : `--socket ${server.socket} `;
    say(`  livepatch-conformance with ${named}xen-livepatch list`);
    await stopped();
    await server.close();
    return EXIT.expected;
  } finally {
    target.close();
    trace.close();
    console.close();
  }
}
