/**
 * How fast it is: `npm run bench`, for people a table, with `-- --json` for programs. Medians, since machines are busy.
 */
import { measureCalls } from './calls';
import { table } from './figures';
import { measureHypercalls } from './hypercalls';
import { measureSuite } from './processes';

// The short ones first: after minutes of full load many machines are slower.
const [hypercalls, calls] = [measureHypercalls(), measureCalls()];
const figures = [...measureSuite(), ...hypercalls, ...calls];
console.log(process.argv.includes('--json') ? JSON.stringify(figures, undefined, 2) : table(figures));
