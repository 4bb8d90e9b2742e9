/**
 * The livepatch operation of the sysctl hypercall: envelope, name, and which of the four sub-operations it is.
 * The image's `do_sysctl` comes here through a gate. Clauses CALL, NAME, SEC.
 */
import { ERRNO } from '../../abi/errno';
import {
  GET,
  LIVEPATCH_OP,
  LIVEPATCH_OP_HEADER,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  STATE,
  SYSCTL_HEADER,
  SYSCTL_LIVEPATCH_OP,
  SYSCTL_SIZE,
  UPLOAD,
} from '../../abi/hypercall';
import { asBuffer } from '../../bytes';
import type { Vcpu } from '../../machine/vcpu';
import type { Domain } from '../../domains';
import { once } from '../once';
import {
  ACCESS_RULES,
  ANSWER_RULES,
  ENVELOPE_RULES,
  KNOWN_NAME_RULES,
  NAME_BUFFER_RULES,
  NAME_FIELD_RULES,
  POLICY_RULES,
  PRIVILEGE_RULES,
  type CallBuffer,
  type Envelope,
  type PolicyQuestion,
} from '../rules/calls';
import type { Checked, Where } from '../rules/rule';
import { check, firstBrokenOf, type Check } from '../rules/sequence';
import { ACTION_FIELD_CHECKS, action, decodeAction } from './action';
import { done, fromDomain, refused, type Answer } from './answer';
import { list } from './list';
import type { Livepatch } from './livepatch';
import { refuse } from './refuse';
import { find, type Payload } from './state';
import { upload } from './upload';

const atStructure = (): Where => ({ name: 'struct xen_sysctl' });

/** A call of any sysctl. */
interface SysctlCall {
  readonly domain: Domain;
  readonly structure: CallBuffer;
}

export const SYSCTL_CHECKS: readonly Check<SysctlCall>[] = [
  check(
    PRIVILEGE_RULES,
    ({ domain }) => domain,
    ({ domain }) => ({ name: `domain ${domain.name}` }),
  ),
  check(ACCESS_RULES, ({ structure }) => ({ accessible: structure.owned }), atStructure),
];

/** A call of the livepatch operation. */
interface OperationCall {
  readonly question: PolicyQuestion;
  readonly envelope: Envelope;
}

export const OPERATION_CHECKS: readonly Check<OperationCall>[] = [
  check(
    POLICY_RULES,
    ({ question }) => question,
    ({ question }) => ({ name: `domain ${question.domain}` }),
  ),
  check(ENVELOPE_RULES, ({ envelope }) => envelope, atStructure),
];

interface NameCall {
  readonly size: number;
  readonly padded: boolean;
  readonly text: () => CallBuffer;
}

export const NAME_CHECKS: readonly Check<NameCall>[] = [
  check(
    NAME_FIELD_RULES,
    (fields) => fields,
    () => ({ name: 'name' }),
  ),
  check(
    NAME_BUFFER_RULES,
    ({ text }) => text(),
    () => ({ name: 'name' }),
  ),
];

export const GET_CHECKS: readonly Check<{ readonly name: string; readonly payload: Payload | undefined }>[] = [
  check(
    KNOWN_NAME_RULES,
    ({ payload }) => payload,
    ({ name }) => ({ name: `name ${name}` }),
  ),
];

export const ANSWER_CHECKS: readonly Check<{ readonly writable: boolean }>[] = [
  check(ANSWER_RULES, (answer) => answer, atStructure),
];

/** All of it if there is no NUL. One character a byte. */
function upToNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return asBuffer(bytes).toString('latin1', 0, end < 0 ? bytes.length : end);
}

/** The name, up to its first NUL. NAME. */
function readName(
  livepatch: Livepatch,
  domain: Domain,
  { name, name_size: size, name_pad }: ReturnType<typeof GET.decode>,
): Checked<string> {
  const text = once(() => fromDomain(domain, name, size));
  const padded = name_pad.some((byte) => byte !== 0);
  const refusal = firstBrokenOf(NAME_CHECKS, { size, padded, text }, livepatch);
  return refusal ? { ok: false, refusal } : { ok: true, value: upToNul(text().bytes) };
}

