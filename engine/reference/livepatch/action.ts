/** ACTION: unloads at once; applies, reverts and replaces when all vCPUs are held. Clauses ACT, STATE, DEP, BSS, V2-ACT. */
import { ACTION_FLAG, ACTION_STRUCT, LIMITS, type Action } from '../../abi/hypercall';
import type { Vcpu } from '../../machine/vcpu';
import {
  ACTION_FIELD_RULES,
  ACTION_RULES,
  actionOf,
  DEPENDENCY_RULES,
  OUTCOME_RULES,
  SCHEDULE_RULES,
  type ActionCall,
} from '../rules/actions';
import { KNOWN_NAME_RULES } from '../rules/calls';
import { REPLACE_RULES } from '../rules/hooks';
import { checkExpectations } from './expectations';
import { isVetoing, veto } from './hooks';
import type { LoadedPayload } from './load';
import { refusal, unmapPayload, type Livepatch, type Returned } from './livepatch';
import { changed, find, removed, top, type Payload, type Work } from './state';
import { schedule } from './work';

interface Request {
  readonly cmd: number;
  /** Nanoseconds; 0 for the default. ACT-5, ACT-14. */
  readonly time: number;
  readonly flags: number;
  readonly pad: number;
}

function decode(livepatch: Livepatch, union: Uint8Array): Request {
  if (livepatch.revision === 2) return ACTION_STRUCT[2].decode(union);
  return { ...ACTION_STRUCT[1].decode(union), flags: 0, pad: 0 };
}

/** A call that patches, or takes a patch back. */
type PatchRequest = Request & Pick<Work, 'action'>;

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

function dependencyRefusal(
  livepatch: Livepatch,
  action: Action,
  payload: Payload,
  flags: number,
): Returned | undefined {
  const { state, buildId, revision } = livepatch;
  const { loaded, uses } = payload;
  const { depends } = loaded;
  const isApplied = (used: LoadedPayload): boolean => state.stack.some((name) => find(state, name)?.loaded === used);
  const dependency = {
    action,
    revision,
    ignoresPrevious: (flags & ACTION_FLAG.NODEPS) !== 0,
    onHypervisor: same(depends, buildId),
    onPrevious: same(depends, top(state)?.loaded.buildId ?? buildId),
    uses: uses.map(isApplied),
  };
  return refusal(livepatch, DEPENDENCY_RULES, dependency, `payload ${payload.name}`);
}

/** Names of the payloads whose hooks could veto what REPLACE does at once: of this one and of all that are applied. */
function vetoing({ state }: Livepatch, payload: Payload): readonly string[] {
  const others = state.stack.flatMap((name) => find(state, name) ?? []);
  return [payload, ...others].filter(({ loaded }) => isVetoing(loaded.hooks)).map(({ name }) => name);
}

function unload(livepatch: Livepatch, payload: Payload): void {
  unmapPayload(livepatch, payload.loaded);
  livepatch.state = removed(livepatch.state, payload.name);
}

/** The rc of a patch that fails before anything is done, the last to be asked being its own hook; undefined: go on. */
function hindrance(livepatch: Livepatch, vcpu: Vcpu, payload: Payload, request: PatchRequest): number | undefined {
  const { action, flags } = request;
  return (
    dependencyRefusal(livepatch, action, payload, flags) ??
    refusal(livepatch, REPLACE_RULES, { action, vetoing: vetoing(livepatch, payload) }, `payload ${payload.name}`) ??
    checkExpectations(livepatch, action, payload) ??
    refusal(livepatch, SCHEDULE_RULES, livepatch.state, `payload ${payload.name}`) ??
    veto(livepatch, vcpu, action, payload)
  );
}

/** Patches once all vCPUs are held, or takes a patch back; undefined, or the rc of what fails before. */
function patch(livepatch: Livepatch, vcpu: Vcpu, payload: Payload, request: PatchRequest): number | undefined {
  const rc = hindrance(livepatch, vcpu, payload, request);
  if (rc !== undefined) return rc;
  const time = request.time === 0 ? LIMITS.defaultTime : BigInt(request.time);
  schedule(livepatch, vcpu, { name: payload.name, action: request.action }, time);
  return undefined;
}

/** What becomes of an action is told by the payload's rc; whatever it is, ACTION returns 0. ACT-6, ACT-15. */
function perform(
  livepatch: Livepatch,
  vcpu: Vcpu,
  call: ActionCall & { readonly action: Action },
  request: Request,
): void {
  const { action, payload } = call;
  let rc = refusal(livepatch, OUTCOME_RULES, call, `payload ${payload.name}`);
  if (rc === undefined) {
    if (action === 'UNLOAD') unload(livepatch, payload);
    else rc = patch(livepatch, vcpu, payload, { ...request, action });
  }
  if (rc !== undefined) livepatch.state = changed(livepatch.state, payload.name, { rc });
}

/** The refusal of fields of ACTION itself, which comes before the payload's name is looked at. */
export const checkFields = (livepatch: Livepatch, union: Uint8Array): Returned | undefined =>
  refusal(livepatch, ACTION_FIELD_RULES, decode(livepatch, union), 'ACTION');

export function action(livepatch: Livepatch, vcpu: Vcpu, name: string, union: Uint8Array): Returned {
  const { state } = livepatch;
  const request = decode(livepatch, union);
  const payload = find(state, name);
  const unknown = refusal(livepatch, KNOWN_NAME_RULES, payload, `name ${name}`);
  if (payload === undefined) return unknown ?? 0;
  const pending = state.work && find(state, state.work.name);
  const action = actionOf(request.cmd);
  const call = { action, payload, pending, top: top(state) };
  const refused = refusal(livepatch, ACTION_RULES, call, `payload ${payload.name}`);
  if (refused !== undefined) return refused;
  if (action !== undefined) perform(livepatch, vcpu, { ...call, action }, request);
  return 0;
}
