/** Checks whether a Xen can be used: one payload's whole life, and the two refusals that come before all others. */
import { returnName } from './abi/errno';
import { SYSCTL_SIZE, HYPERCALL, SYSCTL_HEADER, SYSCTL_LIVEPATCH_OP } from './abi/hypercall';
import { hookReturning, returnsString } from '../payloads/builder/code';
import { livepatch, type Hooks } from '../payloads/builder/payload';
import { hexDigits } from './bytes';
import { screenLines } from './console';
import { HypervisorStopped, type DomainName, type EmulatedTarget } from './target';
import { createToolstack, type Toolstack } from './toolstack/toolstack';
import { userError } from './user-error';

const EPERM = -1;
const EACCES = -13;
const PATCHED = 'xen_extra_version';
const NAME = 'self-check';
const SAYS = 'self-check';
/** The length that is claimed if the symbol has none: enough for a trampoline, also after an endbr64. */
const SIZE = 9;
/** A longer one is a mistake of the file's. */
const LONGEST = 256;
const OWN_ID = new Uint8Array(20).fill(0x5c);

function bareSysctl(target: EmulatedTarget, domain: DomainName, interface_version: number): number {
  const memory = target.domain(domain);
  const address = memory.allocate(SYSCTL_SIZE);
  memory.write(address, SYSCTL_HEADER.encode({ cmd: SYSCTL_LIVEPATCH_OP, interface_version }));
  return Number(target.hypercall({ number: HYPERCALL.sysctl, arguments: [address], domain }));
}

/** The bytes of the patched function that are said to be there. */
const sizeOf = ({ image }: EmulatedTarget): number => Math.min(Math.max(image.size(PATCHED) ?? 0, SIZE), LONGEST);

function selfCheckPayload(target: EmulatedTarget, hooks: Hooks = {}): Uint8Array {
  const { revision, buildId } = target.hypervisor;
  const functions = [{ name: PATCHED, oldSize: sizeOf(target), replacement: returnsString(SAYS) }];
  return livepatch({ revision, buildId: OWN_ID, depends: buildId, xenDepends: buildId, functions, hooks }).bytes;
}

/**
 * Payloads for this hypervisor that do nothing but be there: one that can be applied again, and one with a hook of each
 * kind that leaves patching to the hypervisor.
 */
export function idlePayloads(target: EmulatedTarget): readonly Uint8Array[] {
  const idle = hookReturning(0);
  const single = { preapply: idle, postapply: idle, prerevert: idle, postrevert: idle };
  const hooks: Hooks = { load: [idle], unload: [idle], ...(target.hypervisor.revision === 2 && single) };
  return [selfCheckPayload(target), selfCheckPayload(target, hooks)];
}

const nameOf = (value: unknown): string => (typeof value === 'number' ? returnName(value) : String(value));

/** The last line that the hypervisor printed; none if it was silent. */
function lastLine(tools: Toolstack): readonly string[] {
  const lines = tools.drain().flatMap((event) => (event.kind === 'hypercall' ? screenLines(event.console) : []));
  return lines.slice(-1).map((line) => `its console says "${line}"`);
}

/** The steps, in order: what is done, and what was wrong, if anything was. */
function steps(target: EmulatedTarget, tools: Toolstack): readonly (readonly [string, () => string | undefined])[] {
  const { hypervisor } = target;
  const address = target.image.symbol(PATCHED) ?? 0n;
  const code = (): string => hexDigits(target.memory.read(address, sizeOf(target)));
  const unlike = (got: unknown, expected: unknown): string | undefined =>
    got === expected ? undefined : `expected ${nameOf(expected)}, got ${nameOf(got)}`;
  let before = '';
  let version = '';
  return [
    ['build-id', () => (hypervisor.buildId.length > 0 ? undefined : 'it has none')],
    ['a wrong interface version', () => unlike(bareSysctl(target, 'control', hypervisor.interfaceVersion + 1), EACCES)],
    ['a caller without privilege', () => unlike(bareSysctl(target, 'guest', hypervisor.interfaceVersion), EPERM)],
    [
      'upload',
      () => {
        before = code();
        version = tools.extraVersion();
        return unlike(tools.upload(NAME, selfCheckPayload(target)).returned, 0);
      },
    ],
    ['list', () => unlike(tools.list(1).entries[0]?.name, NAME)],
    ['apply', () => unlike(tools.action('APPLY', NAME).returned, 0) ?? unlike(tools.get(NAME).state, 'APPLIED')],
    ['execute', () => unlike(tools.extraVersion(), SAYS)],
    ['revert', () => unlike(tools.action('REVERT', NAME).returned, 0) ?? unlike(code(), before)],
    ['execute again', () => unlike(tools.extraVersion(), version)],
    ['unload', () => unlike(tools.action('UNLOAD', NAME).returned, 0) ?? unlike(tools.list(1).remaining, 0)],
  ];
}

const refused = (name: string, step: string, what: string): Error =>
  userError(`${name} cannot be used: in its self-check, the step "${step}" failed (${what})`);

/** Takes a Xen through the check and resets it. Throws a user error that names the step that failed. */
export function selfCheck(target: EmulatedTarget): void {
  const tools = createToolstack(target);
  for (const [step, failure] of steps(target, tools)) {
    let what: string | undefined;
    try {
      what = failure();
    } catch (error) {
      if (!(error instanceof HypervisorStopped)) throw error;
      what = error.message;
    }
    if (what !== undefined) throw refused(target.hypervisor.name, step, [what, ...lastLine(tools)].join('; '));
  }
  target.reset();
}
