/** How long an answer is awaited. */

/** No answer came: a verdict on the machine. */
export class NoAnswer extends Error {
  constructor() {
    super('the machine no longer answers');
    this.name = 'NoAnswer';
  }
}

/** Milliseconds between two looks at what else may have happened. */
const LOOK = 50;
/**
 * How much of the time between two looks counts. This process may have been stopped meanwhile, and the machine with it.
 */
const MOST = 4 * LOOK;

/**
 * A function that a waiting loop calls repeatedly. From time to time it calls `look`, which may throw. After `limit`
 * milliseconds it throws NoAnswer.
 */
export function createPatience(limit: number, look: () => void): () => void {
  let last = Date.now();
  let waited = 0;
  return () => {
    const now = Date.now();
    if (now - last < LOOK) return;
    waited += Math.min(now - last, MOST);
    last = now;
    look();
    if (waited > limit) throw new NoAnswer();
  };
}
