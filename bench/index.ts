/** Benchmarks: `npm run bench` prints a table; with `-- --json`, JSON. They are medians, because machines are busy. */
import { measureCalls } from './calls';
import { table } from './figures';
import { measureHypercalls } from './hypercalls';
import { measureSuite } from './processes';

const figures = [...measureSuite(), ...measureHypercalls(), ...measureCalls()];
console.log(process.argv.includes('--json') ? JSON.stringify(figures, undefined, 2) : table(figures));
