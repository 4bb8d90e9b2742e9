/**
 * The livepatch operation of the sysctl hypercall: envelope, name, and which of the four sub-operations it is.
 * The image's `do_sysctl` comes here through a gate. Clauses CALL, NAME, SEC.
 */
import { ERRNO } from '../../abi/errno';
import {
  GET,
  INTERFACE_VERSION,
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
import type { Vcpu } from '../../machine/vcpu';
import type { Domain } from '../../domains';
import {
  ACCESS_RULES,
  ANSWER_RULES,
  ENVELOPE_RULES,
  KNOWN_NAME_RULES,
  NAME_BUFFER_RULES,
  NAME_FIELD_RULES,
  POLICY_RULES,
  PRIVILEGE_RULES,
} from '../rules/calls';
import { action, checkFields } from './action';
import { fromDomain, refusal, type Livepatch, type Returned } from './livepatch';
import { list } from './list';
import { find } from './state';
import { upload } from './upload';

interface NameFields {
  readonly name: bigint;
  readonly name_size: number;
  readonly name_pad: Uint8Array;
}

/** The name, up to its first NUL; or the refusal. NAME. */
function readName(livepatch: Livepatch, domain: Domain, fields: NameFields): string | Returned {
  const size = fields.name_size;
  const padded = fields.name_pad.some((byte) => byte !== 0);
  const wrong = refusal(livepatch, NAME_FIELD_RULES, { size, padded }, 'name');
  if (wrong !== undefined) return wrong;
  const bytes = fromDomain(domain, fields.name, size);
  const unreadable = refusal(livepatch, NAME_BUFFER_RULES, bytes, 'name');
  if (unreadable !== undefined) return unreadable;
  const text = Buffer.from(bytes ?? new Uint8Array());
  const end = text.indexOf(0);
  return text.toString('latin1', 0, end < 0 ? text.length : end);
}

interface Answer {
  readonly returned: Returned;
  /** The union as the caller finds it afterwards, where it changes. */
  readonly union?: Uint8Array;
}

function get(livepatch: Livepatch, name: string, union: Uint8Array): Answer {
  const payload = find(livepatch.state, name);
  const unknown = refusal(livepatch, KNOWN_NAME_RULES, payload, `name ${name}`);
  if (payload === undefined) return { returned: unknown ?? 0 };
  const answered = { ...GET.decode(union), state: STATE[payload.state], rc: payload.rc };
  return { returned: 0, union: GET.encode(answered) };
}

function dispatch(livepatch: Livepatch, vcpu: Vcpu, domain: Domain, operation: number, union: Uint8Array): Answer {
  if (operation === LIVEPATCH_OP.LIST) {
    const { returned, out } = list(livepatch, vcpu, domain, union);
    return { returned, union: out };
  }
  const wrong = operation === LIVEPATCH_OP.ACTION ? checkFields(livepatch, union) : undefined;
  if (wrong !== undefined) return { returned: wrong };
  const name = readName(livepatch, domain, GET.decode(union));
  if (typeof name === 'number') return { returned: name };
  if (operation === LIVEPATCH_OP.UPLOAD) return { returned: upload(livepatch, domain, name, UPLOAD.decode(union)) };
  if (operation === LIVEPATCH_OP.GET) return get(livepatch, name, union);
  if (operation === LIVEPATCH_OP.ACTION) return { returned: action(livepatch, vcpu, name, union) };
  return { returned: 0 };
}

function answer(livepatch: Livepatch, vcpu: Vcpu, pointer: bigint): Returned {
  const domain = livepatch.system.caller(vcpu);
  const bytes = fromDomain(domain, pointer, SYSCTL_SIZE);
  const barred =
    refusal(livepatch, PRIVILEGE_RULES, domain, `domain ${domain.name}`) ??
    refusal(livepatch, ACCESS_RULES, { accessible: bytes !== undefined }, 'struct xen_sysctl');
  if (barred !== undefined) return barred;

  const structure = bytes ?? new Uint8Array(SYSCTL_SIZE);
  const sysctl = SYSCTL_HEADER.decode(structure);
  const { cmd, pad } = LIVEPATCH_OP_HEADER.decode(structure, LIVEPATCH_OP_OFFSET);
  const envelope = {
    privileged: domain.privileged,
    accessible: true,
    interfaceVersion: sysctl.interface_version,
    expectedInterfaceVersion: INTERFACE_VERSION[livepatch.revision],
    operation: cmd,
    pad,
  };
  if (sysctl.cmd !== SYSCTL_LIVEPATCH_OP) return -ERRNO.ENOSYS;
  const question = { domain: domain.name, operation: cmd, policy: livepatch.setup.policy ?? [] };
  const malformed =
    refusal(livepatch, POLICY_RULES, question, `domain ${domain.name}`) ??
    refusal(livepatch, ENVELOPE_RULES, envelope, 'struct xen_sysctl');
  if (malformed !== undefined) return malformed;

  const { returned, union } = dispatch(livepatch, vcpu, domain, cmd, structure.subarray(LIVEPATCH_UNION_OFFSET));
  if (union === undefined) return returned;
  const at = pointer + BigInt(LIVEPATCH_UNION_OFFSET);
  const writable = domain.mayWrite(at, union.length);
  const unwritten = refusal(livepatch, ANSWER_RULES, { writable }, 'struct xen_sysctl');
  if (unwritten !== undefined) return unwritten;
  domain.write(at, union);
  return returned;
}

/** The gate `livepatch_sysctl`: RDI is the domain's pointer to struct xen_sysctl. */
export const livepatchSysctl = (livepatch: Livepatch, vcpu: Vcpu): bigint =>
  BigInt(answer(livepatch, vcpu, vcpu.get('rdi')));
