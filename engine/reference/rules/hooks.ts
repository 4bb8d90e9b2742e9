/** What is asked of hooks. Clauses HOOK-3, HOOK-6, V2-HOOK-6, V2-HOOK-16. */
import type { Action } from '../../abi/hypercall';
import type { Rule } from './rule';
import { HOOK_ARRAYS, SINGLE_HOOKS } from '../../abi/sections';
import { hex } from '../../bytes';
import type { SectionSize } from './special-sections';

const SINGLE_HOOK_NAMES: readonly string[] = Object.values(SINGLE_HOOKS);
const POINTER = 8n;

export const HOOK_SECTION_RULES: readonly Rule<SectionSize>[] = [
  {
    name: 'hooks-size',
    clause: 'HOOK-3',
    errno: 'EINVAL',
    says: 'The size of load and unload hooks is a multiple of 8.',
    refused: ({ size }) => `The size of the hooks is ${size}, not a multiple of 8.`,
    field: 'sh_size',
    broken: ({ name, size }) => !SINGLE_HOOK_NAMES.includes(name) && size % POINTER !== 0n,
  },
  {
    name: 'single-hook-size',
    clause: 'V2-HOOK-6',
    errno: 'EINVAL',
    says: 'A section of a single hook has exactly 8 bytes.',
    refused: ({ size }) => `The section of a single hook has ${size} bytes, not 8.`,
    field: 'sh_size',
    revision: 2,
    broken: ({ name, size }) => SINGLE_HOOK_NAMES.includes(name) && size !== POINTER,
  },
];

/** A pointer out of a section of hooks. */
export interface HookPointer {
  readonly section: string;
  readonly address: bigint;
  readonly isText: boolean;
}

export const HOOK_POINTER_RULES: readonly Rule<HookPointer>[] = [
  {
    name: 'load-hook-outside',
    clause: 'HOOK-6',
    errno: 'EINVAL',
    says: "A load hook is in the payload's text.",
    refused: ({ address }) => `The load hook at ${hex(address)} is outside the payload's text.`,
    broken: ({ section, isText }) => section === HOOK_ARRAYS.load && !isText,
  },
  {
    name: 'unload-hook-outside',
    clause: 'HOOK-6',
    errno: 'EINVAL',
    says: "An unload hook is in the payload's text.",
    refused: ({ address }) => `The unload hook at ${hex(address)} is outside the payload's text.`,
    broken: ({ section, isText }) => section === HOOK_ARRAYS.unload && !isText,
  },
  {
    name: 'single-hook-outside',
    clause: 'HOOK-6',
    errno: 'EINVAL',
    says: "A single hook is in the payload's text, or null if there is none.",
    refused: ({ address }) => `The single hook at ${hex(address)} is outside the payload's text.`,
    revision: 2,
    broken: ({ section, address, isText }) => SINGLE_HOOK_NAMES.includes(section) && address !== 0n && !isText,
  },
];

export interface ReplaceWithHooks {
  readonly action: Action;
  /** Names of the payloads concerned that have a hook before or after an action. */
  readonly vetoing: readonly string[];
}

export const REPLACE_RULES: readonly Rule<ReplaceWithHooks>[] = [
  {
    name: 'replace-vetoing-hooks',
    clause: 'V2-HOOK-16',
    errno: 'EOPNOTSUPP',
    says: 'Neither a payload that replaces others nor any of them has a hook that runs before or after an action.',
    refused: ({ vetoing }) => `These payloads have a hook that runs before or after an action: ${vetoing.join(', ')}.`,
    revision: 2,
    broken: ({ action, vetoing }) => action === 'REPLACE' && vetoing.length > 0,
  },
];
