/**
 * The progress while the suite runs: on a terminal, one line per run that is kept up to date; elsewhere, plain lines.
 */
import { type Status, isFailure } from '../reports/model';

/** Where lines go: process.stdout, or a test's stand-in. */
export interface Screen {
  readonly write: (text: string) => unknown;
  /** A terminal that can rewrite its line. */
  readonly interactive: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
}

/** Runs are identified by their keys; several can be active at a time. */
export interface Progress {
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** A run begins. It has this key and this number of scenarios. */
  readonly begin: (key: string, total: number) => void;
  /** A scenario of the run ended. */
  readonly ended: (key: string, status: Status) => void;
  /** The run has ended, or was interrupted. */
  readonly end: (key: string) => void;
}

const ESCAPE = '\u001b[';
const REWRITE_LINE = `\r${ESCAPE}2K`;
/** Goes up from the last of `count` lines to the first, and erases each. */
const rewriteLines = (count: number): string =>
  REWRITE_LINE + `${ESCAPE}1A${REWRITE_LINE}`.repeat(Math.max(0, count - 1));

interface Tally {
  readonly key: string;
  readonly total: number;
  readonly began: number;
  done: number;
  failed: number;
  skipped: number;
}

/** The screen of this process. A dumb terminal and a file get plain lines. */
export function processScreen(): Screen {
  return {
    write: (text) => process.stdout.write(text),
    interactive: process.stdout.isTTY && process.env['TERM'] !== 'dumb',
    columns: process.stdout.columns || 80,
  };
}

/** `now`: milliseconds of any clock. */
export function showProgress(screen: Screen, now: () => number = Date.now): Progress {
  const running = new Map<string, Tally>();
  let lines = 0;
  let shown = 0;

  const erased = (): string => (screen.interactive ? rewriteLines(lines) : '');

  function refresh(): void {
    if (!screen.interactive) return;
    shown = now();
    const text = [...running.values()].map((run) => lineOf(run).slice(0, screen.columns - 1)).join('\n');
    screen.write(erased() + text);
    lines = running.size;
  }

  function say(line: string): void {
    screen.write(`${erased()}${line}\n`);
    lines = 0;
    if (running.size > 0) refresh();
  }

  return {
    say,
    begin: (key, total) => {
      running.set(key, { key, total, began: now(), done: 0, failed: 0, skipped: 0 });
      refresh();
    },
    ended: (key, status) => {
      const run = running.get(key);
      if (run === undefined) return;
      run.done += 1;
      if (status === 'skipped') run.skipped += 1;
      if (isFailure(status)) run.failed += 1;
      // Ten times a second looks smooth and costs nothing.
      if (now() - shown >= 100) refresh();
    },
    end: (key) => {
      const run = running.get(key);
      running.delete(key);
      if (run !== undefined) say(resultOf(run, (now() - run.began) / 1000));
    },
  };
}

// Not "failed": on a Xen, most of them are known deviations.
const lineOf = ({ key, done, total, failed, skipped }: Tally): string =>
  `${key}  ${done}/${total}  ${failed} not passed  ${skipped} skipped`;

function resultOf({ key, done, total, failed, skipped }: Tally, seconds: number): string {
  const counts = `${done - failed - skipped} passed, ${failed} not passed, ${skipped} skipped`;
  const left = done < total ? `, ${total - done} not run` : '';
  return `${key}: ${counts}${left} of ${total} scenarios in ${seconds.toFixed(1)} s`;
}
