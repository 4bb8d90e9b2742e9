/** What comes of a payload: on Xen's code, through the whole cycle as far as it goes; and at the reference's UPLOAD. */
import { spacedHexDigits } from '../bytes';
import { readable } from '../check/inspect';
import { otherLines, refusalsIn } from '../console';
import { ownerText } from '../owners';
import { HypervisorStopped, type EmulatedTarget, type Stop } from '../target';
import { createToolstack, type Toolstack } from '../toolstack/toolstack';

/** The steps of the cycle; at each, Xen may stop. */
export type Phase = 'UPLOAD' | 'APPLY' | 'call' | 'REVERT' | 'UNLOAD';

/** A stop, as far as its place and its cause go. */
export interface SeenStop extends Pick<Stop, 'where' | 'why' | 'fault' | 'isOutOfBudget'> {
  /** The callers, the innermost first. */
  readonly callers: readonly string[];
  /** It is in the payload's own code, or that has called what stopped: the payload is to blame. */
  readonly isOwn: boolean;
}

/** What is not as it was, in the words of the steps: "bytes of xen_minor_version", and the first that differ. */
export interface Change {
  readonly what: string;
  readonly found: string;
}

/** How a payload ended on Xen. */
export type Ending =
  | { readonly kind: 'refused'; readonly errno: number; /** The console's last line. */ readonly said: string }
  /** The steps that succeeded, UPLOAD among them. */
  | { readonly kind: 'accepted'; readonly reached: readonly Phase[] }
  | { readonly kind: 'stopped'; readonly phase: Phase; readonly stop: SeenStop }
  /** It went on, and what must not change has changed. */
  | { readonly kind: 'broken'; readonly phase: Phase; readonly change: Change }
  /** The emulator ended: SIGSEGV, or more time than a payload may take. */
  | { readonly kind: 'died'; readonly how: string };

/** What the reference says of it; an errno of 0: accepted. */
export interface Opinion {
  readonly errno: number;
  readonly rule?: string;
  readonly clause?: string;
  readonly says?: string;
  /** How the whole cycle ended there; undefined if only UPLOAD was asked for. */
  readonly ending?: Ending;
}

/** The verdict on one payload. */
export interface Execution {
  readonly ending: Ending;
  /** Undefined if the process ended before. */
  readonly reference: Opinion | undefined;
}

const NAME = 'p';
/** Code of the payload in a call trace; and an address that is no symbol's, where only its pointers lead. */
const OWN_CODE = new RegExp(`\\[${NAME}\\]|^(0x)?[0-9a-f]{4,}$`);
/** The frames that tell whose code it was: that of the stop, and its caller. */
const NEAR_FRAMES = 2;
const LIST_ROOM = 4;

function seen(phase: Phase, { where, why, fault, isOutOfBudget, backtrace }: Stop): SeenStop {
  // Nothing of a payload runs at UPLOAD; what is called is its code in place of Xen's. Frames further out are guessed
  // from what is on the stack, where the payload's addresses are anyway.
  const isNear = [where, ...backtrace.slice(0, NEAR_FRAMES)].some((frame) => OWN_CODE.test(frame));
  const isOwn = phase === 'call' || (phase !== 'UPLOAD' && isNear);
  return {
    ...{ where, why, callers: backtrace.slice(1), isOwn },
    ...(fault && { fault }),
    ...(isOutOfBudget && { isOutOfBudget }),
  };
}

/** Applies and reverts what was uploaded, calls what it replaces meanwhile, and unloads it. */
function live(tool: Toolstack, begin: (phase: Phase) => void): readonly Phase[] {
  const reached: Phase[] = ['UPLOAD'];
  begin('APPLY');
  tool.action('APPLY', NAME);
  if (tool.get(NAME).state === 'APPLIED') {
    begin('call');
    tool.extraVersion();
    tool.version();
    begin('REVERT');
    reached.push('APPLY', 'call');
    tool.action('REVERT', NAME);
    if (tool.get(NAME).state === 'CHECKED') reached.push('REVERT');
  }
  begin('UNLOAD');
  if (tool.action('UNLOAD', NAME).returned === 0) reached.push('UNLOAD');
  return reached;
}

