/** Ctrl-C and its like: the first asks the command to stop, the second ends it at once. */
import { EXIT } from './exit';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Interrupting = (typeof SIGNALS)[number];

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Has the same effect as the first signal. */
  readonly interrupt: () => void;
  /** Gives signals their default effect again. */
  readonly forget: () => void;
}

/** Whether a process that died of this signal was asked to stop. */
export const isInterrupting = (signal: NodeJS.Signals | null): signal is Interrupting =>
  SIGNALS.some((each) => each === signal);

export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let asked = false;
  const stop = (): void => {
    if (asked) process.exit(EXIT.unexpected);
    asked = true;
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    signal: controller.signal,
    interrupt: () => {
      controller.abort();
    },
    forget: () => {
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}
