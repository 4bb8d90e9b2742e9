/**
 * Where a Xen has the fields of what it gives to hooks: they moved from release to release, and a vendor may move them.
 * Found by a payload whose hooks keep the pointer that they get, so it is the build itself that says so.
 */
import { joined, machineCode } from '../payloads/builder/assembly';
import { hookReturning, returnsNumber } from '../payloads/builder/code';
import { livepatch, type PayloadDescription } from '../payloads/builder/payload';
import { HOOK_LAYOUT, type HookLayout, type StatesLayout } from './abi/hook';
import { TRAMPOLINE_SIZE } from './abi/code';
import { u32At, u64At } from './bytes';
import { payloadRegions } from './owners';
import { HypervisorStopped, type EmulatedTarget } from './target';
import { createToolstack } from './toolstack/toolstack';

/** Functions that each Xen has, each long enough for a jump. */
const PATCHED = ['xen_major_version', 'xen_minor_version'] as const;
const NAME = 'hook-layout';
/** What the hook keeps the pointer in. */
const KEPT = 'hook_layout_kept';
const OWN_ID = new Uint8Array(20).fill(0x48);
const POINTER_SIZE = 8;
const WORD_SIZE = 4;
/** Bytes that are looked at: more than what comes before the fields in any release, and more than two states have. */
const LOOKED_AT = 512;
/** Xen's half of the addresses begins here. */
const XEN_HALF = 1n << 63n;

/** mov %rdi, KEPT(%rip); xor %eax, %eax; ret */
const keepsPointer = joined([
  {
    ...machineCode(Uint8Array.of(0x48, 0x89, 0x3d, 0, 0, 0, 0)),
    relocations: [{ offset: 3, type: 'PC32', target: { symbol: KEPT }, addend: -4n }],
  },
  hookReturning(0),
]);

function payloadFor({ hypervisor, image }: EmulatedTarget): Uint8Array {
  const description: PayloadDescription = {
    revision: hypervisor.revision,
    buildId: OWN_ID,
    depends: hypervisor.buildId,
    xenDepends: hypervisor.buildId,
    functions: PATCHED.map((name) => ({ name, oldSize: image.size(name) ?? 0, replacement: returnsNumber(0) })),
    hooks: { preapply: keepsPointer },
    data: { [KEPT]: new Uint8Array(POINTER_SIZE) },
  };
  return livepatch(description).bytes;
}

/** The offsets from `from` on, one each `step` bytes, as far as `bytes` has room for `size` bytes. */
function offsets(bytes: Uint8Array, from: number, step: number, size: number): readonly number[] {
  const count = Math.floor((bytes.length - size - from) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => from + step * index);
}

/** Where a function's state is, from the memory of two of them and the bytes that each keeps of its function. */
function statesIn(states: Uint8Array, pointer: number, before: readonly Uint8Array[]): StatesLayout | undefined {
  const [first, second] = before.map((bytes) => Buffer.from(states).indexOf(bytes));
  if (first === undefined || second === undefined || first < 0 || second <= first) return undefined;
  const size = second - first;
  const isOne = (at: number): boolean => u32At(states, at) === 1 && u32At(states, at + size) === 1;
  const applied = offsets(states.subarray(0, first), 0, WORD_SIZE, WORD_SIZE).find(isOne);
  return applied === undefined ? undefined : { pointer, size, applied };
}

/** The pointers from `at` on, and the offset of what comes after them. */
function pointersFrom(payload: Uint8Array, at: number): { readonly pointers: readonly bigint[]; readonly end: number } {
  const pointers: bigint[] = [];
  let end = at;
  for (; end + POINTER_SIZE <= payload.length && u64At(payload, end) >= XEN_HALF; end += POINTER_SIZE)
    pointers.push(u64At(payload, end));
  return { pointers, end };
}

function look(target: EmulatedTarget, before: readonly Uint8Array[]): HookLayout | undefined {
  const { memory } = target;
  const region = (part: string) => payloadRegions(memory.regions(), NAME).find(({ owner }) => owner.part === part);
  const data = region('data');
  if (data === undefined) return undefined;
  // The entries are writable, as the data is: it begins with what the hook keeps.
  const kept = u64At(memory.read(data.start, POINTER_SIZE));
  if (kept < XEN_HALF || memory.permissions(kept) === '---') return undefined;
  const payload = memory.read(kept, LOOKED_AT);
  const isInData = (pointer: bigint): boolean => pointer > data.start && pointer < data.start + BigInt(data.size);
  const counts = (funcs: number): boolean => {
    const { end } = pointersFrom(payload, funcs);
    return end + WORD_SIZE <= payload.length && u32At(payload, end) === PATCHED.length;
  };
  const funcs = offsets(payload, 0, POINTER_SIZE, POINTER_SIZE)
    .filter((at) => isInData(u64At(payload, at)))
    .find(counts);
  if (funcs === undefined) return undefined;
  const { pointers, end: nfuncs } = pointersFrom(payload, funcs);
  const [, states] = pointers;
  if (states === undefined) return { funcs, nfuncs, states: undefined };
  const found = statesIn(memory.read(states, LOOKED_AT), funcs + POINTER_SIZE, before);
  return found && { funcs, nfuncs, states: found };
}

/** Finds it out; undefined if this Xen does not show it. Nothing is loaded afterwards. */
export function findHookLayout(target: EmulatedTarget): HookLayout | undefined {
  if (target.hypervisor.revision === 1) return HOOK_LAYOUT;
  try {
    const tools = createToolstack(target);
    const code = (name: string): Uint8Array => {
      return target.memory.read(target.image.symbol(name) ?? 0n, (target.image.size(name) ?? 0) + TRAMPOLINE_SIZE);
    };
    const before = PATCHED.map(code);
    if (tools.upload(NAME, payloadFor(target)).returned !== 0) return undefined;
    if (tools.action('APPLY', NAME).returned !== 0) return undefined;
    const after = PATCHED.map(code);
    const replaced = before.map((bytes, index) => {
      const from = bytes.findIndex((byte, at) => byte !== after[index]?.[at]);
      return bytes.slice(from, from + TRAMPOLINE_SIZE);
    });
    return look(target, replaced);
  } catch (error) {
    if (!(error instanceof HypervisorStopped)) throw error;
    return undefined;
  } finally {
    target.reset();
  }
}
