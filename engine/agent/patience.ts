/** How long an answer is awaited. */

/** No answer: a verdict on the machine, for whoever asked. */
export class NoAnswer extends Error {
  constructor() {
    super('the machine no longer answers');
    this.name = 'NoAnswer';
  }
}

/** Milliseconds between two looks at what else may have happened. */
const LOOK = 50;
/** Of the time between two looks, so much counts: this process may have been stopped meanwhile, and the machine with it. */
const MOST = 4 * LOOK;

/**
 * A function for who waits to call again and again. From time to time it looks, by `look`, which may throw; when `limit`
 * milliseconds are over, it throws NoAnswer.
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
