/** Repeats something whenever a file changes. */
import { watch } from 'node:fs';
import { isUserError } from '../engine/user-error';
import { EXIT, type ExitStatus } from './exit';

/** How long to wait after a change, in milliseconds: an editor writes several files, and each several times. */
const SETTLING_MS = 200;

/** Changes of files, until their end. */
export interface Changes {
  /**
   * Resolves to true at the next change, or at once if there was one since the last call. Resolves to false after
   * `end`.
   */
  readonly next: () => Promise<boolean>;
  readonly end: () => void;
}

/** Changes of these files, and of files in these folders. */
export function watchChanges(paths: readonly string[]): Changes {
  const state = { changed: false, ended: false };
  let settling: NodeJS.Timeout | undefined;
  let wake = (): void => undefined;
  const onChange = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      state.changed = true;
      wake();
    }, SETTLING_MS);
  };
  const watchers = paths.map((path) => watch(path, { recursive: true }, onChange));
  return {
    async next() {
      if (!state.changed && !state.ended) await new Promise<void>((resolve) => (wake = () => resolve(undefined)));
      state.changed = false;
      return !state.ended;
    },
    end() {
      state.ended = true;
      clearTimeout(settling);
      for (const watcher of watchers) watcher.close();
      wake();
    },
  };
}

/** Does it now and after each change, until the changes end. A user error does not end it. */
export async function again(
  changes: Changes,
  action: () => Promise<ExitStatus>,
  say: (line: string) => void,
): Promise<ExitStatus> {
  for (;;) {
    const status = await action().catch((error: unknown): ExitStatus => {
      if (!isUserError(error)) throw error;
      say(error.message);
      return EXIT.usage;
    });
    say('Waiting for a change. Press Ctrl-C to end.');
    if (!(await changes.next())) return status;
  }
}
