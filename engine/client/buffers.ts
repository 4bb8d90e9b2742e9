/**
 * What a tool's hypercalls point to: for each field that is a handle, how many bytes the hypervisor may read or write
 * there. Sizes that Xen refuses are not followed, so nobody can ask for more than that.
 */
import {
  EXTRAVERSION_SIZE,
  GET,
  LIMITS,
  LIST,
  LIVEPATCH_UNION_OFFSET,
  STATUS,
  UPLOAD,
  XENVER,
  type LivepatchOp,
  type Revision,
} from '../abi/hypercall';
import { u32At } from '../bytes';

/** A stretch of a buffer. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** A buffer of the caller's. */
export interface CallerBuffer {
  /** Its field. */
  readonly field: string;
  /** Offset of the handle in struct xen_sysctl. */
  readonly at: number;
  /** Bytes. */
  readonly size: number;
  /** What the hypervisor has written there; undefined: it only reads it. */
  readonly written?: (answer: ListAnswer) => readonly Stretch[];
}

/** What a LIST that succeeded has in its buffers. */
export interface ListAnswer {
  readonly entries: number;
  /** The structure afterwards. */
  readonly structure: Uint8Array;
  /** The lengths of the names, as the hypervisor wrote them. */
  readonly lengths: Uint8Array;
}

/** Room for all metadata of one LIST: more than the payloads of a whole area have. */
const MOST_METADATA = 8 * 1024 * 1024;
const WORD = 4;

/** Within the sizes that Xen takes, else 0. */
const taken = (size: number | bigint, most: number): number => (size <= most ? Number(size) : 0);

const whole = (length: number): readonly Stretch[] => [{ offset: 0, length }];

/** Revision 1 has them 128 bytes apart (LIST-4), revision 2 packs them (V2-LIST-7). */
function namesWritten(revision: Revision, { entries, structure, lengths }: ListAnswer): readonly Stretch[] {
  if (revision === 2) return whole(LIST[2].decode(structure, LIVEPATCH_UNION_OFFSET).name_total_size);
  return Array.from({ length: entries }, (_, index) => ({
    offset: index * LIMITS.name,
    length: Math.min(u32At(lengths, index * WORD), LIMITS.name),
  }));
}

function listBuffers(revision: Revision, structure: Uint8Array): readonly CallerBuffer[] {
  const nr = taken(LIST[revision].decode(structure, LIVEPATCH_UNION_OFFSET).nr, LIMITS.listEntries);
  const { status, name, len } = LIST[revision].fields;
  const perEntry = (field: string, { offset }: { readonly offset: number }, size: number): CallerBuffer => ({
    field,
    at: LIVEPATCH_UNION_OFFSET + offset,
    size: nr * size,
    written: ({ entries }) => whole(entries * size),
  });
  const both: readonly CallerBuffer[] = [
    perEntry('status', status, STATUS.size),
    { ...perEntry('name', name, LIMITS.name), written: (answer) => namesWritten(revision, answer) },
    perEntry('len', len, WORD),
  ];
  if (revision === 1) return both;
  const { metadata, metadata_len } = LIST[2].fields;
  return [
    ...both,
    {
      field: 'metadata',
      at: LIVEPATCH_UNION_OFFSET + metadata.offset,
      size: nr === 0 ? 0 : MOST_METADATA,
      written: ({ structure: after }) => whole(LIST[2].decode(after, LIVEPATCH_UNION_OFFSET).metadata_total_size),
    },
    perEntry('metadata_len', metadata_len, WORD),
  ];
}

function nameBuffer(structure: Uint8Array): CallerBuffer {
  const { name_size } = GET.decode(structure, LIVEPATCH_UNION_OFFSET);
  const at = LIVEPATCH_UNION_OFFSET + GET.fields.name.offset;
  return { field: 'name', at, size: taken(name_size, LIMITS.name) };
}

function uploadBuffers(structure: Uint8Array): readonly CallerBuffer[] {
  const { size } = UPLOAD.decode(structure, LIVEPATCH_UNION_OFFSET);
  const at = LIVEPATCH_UNION_OFFSET + UPLOAD.fields.payload.offset;
  return [nameBuffer(structure), { field: 'payload', at, size: taken(size, LIMITS.payload) }];
}

/** The buffers of a sub-operation. One without a byte in it is left out. */
export function livepatchBuffers(
  revision: Revision,
  operation: LivepatchOp,
  structure: Uint8Array,
): readonly CallerBuffer[] {
  const buffers = {
    UPLOAD: uploadBuffers,
    GET: (bytes: Uint8Array) => [nameBuffer(bytes)],
    LIST: (bytes: Uint8Array) => listBuffers(revision, bytes),
    ACTION: (bytes: Uint8Array) => [nameBuffer(bytes)],
  } as const satisfies Record<LivepatchOp, unknown>;
  return buffers[operation](structure).filter(({ size }) => size > 0);
}

/** A sub-operation of the xen_version hypercall. */
export interface VersionOperation {
  readonly name: string;
  /** Bytes that its pointer is about; absent: it has none. */
  readonly size?: number;
  /** Bytes of them that the hypervisor reads. */
  readonly read?: number;
}

/** Bytes of a build-id that there is room for. */
const MOST_BUILD_ID = 4096;

/** By number; sizes as in Xen's public interface. */
export const VERSION_OPERATIONS: Readonly<Record<number, VersionOperation>> = {
  [XENVER.version]: { name: 'XENVER_version' },
  [XENVER.extraversion]: { name: 'XENVER_extraversion', size: EXTRAVERSION_SIZE },
  2: { name: 'XENVER_compile_info', size: 144 },
  3: { name: 'XENVER_capabilities', size: 1024 },
  4: { name: 'XENVER_changeset', size: 64 },
  5: { name: 'XENVER_platform_parameters', size: 8 },
  6: { name: 'XENVER_get_features', size: 8, read: 8 },
  7: { name: 'XENVER_pagesize' },
  8: { name: 'XENVER_guest_handle', size: 16 },
  9: { name: 'XENVER_commandline', size: 1024 },
  [XENVER.build_id]: { name: 'XENVER_build_id', size: WORD + MOST_BUILD_ID, read: WORD },
};
