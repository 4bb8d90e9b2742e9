/**
 * The coverage library is what its source says: builds it again and compares, byte for byte, if the compiler is the one
 * that it was made with. `--write` makes it again, after a change, and notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/coverage.ts [--write]
 */
import { COVERAGE_LIBRARY } from '../engine/unicorn/build';
import { runBinaryCheck } from './compiler';

runBinaryCheck(COVERAGE_LIBRARY);
