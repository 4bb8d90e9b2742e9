/** Comparing what was found with a literal of the specification. */
import { isDeepStrictEqual } from 'node:util';
import { returnName } from '../engine/abi/errno';
import { mismatchText } from '../engine/evidence';
import { hex, spacedHexDigits } from '../engine/bytes';

/** The hypervisor did something else than the specification says. All else that a step throws is the suite's own error. */
export class Mismatch extends Error {
  /** What was compared: "rc of p". */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  constructor(what: string, expected: string, found: string) {
    super(mismatchText({ what, expected, found }));
    this.name = 'Mismatch';
    this.what = what;
    this.expected = expected;
    this.found = found;
  }
}

/** Throws a Mismatch unless both are the same, to the last field. */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) throw new Mismatch(what, show(expected), show(found));
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return spacedHexDigits(value);
  if (typeof value === 'bigint') return hex(value);
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `"${value}"`;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? hex(part) : part));
}

/** Likewise for a returned number or rc, by name. */
export function expectResult(what: string, found: number | undefined, expected: number): void {
  if (found === expected) return;
  throw new Mismatch(what, returnName(expected), found === undefined ? 'nothing' : returnName(found));
}
