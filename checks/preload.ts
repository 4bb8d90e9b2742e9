/**
 * The preload library is what its source says: builds it again and compares, byte for byte, if the compiler is the one
 * that it was made with. `--write` makes it again, after a change, and notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/preload.ts [--write]
 */
import { buildPreload, PRELOAD, PRELOAD_COMPILER } from '../engine/client/build';
import { checkBinary, writeBinary, type Binary } from './compiler';

const BINARY: Binary = { name: 'preload', file: PRELOAD, compiler: PRELOAD_COMPILER, build: buildPreload };

if (process.argv.includes('--write')) console.log(writeBinary(BINARY));
const { ok, says } = checkBinary(BINARY);
console.log(says);
process.exitCode = ok ? 0 : 1;
