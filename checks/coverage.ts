/**
 * The coverage library is what its source says: builds it again and compares, byte for byte, if the compiler is the one
 * that it was made with. `--write` makes it again, after a change, and notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/coverage.ts [--write]
 */
import { buildCoverage, COVERAGE, COVERAGE_COMPILER } from '../engine/unicorn/build';
import { checkBinary, writeBinary, type Binary } from './compiler';

const BINARY: Binary = { name: 'coverage', file: COVERAGE, compiler: COVERAGE_COMPILER, build: buildCoverage };

if (process.argv.includes('--write')) console.log(writeBinary(BINARY));
const { ok, says } = checkBinary(BINARY);
console.log(says);
process.exitCode = ok ? 0 : 1;
