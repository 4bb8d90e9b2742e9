/**
 * Roles: places of the hypervisor that scenarios ask for by what they are like, not by a name that only one image has.
 * Which place has a role is found out from the image's symbols, sizes and bytes. It is never one that a livepatch
 * hypercall goes through, nor one that a control domain's kernel is known to call unasked, as it does XENVER_version.
 */
import { BRANCH, BRANCH_SIZE, beginsWithEndbr64, branchTarget, ENDBR64, isBranch, NOP } from './abi/code';
import { hex, offsetsOf, s32At, u32At, u64At } from './bytes';
import { CannotBeAsked } from './needs';
import { PAGE_SIZE } from './pages';
import type { ImageFunction, StaticImage } from './target';

/** A place that a scenario asks for. */
interface Role {
  /** What it is, with its article. */
  readonly is: string;
  /** Candidates, the best first: `symbol` or `symbol+0x12`. */
  readonly places: (image: StaticImage) => readonly string[];
}

const UD2 = Uint8Array.of(0x0f, 0x0b);
const RETURN = 0xc3;
const MOV_EAX = 0xb8;
/** Where compilers have functions return to that do so by a jump. */
const RETURN_THUNK = '__x86_return_thunk';

const begins = (code: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, at) => code[at] === byte);
const hasEndbr64 = ({ code }: ImageFunction): boolean => beginsWithEndbr64(code);

/** Moves to RAX, by their first bytes: how long they are, and what RAX is after one at an address. */
const MOVES: readonly {
  readonly opcode: readonly number[];
  readonly size: number;
  readonly value: (code: Uint8Array, address: bigint) => bigint;
}[] = [
  { opcode: [0x31, 0xc0], size: 2, value: () => 0n },
  { opcode: [0x6a], size: 3, value: (code) => BigInt(code[1] ?? 0) },
  { opcode: [MOV_EAX], size: 5, value: (code) => BigInt(u32At(code, 1)) },
  { opcode: [0x48, 0xc7, 0xc0], size: 7, value: (code) => BigInt.asUintN(64, BigInt(s32At(code, 3))) },
  { opcode: [0x48, 0x8d, 0x05], size: 7, value: (code, address) => address + BigInt(7 + s32At(code, 3)) },
];

const afterNops = (code: Uint8Array): number => {
  const at = code.findIndex((byte) => byte !== NOP);
  return at < 0 ? code.length : at;
};

/** What a function does that has no effect but RAX: `returns` is undefined if it leaves that as it was. */
export interface Harmless {
  readonly returns: bigint | undefined;
}

/** Undefined if the function does more than to move a constant to RAX. */
export function harmless(image: StaticImage, { code, address }: ImageFunction): Harmless | undefined {
  const start = beginsWithEndbr64(code) ? ENDBR64.length : 0;
  const first = start + afterNops(code.subarray(start));
  const rest = code.subarray(first);
  const move = MOVES.find(({ opcode, size }) => size < rest.length && begins(rest, opcode));
  const moved = first + (move?.size ?? 0);
  const last = moved + afterNops(code.subarray(moved));
  const end = code.subarray(last);
  const thunk = image.symbol(RETURN_THUNK);
  const returns =
    end[0] === RETURN || (isBranch(end, BRANCH.jump) && branchTarget(end, address + BigInt(last)) === thunk);
  return returns ? { returns: move?.value(rest, address + BigInt(first)) } : undefined;
}

/** Somebody who debugs calls these. */
const SELDOM_CALLED = /^(dump|show|print)_/;
/** A guest that uses a port gets to these: they serve where there are no others. */
const isLastResort = ({ name }: ImageFunction): boolean => name.endsWith('_guest_gprs');
/** A livepatch hypercall goes through the first, and a control domain's kernel asks for the second unasked. */
const OFTEN_CALLED = /livepatch|^xen_m(aj|in)or_version$|^do_|^__x86/;

const returnsConstant =
  (image: StaticImage) =>
  (own: ImageFunction): boolean =>
    harmless(image, own)?.returns !== undefined;

const isBug = ({ code }: ImageFunction): boolean => {
  const start = beginsWithEndbr64(code) ? ENDBR64.length : 0;
  return begins(code.subarray(start), [...UD2]) && code.length === start + UD2.length;
};

/** Versions that a hypercall asks for come first. */
const rank = ({ name }: ImageFunction): string => `${name.startsWith('xen_') ? 0 : 1}${name}`;

