/** What `check` found out about one payload, for programs. */
import { hex, hexDigits } from '../../engine/bytes';
import { nameOfFile } from '../../engine/check/payload-file';
import { answerOf, errnoOf, type Answer, type Outcome, type Verdict } from '../../engine/check/verdict';
import { printableJson } from '../../reports/printable';
import { decided, isGood, warningsIn, type Checked } from './checked';
import { hooksIn, newSymbolsIn } from './contents';
import { reasonOf, reasonsOf, remarksIn } from './reasons';

const digitsOrNull = (bytes: Uint8Array | null): string | null => (bytes === null ? null : hexDigits(bytes));

function outcomeJson(outcome: Outcome | undefined) {
  if (outcome === undefined) return null;
  const { return: returned, state, rc } = outcome;
  return { return: returned, state, rc };
}

const WORDS: Readonly<Record<Answer, 'good' | 'bad' | 'cannot-tell'>> = {
  good: 'good',
  bad: 'bad',
  unknown: 'cannot-tell',
};

function uploadJson(verdict: Verdict, checked: Checked) {
  const { upload } = verdict;
  if (upload === undefined) return null;
  const { rc, refusal } = upload;
  return {
    rc,
    errno: errnoOf(rc),
    clause: refusal?.clause ?? null,
    reason: refusal === undefined ? null : reasonOf(refusal, verdict, checked),
    field: refusal?.field ?? null,
    offset: refusal?.offset === undefined ? null : hex(refusal.offset),
  };
}

function verdictJson(verdict: Verdict, seconds: number | undefined, checked: Checked) {
  const { ok, stopped, crashed, apply, revert, reapply, unload, functions, console, changed } = verdict;
  return {
    ok,
    verdict: WORDS[answerOf(verdict)],
    reasons: reasonsOf(verdict, checked),
    seconds: seconds ?? null,
    stopped: stopped === undefined ? null : { where: stopped.where, why: stopped.why },
    crashed: crashed ?? null,
    upload: uploadJson(verdict, checked),
    action: verdict.action,
    apply: outcomeJson(apply),
    revert: outcomeJson(revert),
    revertAgain: outcomeJson(verdict.revertAgain),
    reapply: outcomeJson(reapply),
    unload: outcomeJson(unload),
    functions: functions.map(({ name, oldAddress, newAddress, oldSize, newSize, before, after, restored }) => ({
      name,
      oldAddress: hex(oldAddress),
      newAddress: hex(newAddress),
      oldSize,
      newSize,
      before: digitsOrNull(before),
      after: digitsOrNull(after),
      restored: digitsOrNull(restored),
    })),
    parts: verdict.parts.map(({ name, start, size, permissions }) => ({ name, start: hex(start), size, permissions })),
    console: console.map(({ during, lines }) => ({ step: during, lines })),
    log: [...console.flatMap(({ lines }) => lines), ...changed],
  };
}

/** What the payload says about itself, wherever it was placed. */
function payloadJson({ name, size, inspected }: Verdict) {
  if (inspected === undefined) return { name, size, read: null };
  const { buildId, depends, xenDepends, metadata, sections, functions } = inspected;
  const read = {
    buildId: hexDigits(buildId),
    depends: hexDigits(depends),
    xenDepends: xenDepends === undefined ? null : hexDigits(xenDepends),
    metadata: Buffer.from(metadata).toString('utf8').split('\0').filter(Boolean),
    sections: sections.map((section) => ({
      name: section.name,
      address: hex(section.address),
      size: section.size,
      alignment: Number(section.alignment),
      offset: hex(section.offset),
    })),
    hooks: hooksIn(inspected).map(({ kind, name: symbol, address }) => ({ kind, name: symbol, address: hex(address) })),
    functions: functions.map((one) => ({
      name: one.name,
      oldAddress: hex(one.oldAddress),
      oldSize: one.oldSize,
      newSize: one.newSize,
      expects: one.expect === undefined ? null : hexDigits(one.expect.bytes),
    })),
    newSymbols: newSymbolsIn(inspected),
  };
  return { name, size, read };
}

/** All of it, as the contract has it: addresses as 0x…, bytes in lower-case hex. */
function valueOf(checked: Checked) {
  const { file, revision, hypervisor, reference, xen, failOn, on, seconds } = checked;
  return {
    file,
    revision,
    hypervisor,
    ok: isGood(checked),
    verdict: WORDS[decided(checked)],
    failOn,
    stack: on.map(nameOfFile),
    payload: payloadJson(xen ?? reference),
    reference: verdictJson(reference, seconds.reference, checked),
    xen: xen === undefined ? null : verdictJson(xen, seconds.xen, checked),
    remarks: remarksIn(reference).map(({ clause, says, where, field, offset }) => ({
      clause,
      reason: `${where}: ${says}`,
      field,
      offset: hex(offset),
    })),
    warnings: warningsIn(checked).map(({ name, isAdvice, clause, says, where, field, offset }) => ({
      name,
      advice: isAdvice === true,
      clause: clause ?? null,
      says,
      where,
      ...(field !== undefined && { field }),
      ...(offset !== undefined && { offset: hex(offset) }),
    })),
  };
}

/** What a program reads. */
export type CheckedJson = ReturnType<typeof valueOf>;

/** One line, without a newline at its end. */
export const checkJson = (checked: Checked): string => printableJson(valueOf(checked));
