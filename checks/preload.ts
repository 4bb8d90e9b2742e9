/**
 * The preload library is what its source says: builds it again and compares, byte for byte, if the compiler is the one
 * that it was made with. `--write` makes it again, after a change, and notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/preload.ts [--write]
 */
import { PRELOAD_LIBRARY } from '../engine/client/build';
import { runBinaryCheck } from './compiler';

runBinaryCheck(PRELOAD_LIBRARY);
