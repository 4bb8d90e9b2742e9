/** `check`: what the document asks of a live patch, and what a hypervisor's own code does with it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { LIMITS } from '../../engine/abi/hypercall';
import { takenAsFor } from '../../engine/check/build-id';
import { errnoOf, judge, type Outcome, type Verdict } from '../../engine/check/judge';
import { createReference } from '../../engine/reference';
import type { Target } from '../../engine/target';
import { isUserError, reasonOf, userError } from '../../engine/user-error';
import { createXen, foreignImage } from '../../engine/xen';
import { describeCheck, isGood, type Checked } from '../../reports/check';
import { EXIT, type ExitStatus } from '../exit';

/** As the command line has them. */
export interface CheckOptions {
  readonly hypervisor?: string;
  readonly revision?: string;
  readonly buildId?: string;
  readonly json?: boolean;
}

/** A payload's file, or its beginning where the rest would not be looked at. */
interface PayloadFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
}

/** Nothing behind this is read: a larger file is refused for its size. */
const READ_LIMIT = LIMITS.payload + 1;

function readPayload(path: string): PayloadFile {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new Error(status.isDirectory() ? 'it is a folder' : 'it is no regular file');
    const bytes = new Uint8Array(Math.min(status.size, READ_LIMIT));
    for (let at = 0; at < bytes.length;) {
      const read = readSync(descriptor, bytes, at, bytes.length - at, at);
      if (read === 0) return { path, bytes: bytes.subarray(0, at), size: at };
      at += read;
    }
    return { path, bytes, size: status.size };
  } catch (error) {
    throw userError(`The payload ${path} cannot be read: ${reasonOf(error)}.`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

interface Targets {
  readonly reference: Target;
  readonly xen: Target | undefined;
}

function makeTargets({ hypervisor, revision }: CheckOptions, say: (line: string) => void): Targets {
  if (hypervisor === undefined)
    return { reference: createReference({ revision: revision === '1' ? 1 : 2 }), xen: undefined };
  const xen = createXen({ file: hypervisor, say });
  const spoken = xen.hypervisor.revision;
  if (revision !== undefined && revision !== String(spoken))
    throw userError(`This Xen speaks revision ${spoken} of the interface: leave out --revision ${revision}.`);
  return { reference: createReference({ revision: spoken, foreign: foreignImage(hypervisor) }), xen };
}

/** The build-id that the payloads may name instead of the hypervisor's. */
function otherBuildId(digits: string | undefined, own: Uint8Array): Uint8Array | undefined {
  if (digits === undefined) return undefined;
  const bytes = Buffer.from(digits, 'hex');
  if (!/^[0-9a-f]*$/i.test(digits) || digits.length % 2 !== 0 || bytes.length !== own.length)
    throw userError(`--build-id ${digits} is no build-id: give ${own.length * 2} hexadecimal digits.`);
  return bytes;
}

const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('hex'));
const address = (value: bigint): string => `0x${value.toString(16)}`;
const outcome = (of: Outcome | undefined): object | null => of ?? null;

function verdictJson(verdict: Verdict): object {
  const { ok, stopped, upload, apply, revert, reapply, unload, functions, log } = verdict;
  return {
    ok,
    stopped: stopped ?? null,
    upload: {
      rc: upload.rc,
      errno: errnoOf(upload.rc),
      clause: upload.refusal?.clause ?? null,
      reason: upload.refusal === undefined ? null : `${upload.refusal.where}: ${upload.refusal.says}`,
    },
    apply: outcome(apply),
    revert: outcome(revert),
    reapply: outcome(reapply),
    unload: outcome(unload),
    functions: functions.map(({ name, oldAddress, newAddress, before, after, restored }) => ({
      name,
      oldAddress: address(oldAddress),
      newAddress: address(newAddress),
      before: hex(before),
      after: hex(after),
      restored: hex(restored),
    })),
    log,
  };
}

function json(checked: Checked): string {
  const { file, revision, hypervisor, reference, xen } = checked;
  return JSON.stringify({
    file,
    revision,
    hypervisor,
    ok: isGood(checked),
    reference: verdictJson(reference),
    xen: xen === undefined ? null : verdictJson(xen),
  });
}

/**
 * Checks the files one by one. Status 1 where a verdict is not good, 2 where a file cannot be read: the others are
 * checked all the same. Throws a user error where there is no hypervisor to ask.
 */
export function check(
  paths: readonly string[],
  options: CheckOptions,
  say: (text: string) => void,
  complain: (line: string) => void,
): ExitStatus {
  const { reference, xen } = makeTargets(options, complain);
  const { name, buildId: own } = (xen ?? reference).hypervisor;
  const { revision } = reference.hypervisor;
  const other = otherBuildId(options.buildId, own);
  const hypervisor = { name, buildId: Buffer.from(other ?? own).toString('hex') };
  let status: ExitStatus = EXIT.expected;
  for (const path of paths) {
    try {
      const { bytes, size } = readPayload(path);
      const payload = other === undefined ? bytes : takenAsFor(bytes, other, own);
      const verdict = (target: Target): Verdict => judge(target, basename(path), payload, size);
      const checked: Checked = {
        file: path,
        revision,
        hypervisor,
        reference: verdict(reference),
        xen: xen === undefined ? undefined : verdict(xen),
      };
      say(options.json === true ? json(checked) : describeCheck(checked));
      if (!isGood(checked) && status === EXIT.expected) status = EXIT.unexpected;
    } catch (error) {
      if (!isUserError(error)) throw error;
      complain(error.message);
      status = EXIT.usage;
    }
  }
  reference.close();
  xen?.close();
  return status;
}
