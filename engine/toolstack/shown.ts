/** How evidence shows the fields of a structure. */
import { hex, hexDigits } from '../bytes';
import type { FieldValue, HypercallEvidence } from '../evidence';

export type Plain = Readonly<Record<string, string | number>>;
export type Shown = HypercallEvidence['in'];

/** Numbers as they are, 64-bit values and bytes in hex. */
export function plainValue(value: bigint | number | Uint8Array): string | number {
  if (typeof value === 'bigint') return hex(value);
  return value instanceof Uint8Array ? hexDigits(value) : value;
}

export function plain(values: Readonly<Record<string, bigint | number | Uint8Array>>): Plain {
  const shown: Record<string, string | number> = {};
  for (const [field, value] of Object.entries(values)) shown[field] = plainValue(value);
  return shown;
}

const addressIn = (value: FieldValue | undefined): string | number | undefined =>
  typeof value === 'object' ? value.buffer : value;

/** The fields that the hypervisor changed. */
export function changes(before: Shown, after: Plain): Plain {
  const changed: Record<string, string | number> = {};
  for (const [field, value] of Object.entries(after)) if (addressIn(before[field]) !== value) changed[field] = value;
  return changed;
}
