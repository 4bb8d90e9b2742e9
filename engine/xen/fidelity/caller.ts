/** The hypercalls of recorded steps: like the toolstack's, but with every field as it was recorded. */
import { isUtf8 } from 'node:buffer';
import {
  EXTRAVERSION_SIZE,
  HYPERCALL,
  LIST,
  LIVEPATCH_OP,
  LIVEPATCH_OP_HEADER,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  STATUS,
  SYSCTL_HEADER,
  SYSCTL_LIVEPATCH_OP,
  SYSCTL_SIZE,
  XENVER,
} from '../../abi/hypercall';
import { hex, hexDigits, u32At } from '../../bytes';
import type { Target } from '../../target';
import type { Entry } from './data';

export interface Answer {
  readonly ret: number;
  /** The union's bytes after the call. */
  readonly out: Buffer;
}

export interface Envelope {
  readonly ifv?: number | undefined;
  readonly op_pad?: number | undefined;
  readonly sysctl?: number | undefined;
}

export interface Listed extends Answer {
  readonly entries: readonly Entry[];
}

const ENTRY_ROOM = 256;

/** Text up to its NUL as it was recorded: UTF-8, and `\\xca` for each byte that is none. */
export function recordedText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const whole = end < 0 ? bytes : bytes.subarray(0, end);
  let result = '';
  for (let at = 0; at < whole.length;) {
    const length = [1, 2, 3, 4].find((size) => isUtf8(whole.subarray(at, at + size)));
    const next = at + (length ?? 1);
    const part = Buffer.from(whole.subarray(at, next));
    result += length === undefined ? `\\x${hexDigits(part)}` : part.toString('utf8');
    at = next;
  }
  return result;
}

export function createCalls(target: Target) {
  const domain = target.domain('control');
  const place = (bytes: Uint8Array): bigint => {
    const address = domain.allocate(bytes.length);
    domain.write(address, bytes);
    return address;
  };

  const call = (cmd: number, union: Uint8Array, { ifv, op_pad = 0, sysctl }: Envelope = {}): Answer => {
    const bytes = Buffer.alloc(SYSCTL_SIZE);
    const interface_version = ifv ?? target.hypervisor.interfaceVersion;
    bytes.set(SYSCTL_HEADER.encode({ cmd: sysctl ?? SYSCTL_LIVEPATCH_OP, interface_version }));
    bytes.set(LIVEPATCH_OP_HEADER.encode({ cmd, pad: op_pad }), LIVEPATCH_OP_OFFSET);
    bytes.set(union, LIVEPATCH_UNION_OFFSET);
    const address = place(bytes);
    const ret = Number(target.hypercall({ number: HYPERCALL.sysctl, arguments: [address] }));
    return { ret, out: Buffer.from(domain.read(address + BigInt(LIVEPATCH_UNION_OFFSET), 128)) };
  };

  const list = (
    { nr = 64, idx = 0, pad = 0 }: { nr?: number | undefined; idx?: number | undefined; pad?: number | undefined } = {},
    pointers: Readonly<Record<string, string>> = {},
    envelope: Envelope = {},
  ): Listed => {
    const room = Math.max(Math.min(nr, 1025), 1);
    const buffer = (size: number): bigint => domain.allocate(size * room);
    const own = {
      status: buffer(STATUS.size),
      name: buffer(128),
      len: buffer(4),
      metadata: buffer(ENTRY_ROOM),
      metadata_len: buffer(4),
    };
    const told: Record<string, bigint> = { ...own };
    for (const [field, { offset }] of Object.entries(LIST[2].fields)) {
      const given = pointers[hex(LIVEPATCH_UNION_OFFSET + offset)];
      if (given !== undefined) told[field] = BigInt(`0x${given}`);
    }
    const answer = call(LIVEPATCH_OP.LIST, LIST[2].encode({ nr, idx, pad, ...told }), envelope);
    let nameAt = own.name;
    let metadataAt = own.metadata;
    const entries = Array.from({ length: Math.max(0, Math.min(answer.ret, room)) }, (_, index): Entry => {
      const word = (address: bigint): number => u32At(domain.read(address + BigInt(4 * index), 4));
      const { state, rc } = STATUS.decode(domain.read(own.status + BigInt(index * STATUS.size), STATUS.size));
      const length = word(own.len);
      const metadataLength = word(own.metadata_len);
      const name = recordedText(domain.read(nameAt, length));
      const metadata = Buffer.from(domain.read(metadataAt, metadataLength)).toString('latin1');
      nameAt += BigInt(length);
      metadataAt += BigInt(metadataLength);
      return [name, state, rc, metadata];
    });
    return { ...answer, entries };
  };

  return {
    place,
    call,
    list,
    extra(): string {
      const address = domain.allocate(EXTRAVERSION_SIZE);
      target.hypercall({ number: HYPERCALL.xen_version, arguments: [BigInt(XENVER.extraversion), address] });
      return recordedText(domain.read(address, EXTRAVERSION_SIZE));
    },
    version: (): number =>
      Number(target.hypercall({ number: HYPERCALL.xen_version, arguments: [BigInt(XENVER.version), 0n] })),
  };
}

export type Calls = ReturnType<typeof createCalls>;
