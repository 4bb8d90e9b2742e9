/** Comparing what was found with a literal of the specification. */
import assert from 'node:assert/strict';
import { returnName } from '../engine/abi/errno';

/** AssertionError in words: what it is about, what the specification says, what was found. */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  assert.deepEqual(found, expected, `${what}: the specification says ${show(expected)}, found ${show(found)}`);
}

function show(value: unknown): string {
  if (value instanceof Uint8Array)
    return Buffer.from(value)
      .toString('hex')
      .replace(/..(?=.)/g, '$& ');
  if (typeof value === 'bigint') return `0x${value.toString(16)}`;
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}

/** Likewise for a returned number or rc, by name. */
export function expectResult(what: string, found: number | undefined, expected: number): void {
  const name = found === undefined ? 'nothing' : returnName(found);
  assert.equal(found, expected, `${what}: the specification says ${returnName(expected)}, found ${name}`);
}
