/** ELF notes, of which a payload and a hypervisor have those with build-ids. Clauses DEP-1, FMT-6. */
import { layout, u32 } from './fields';

/** Before name and description. */
export const NOTE_HEADER = layout('Elf64_Nhdr', 12, { namesz: u32(0), descsz: u32(4), type: u32(8) });
export const NT_GNU_BUILD_ID = 3;

/** With the NUL that `namesz` counts. */
const GNU = Buffer.from('GNU\0', 'latin1');
const ALIGNMENT = 4;

/** Bytes from a note's start to its description, for a name of that many bytes. */
export const descriptionAt = (namesz: number): number => NOTE_HEADER.size + Math.ceil(namesz / ALIGNMENT) * ALIGNMENT;

/** The first note of a section. It may say that it has more than there is. */
export function noteIn(section: Uint8Array) {
  const { namesz, descsz, type } = NOTE_HEADER.decode(section);
  const start = descriptionAt(namesz);
  return {
    type,
    nameSize: namesz,
    /** Bytes from its start to its description. */
    start,
    descriptionSize: descsz,
    /** As much of it as there is. */
    description: section.subarray(start, start + descsz),
  } as const;
}

/** Bytes from the start of a build-id's note to the build-id. */
export const BUILD_ID_AT = descriptionAt(GNU.length);

/** A note that holds a build-id of any length. */
export const buildIdNote = (buildId: Uint8Array): Uint8Array =>
  Uint8Array.from([
    ...NOTE_HEADER.encode({ namesz: GNU.length, descsz: buildId.length, type: NT_GNU_BUILD_ID }),
    ...GNU,
    ...buildId,
  ]);