function get(livepatch: Livepatch, name: string, union: Uint8Array): Answer {
  const payload = find(livepatch.state, name);
  const refusal = firstBrokenOf(GET_CHECKS, { name, payload }, livepatch);
  if (refusal !== undefined) return refused(refusal);
  // Only if the rule is forgotten.
  if (payload === undefined) return done(0);
  return done(0, GET.encode({ ...GET.decode(union), state: STATE[payload.state], rc: payload.rc }));
}

function dispatch(livepatch: Livepatch, vcpu: Vcpu, domain: Domain, operation: number, union: Uint8Array): Answer {
  if (operation === LIVEPATCH_OP.LIST) return list(livepatch, vcpu, domain, union);
  const request = operation === LIVEPATCH_OP.ACTION ? decodeAction(livepatch.revision, union) : undefined;
  const refusal = request && firstBrokenOf(ACTION_FIELD_CHECKS, request, livepatch);
  if (refusal !== undefined) return refused(refusal);
  const name = readName(livepatch, domain, GET.decode(union));
  if (!name.ok) return refused(name.refusal);
  if (operation === LIVEPATCH_OP.UPLOAD) return upload(livepatch, domain, name.value, UPLOAD.decode(union));
  if (operation === LIVEPATCH_OP.GET) return get(livepatch, name.value, union);
  return request === undefined ? done(0) : action(livepatch, vcpu, name.value, request);
}

function operate(livepatch: Livepatch, vcpu: Vcpu, domain: Domain, structure: Uint8Array): Answer {
  const sysctl = SYSCTL_HEADER.decode(structure);
  const { cmd, pad } = LIVEPATCH_OP_HEADER.decode(structure, LIVEPATCH_OP_OFFSET);
  if (sysctl.cmd !== SYSCTL_LIVEPATCH_OP) return done(-ERRNO.ENOSYS);
  const question = { domain: domain.name, operation: cmd, policy: livepatch.setup.policy ?? [] };
  const envelope = {
    interfaceVersion: sysctl.interface_version,
    expectedInterfaceVersion: livepatch.interfaceVersion,
    operation: cmd,
    pad,
  };
  const refusal = firstBrokenOf(OPERATION_CHECKS, { question, envelope }, livepatch);
  if (refusal !== undefined) return refused(refusal);
  return dispatch(livepatch, vcpu, domain, cmd, structure.subarray(LIVEPATCH_UNION_OFFSET));
}

/** Writes the answer into the structure of the call, if there is something to write. */
function written(livepatch: Livepatch, domain: Domain, pointer: bigint, answer: Answer): Answer {
  const { union, refusals } = answer;
  if (union === undefined) return answer;
  const at = pointer + BigInt(LIVEPATCH_UNION_OFFSET);
  const refusal = firstBrokenOf(ANSWER_CHECKS, { writable: domain.mayWrite(at, union.length) }, livepatch);
  if (refusal !== undefined) return { returned: refusal.errno, refusals: [...refusals, refusal] };
  domain.write(at, union);
  return answer;
}

function answer(livepatch: Livepatch, vcpu: Vcpu, pointer: bigint): Answer {
  const domain = livepatch.system.caller(vcpu);
  const structure = fromDomain(domain, pointer, SYSCTL_SIZE);
  const refusal = firstBrokenOf(SYSCTL_CHECKS, { domain, structure }, livepatch);
  if (refusal !== undefined) return refused(refusal);
  return written(livepatch, domain, pointer, operate(livepatch, vcpu, domain, structure.bytes));
}

/** The gate `livepatch_sysctl`: RDI is the domain's pointer to struct xen_sysctl. */
export function livepatchSysctl(livepatch: Livepatch, vcpu: Vcpu): bigint {
  const { returned, refusals } = answer(livepatch, vcpu, vcpu.get('rdi'));
  for (const refusal of refusals) refuse(livepatch, refusal);
  return BigInt(returned);
}
