/** Xen's console: what it printed, by lines, without the levels in front of them. */

export interface Console {
  /** Adds text as Xen's `vprintk_common` gets it: a line may come in several pieces. */
  readonly print: (text: string) => void;
  /** The last lines, oldest first. */
  readonly last: (count: number) => readonly string[];
  /** Lines since the last call. */
  readonly drain: () => readonly string[];
}

/** printk's levels: `<3>`, `<G>` and others. */
const LEVEL = /^(?:<.>)+/;
/** Older lines are given up: an endless loop may print. */
const MOST_LINES = 4096;

export function createConsole(): Console {
  let lines: string[] = [];
  let unfinished = '';
  return {
    print(text) {
      const parts = text.split('\n');
      const rest = parts.pop() ?? '';
      for (const part of parts) {
        lines.push(unfinished + (unfinished === '' ? part.replace(LEVEL, '') : part));
        unfinished = '';
      }
      unfinished += unfinished === '' ? rest.replace(LEVEL, '') : rest;
      if (lines.length > MOST_LINES) lines = lines.slice(-MOST_LINES);
    },
    last: (count) => lines.slice(-count),
    drain() {
      const drained = unfinished === '' ? lines : [...lines, unfinished];
      lines = [];
      unfinished = '';
      return drained;
    },
  };
}
