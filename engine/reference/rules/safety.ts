/** What the document wishes to be asked beside, for safety: of the vCPUs' stacks and of the compiler. Clause TODO-4. */
import type { Rule } from './rule';

/** Asked of the functions that are about to change and were found on a stack. */
export const STACK_RULES: readonly Rule<readonly string[]>[] = [
  {
    name: 'function-on-stack',
    clause: 'TODO-4',
    errno: 'EBUSY',
    says: 'Functions on the stack of a vCPU are neither patched nor reverted.',
    refused: (functions) => `On the stack of a vCPU: ${functions.join(', ')}.`,
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
    says: 'A payload says in .comment which compiler built it.',
    refused: 'The payload does not say in .comment which compiler built it.',
    option: 'same-compiler',
    broken: ({ ofPayload }) => ofPayload.length === 0,
  },
  {
    name: 'compiler-same',
    clause: 'TODO-4',
    errno: 'EINVAL',
    says: 'A payload was built by the compiler of the hypervisor.',
    refused: ({ ofPayload, ofHypervisor }) =>
      `The payload was built by ${ofPayload.join(', ')}, the hypervisor by ${ofHypervisor}.`,
    option: 'same-compiler',
    broken: ({ ofPayload, ofHypervisor }) => ofPayload.some((compiler) => compiler !== ofHypervisor),
  },
];
