/**
 * How fast it is: `npm run bench`, for people a table, with `-- --json` for programs. Medians, since machines are busy.
 */
import { measureCalls } from './calls';
import { table } from './figures';
import { measureHypercalls } from './hypercalls';
import { measureSuite } from './processes';

const figures = [...measureSuite(), ...measureHypercalls(), ...measureCalls()];
console.log(process.argv.includes('--json') ? JSON.stringify(figures, undefined, 2) : table(figures));