/**
 * Functions that nothing calls while a scenario runs, in an order that is the same for each image of the same source.
 */
function leftAlone(image: StaticImage): readonly ImageFunction[] {
  const isLeftAlone = (own: ImageFunction): boolean =>
    isBug(own) || SELDOM_CALLED.test(own.name) || isLastResort(own) || harmless(image, own) !== undefined;
  return image
    .functions()
    .filter((own) => !own.isLocal && !OFTEN_CALLED.test(own.name) && isLeftAlone(own))
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

type Test = (own: ImageFunction, image: StaticImage) => boolean;

/** The functions that pass the test, in an order of their own where one is given. */
const functions =
  (test: Test, order: (own: ImageFunction) => number = () => 0): Role['places'] =>
  (image) =>
    leftAlone(image)
      .filter((own) => test(own, image))
      .sort((one, other) => order(one) - order(other))
      .map(({ name }) => name);

/** How many bytes of a function come before the first edge of a page that is past its first byte. */
const beforeEdge = ({ address }: ImageFunction): number => PAGE_SIZE - Number(address % BigInt(PAGE_SIZE));

/** That many bytes before a page's edge, in functions that have at least `after` bytes after it. */
const atEdge =
  (before: number, after: number): Role['places'] =>
  (image) =>
    leftAlone(image)
      .filter((own) => beforeEdge(own) >= before && beforeEdge(own) + after <= own.code.length)
      .map((own) => within(own.name, beforeEdge(own) - before));

const within = (symbol: string, offset: number): string => (offset === 0 ? symbol : `${symbol}+${hex(offset)}`);

/**
 * Variables of which nothing reads the last eight bytes: one for payloads, and where a longer command line would be.
 */
const SPARE_VARIABLES = ['hypervisor_counter', 'saved_cmdline'];
const POINTER_SIZE = 8;

/** Whether the variable can no longer be written once Xen has booted. */
function isReadOnly(image: StaticImage, name: string): boolean {
  const [address, start, end] = [name, '__ro_after_init_start', '__ro_after_init_end'].map(image.symbol);
  return address !== undefined && start !== undefined && end !== undefined && start <= address && address < end;
}

const spareBytes: Role['places'] = (image) =>
  SPARE_VARIABLES.flatMap((name) => {
    const last = (image.size(name) ?? 0) - POINTER_SIZE;
    return last < 0 || isReadOnly(image, name) ? [] : [within(name, last)];
  });

/** Xen's data ends at the first of these, the reference's image at the second. */
const imageEnd: Role['places'] = (image) =>
  ['__2M_rwdata_end', '_end'].filter((name) => image.symbol(name) !== undefined);

/** Where read-only data begins and ends. */
const READ_ONLY = [
  ['__2M_rodata_start', '__2M_rodata_end'],
  ['hypercall_table', 'hvm_hypercall_table'],
] as const;

/** Places in read-only data that hold the address of a function that does nothing but return. */
const pointers: Role['places'] = (image) => {
  const led = image.functions().filter((own) => harmless(image, own) !== undefined);
  const addresses = new Set(led.map(({ address }) => address));
  return READ_ONLY.flatMap(([from, to]) => {
    const start = image.symbol(from) ?? 0n;
    const bytes = image.bytes(start, Number((image.symbol(to) ?? start) - start)) ?? new Uint8Array(0);
    const offsets = Array.from({ length: Math.floor(bytes.length / POINTER_SIZE) }, (_, index) => index * POINTER_SIZE);
    return offsets
      .filter((at) => addresses.has(u64At(bytes, at)))
      .map((at) => ({ place: image.describe(start + BigInt(at)), address: start + BigInt(at) }))
      .filter(({ place, address }) => addressOfPlace(image, place) === address)
      .map(({ place }) => place);
  });
};

/** The address of `symbol` or `symbol+0x12`; undefined if the image has no such symbol. */
function addressOfPlace(image: StaticImage, place: string): bigint | undefined {
  const [symbol = '', offset = '0'] = place.split('+');
  const address = image.symbol(symbol);
  return address === undefined ? undefined : address + BigInt(offset);
}

/** Bytes up to the end of a trampoline. */
const patchedSize = (own: ImageFunction): number => BRANCH_SIZE + (hasEndbr64(own) ? ENDBR64.length : 0);

const isShort: Test = ({ code, room }) => code.length < BRANCH_SIZE && room >= BRANCH_SIZE;

export const ROLES = {
  shortest_function: {
    is: 'the shortest function, of fewer than 5 bytes, with padding after it',
    places: functions(isShort, (own) => own.code.length + (isBug(own) ? BRANCH_SIZE : 0)),
  },
  short_function: {
    is: 'a function of fewer than 5 bytes, with padding after it',
    places: functions(isShort, ({ code }) => -code.length),
  },
  short_getter: {
    is: 'a function of fewer than 5 bytes, with padding after it, that returns a constant',
    places: functions((own, image) => isShort(own, image) && returnsConstant(image)(own)),
  },
  five_byte_function: {
    is: 'a function of 5 bytes that does not begin with endbr64 and can be called',
    places: functions((own, image) => own.code.length === BRANCH_SIZE && !hasEndbr64(own) && !!harmless(image, own)),
  },
  quiet_function: {
    is: 'a function that returns a constant and has room for a trampoline',
    places: functions((own, image) => returnsConstant(image)(own) && own.code.length >= patchedSize(own)),
  },
  plain_function: {
    is: 'a function of at least 40 bytes that does not begin with endbr64',
    places: functions(
      (own) => own.code.length >= 40 && !hasEndbr64(own),
      (own) => own.code.length + (isLastResort(own) ? PAGE_SIZE : 0),
    ),
  },
  plain_getter: {
    is: 'a function of at least 10 bytes that does not begin with endbr64 and returns a constant',
    places: functions((own, image) => own.code.length >= 10 && !hasEndbr64(own) && returnsConstant(image)(own)),
  },
  plain_number: {
    // Without its first instruction it returns what is in EAX already, which may well be 0.
    is: 'a function that is mov $N,%eax, with an N that is not 0, and a return',
    places: functions((own, image) => own.code[0] === MOV_EAX && (harmless(image, own)?.returns ?? 0n) !== 0n),
  },
  endbr64_getter: {
    is: 'a function that is endbr64 and, after it, mov $N,%eax and a return',
    places: functions(
      (own, image) => hasEndbr64(own) && own.code[ENDBR64.length] === MOV_EAX && returnsConstant(image)(own),
    ),
  },
  bug_function: { is: 'a function that is nothing but a BUG', places: functions(isBug) },
  near_page_edge: {
    is: "a place in a function 16 bytes before a page's edge, with at least 6 bytes of the function after that",
    places: atEdge(16, 6),
  },
  before_page_edge: {
    is: "a place in a function 3 bytes before a page's edge",
    places: atEdge(3, 2),
  },
  getter_across_pages: {
    is: 'a function that returns a constant and whose first 5 bytes are on two pages, 3 on one and 2 on the next',
    places: functions((own, image) => beforeEdge(own) === 3 && returnsConstant(image)(own)),
  },
  image_end: { is: 'the end of the image, after which nothing is mapped', places: imageEnd },
  spare_bytes: { is: 'eight bytes of data, 0, that nothing reads', places: spareBytes },
  function_pointer: {
    is: 'a pointer in read-only data to a function that does nothing but return',
    places: pointers,
  },
} as const satisfies Readonly<Record<string, Role>>;
export type RoleName = keyof typeof ROLES;

export const isRole = (name: string): name is RoleName => Object.hasOwn(ROLES, name);

/** Where the text calls this function, in all functions of it: `symbol+0x12`. */
export function callsOf(image: StaticImage, called: string): readonly string[] {
  const target = image.symbol(called);
  return image.functions().flatMap(({ name, address, code }) => {
    const isCall = (at: number): boolean =>
      isBranch(code.subarray(at)) && branchTarget(code.subarray(at), address + BigInt(at)) === target;
    const last = code.length - BRANCH_SIZE;
    return image.symbol(name) === address
      ? offsetsOf(code.subarray(0, last), BRANCH.call)
          .filter(isCall)
          .map((at) => within(name, at))
      : [];
  });
}

/** Images are looked through once. */
const found = new WeakMap<StaticImage, Map<RoleName, string | undefined>>();

/** The place that has the role: `symbol` or `symbol+0x12`. CannotBeAsked if the hypervisor has none. */
export function placeFor(image: StaticImage, role: RoleName): string {
  const known = found.get(image) ?? new Map<RoleName, string | undefined>();
  found.set(image, known);
  if (!known.has(role)) known.set(role, ROLES[role].places(image)[0]);
  const place = known.get(role);
  if (place === undefined) throw new CannotBeAsked({ name: role, meaning: ROLES[role].is });
  return place;
}
