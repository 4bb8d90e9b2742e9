/** What is asked of the entries of `.livepatch.funcs`. Clauses FUNC, TRAMP, V2-FUNC, V2-CET-1. */
import { ENDBR64, TRAMPOLINE_SIZE } from '../../abi/code';
import { LIVEPATCH_FUNC, OPAQUE_SIZE, PAYLOAD_VERSION } from '../../abi/hypercall';
import { hex } from '../../bytes';
import type { Rule } from './rule';
import type { SectionSize } from './special-sections';

export const FUNCTIONS_RULES: readonly Rule<SectionSize>[] = [
  {
    name: 'functions-size-64',
    clause: 'FUNC-16',
    errno: 'EINVAL',
    says: 'The size of .livepatch.funcs is a multiple of 64.',
    refused: ({ size }) => `The size of .livepatch.funcs is ${size}, not a multiple of 64.`,
    field: 'sh_size',
    revision: 1,
    broken: ({ size }) => size % BigInt(LIVEPATCH_FUNC[1].size) !== 0n,
  },
  {
    name: 'functions-size-104',
    clause: 'FUNC-16',
    errno: 'EINVAL',
    says: 'The size of .livepatch.funcs is a multiple of 104.',
    refused: ({ size }) => `The size of .livepatch.funcs is ${size}, not a multiple of 104.`,
    field: 'sh_size',
    revision: 2,
    broken: ({ size }) => size % BigInt(LIVEPATCH_FUNC[2].size) !== 0n,
  },
];

/** An entry, and what was found out about the function it names. */
export interface FunctionToPatch {
  readonly version: number;
  readonly oldSize: number;
  readonly newSize: number;
  readonly newAddress: bigint;
  readonly applied: number;
  /** Whether the entry says an address, or a name that can be read. */
  readonly isNamed: boolean;
  /** As the entry says it, or as its name was found; undefined: not found. */
  readonly oldAddress: bigint | undefined;
  /** Whether all that would be patched is hypervisor memory. */
  readonly isMapped: boolean;
  /** Whether the old function begins with endbr64 and so is patched after it. V2-CET-1. */
  readonly beginsWithEndbr: boolean;
  /** What the trampoline would have to encode. */
  readonly displacement: bigint;
  /** Whether it is data that is replaced in place, rather than a function. TODO-2. */
  readonly isData: boolean;
  /** Whether new_addr and the new_size bytes there are in the payload's data or read-only data. */
  readonly isNewInData: boolean;
  /** Whether a byte that would be patched is of the functions that patch. */
  readonly isProtected: () => boolean;
}

const isNop = ({ isData, newAddress }: FunctionToPatch): boolean => !isData && newAddress === 0n;
const isJump = ({ isData, newAddress }: FunctionToPatch): boolean => !isData && newAddress !== 0n;

