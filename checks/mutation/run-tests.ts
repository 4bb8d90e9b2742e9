/** Runs the named test files in this process, in their order (`tests.ts`). */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const load = createRequire(__filename);
for (const file of process.argv.slice(2)) load(resolve(file));