/** Bytes that are shown of a place that changed. */
const SHOWN_BYTES = 8;

/** Remembers code and constants, which nothing changes for good. The function returns the first difference. */
function rememberFixed({ memory, image }: EmulatedTarget): () => Change | undefined {
  const before = memory.snapshot().regions.filter(({ permissions }) => !permissions.includes('w'));
  return () => {
    const regions = new Map(memory.snapshot().regions.map((region) => [region.start, region]));
    for (const { owner, start, content } of before) {
      // Snapshots share what did not change.
      if (regions.get(start)?.content === content) continue;
      const { bytes } = content;
      const now = readable({ memory }, start, bytes.length);
      if (now === undefined) return { what: `bytes of ${ownerText(owner)}`, found: 'none' };
      if (Buffer.compare(bytes, now) === 0) continue;
      const at = bytes.findIndex((byte, offset) => byte !== now[offset]);
      const found = spacedHexDigits(now.subarray(at, at + SHOWN_BYTES));
      return { what: `bytes of ${image.describe(start + BigInt(at))}`, found };
    }
    return undefined;
  };
}

/** What must be as it was: the list is empty, and code and constants have their bytes. */
function changeOf(tool: Toolstack, changed: () => Change | undefined): Change | undefined {
  const left = tool.list(LIST_ROOM).returned;
  return left === 0 ? changed() : { what: 'LIST', found: `${left} entries` };
}

const saidTo = (tool: Toolstack): readonly string[] =>
  tool.drain().flatMap((event) => (event.kind === 'hypercall' ? otherLines(event.console) : []));

/** Runs one payload after another on a Xen. */
export function createExecutor(xen: EmulatedTarget): (payload: Uint8Array) => Ending {
  xen.reset();
  const changed = rememberFixed(xen);
  let tool = createToolstack(xen);

  function start(): void {
    xen.reset();
    xen.log();
    tool = createToolstack(xen);
  }

  return (payload) => {
    let phase: Phase = 'UPLOAD';
    const begin = (next: Phase): void => void (phase = next);
    let isDirty = true;
    try {
      const errno = tool.upload(NAME, payload).returned;
      const reached = errno === 0 ? live(tool, begin) : [];
      const isBack = errno !== 0 || reached.includes('UNLOAD');
      const change = isBack ? changeOf(tool, changed) : undefined;
      if (change !== undefined) return { kind: 'broken', phase, change };
      isDirty = errno === 0;
      if (errno === 0) return { kind: 'accepted', reached };
      return { kind: 'refused', errno, said: saidTo(tool).at(-1) ?? '' };
    } catch (error) {
      if (!(error instanceof HypervisorStopped)) throw error;
      return { kind: 'stopped', phase, stop: seen(phase, error.stop) };
    } finally {
      tool.drain();
      if (isDirty) start();
    }
  };
}

/** Asks the reference about one payload after another: about its UPLOAD, or, if `isWhole`, the whole cycle too. */
export function createOpinions(reference: EmulatedTarget): (payload: Uint8Array, isWhole: boolean) => Opinion {
  const run = createExecutor(reference);
  const tool = createToolstack(reference);
  return (payload, isWhole) => {
    const errno = tool.upload(NAME, payload).returned;
    const [cited] = refusalsIn(tool.drain().flatMap((event) => (event.kind === 'hypercall' ? event.console : [])));
    if (errno === 0) reference.reset();
    return {
      errno,
      ...(cited && { rule: cited.rule, clause: cited.clause, says: cited.says }),
      ...(isWhole && { ending: run(payload) }),
    };
  };
}
