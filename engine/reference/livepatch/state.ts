/**
 * What the hypervisor knows of payloads. Records are never changed, only replaced: an older state stays what it was.
 */
import type { Action, State } from '../../abi/hypercall';
import { isValid, nextOf } from '../../abi/transitions';
import type { LoadedPayload } from './load';

export interface Payload {
  readonly name: string;
  readonly loaded: LoadedPayload;
  readonly state: State;
  /** Outcome of the last action: 0, -EAGAIN while it is pending, or its error. GET-2. */
  readonly rc: number;
  /** It was applied and reverted since it was uploaded. BSS-2. */
  readonly reverted: boolean;
  /** What was at each function's place before it was patched, in the order of the functions; empty if CHECKED. */
  readonly undo: readonly Uint8Array[];
  /** Where its functions' states are, if not in their entries. V2-FUNC-5. */
  readonly states: bigint | undefined;
  /** The payloads whose symbols or functions it refers to, as they were when it was loaded. DEP-8. */
  readonly uses: readonly LoadedPayload[];
}

/** An action that waits for the rendezvous. */
export interface Work {
  readonly name: string;
  readonly action: Exclude<Action, 'UNLOAD'>;
}

export interface LivepatchState {
  /** In the order of upload. LIST-11. */
  readonly payloads: readonly Payload[];
  /** Names of the applied ones, the last applied last. DEP-2. */
  readonly stack: readonly string[];
  /** Changes with each upload and unload. LIST-7. */
  readonly version: number;
  readonly work: Work | undefined;
  /** What has just ended, until all vCPUs are free again. V2-HOOK-3. */
  readonly ended: Work | undefined;
}

export const EMPTY: LivepatchState = { payloads: [], stack: [], version: 1, work: undefined, ended: undefined };

export const find = (state: LivepatchState, name: string): Payload | undefined =>
  state.payloads.find((payload) => payload.name === name);

/** The payload applied last. */
export function top(state: LivepatchState): Payload | undefined {
  const name = state.stack.at(-1);
  return name === undefined ? undefined : find(state, name);
}

export function added(state: LivepatchState, payload: Payload): LivepatchState {
  return { ...state, payloads: [...state.payloads, payload], version: state.version + 1 };
}

export function removed(state: LivepatchState, name: string): LivepatchState {
  const payloads = state.payloads.filter((payload) => payload.name !== name);
  return { ...state, payloads, version: state.version + 1 };
}

/** The state with some fields of one payload changed. */
export function changed(state: LivepatchState, name: string, change: Partial<Payload>): LivepatchState {
  const payloads = state.payloads.map((payload) => (payload.name === name ? { ...payload, ...change } : payload));
  return { ...state, payloads };
}

/** Without the rule against it, an action that is not valid in this state is like the valid one in the other. */
function nextState(from: State, action: Work['action'], outcome: 'success' | 'error' | 'timeout'): State | 'gone' {
  if (isValid(from, action)) return nextOf(from, action, outcome);
  return outcome === 'success' ? nextOf(from === 'CHECKED' ? 'APPLIED' : 'CHECKED', action, outcome) : from;
}

/** The state after an action on a payload has ended, by the transition table; `rc` is 0 or the error. */
export function ended(
  state: LivepatchState,
  name: string,
  action: Work['action'],
  outcome: 'success' | 'error' | 'timeout',
  rc: number,
): LivepatchState {
  const payload = find(state, name);
  if (payload === undefined) return state;
  const next = nextState(payload.state, action, outcome);
  return next === 'gone' ? removed(state, name) : changed(state, name, { state: next, rc });
}

/** The payload is on top of the stack; `undo` is what its functions' places held before. */
export function stacked(state: LivepatchState, name: string, undo: readonly Uint8Array[]): LivepatchState {
  return { ...changed(state, name, { undo }), stack: [...state.stack, name] };
}

/** The payload is no longer in the stack. */
export function unstacked(state: LivepatchState, name: string): LivepatchState {
  const stack = state.stack.filter((other) => other !== name);
  return { ...changed(state, name, { reverted: true, undo: [] }), stack };
}
