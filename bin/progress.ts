/** What a person sees while the suite runs: one line that is kept up to date on a terminal, plain lines elsewhere. */
import { type Status, isFailure } from '../reports/model';

/** Where lines go: process.stdout, or a test's own. */
export interface Screen {
  readonly write: (text: string) => unknown;
  /** A terminal that can rewrite its line. */
  readonly interactive: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
}

export interface Progress {
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** A run begins: its key, and how many scenarios it has. */
  readonly begin: (key: string, total: number) => void;
  /** A scenario of the run ended. */
  readonly ended: (status: Status) => void;
  /** The run is over, or was broken off. */
  readonly end: () => void;
}

const REWRITE_LINE = '\r\u001b[2K';

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
  let run = { key: '', total: 0, done: 0, failed: 0, skipped: 0, began: 0 };
  let shown = 0;

  function say(line: string): void {
    screen.write(`${screen.interactive ? REWRITE_LINE : ''}${line}\n`);
  }

  function refresh(): void {
    shown = now();
    // Not "failed": on a Xen, the report says of most that they deviate as known.
    const line = `${run.key}  ${run.done}/${run.total}  ${run.failed} not passed  ${run.skipped} skipped`;
    screen.write(REWRITE_LINE + line.slice(0, screen.columns - 1));
  }

  return {
    say,
    begin: (key, total) => {
      run = { key, total, done: 0, failed: 0, skipped: 0, began: now() };
      if (screen.interactive) refresh();
    },
    ended: (status) => {
      run.done += 1;
      if (status === 'skipped') run.skipped += 1;
      if (isFailure(status)) run.failed += 1;
      // Ten times a second is enough for the eye, and costs nothing.
      if (screen.interactive && now() - shown >= 100) refresh();
    },
    end: () => {
      const passed = run.done - run.failed - run.skipped;
      const seconds = ((now() - run.began) / 1000).toFixed(1);
      const counts = `${passed} passed, ${run.failed} not passed, ${run.skipped} skipped`;
      const left = run.done < run.total ? `, ${run.total - run.done} not run` : '';
      say(`${run.key}: ${counts}${left} of ${run.total} scenarios in ${seconds} s`);
    },
  };
}
