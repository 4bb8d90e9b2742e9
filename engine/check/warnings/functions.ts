/** Warnings about the entries of `.livepatch.funcs`: the place that is patched, and the code that comes in its place. */
import { hex } from '../../bytes';
import type { Part } from './hypervisor';
import type { WarningRow } from './warning';

/** An entry that was read, and what was found at the place that it patches. */
export interface PatchedPlace {
  /** `symbol`, or `symbol+0x12`. */
  readonly name: string;
  readonly newAddress: bigint;
  readonly oldSize: number;
  /** Bytes of the function that begins at old_addr; undefined if none does, or its symbol does not say. */
  readonly symbolSize: number | undefined;
  /** Whether it is memory that cannot be executed. */
  readonly isData: boolean;
  /** Whether it is freed after boot. */
  readonly isInit: boolean;
  /** Bytes that are written. */
  readonly patchSize: number;
  /** The function that they reach into, after the end of the patched one. */
  readonly reachesInto: string | undefined;
  /** Whether new_addr is 0 or an address that can be executed. */
  readonly isNewCode: boolean;
  /** "f+0x40 leads to f+0x2": a call or jump of the hypervisor into the middle of these bytes. */
  readonly jumpInto: string | undefined;
  /** The first of these bytes that an alternative, an exception or a bug frame of the hypervisor is about. */
  readonly alternative: string | undefined;
  readonly exception: string | undefined;
  readonly bugFrame: string | undefined;
  /** ".text+0x12 leads to f": code of the payload that leads into these bytes, where it should not. */
  readonly wayBack: string | undefined;
  /** Likewise, from the very function that replaces it. */
  readonly endless: string | undefined;
  /** Where other functions have a copy of it that stays as it is. */
  readonly keptCopies: readonly string[];
  /** How the function takes part in patching. */
  readonly part: Part | undefined;
}

const isJump = ({ newAddress }: PatchedPlace): boolean => newAddress !== 0n;
const beyond = ({ patchSize, name, reachesInto }: PatchedPlace): string =>
  `The ${patchSize} bytes that are patched reach beyond ${name}, into ${String(reachesInto)}.`;

/** Copies that are named. */
const MOST_COPIES = 4;

function copiesKept({ name, keptCopies }: PatchedPlace): string {
  const { length } = keptCopies;
  const more = length > MOST_COPIES ? `, and ${length - MOST_COPIES} more` : '';
  const places = `${keptCopies.slice(0, MOST_COPIES).join(', ')}${more}`;
  return length === 1
    ? `An inlined copy of ${name} keeps the old code, in a function that the payload does not patch: ${places}.`
    : `${length} inlined copies of ${name} keep the old code, in functions that the payload does not patch: ${places}.`;
}

export const FUNCTION_WARNINGS: readonly WarningRow<PatchedPlace>[] = [
  {
    name: 'patches-init-code',
    clause: 'FUNC-12',
    says: ({ name }) => `${name} is init code, which the hypervisor frees after boot: there is nothing to patch.`,
    field: 'old_addr',
    ofRefused: true,
    found: ({ isInit }) => isInit,
  },
  {
    name: 'patches-data',
    clause: 'BSS-1',
    says: (place) => `${place.name} is data: ${isJump(place) ? 'a jump' : 'nops'} will be written over it.`,
    field: 'old_addr',
    found: ({ isData }) => isData,
  },
  {
    name: 'old-size-differs',
    clause: 'FUNC-6',
    says: ({ name, oldSize, symbolSize }) => `old_size is ${oldSize}, but ${name} has ${String(symbolSize)} bytes.`,
    field: 'old_size',
    found: ({ oldSize, symbolSize }) => symbolSize !== undefined && symbolSize !== oldSize,
  },
  {
    name: 'jump-beyond-function',
    clause: 'TRAMP-9',
    says: beyond,
    field: 'old_size',
    found: (place) => isJump(place) && place.reachesInto !== undefined,
  },
  {
    name: 'nops-beyond-function',
    clause: 'INL-1',
    says: beyond,
    field: 'new_size',
    found: (place) => !isJump(place) && place.reachesInto !== undefined,
  },
  {
    name: 'new-function-no-code',
    clause: 'FUNC-4',
    says: ({ newAddress }) => `new_addr is ${hex(newAddress)}, which is not in executable memory.`,
    field: 'new_addr',
    found: ({ isNewCode }) => !isNewCode,
  },
  {
    name: 'jump-into-patch',
    says: ({ jumpInto }) => `${String(jumpInto)}, into the middle of the bytes that are patched.`,
    field: 'old_addr',
    found: ({ jumpInto }) => jumpInto !== undefined,
  },
  {
    name: 'alternative-in-patch',
    says: ({ alternative }) =>
      `An alternative of the hypervisor is at ${String(alternative)}, in the bytes that are patched: the running hypervisor may have other bytes there than its file.`,
    field: 'old_addr',
    found: ({ alternative }) => alternative !== undefined,
  },
  {
    name: 'exception-in-patch',
    says: ({ exception }) =>
      `The hypervisor's exception table has an entry for ${String(exception)}, in the bytes that are patched.`,
    field: 'old_addr',
    found: ({ exception }) => exception !== undefined,
  },
  {
    name: 'bug-frame-in-patch',
    says: ({ bugFrame }) => `The hypervisor has a bug frame for ${String(bugFrame)}, in the bytes that are patched.`,
    field: 'old_addr',
    found: ({ bugFrame }) => bugFrame !== undefined,
  },
  {
    name: 'new-function-endless',
    says: ({ endless }) =>
      `The new function may never return: ${String(endless)}, which leads back to the new function.`,
    field: 'new_addr',
    found: ({ endless }) => endless !== undefined,
  },
  {
    name: 'jumps-back-into-patch',
    says: ({ wayBack }) => `${String(wayBack)}, into the middle of the bytes that are patched.`,
    field: 'new_addr',
    found: ({ wayBack }) => wayBack !== undefined,
  },
  {
    name: 'inlined-copies',
    says: copiesKept,
    field: 'old_addr',
    found: ({ keptCopies }) => keptCopies.length > 0,
  },
  {
    name: 'runs-while-patching',
    clause: 'TODO-4',
    says: ({ name }) => `${name} may be on a CPU's stack while it is patched: that CPU continues in the old code.`,
    field: 'old_addr',
    found: ({ part }) => part === 'held',
  },
  {
    name: 'on-the-way-to-patching',
    clause: 'TODO-4',
    says: ({ name }) =>
      `Livepatch hypercalls go through ${name}: if the new function fails, the payload can no longer be reverted.`,
    field: 'old_addr',
    found: ({ part }) => part === 'on the way',
  },
];
