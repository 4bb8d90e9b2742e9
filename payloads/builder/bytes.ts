/** Joins bytes. */

/** The next multiple of `alignment`; 0 and 1 mean any. */
export const roundUp = (value: number, alignment: number): number =>
  alignment > 1 ? Math.ceil(value / alignment) * alignment : value;

/** One after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Collects strings with their NULs, equal ones once. `offsetOf` adds a string if it is new. */
export function stringTable(first: readonly string[] = []) {
  const offsets = new Map<string, number>();
  const parts: Uint8Array[] = [];
  let size = 0;
  const offsetOf = (text: string): number => {
    const known = offsets.get(text);
    if (known !== undefined) return known;
    const part = Buffer.from(`${text}\0`, 'utf8');
    const offset = size;
    offsets.set(text, offset);
    parts.push(part);
    size += part.length;
    return offset;
  };
  for (const text of first) offsetOf(text);
  return { offsetOf, bytes: (): Uint8Array => concat(parts) };
}
