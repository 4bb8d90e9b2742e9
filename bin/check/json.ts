/** What `check` found out about one payload, for programs. */
import { hex, hexDigits } from '../../engine/bytes';
import { errnoOf, type Outcome, type Verdict } from '../../engine/check/verdict';
import { isGood, reasonOf, remarksIn, type Checked } from './reasons';
import { printableJson } from '../../reports/printable';

const digitsOrNull = (bytes: Uint8Array | null): string | null => (bytes === null ? null : hexDigits(bytes));

function outcomeJson(outcome: Outcome | undefined) {
  if (outcome === undefined) return null;
  const { return: returned, state, rc } = outcome;
  return { return: returned, state, rc };
}

function uploadJson(verdict: Verdict, own: string) {
  const { upload } = verdict;
  if (upload === undefined) return null;
  const { rc, refusal } = upload;
  return {
    rc,
    errno: errnoOf(rc),
    clause: refusal?.clause ?? null,
    reason: refusal === undefined ? null : reasonOf(refusal, verdict, own),
    field: refusal?.field ?? null,
    offset: refusal?.offset === undefined ? null : hex(refusal.offset),
  };
}

function verdictJson(verdict: Verdict, own: string) {
  const { ok, stopped, crashed, apply, revert, reapply, unload, functions, console, changed } = verdict;
  return {
    ok,
    stopped: stopped === undefined ? null : { where: stopped.where, why: stopped.why },
    crashed: crashed ?? null,
    upload: uploadJson(verdict, own),
    apply: outcomeJson(apply),
    revert: outcomeJson(revert),
    reapply: outcomeJson(reapply),
    unload: outcomeJson(unload),
    functions: functions.map(({ name, oldAddress, newAddress, before, after, restored }) => ({
      name,
      oldAddress: hex(oldAddress),
      newAddress: hex(newAddress),
      before: digitsOrNull(before),
      after: digitsOrNull(after),
      restored: digitsOrNull(restored),
    })),
    log: [...console.flatMap(({ lines }) => lines), ...changed],
  };
}

/** The form is a contract: addresses are 0x…, bytes are lower-case hex. */
function valueOf(checked: Checked) {
  const { file, revision, hypervisor, reference, xen } = checked;
  return {
    file,
    revision,
    hypervisor,
    ok: isGood(checked),
    reference: verdictJson(reference, hypervisor.buildId),
    xen: xen === undefined ? null : verdictJson(xen, hypervisor.buildId),
    remarks: remarksIn(reference).map(({ clause, says, where, field, offset }) => ({
      clause,
      reason: `${where}: ${says}`,
      field,
      offset: hex(offset),
    })),
  };
}

/** What a program reads. */
export type CheckedJson = ReturnType<typeof valueOf>;

/** One line, without a newline at its end. */
export const checkJson = (checked: Checked): string => printableJson(valueOf(checked));
