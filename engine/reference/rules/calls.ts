/** Rules of the hypercalls: envelope, names, UPLOAD, GET. Clauses CALL, NAME, UPL, GET, SEC. */
import { LIMITS, LIVEPATCH_OP } from '../../abi/hypercall';
import type { Denial, DomainName } from '../../target';
import type { Rule } from './rule';

/** The head of a livepatch operation. */
export interface Envelope {
  readonly interfaceVersion: number;
  readonly expectedInterfaceVersion: number;
  readonly operation: number;
  readonly pad: number;
}

export const PRIVILEGE_RULES: readonly Rule<{ readonly privileged: boolean }>[] = [
  {
    name: 'call-privileged',
    clause: 'SEC-4',
    errno: 'EPERM',
    says: 'Only the control domain may ask for live patching.',
    refused: 'A domain without privilege asked for live patching.',
    broken: ({ privileged }) => !privileged,
  },
];

export const ACCESS_RULES: readonly Rule<{ readonly accessible: boolean }>[] = [
  {
    name: 'call-structure-accessible',
    clause: 'CALL-8',
    errno: 'EFAULT',
    says: 'The hypervisor can read the structure of the call.',
    refused: 'The hypervisor cannot read the structure of the call.',
    broken: ({ accessible }) => !accessible,
  },
];

/** What a domain asks, and what the policy forbids. */
export interface PolicyQuestion {
  readonly domain: DomainName;
  readonly operation: number;
  readonly policy: readonly Denial[];
}

export const POLICY_RULES: readonly Rule<PolicyQuestion>[] = [
  {
    name: 'call-allowed-by-policy',
    clause: 'SEC-2',
    errno: 'EPERM',
    says: 'The policy allows the domain this sub-operation.',
    refused: ({ domain }) => `The policy does not allow the ${domain} domain this sub-operation.`,
    broken: ({ domain, operation, policy }) =>
      policy.some((denial) => denial.domain === domain && LIVEPATCH_OP[denial.operation] === operation),
  },
];

/** What is asked of a structure that an answer is written into. */
export const ANSWER_RULES: readonly Rule<{ readonly writable: boolean }>[] = [
  {
    name: 'call-structure-writable',
    clause: 'CALL-8',
    errno: 'EFAULT',
    says: 'The hypervisor can write its answer into the structure of the call.',
    refused: 'The hypervisor cannot write its answer into the structure of the call.',
    broken: ({ writable }) => !writable,
  },
];

export const ENVELOPE_RULES: readonly Rule<Envelope>[] = [
  {
    name: 'call-interface-version',
    clause: 'CALL-4',
    errno: 'EACCES',
    says: 'The interface version is that of the hypervisor.',
    refused: ({ interfaceVersion, expectedInterfaceVersion }) =>
      `The interface version is ${interfaceVersion}, and the hypervisor's is ${expectedInterfaceVersion}.`,
    broken: ({ interfaceVersion, expectedInterfaceVersion }) => interfaceVersion !== expectedInterfaceVersion,
  },
  {
    name: 'call-pad-zero',
    clause: 'CALL-2',
    errno: 'EINVAL',
    says: 'The padding of the livepatch operation is zero.',
    refused: ({ pad }) => `The padding of the livepatch operation is ${pad}, not zero.`,
    broken: ({ pad }) => pad !== 0,
  },
  {
    name: 'call-known-operation',
    clause: 'CALL-5',
    errno: 'EOPNOTSUPP',
    says: 'The sub-operation is UPLOAD, GET, LIST or ACTION.',
    refused: ({ operation }) => `No sub-operation has the number ${operation}.`,
    broken: ({ operation }) => !Object.values<number>(LIVEPATCH_OP).includes(operation),
  },
];

export interface NameFields {
  readonly size: number;
  readonly padded: boolean;
}

export const NAME_FIELD_RULES: readonly Rule<NameFields>[] = [
  {
    name: 'name-size-positive',
    clause: 'NAME-2',
    errno: 'EINVAL',
    says: 'The size of a name is at least 1.',
    refused: 'The size of the name is 0.',
    broken: ({ size }) => size === 0,
  },
  {
    name: 'name-size-limit',
    clause: 'NAME-5',
    errno: 'EINVAL',
    says: 'The size of a name is at most 128.',
    refused: ({ size }) => `The size of the name is ${size}, more than 128.`,
    broken: ({ size }) => size > LIMITS.name,
  },
  {
    name: 'name-pad-zero',
    clause: 'NAME-5',
    errno: 'EINVAL',
    says: 'The padding of a name is zero.',
    refused: 'The padding of the name is not zero.',
    broken: ({ padded }) => padded,
  },
];

/** Bytes that a call points to. */
export interface CallBuffer {
  /** Whether the domain owns all of them. */
  readonly owned: boolean;
  /** None if it does not. */
  readonly bytes: Uint8Array;
}

export const NAME_BUFFER_RULES: readonly Rule<CallBuffer>[] = [
  {
    name: 'name-readable',
    clause: 'NAME-6',
    errno: 'EFAULT',
    says: "The name's bytes can be read.",
    refused: 'The bytes of the name cannot be read.',
    broken: ({ owned }) => !owned,
  },
  {
    name: 'name-terminated',
    clause: 'NAME-2',
    errno: 'EINVAL',
    says: 'The last byte of a name is NUL.',
    refused: 'The last byte of the name is not NUL.',
    broken: ({ bytes }) => (bytes.at(-1) ?? 0) !== 0,
  },
];

export interface UploadCall {
  /** Bytes. */
  readonly size: bigint;
  readonly nameIsLoaded: boolean;
}

export const UPLOAD_RULES: readonly Rule<UploadCall>[] = [
  {
    name: 'upload-size-positive',
    clause: 'UPL-4',
    errno: 'EINVAL',
    says: 'The size of a payload is at least 1.',
    refused: 'The size of the payload is 0.',
    broken: ({ size }) => size === 0n,
  },
  {
    name: 'upload-size-limit',
    clause: 'UPL-4',
    errno: 'EINVAL',
    says: 'The size of a payload is at most 2 MiB.',
    refused: ({ size }) => `The size of the payload is ${size}, more than 2 MiB.`,
    broken: ({ size }) => size > BigInt(LIMITS.payload),
  },
  {
    name: 'name-unique',
    clause: 'NAME-3',
    errno: 'EEXIST',
    says: 'A name is not that of a loaded payload.',
    refused: 'A payload with this name is already loaded.',
    broken: ({ nameIsLoaded }) => nameIsLoaded,
  },
];

export const UPLOAD_BUFFER_RULES: readonly Rule<Pick<CallBuffer, 'owned'>>[] = [
  {
    name: 'upload-readable',
    clause: 'UPL-7',
    errno: 'EFAULT',
    says: "The payload's bytes can be read.",
    refused: "The payload's bytes cannot be read.",
    broken: ({ owned }) => !owned,
  },
];

/** The payload that a call names. */
export const KNOWN_NAME_RULES: readonly Rule<object | undefined>[] = [
  {
    name: 'name-known',
    clause: 'GET-7',
    errno: 'ENOENT',
    says: 'A payload with this name is loaded.',
    refused: 'No payload with this name is loaded.',
    broken: (payload) => payload === undefined,
  },
];
