/**
 * Loaded with the steps by `run`. Steps are synchronous, and Cucumber goes from one to the next without a turn of the
 * event loop: without this, Ctrl-C would be heard at the end of the run only.
 */
import { setImmediate } from 'node:timers/promises';
import { Before } from '@cucumber/cucumber';

Before({ name: 'lets signals arrive' }, async () => {
  await setImmediate();
});
