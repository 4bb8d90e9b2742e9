/** ACTION: unloads at once; applies, reverts and replaces when all vCPUs are held. Clauses ACT, STATE, DEP, BSS, V2-ACT. */
import { ACTION_FLAG, ACTION_STRUCT, LIMITS, type Action } from '../../abi/hypercall';
import type { Vcpu } from '../../machine/vcpu';
import {
  ACTION_FIELD_RULES,
  ACTION_RULES,
  actionOf,
  DEPENDENCY_RULES,
  OUTCOME_RULES,
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
  /** Nanoseconds; 0 for the default. ACT-5. */
  readonly time: number;
  readonly flags: number;
  readonly pad: number;
}

function decode(livepatch: Livepatch, union: Uint8Array): Request {
  if (livepatch.revision === 2) return ACTION_STRUCT[2].decode(union);
  return { ...ACTION_STRUCT[1].decode(union), flags: 0, pad: 0 };
}

/** A call that patches, or takes a patch back. */
type PatchingCall = ActionCall & Pick<Work, 'action'>;

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

function unload(livepatch: Livepatch, payload: Payload): Returned {
  unmapPayload(livepatch, payload.loaded);
  livepatch.state = removed(livepatch.state, payload.name);
  return 0;
}

/** The action has failed before it began: GET and LIST tell it, while ACTION returns 0. ACT-6. */
function failed(livepatch: Livepatch, { name }: Payload, rc: number): Returned {
  livepatch.state = changed(livepatch.state, name, { rc });
  return 0;
}

/** What is asked of the payloads before anything of an action is done, its own hook last; undefined: go on. */
function prevented(livepatch: Livepatch, vcpu: Vcpu, call: PatchingCall, { flags }: Request): Returned | undefined {
  const { action, payload } = call;
  const where = `payload ${payload.name}`;
  const wrong = refusal(livepatch, OUTCOME_RULES, call, where) ?? dependencyRefusal(livepatch, action, payload, flags);
  if (wrong !== undefined) return failed(livepatch, payload, wrong);

  const irreplaceable = refusal(livepatch, REPLACE_RULES, { action, vetoing: vetoing(livepatch, payload) }, where);
  if (irreplaceable !== undefined) return irreplaceable;

  const unexpected = checkExpectations(livepatch, action, payload);
  if (unexpected !== undefined) return action === 'REPLACE' ? failed(livepatch, payload, unexpected) : unexpected;

  const vetoed = veto(livepatch, vcpu, action, payload);
  return vetoed === undefined ? undefined : failed(livepatch, payload, vetoed);
}

/** What ACTION returns for a call that names a payload. */
function perform(livepatch: Livepatch, vcpu: Vcpu, call: ActionCall, request: Request): Returned {
  const { action, payload } = call;
  const wrong = refusal(livepatch, ACTION_RULES, call, `payload ${payload.name}`);
  if (wrong !== undefined) return wrong;
  if (action === undefined) return 0;
  if (action === 'UNLOAD') return unload(livepatch, payload);

  const answer = prevented(livepatch, vcpu, { ...call, action }, request);
  if (answer !== undefined) return answer;
  const time = request.time === 0 ? LIMITS.defaultTime : BigInt(request.time);
  schedule(livepatch, vcpu, { name: payload.name, action }, time);
  return 0;
}

export function action(livepatch: Livepatch, vcpu: Vcpu, name: string, union: Uint8Array): Returned {
  const { state } = livepatch;
  const request = decode(livepatch, union);
  const payload = find(state, name);
  const wrong =
    refusal(livepatch, ACTION_FIELD_RULES, request, 'ACTION') ??
    refusal(livepatch, KNOWN_NAME_RULES, payload, `name ${name}`);
  if (wrong !== undefined || payload === undefined) return wrong ?? 0;
  const pending = state.work && find(state, state.work.name);
  const call = { cmd: request.cmd, action: actionOf(request.cmd), payload, pending, top: top(state) };
  return perform(livepatch, vcpu, call, request);
}
