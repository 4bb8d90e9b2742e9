/** By which compiler a payload was built: the strings of `.comment`, which every compiler leaves there. Clause TODO-4. */
import type { ObjectFile, Section } from '../../object/object';

export const COMMENT = '.comment';

export const commentOf = ({ sections }: ObjectFile): Section | undefined =>
  sections.find(({ name }) => name === COMMENT);

/** As compilers name themselves. */
export function compilersOf(object: ObjectFile): readonly string[] {
  const section = commentOf(object);
  if (section === undefined) return [];
  return Buffer.from(section.contents)
    .toString('latin1')
    .split('\0')
    .filter((text) => text !== '');
}
