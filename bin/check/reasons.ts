/** The verdicts on one payload, and the sentences that say why. */
import type { Revision } from '../../engine/abi/hypercall';
import { hex, hexDigits } from '../../engine/bytes';
import { remarksOn, type Remark } from '../../engine/check/remarks';
import { succeeded, type Crash, type Verdict } from '../../engine/check/verdict';
import { placeOf } from '../../engine/console';
import type { CitedRefusal } from '../../engine/refusal';

/** The verdicts on one file. */
export interface Checked {
  readonly file: string;
  readonly revision: Revision;
  readonly hypervisor: { readonly name: string; readonly buildId: string };
  /** The verdict by the document. */
  readonly reference: Verdict;
  /** The verdict of the hypervisor's own code. Undefined if no hypervisor was named. */
  readonly xen: Verdict | undefined;
}

/** Whether every verdict is good. */
export const isGood = ({ reference, xen }: Checked): boolean => reference.ok && (xen?.ok ?? true);

/** Both build-ids, if the payload names one that is not this hypervisor's. */
function mismatch({ inspected, apply }: Verdict, own: string): string | undefined {
  if (inspected === undefined) return undefined;
  const isFor = inspected.xenDepends ?? inspected.depends;
  const isOn = apply !== undefined && !succeeded(apply, 'APPLIED') ? inspected.depends : isFor;
  const named = [isFor, isOn].map(hexDigits).find((id) => id !== '' && id !== own);
  return named === undefined ? undefined : `It is made for ${named}; the hypervisor is ${own}.`;
}

/** The refusal as a sentence. It has both build-ids if the payload is for another build. */
export function reasonOf(refusal: CitedRefusal, verdict: Verdict, own: string): string {
  const ids = refusal.explainedBy === 'build-ids' ? mismatch(verdict, own) : undefined;
  return [`${placeOf(refusal)}: ${refusal.says}`, ids].filter(Boolean).join(' ');
}

/** "[SYM-1; st_name at 0x1d0 in the file]"; only the clause if the refusal is about no place in the file. */
export function citation({ clause, field, offset }: Pick<CitedRefusal, 'clause' | 'field' | 'offset'>): string {
  if (offset === undefined) return `[${clause}]`;
  return `[${clause}; ${field === undefined ? '' : `${field} `}at ${hex(offset)} in the file]`;
}

/** What the reference treats differently from Xen, if it accepted the payload. */
export const remarksIn = ({ upload, inspected }: Verdict): readonly Remark[] =>
  upload?.rc === 0 && inspected !== undefined ? remarksOn(inspected) : [];

/** "the emulator crashed while APPLY ran this payload's code (SIGSEGV)". */
function crashText({ while: step, how }: Crash): string {
  const during = `while ${step} ${step === 'UPLOAD' ? 'loaded this payload' : "ran this payload's code"}`;
  return how.startsWith('more than ')
    ? `the emulator took ${how} ${during}`
    : `the emulator crashed ${during} (${how})`;
}

/** Why a part of the cycle was not done, one sentence each. Empty if everything was done. */
export function reasonsOf(verdict: Verdict, own: string): readonly string[] {
  const { upload, apply, revert, reapply, unload, stopped, crashed, changed } = verdict;
  const refusals = [upload, apply, revert, reapply, unload].map((step) => step?.refusal);
  const cited = refusals.flatMap((refusal) =>
    refusal === undefined ? [] : [`${reasonOf(refusal, verdict, own)} ${citation(refusal)}`],
  );
  const ids = succeeded(apply, 'APPLIED') ? undefined : mismatch(verdict, own);
  return [
    ...cited,
    ...(ids === undefined || cited.some((sentence) => sentence.includes(ids)) ? [] : [ids]),
    ...(stopped === undefined ? [] : [`${stopped.during} crashed it in ${stopped.where}: ${stopped.why}`]),
    ...(crashed === undefined ? [] : [crashText(crashed)]),
    ...changed,
  ];
}
