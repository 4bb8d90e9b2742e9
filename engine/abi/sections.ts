/** Names of the sections that mean something to live patching. Clauses FMT-4 to FMT-6, HOOK, EXC, ALT, V2-FMT, V2-HOOK, V2-MOD. */

export const FUNCTIONS = '.livepatch.funcs';
export const DEPENDS = '.livepatch.depends';
export const XEN_DEPENDS = '.livepatch.xen_depends';
export const BUILD_ID = '.note.gnu.build-id';
export const MODINFO = '.modinfo';
export const EXCEPTION_TABLE = '.ex_table';
export const ALTERNATIVES = '.altinstructions';
export const REPLACEMENTS = '.altinstr_replacement';

/** HOOK-1, HOOK-2: any number of pointers. */
export const HOOK_ARRAYS = { load: '.livepatch.hooks.load', unload: '.livepatch.hooks.unload' } as const;

/** V2-HOOK-2 to V2-HOOK-5: one pointer each. */
export const SINGLE_HOOKS = {
  preapply: '.livepatch.hooks.preapply',
  apply: '.livepatch.hooks.apply',
  postapply: '.livepatch.hooks.postapply',
  prerevert: '.livepatch.hooks.prerevert',
  revert: '.livepatch.hooks.revert',
  postrevert: '.livepatch.hooks.postrevert',
} as const;

/** By the kind of hook. */
export const HOOK_SECTIONS = { ...HOOK_ARRAYS, ...SINGLE_HOOKS } as const;
export type HookKind = keyof typeof HOOK_SECTIONS;

export const isHookKind = (word: string): word is HookKind => Object.hasOwn(HOOK_SECTIONS, word);

/** EXC-2: what a bug frame is of, and the section of its kind. */
export const BUG_FRAMES = [
  { kind: 'run_fn', section: '.bug_frames.0' },
  { kind: 'warn', section: '.bug_frames.1' },
  { kind: 'bug', section: '.bug_frames.2' },
  { kind: 'assert', section: '.bug_frames.3' },
] as const;
export type BugFrameKind = (typeof BUG_FRAMES)[number]['kind'];

/** Whether a section is one of those tables that live patching reads. */
export const isLivepatchTable = (section: string): boolean => section.startsWith('.livepatch.');

/** The relocations of a section. */
export const relocationsOf = (section: string): string => `.rela${section}`;
