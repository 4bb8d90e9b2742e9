/** What is asked of build-ids. Clauses DEP-1, DEP-4, DEP-6, V2-FMT-1. */
import { NT_GNU_BUILD_ID } from '../../abi/notes';
import type { Rule } from './rule';

/** A note as its section has it. */
export interface Note {
  /** Bytes of the section. */
  readonly size: number;
  readonly type: number;
  /** Bytes of the name as the header says them, and the name. */
  readonly nameSize: number;
  readonly owner: string;
  /** The description: where it begins in the section, its bytes as the header says them. */
  readonly start: number;
  readonly descriptionSize: number;
}

/**
 * DEP-1, DEP-6: the form of a build-id. Asked of `.note.gnu.build-id`, then of `.livepatch.depends`. What a section lacks of a
 * note counts as zeros.
 */
export const NOTE_RULES: readonly Rule<Note>[] = [
  {
    name: 'note-type',
    clause: 'DEP-1',
    errno: 'EINVAL',
    says: 'The type of the note is NT_GNU_BUILD_ID, 3.',
    refused: ({ type }) => `The type of the note is ${type}, not NT_GNU_BUILD_ID, 3.`,
    field: 'type',
    broken: ({ type }) => type !== NT_GNU_BUILD_ID,
  },
  {
    name: 'note-owner',
    clause: 'DEP-1',
    errno: 'EINVAL',
    says: 'The name of the note is GNU.',
    refused: 'The name of the note is not GNU.',
    broken: ({ nameSize, owner }) => nameSize < 4 || owner !== 'GNU',
  },
  {
    name: 'note-past-end',
    clause: 'DEP-6',
    errno: 'EINVAL',
    says: 'The build-id ends within the section.',
    refused: ({ size, start, descriptionSize }) =>
      `The build-id ends at ${start + descriptionSize}, outside the section, which has ${size} bytes.`,
    field: 'descsz',
    broken: ({ size, start, descriptionSize }) => start + descriptionSize > size,
  },
  {
    name: 'note-without-build-id',
    clause: 'DEP-6',
    errno: 'EINVAL',
    says: 'The build-id is not empty.',
    refused: 'The build-id is empty.',
    field: 'descsz',
    broken: ({ descriptionSize }) => descriptionSize === 0,
  },
];

export interface XenDepends {
  readonly note: Note;
  /** Whether its build-id is the running hypervisor's. */
  readonly matches: boolean;
}

export const XEN_DEPENDS_RULES: readonly Rule<XenDepends>[] = [
  {
    name: 'xen-depends-malformed',
    clause: 'V2-FMT-1',
    errno: 'EINVAL',
    says: '.livepatch.xen_depends is a note with a build-id.',
    refused: '.livepatch.xen_depends is not a note with a build-id.',
    revision: 2,
    broken: ({ note }) => NOTE_RULES.some((rule) => rule.broken(note)),
  },
  {
    name: 'xen-depends-mismatch',
    clause: 'V2-FMT-1',
    errno: 'EINVAL',
    says: 'A payload is for the build-id of the running hypervisor.',
    refused: 'The payload is for a hypervisor with another build-id.',
    explainedBy: 'build-ids',
    revision: 2,
    broken: ({ matches }) => !matches,
  },
];

/** Whether a loaded payload has this build-id. */
export interface OwnBuildId {
  readonly isLoaded: boolean;
}

export const BUILD_ID_RULES: readonly Rule<OwnBuildId>[] = [
  {
    name: 'build-id-loaded',
    clause: 'DEP-4',
    errno: 'EEXIST',
    says: 'No loaded payload has the build-id of this one.',
    refused: 'A loaded payload has the same build-id.',
    broken: ({ isLoaded }) => isLoaded,
  },
];
