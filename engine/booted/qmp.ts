/** QEMU's monitor, by its machine protocol: one command, one answer; events in between do not matter here. */
import { nap, type Channel } from '../agent/channel';
import { isObject } from '../shape';

export interface Monitor {
  /** Milliseconds that the answer may take; default a minute. Throws an error with what QEMU said if it fails. */
  readonly command: (name: string, args?: Readonly<Record<string, unknown>>) => unknown;
  /** A command as people type it; what it prints. */
  readonly type: (line: string) => string;
}

const PATIENCE_MS = 60_000;

/** `check` is called now and then while an answer is awaited, and may throw. */
export function createMonitor(channel: Channel, check: () => void): Monitor {
  let text = '';
  const line = (): string | undefined => {
    text += Buffer.from(channel.read()).toString('utf8');
    const end = text.indexOf('\n');
    if (end < 0) return undefined;
    const first = text.slice(0, end);
    text = text.slice(end + 1);
    return first;
  };
  const answer = (name: string): unknown => {
    const start = Date.now();
    for (;;) {
      const said: unknown = JSON.parse(line() ?? 'null');
      if (isObject(said) && 'return' in said) return said['return'];
      if (isObject(said) && 'error' in said) throw new Error(`QEMU: ${name}: ${JSON.stringify(said['error'])}`);
      if (said !== null) continue;
      check();
      if (Date.now() - start > PATIENCE_MS) throw new Error(`QEMU: ${name}: no answer`);
      nap(0.2);
    }
  };
  const command = (execute: string, args: Readonly<Record<string, unknown>> = {}): unknown => {
    channel.write(Buffer.from(`${JSON.stringify({ execute, arguments: args })}\n`), check);
    return answer(execute);
  };
  command('qmp_capabilities');
  return {
    command,
    type: (commandLine) => String(command('human-monitor-command', { 'command-line': commandLine })).trim(),
  };
}
