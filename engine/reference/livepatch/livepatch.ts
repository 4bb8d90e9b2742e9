/** What the operations share: the system they act on, and the state they change. */
import { hookPayloadEncoder, type HookLayout } from '../../abi/hook';
import type { Revision } from '../../abi/hypercall';
import type { Option, ResetOptions } from '../../target';
import type { System } from '../hypervisor/system';
import type { RuleContext } from '../rules/rule';
import { createPayloadArea, type PayloadArea } from './payload-area';
import { EMPTY, type LivepatchState } from './state';

export interface Livepatch extends RuleContext {
  readonly system: System;
  readonly area: PayloadArea;
  readonly revision: Revision;
  /** The version of the sysctls that callers have to name. V2-SYS-1. */
  readonly interfaceVersion: number;
  /** The hypervisor's own. */
  readonly buildId: Uint8Array;
  /** Likewise, as it names itself in `.comment`. */
  readonly compiler: string;
  /** What its hooks are given, and where functions' states are. V2-HOOK-5. */
  readonly hookLayout: HookLayout;
  readonly encodeHookPayload: ReturnType<typeof hookPayloadEncoder>;
  state: LivepatchState;
  setup: ResetOptions;
  /** Those of `setup`. */
  readonly options: ReadonlySet<Option>;
}

/** What an operation returns to its caller: 0 or more, or a negative errno. */
export type Returned = number;

const NONE: ReadonlySet<Option> = new Set();

export function createLivepatch(
  system: System,
  given: Omit<RuleContext, 'options'> & Pick<Livepatch, 'interfaceVersion' | 'buildId' | 'compiler' | 'hookLayout'>,
): Livepatch {
  return {
    system,
    ...given,
    encodeHookPayload: hookPayloadEncoder(given.hookLayout),
    area: createPayloadArea(system),
    state: EMPTY,
    setup: {},
    get options() {
      return this.setup.options ?? NONE;
    },
  };
}

/** Unloads everything. The caller restores the memory. */
export function resetLivepatch(livepatch: Livepatch, setup: ResetOptions): void {
  livepatch.setup = setup;
  livepatch.area.reset();
  livepatch.state = EMPTY;
}
