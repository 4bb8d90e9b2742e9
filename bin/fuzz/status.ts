/** A status line that is kept up to date on a terminal, and printed now and then elsewhere. */
import type { Screen } from '../progress';

export interface StatusLine {
  readonly say: (text: string) => void;
  readonly show: (text: string) => void;
  readonly end: () => void;
}

const ERASE = '\r\u001b[2K';
/** Milliseconds between two looks at the line. */
const EVERY = { interactive: 200, plain: 10_000 } as const;

/** `now`: milliseconds of any clock. */
export function createStatusLine(screen: Screen, now: () => number): StatusLine {
  const { write, interactive, columns } = screen;
  let shown = now();
  let line = '';
  return {
    say: (text) => write(interactive ? `${ERASE}${text}\n${line}` : `${text}\n`),
    show(text) {
      if (now() - shown < (interactive ? EVERY.interactive : EVERY.plain)) return;
      shown = now();
      line = text.slice(0, columns - 1);
      write(interactive ? ERASE + line : `${text}\n`);
    },
    end() {
      if (interactive) write(ERASE);
      line = '';
    },
  };
}
