/**
 * What is asked of the sections that mean something to live patching: that they are there, and that they are well made.
 * Clauses FMT-4 to FMT-8, ELF-11, DEP, HOOK, EXC and their counterparts in revision 2.
 */
import type { Revision } from '../../abi/hypercall';
import {
  ALTERNATIVES,
  BUG_FRAMES,
  BUILD_ID,
  DEPENDS,
  EXCEPTION_TABLE,
  FUNCTIONS,
  HOOK_SECTIONS,
  HOOK_ARRAYS,
  MODINFO,
  XEN_DEPENDS,
} from '../../abi/sections';
import { isPlaced, type ObjectFile, type Section } from '../object/object';
import type { Rule } from './rule';

/** V2-FMT-2: what gives a payload something to do. */
const PATCHING: readonly string[] = [FUNCTIONS, ...Object.values(HOOK_SECTIONS)];
const OPTIONAL_TABLES: readonly string[] = [...BUG_FRAMES.map(({ section }) => section), ALTERNATIVES, EXCEPTION_TABLE];

/** Names with a meaning, in the order in which they are looked at. */
export const SPECIAL_SECTIONS: Readonly<Record<Revision, readonly string[]>> = {
  1: [DEPENDS, BUILD_ID, FUNCTIONS, ...Object.values(HOOK_ARRAYS), ...OPTIONAL_TABLES],
  2: [DEPENDS, XEN_DEPENDS, BUILD_ID, ...PATCHING, ...OPTIONAL_TABLES, MODINFO],
};

const named = ({ sections }: ObjectFile, name: string): Section | undefined =>
  sections.find((section) => section.name === name);
const isMissing = (object: ObjectFile, name: string): boolean => named(object, name) === undefined;
const isEmpty = (object: ObjectFile, name: string): boolean => named(object, name)?.header.sh_size === 0n;

/** Asked of the payload as a whole. */
export const PRESENCE_RULES: readonly Rule<ObjectFile>[] = [
  {
    name: 'depends-missing',
    clause: 'FMT-5',
    errno: 'EINVAL',
    says: 'A payload has a section .livepatch.depends, which is not empty.',
    refused: 'The payload has no section .livepatch.depends, or an empty one.',
    broken: (object) => isMissing(object, DEPENDS) || isEmpty(object, DEPENDS),
  },
  {
    name: 'xen-depends-missing',
    clause: 'V2-FMT-1',
    errno: 'EINVAL',
    says: 'A payload has a section .livepatch.xen_depends, which is not empty.',
    refused: 'The payload has no section .livepatch.xen_depends, or an empty one.',
    revision: 2,
    broken: (object) => isMissing(object, XEN_DEPENDS) || isEmpty(object, XEN_DEPENDS),
  },
  {
    name: 'build-id-missing',
    clause: 'FMT-6',
    errno: 'EINVAL',
    says: 'A payload has a section .note.gnu.build-id, which is not empty.',
    refused: 'The payload has no section .note.gnu.build-id, or an empty one.',
    broken: (object) => isMissing(object, BUILD_ID) || isEmpty(object, BUILD_ID),
  },
  {
    name: 'functions-missing',
    clause: 'FMT-4',
    errno: 'EINVAL',
    says: 'A payload has a section .livepatch.funcs.',
    refused: 'The payload has no section .livepatch.funcs.',
    revision: 1,
    broken: (object) => isMissing(object, FUNCTIONS),
  },
  {
    name: 'functions-empty',
    clause: 'FMT-10',
    errno: 'EINVAL',
    says: '.livepatch.funcs is not empty.',
    refused: '.livepatch.funcs is empty.',
    revision: 1,
    broken: (object) => isEmpty(object, FUNCTIONS),
  },
  {
    name: 'patching-section-empty',
    clause: 'FMT-10',
    errno: 'EINVAL',
    says: 'Sections of functions and hooks are not empty.',
    refused: 'A section of functions or hooks is empty.',
    revision: 2,
    broken: (object) => PATCHING.some((name) => isEmpty(object, name)),
  },
  {
    name: 'nothing-to-patch',
    clause: 'V2-FMT-2',
    errno: 'EINVAL',
    says: 'A payload has functions or hooks.',
    refused: 'The payload has neither functions nor hooks.',
    revision: 2,
    broken: (object) => PATCHING.every((name) => isMissing(object, name)),
  },
];

export interface SpecialSection {
  readonly section: Section;
  /** Whether one before it has the same name. */
  readonly repeated: boolean;
}

/** Asked of each section of a name with a meaning. */
export const SPECIAL_SECTION_RULES: readonly Rule<SpecialSection>[] = [
  {
    name: 'special-section-not-allocated',
    clause: 'ELF-11',
    errno: 'EINVAL',
    says: 'A special section is allocated, and is not a table of the object file.',
    refused: 'The special section is not allocated, or is a table of the object file.',
    field: 'sh_flags',
    broken: ({ section }) => !isPlaced(section),
  },
  {
    name: 'special-section-twice',
    clause: 'FMT-8',
    errno: 'EINVAL',
    says: 'A special section occurs once.',
    refused: 'The special section occurs more than once.',
    field: 'sh_name',
    broken: ({ repeated }) => repeated,
  },
];

export interface SectionSize {
  readonly name: string;
  readonly size: bigint;
}

export const BUG_FRAMES_RULES: readonly Rule<SectionSize>[] = [
  {
    name: 'bug-frames-size',
    clause: 'EXC-4',
    errno: 'EINVAL',
    says: 'The size of bug frames is a multiple of 8.',
    refused: ({ size }) => `The size of the bug frames is ${size}, not a multiple of 8.`,
    field: 'sh_size',
    broken: ({ size }) => size % 8n !== 0n,
  },
];

export const EXCEPTION_TABLE_RULES: readonly Rule<SectionSize>[] = [
  {
    name: 'exception-table-size',
    clause: 'EXC-4',
    errno: 'EINVAL',
    says: 'The size of the exception table is a multiple of 8.',
    refused: ({ size }) => `The size of the exception table is ${size}, not a multiple of 8.`,
    field: 'sh_size',
    broken: ({ size }) => size % 8n !== 0n,
  },
];

/** The bytes of `.modinfo`. */
export const MODINFO_RULES: readonly Rule<Uint8Array>[] = [
  {
    name: 'modinfo-unterminated',
    clause: 'V2-MOD-1',
    errno: 'EINVAL',
    says: 'Metadata ends with NUL.',
    refused: 'The metadata does not end with NUL.',
    revision: 2,
    broken: (metadata) => metadata.length > 0 && metadata[metadata.length - 1] !== 0,
  },
];
