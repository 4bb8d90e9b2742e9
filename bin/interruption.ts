/** Ctrl-C and its like: the first asks the run to stop, the second ends the process. */
import { EXIT } from './exit';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface Interruption {
  /** Resolves at the first signal, and never without one. */
  readonly happened: Promise<'interrupted'>;
  /** Signals do again what they do by default. */
  readonly forget: () => void;
}

export function listenForInterruption(): Interruption {
  let stop: () => void = () => undefined;
  let asked = false;
  const happened = new Promise<'interrupted'>((resolve) => {
    stop = () => {
      if (asked) process.exit(EXIT.unexpected);
      asked = true;
      resolve('interrupted');
    };
  });
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    happened,
    forget: () => {
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}
