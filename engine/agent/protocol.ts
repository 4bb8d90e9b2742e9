/**
 * The protocol of hypercalls that travel: of the agent, which makes them in the control domain of a real Xen for the
 * suite, and of a tool's preload library (`engine/client/`), which has them made by an emulated hypervisor. This one file
 * says it, `protocol.h` is made from it, and both are tested against it.
 *
 * One request, one answer, in order; several requests may be on their way. Numbers are little endian. Bytes before a
 * frame's magic number are skipped, so that both sides can resynchronise after a break.
 */

import { bytes, layout, u32, u64, type Fields } from '../abi/fields';

/** Changes with everything below. */
export const PROTOCOL_VERSION = 1;

/** The first word of a request and of an answer: "LPQ1", "LPA1". */
export const MAGIC = { request: 0x3151504c, answer: 0x3141504c } as const;

/** Bytes of data that a frame may have. */
export const MOST_DATA = 0x1_0000;

/** Likewise in an exchange with a preload library, which takes and gives its caller's memory in pieces. */
export const MOST_CALLER_DATA = 0x1000;

/**
 * What is asked. A result below 0 is an errno: -EINVAL for a request that is none, -EFAULT for memory that was not
 * reserved.
 *
 * HELLO      () -> the protocol's version, and the structure HELLO; whatever was reserved is released
 * PING       () -> 0
 * RESERVE    (bytes, RESERVE flags) -> the address of that much memory, all zero, which hypercalls may use
 * RELEASE    (address) -> 0; what RESERVE gave is gone
 * WRITE      (address, bytes; data) -> 0; the data is written, and zeros after it up to that many bytes
 * READ       (address, bytes) -> 0, and the data
 * HYPERCALL  (number, five arguments) -> what Xen returned
 *
 * A preload library asks HYPERCALL, once in each connection. Before that is answered, it is asked READ and WRITE of its
 * own caller's memory, and answers -EFAULT for what is not mapped. Data in the answer to HYPERCALL is a sentence for
 * people. Who wants to know the hypervisor asks HELLO.
 */
export const REQUEST = { HELLO: 1, PING: 2, RESERVE: 3, RELEASE: 4, WRITE: 5, READ: 6, HYPERCALL: 7 } as const;
export type RequestKind = keyof typeof REQUEST;

/** EDGE: it ends at a page that is not mapped. READ_ONLY: likewise, and only WRITE may write there. */
export const RESERVE = { EDGE: 1, READ_ONLY: 2 } as const;

/** Followed by `length` bytes of data. */
export const REQUEST_HEAD = layout('request', 64, {
  magic: u32(0),
  kind: u32(4),
  sequence: u32(8),
  length: u32(12),
  argument0: u64(16),
  argument1: u64(24),
  argument2: u64(32),
  argument3: u64(40),
  argument4: u64(48),
  argument5: u64(56),
});

/** Likewise. `sequence` is that of the request. */
export const ANSWER_HEAD = layout('answer', 24, {
  magic: u32(0),
  sequence: u32(4),
  length: u32(8),
  pad: u32(12),
  result: u64(16),
});

/** What the agent found: Xen's sysctl interface, or 0 without one; vCPUs of its domain; Xen's build-id. */
export const HELLO = layout('hello', 80, {
  interface_version: u32(0),
  cpus: u32(4),
  build_id_length: u32(8),
  pad: u32(12),
  build_id: bytes(16, 64),
});

/** Fields without gaps, so that C puts them at the same offsets. */
const cField = ([name, { codec }]: readonly [string, { readonly codec: { readonly size: number } }]): string =>
  codec.size <= 8 ? `    uint${8 * codec.size}_t ${name};` : `    uint8_t ${name}[${codec.size}];`;

const cStructure = ({ name, fields }: { readonly name: string; readonly fields: Fields }): string =>
  [`struct ${name} {`, ...Object.entries(fields).map(cField), '};'].join('\n');

const cEnum = (prefix: string, values: Readonly<Record<string, number>>): string =>
  `enum { ${Object.entries(values)
    .map(([name, value]) => `${prefix}_${name} = ${value}`)
    .join(', ')} };`;

/** The protocol as the agent's C has it. */
export function protocolHeader(): string {
  return [
    '/* Made from protocol.ts, which says what it means, by checks/agent.ts --write. */',
    '#include <stdint.h>',
    '',
    `#define PROTOCOL_VERSION ${PROTOCOL_VERSION}`,
    `#define MAGIC_REQUEST ${MAGIC.request}u`,
    `#define MAGIC_ANSWER ${MAGIC.answer}u`,
    `#define MOST_DATA ${MOST_DATA}u`,
    `#define MOST_CALLER_DATA ${MOST_CALLER_DATA}u`,
    cEnum('REQUEST', REQUEST),
    cEnum('RESERVE', RESERVE),
    ...[REQUEST_HEAD, ANSWER_HEAD, HELLO].map(cStructure),
    '',
  ].join('\n');
}
