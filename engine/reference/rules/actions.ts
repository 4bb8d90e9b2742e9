/**
 * Rules of ACTION: its fields, the state of the payload, what it depends on and refers to. Clauses ACT, STATE, DEP,
 * BSS-2, V2-ACT.
 */
import { ACTION, type Action, type Revision, type State } from '../../abi/hypercall';
import { isValid } from '../../abi/transitions';
import { hex } from '../../bytes';
import type { Rule } from './rule';

export interface ActionFields {
  readonly flags: number;
  readonly pad: number;
}

const KNOWN_FLAGS = 1;

export const ACTION_FIELD_RULES: readonly Rule<ActionFields>[] = [
  {
    name: 'action-pad-zero',
    clause: 'V2-ACT-4',
    errno: 'EINVAL',
    says: 'The padding of ACTION is zero.',
    refused: ({ pad }) => `The padding of ACTION is ${pad}, not zero.`,
    revision: 2,
    broken: ({ pad }) => pad !== 0,
  },
  {
    name: 'action-known-flags',
    clause: 'V2-ACT-5',
    errno: 'EINVAL',
    says: 'No flag but NODEPS is set.',
    refused: ({ flags }) => `The flags are ${hex(flags)}: only NODEPS may be set.`,
    revision: 2,
    broken: ({ flags }) => (flags & ~KNOWN_FLAGS) !== 0,
  },
];

interface Named {
  readonly name: string;
}

/** The payload that an action is asked for. */
export interface ActedOn extends Named {
  readonly state: State;
  /** It was applied and reverted since it was uploaded. BSS-2. */
  readonly reverted: boolean;
  readonly loaded: { readonly reappliable: boolean };
}

export interface ActionCall {
  /** undefined if no action has the command's number. */
  readonly action: Action | undefined;
  readonly payload: Named;
  /** The payload whose action is pending, if one is. */
  readonly pending: Named | undefined;
}

/**
 * Rules whose refusal is what ACTION returns: the payload's rc is in use for an action that is pending, or there is no
 * such action. ACT-7, ACT-1.
 */
export const ACTION_RULES: readonly Rule<ActionCall>[] = [
  {
    name: 'action-not-pending',
    clause: 'ACT-7',
    errno: 'EBUSY',
    says: 'No action on the payload is pending.',
    refused: 'An action on the payload is already pending.',
    broken: ({ payload, pending }) => payload.name === pending?.name,
  },
  {
    name: 'action-known-command',
    clause: 'ACT-11',
    errno: 'EOPNOTSUPP',
    says: 'The command is UNLOAD, REVERT, APPLY or REPLACE.',
    refused: 'No action has the number of the command.',
    broken: ({ action }) => action === undefined,
  },
];

/** A call that ACTION returns 0 for, whatever becomes of the action. */
export interface AcceptedAction extends ActionCall {
  readonly action: Action;
  readonly payload: ActedOn;
  /** The payload applied last, if one is. */
  readonly top: Named | undefined;
}

/** Rules whose refusal GET and LIST show in rc, while ACTION returns 0 (ACT-6). */
export const OUTCOME_RULES: readonly Rule<AcceptedAction>[] = [
  {
    name: 'action-valid-in-state',
    clause: 'STATE-9',
    errno: 'EINVAL',
    says: 'The action is in the transition table for the state.',
    refused: ({ action, payload }) => `${action} is not possible in state ${payload.state}.`,
    broken: ({ action, payload }) => !isValid(payload.state, action),
  },
  {
    name: 'apply-reverted-again',
    clause: 'BSS-2',
    errno: 'EINVAL',
    says: 'A payload with writable data cannot be applied again once it was reverted.',
    refused: 'The payload has writable data and was reverted, so it cannot be applied again.',
    broken: ({ action, payload }) =>
      (action === 'APPLY' || action === 'REPLACE') && payload.reverted && !payload.loaded.reappliable,
  },
  {
    name: 'revert-top-only',
    clause: 'ACT-8',
    errno: 'EBUSY',
    says: 'Only the payload that was applied last can be reverted.',
    refused: ({ top }) => `The payload ${top?.name ?? ''} was applied later and has to be reverted first.`,
    broken: ({ action, payload, top }) => action === 'REVERT' && top !== undefined && top.name !== payload.name,
  },
];

export interface Dependency {
  readonly action: Action;
  readonly revision: Revision;
  /** NODEPS was asked for. */
  readonly ignoresPrevious: boolean;
  /** The build-id is that of the hypervisor. */
  readonly onHypervisor: boolean;
  /** The build-id is that of the payload applied last, or of the hypervisor where none is. */
  readonly onPrevious: boolean;
  /** For each payload that it refers to, whether that one is applied. */
  readonly uses: readonly boolean[];
}

export const DEPENDENCY_RULES: readonly Rule<Dependency>[] = [
  {
    name: 'apply-dependency',
    clause: 'DEP-2',
    errno: 'EINVAL',
    says: 'A payload depends on the one applied last, or on the hypervisor if none is applied.',
    refused: 'The payload does not depend on the one applied last, or on the hypervisor if none is applied.',
    broken: ({ action, ignoresPrevious, onPrevious }) => action === 'APPLY' && !ignoresPrevious && !onPrevious,
  },
  {
    name: 'replace-dependency',
    clause: 'DEP-3',
    errno: 'EINVAL',
    says: 'A payload that replaces all others depends on the hypervisor.',
    refused: 'The payload replaces all others, but does not depend on the hypervisor.',
    broken: ({ action, onHypervisor }) => action === 'REPLACE' && !onHypervisor,
  },
  {
    name: 'uses-applied',
    clause: 'DEP-8',
    errno: 'ENOENT',
    says: 'The payloads that the payload refers to are applied, and stay so.',
    refused: 'The payload refers to a payload that is not applied, or would not stay applied.',
    broken: ({ action, uses }) =>
      (action === 'APPLY' && uses.includes(false)) || (action === 'REPLACE' && uses.length > 0),
  },
];

/** Asked of an action that nothing else prevents. */
export const SCHEDULE_RULES: readonly Rule<{ readonly work: unknown }>[] = [
  {
    name: 'action-none-pending',
    clause: 'ACT-10',
    errno: 'EBUSY',
    says: 'No action on another payload is pending.',
    refused: 'An action on another payload is pending.',
    broken: ({ work }) => work !== undefined,
  },
];

export const actionOf = (cmd: number): Action | undefined =>
  (Object.keys(ACTION) as Action[]).find((name) => ACTION[name] === cmd);
