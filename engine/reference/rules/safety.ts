/** What the document wishes to be asked beside, for safety: of the vCPUs' stacks and of the compiler. Clause TODO-4. */
import type { Rule } from './rule';

/** Asked of the functions that are about to change and were found on a stack. */
export const STACK_RULES: readonly Rule<readonly string[]>[] = [
  {
    name: 'function-on-stack',
    clause: 'TODO-4',
    errno: 'EBUSY',
    says: 'No function that is patched or given back is on the stack of a vCPU.',
    option: 'stack-check',
    broken: (found) => found.length > 0,
  },
];

export interface Compilers {
  /** As the payload's `.comment` names them. */
  readonly ofPayload: readonly string[];
  readonly ofHypervisor: string;
}

export const COMPILER_RULES: readonly Rule<Compilers>[] = [
  {
    name: 'compiler-named',
    clause: 'TODO-4',
    errno: 'EINVAL',
    says: 'A payload says in .comment by which compiler it was built.',
    option: 'same-compiler',
    broken: ({ ofPayload }) => ofPayload.length === 0,
  },
  {
    name: 'compiler-same',
    clause: 'TODO-4',
    errno: 'EINVAL',
    says: "Each compiler that a payload was built by is the hypervisor's.",
    option: 'same-compiler',
    broken: ({ ofPayload, ofHypervisor }) => ofPayload.some((compiler) => compiler !== ofHypervisor),
  },
];
