/** The three regions of a payload, in their order. PLACE-2. */
export const REGIONS = [
  { name: 'text', permissions: 'r-x' },
  { name: 'data', permissions: 'rw-' },
  { name: 'rodata', permissions: 'r--' },
] as const;

export interface Region {
  readonly name: (typeof REGIONS)[number]['name'];
  readonly permissions: (typeof REGIONS)[number]['permissions'];
}