/** Asked of each entry. */
export const FUNCTION_RULES: readonly Rule<FunctionToPatch>[] = [
  {
    name: 'function-version-1',
    clause: 'FUNC-8',
    errno: 'EOPNOTSUPP',
    says: 'The version of an entry is 1.',
    refused: ({ version }) => `The version of the entry is ${version}, not 1.`,
    field: 'version',
    revision: 1,
    broken: ({ version }) => version !== PAYLOAD_VERSION[1],
  },
  {
    name: 'function-version-2',
    clause: 'V2-FUNC-2',
    errno: 'EOPNOTSUPP',
    says: 'The version of an entry is 2.',
    refused: ({ version }) => `The version of the entry is ${version}, not 2.`,
    field: 'version',
    revision: 2,
    broken: ({ version }) => version !== PAYLOAD_VERSION[2],
  },
  {
    name: 'function-applied',
    clause: 'V2-FUNC-12',
    errno: 'EINVAL',
    says: 'applied is 0 in the file.',
    refused: ({ applied }) => `applied is ${applied} in the file, not 0.`,
    field: 'applied',
    revision: 2,
    broken: ({ applied }) => applied !== 0,
  },
  {
    name: 'function-old-size-zero',
    clause: 'FUNC-6',
    errno: 'EINVAL',
    says: 'old_size is not 0.',
    refused: 'old_size is 0.',
    field: 'old_size',
    broken: ({ oldSize }) => oldSize === 0,
  },
  {
    name: 'function-without-name',
    clause: 'FUNC-19',
    errno: 'EINVAL',
    says: 'An entry without old_addr has a name that can be read.',
    refused: 'The entry has neither old_addr nor a name that can be read.',
    field: 'name',
    broken: ({ isNamed }) => !isNamed,
  },
  {
    name: 'function-unknown',
    clause: 'SYM-4',
    errno: 'ENOENT',
    says: 'The name of an entry without old_addr is a symbol of the hypervisor or of a loaded payload.',
    refused: 'The entry has no old_addr, and no symbol of the hypervisor or of a loaded payload has its name.',
    field: 'name',
    broken: ({ oldAddress }) => oldAddress === undefined,
  },
  {
    name: 'nop-too-long',
    clause: 'FUNC-7',
    errno: 'EOPNOTSUPP',
    says: 'Without new_addr, new_size is at most 31.',
    refused: ({ newSize }) => `There is no new_addr, and new_size is ${newSize}, more than 31.`,
    field: 'new_size',
    broken: (entry) => isNop(entry) && entry.newSize > OPAQUE_SIZE,
  },
  {
    name: 'nop-longer-than-function',
    clause: 'INL-1',
    errno: 'EINVAL',
    says: 'Without new_addr, new_size is not above old_size.',
    refused: ({ newSize, oldSize }) =>
      `There is no new_addr, and new_size is ${newSize}, more than old_size, which is ${oldSize}.`,
    field: 'new_size',
    broken: (entry) => isNop(entry) && entry.newSize > entry.oldSize,
  },
  {
    name: 'function-too-short',
    clause: 'TRAMP-4',
    errno: 'EINVAL',
    says: 'A function that gets a trampoline has at least 5 bytes.',
    refused: ({ oldSize }) => `The function has ${oldSize} bytes, and a trampoline needs 5.`,
    field: 'old_size',
    broken: (entry) => isJump(entry) && entry.oldSize < TRAMPOLINE_SIZE,
  },
  {
    name: 'function-not-mapped',
    clause: 'FUNC-12',
    errno: 'EINVAL',
    says: 'Only mapped memory of the hypervisor can be patched.',
    refused: 'The place to patch is not mapped memory of the hypervisor.',
    field: 'old_addr',
    broken: ({ isMapped }) => !isMapped,
  },
  {
    name: 'function-too-short-behind-endbr',
    clause: 'V2-CET-1',
    errno: 'EINVAL',
    says: 'A function that begins with endbr64 and gets a trampoline has at least 9 bytes.',
    refused: ({ oldSize }) =>
      `The function begins with endbr64 and has ${oldSize} bytes: with a trampoline it needs 9.`,
    field: 'old_size',
    revision: 2,
    broken: (entry) => isJump(entry) && entry.beginsWithEndbr && entry.oldSize < ENDBR64.length + TRAMPOLINE_SIZE,
  },
  {
    name: 'nop-too-short-behind-endbr',
    clause: 'V2-CET-2',
    errno: 'EINVAL',
    says: 'If the function begins with endbr64 and there is no new_addr, new_size is at least 5.',
    refused: ({ newSize }) =>
      `The function begins with endbr64, there is no new_addr, and new_size is ${newSize}, less than 5.`,
    field: 'new_size',
    revision: 2,
    broken: (entry) => isNop(entry) && entry.beginsWithEndbr && entry.newSize <= ENDBR64.length,
  },
  {
    name: 'displacement',
    clause: 'TRAMP-2',
    errno: 'EOVERFLOW',
    says: 'The displacement of the trampoline fits in 32 signed bits.',
    refused: ({ displacement }) =>
      `The displacement of the trampoline is ${displacement}, which does not fit in 32 signed bits.`,
    field: 'new_addr',
    broken: (entry) => isJump(entry) && BigInt.asIntN(32, entry.displacement) !== entry.displacement,
  },
  {
    name: 'function-protected',
    clause: 'TODO-4',
    errno: 'EINVAL',
    says: 'Functions that run during patching cannot be patched.',
    refused: 'The function runs during patching, so it cannot be patched.',
    field: 'old_addr',
    option: 'protected-functions',
    broken: ({ isProtected }) => isProtected(),
  },
  {
    name: 'data-new-outside',
    clause: 'TODO-9',
    errno: 'EINVAL',
    says: "New data is in the payload's data or read-only data.",
    refused: "The new data is outside the payload's data and read-only data.",
    field: 'new_addr',
    option: 'data-patching',
    broken: ({ isData, isNewInData }) => isData && !isNewInData,
  },
  {
    name: 'data-too-long',
    clause: 'TODO-9',
    errno: 'EINVAL',
    says: 'New data is not longer than the data that it replaces.',
    refused: ({ newSize, oldSize }) => `The new data has ${newSize} bytes, more than the ${oldSize} that it replaces.`,
    field: 'new_size',
    option: 'data-patching',
    broken: ({ isData, newSize, oldSize }) => isData && newSize > oldSize,
  },
];

/** An entry of which everything else is right. */
export interface LastOfFunction {
  readonly newAddress: bigint;
  /** Whether that is in the payload's text, or replaces data. */
  readonly isNewInPlace: boolean;
  readonly isOpaqueZero: boolean;
}

/** Asked of each entry after everything else: Xen asks neither, and so refuses what else is wrong first. */
export const LAST_FUNCTION_RULES: readonly Rule<LastOfFunction>[] = [
  {
    name: 'function-opaque',
    clause: 'FUNC-9',
    errno: 'EINVAL',
    says: 'opaque is all zero.',
    refused: 'opaque is not all zero.',
    field: 'opaque',
    broken: ({ isOpaqueZero }) => !isOpaqueZero,
  },
  {
    name: 'new-function-outside',
    clause: 'FUNC-4',
    errno: 'EINVAL',
    says: "new_addr is in the payload's text.",
    refused: ({ newAddress }) => `new_addr is ${hex(newAddress)}, outside the payload's text.`,
    field: 'new_addr',
    broken: ({ newAddress, isNewInPlace }) => newAddress !== 0n && !isNewInPlace,
  },
];
