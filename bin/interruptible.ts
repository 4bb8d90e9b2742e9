/**
 * Loaded with the steps by `run`. Steps are synchronous, and Cucumber goes from one to the next without a turn of the
 * event loop: without this, Ctrl-C would be heard at the end of the run only.
 */
import { setImmediate } from 'node:timers/promises';
import { Before } from '@cucumber/cucumber';

/** What a user does not notice; a turn for each scenario would take a twentieth of the suite's time. */
const DEAF_MS = 50;

let heard = performance.now();

Before({ name: 'lets signals arrive' }, () => {
  if (performance.now() - heard < DEAF_MS) return undefined;
  return setImmediate().then(() => {
    heard = performance.now();
  });
});
