/** How evidence shows the fields of a structure. */
import { hex, hexDigits } from '../bytes';
import type { FieldValue, HypercallEvidence } from '../evidence';

export type Plain = Readonly<Record<string, string | number>>;
export type Shown = HypercallEvidence['in'];

/** Numbers as they are, 64-bit values and bytes in hex. */
export function plain(values: Readonly<Record<string, bigint | number | Uint8Array>>): Plain {
  const text = (value: bigint | number | Uint8Array): string | number => {
    if (typeof value === 'bigint') return hex(value);
    return value instanceof Uint8Array ? hexDigits(value) : value;
  };
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, text(value)]));
}

const addressIn = (value: FieldValue | undefined): string | number | undefined =>
  typeof value === 'object' ? value.buffer : value;

/** The fields that the hypervisor changed. */
export const changes = (before: Shown, after: Plain): Plain =>
  Object.fromEntries(Object.entries(after).filter(([field, value]) => addressIn(before[field]) !== value));
