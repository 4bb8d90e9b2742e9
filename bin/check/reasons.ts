/** The sentences that say why a verdict is what it is. */
import { returnName } from '../../engine/abi/errno';
import { hex, hexDigits } from '../../engine/bytes';
import { SECOND_REVERT } from '../../engine/check/procedure';
import { remarksOn, type Remark } from '../../engine/check/remarks';
import { failureOf, succeeded, type Crash, type Outcome, type Verdict } from '../../engine/check/verdict';
import { placeOf } from '../../engine/console';
import type { CitedRefusal } from '../../engine/refusal';
import type { Checked } from './checked';
import { isTelling } from './console';

type Surroundings = Pick<Checked, 'hypervisor' | 'on' | 'fileOf'>;

/** What it goes on top of, where that is not what was applied last. */
function dependencyText(
  depends: string,
  { hypervisor: { buildId: own }, on, fileOf }: Surroundings,
): string | undefined {
  const last = on.at(-1);
  const file = fileOf(depends);
  if (depends === '' || (last === undefined ? depends === own : file === last)) return undefined;
  if (depends === own)
    return `The payload depends on the hypervisor, and ${last ?? ''} is applied: try --replace, or --nodeps.`;
  if (file === undefined)
    return `The payload depends on the build-id ${depends}, which is neither the hypervisor's (${own}) nor that of a payload applied before: name the payload that has it with --on.`;
  const state = on.includes(file) ? 'was not applied last' : 'is not loaded: name it with --on';
  return `The payload depends on the build-id ${depends} of ${file}, which ${state}.`;
}

/** Which build-id is not there that the payload asks for. */
function mismatch({ inspected, upload, action }: Verdict, around: Surroundings): string | undefined {
  if (inspected === undefined) return undefined;
  const own = around.hypervisor.buildId;
  const isFor = hexDigits(inspected.xenDepends ?? new Uint8Array());
  if (isFor !== '' && isFor !== own) return `The payload is made for the build-id ${isFor}; the hypervisor has ${own}.`;
  const depends = hexDigits(inspected.depends);
  // What is applied matters to APPLY alone, and REPLACE takes the place of it.
  if (upload?.rc !== 0 || (action === 'REPLACE' && depends === own)) return undefined;
  return dependencyText(depends, around);
}

/** The refusal as a sentence, with the build-ids where it is for one that is not there. */
export function reasonOf(refusal: CitedRefusal, verdict: Verdict, around: Surroundings): string {
  const ids = refusal.explainedBy === 'build-ids' ? mismatch(verdict, around) : undefined;
  return [`${placeOf(refusal)}: ${refusal.says}`, ids].filter(Boolean).join(' ');
}

interface Cited extends Pick<CitedRefusal, 'field' | 'offset'> {
  readonly clause: string | undefined;
}

/** "[SYM-1; st_name at 0x1d0 in the file]"; the clause alone where it is about no place in the file. */
export function citation({ clause, field, offset }: Cited): string {
  const place = offset === undefined ? '' : `${field === undefined ? '' : `${field} `}at ${hex(offset)} in the file`;
  const parts = [clause, place].filter(Boolean);
  return parts.length === 0 ? '' : `[${parts.join('; ')}]`;
}

/** What the reference treats differently from Xen, if it accepted the payload. */
export const remarksIn = ({ upload, inspected }: Verdict): readonly Remark[] =>
  upload?.rc === 0 && inspected !== undefined ? remarksOn(inspected) : [];

/** "the emulator crashed while APPLY ran this payload's code (SIGSEGV)". */
function crashText({ while: step, how }: Crash): string {
  const during = `while ${step} ${step.startsWith('UPLOAD') ? 'loaded this payload' : "ran this payload's code"}`;
  return how.startsWith('more than ')
    ? `the emulator took ${how} ${during}`
    : `the emulator crashed ${during} (${how})`;
}

/** How many lines of a console stand for a reason. */
const SAID = 2;

/** What was said during a step that failed and cites no clause. */
function saidAt({ console }: Verdict, step: string, failure: number, refusal: CitedRefusal | undefined) {
  if (failure >= 0 || refusal !== undefined) return [];
  const lines = console.filter(({ during }) => during === step).flatMap((said) => said.lines);
  const telling = lines.filter(isTelling);
  const shown = telling.length > 0 ? telling.slice(-SAID) : lines.slice(-1);
  return shown.map((line) => `${step} (${returnName(failure)}): ${line}`);
}

function saidIn(verdict: Verdict): readonly string[] {
  const { action, upload, apply, revert, revertAgain, unload } = verdict;
  const steps: readonly (readonly [string, Outcome | undefined])[] = [
    [action, apply],
    ['REVERT', revert],
    [SECOND_REVERT, revertAgain],
    ['UNLOAD', unload],
  ];
  return [
    ...saidAt(verdict, 'UPLOAD', upload?.rc ?? 0, upload?.refusal),
    ...steps.flatMap(([step, outcome]) => (outcome ? saidAt(verdict, step, failureOf(outcome), outcome.refusal) : [])),
  ];
}

/** Why something of it was not done, a sentence each; none where all was. */
export function reasonsOf(verdict: Verdict, around: Surroundings): readonly string[] {
  const { unsure, upload, apply, revert, revertAgain, reapply, unload, stopped, crashed, changed, unmet } = verdict;
  const refusals = [upload, apply, revert, revertAgain, reapply, unload].map((step) => step?.refusal);
  const cited = refusals.flatMap((refusal) =>
    refusal === undefined ? [] : [`${reasonOf(refusal, verdict, around)} ${citation(refusal)}`],
  );
  const ids = succeeded(apply, 'APPLIED') || upload === undefined ? undefined : mismatch(verdict, around);
  return [
    ...(unsure === undefined ? [] : [unsure]),
    ...unmet,
    ...cited,
    ...saidIn(verdict),
    ...(ids === undefined || cited.some((sentence) => sentence.includes(ids)) ? [] : [ids]),
    ...(stopped === undefined ? [] : [`${stopped.during} crashed the hypervisor in ${stopped.where}: ${stopped.why}`]),
    ...(crashed === undefined ? [] : [crashText(crashed)]),
    ...changed,
  ];
}
