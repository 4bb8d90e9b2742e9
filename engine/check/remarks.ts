/**
 * Where the reference accepts what Xen treats differently: this does not matter for its verdict, but is the reason why
 * Xen's may be different.
 */
import type { Inspected } from './inspect';
import { ALIGNMENT_WARNINGS, placedSections } from './warnings/sections';

export interface Remark {
  /** Id in the catalogue of clauses. */
  readonly clause: string;
  readonly says: string;
  readonly where: string;
  readonly field: string;
  /** Bytes from the start of the payload's file to the field. */
  readonly offset: number;
}

/** Remarks on a payload's sections, by clause. ELF-13, ELF-16. */
export function remarksOn(inspected: Inspected): readonly Remark[] {
  const sections = placedSections(inspected);
  return ALIGNMENT_WARNINGS.flatMap(({ clause, says, field, found }) =>
    sections
      .filter(({ subject }) => found(subject))
      .map(({ where }) => where())
      .map(({ name, offset }) => ({ clause, says, where: name, field, offset: offset?.(field) ?? 0 })),
  );
}
