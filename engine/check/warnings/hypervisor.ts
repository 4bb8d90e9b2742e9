/** What the warnings ask about a hypervisor's image: read from its file, once for each image. */
import { BUG_FRAMES } from '../../abi/sections';
import {
  ALTERNATIVE,
  alternativeFormOf,
  BUG_FRAME,
  entriesOf,
  EXCEPTION,
  frameSize,
  readFrame,
} from '../../abi/tables';
import { PATCHING_PATH } from '../../reference/livepatch/protected';
import { countUpTo } from '../../sorted';
import type { ImageFunction, StaticImage } from '../../target';
import { longBranches, realBranches, shortBranchesTo, type Branch } from './branches';

/** What a table of the hypervisor says about a byte of its code. */
export type Mark = 'alternative' | 'exception' | 'bug frame';

/** How a function takes part in patching: while all CPUs are held, or on the way to that. */
export type Part = 'held' | 'on the way';

export interface ImageFacts {
  /** Those that begin there: one, or several names of one. */
  readonly beginningAt: (address: bigint) => readonly ImageFunction[];
  /** The one whose code or padding has that byte. */
  readonly having: (address: bigint) => ImageFunction | undefined;
  /** Whether it is in the image's text, whatever its permissions are where the image is not run. */
  readonly isText: (address: bigint) => boolean;
  /** Whether it is freed after boot. */
  readonly isInit: (address: bigint) => boolean;
  /** Places of calls and jumps that lead exactly there. */
  readonly branchesTo: (address: bigint) => readonly bigint[];
  /** What the tables say about that byte. */
  readonly marksAt: (address: bigint) => ReadonlySet<Mark>;
  /** The part that the function which begins there has in patching. */
  readonly partOf: (address: bigint) => Part | undefined;
}

/** Where a function ends, with the padding after it. */
export const roomEndOf = ({ address, code, room }: ImageFunction): bigint =>
  address + BigInt(Math.max(code.length, room));

/** `name` of `common/file.c#name.part.0`. */
export const plainName = (name: string): string => name.slice(name.lastIndexOf('#') + 1).split('.')[0] ?? '';

/** The bytes between two symbols. */
function between(image: StaticImage, from: string, to: string): { readonly start: bigint; readonly bytes: Uint8Array } {
  const [start, end] = [image.symbol(from), image.symbol(to)];
  if (start === undefined || end === undefined || end <= start) return { start: 0n, bytes: new Uint8Array() };
  return { start, bytes: image.bytes(start, Number(end - start)) ?? new Uint8Array() };
}

function alternativePlaces(image: StaticImage): readonly (readonly [bigint, number])[] {
  const { start, bytes } = between(image, '__alt_instructions', '__alt_instructions_end');
  const isCode = (address: bigint, length: number): boolean => (image.bytes(address, length)?.length ?? 0) > 0;
  const { size, reader } = ALTERNATIVE[alternativeFormOf(bytes, start, isCode)];
  const entry: (at: number) => { readonly orig: number; readonly orig_len: number } = reader(bytes);
  return entriesOf(bytes.length, size).map((at) => {
    const { orig, orig_len } = entry(at);
    return [start + BigInt(at) + BigInt(orig), orig_len];
  });
}

/** Places that may fault, and where it goes on after that. */
function exceptionPlaces(image: StaticImage): readonly bigint[] {
  return ['ex_table', 'pre_ex_table'].flatMap((table) => {
    const { start, bytes } = between(image, `__start___${table}`, `__stop___${table}`);
    const read = EXCEPTION.reader(bytes);
    return entriesOf(bytes.length, EXCEPTION.size).flatMap((at) => {
      const { addr, cont } = read(at);
      const own = start + BigInt(at);
      return [own + BigInt(addr), own + BigInt(EXCEPTION.fields.cont.offset) + BigInt(cont)];
    });
  });
}

/** The frames of each kind are between two symbols; up to 4.19 they follow each other, and only the first has a start. */
function bugPlaces(image: StaticImage): readonly bigint[] {
  return BUG_FRAMES.flatMap(({ kind }, index) => {
    const starts = [
      `__start_bug_frames_${index}`,
      index === 0 ? '__start_bug_frames' : `__stop_bug_frames_${index - 1}`,
    ];
    const first = starts.find((name) => image.symbol(name) !== undefined) ?? '';
    const { start, bytes } = between(image, first, `__stop_bug_frames_${index}`);
    const read = BUG_FRAME.reader(bytes);
    return entriesOf(bytes.length, frameSize(kind)).map((at) => start + BigInt(at) + readFrame(read(at)).at);
  });
}

function readMarks(image: StaticImage): ReadonlyMap<bigint, ReadonlySet<Mark>> {
  const marks = new Map<bigint, Set<Mark>>();
  const put = (address: bigint, mark: Mark): void =>
    void marks.set(address, (marks.get(address) ?? new Set<Mark>()).add(mark));
  for (const [address, length] of alternativePlaces(image))
    for (let at = 0; at < length; at++) put(address + BigInt(at), 'alternative');
  for (const address of exceptionPlaces(image)) put(address, 'exception');
  for (const address of bugPlaces(image)) put(address, 'bug frame');
  return marks;
}

/** What runs while all CPUs are held, and, in Xen, calls itself what it does. */
const HELD =
  /^(check_for_livepatch_work|do_livepatch_work|livepatch_(do_action|spin|apply|revert)|(apply|revert)_payload(_tail)?|arch_livepatch_(apply|revert|quiesce|revive|mask|unmask|post_action)|idle_loop|context_switch)$/;
/** What a livepatch hypercall goes through before. */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  ...PATCHING_PATH,
  'livepatch_op',
  'livepatch_action',
  'do_livepatch_op',
]);
const RENDEZVOUS = 'check_for_livepatch_work';

function factsFrom(image: StaticImage): ImageFacts {
  const functions = image.functions();
  const starts = new Map<bigint, readonly ImageFunction[]>();
  for (const own of functions) starts.set(own.address, [...(starts.get(own.address) ?? []), own]);
  const { start, bytes } = between(image, '_stext', '_etext');
  const offsetOf = (address: bigint): number => Number(address - start);

  const having: ImageFacts['having'] = (address) => {
    const own = functions[countUpTo(functions, address, (one) => one.address) - 1];
    return own !== undefined && address < roomEndOf(own) ? own : undefined;
  };
  /** A long one that is in no known function is taken for one: that its distance fits by chance is not to be expected. */
  const isReal = (branch: Branch, isLong: boolean): boolean => {
    const own = having(start + BigInt(branch.at));
    return own === undefined ? isLong : realBranches(bytes, offsetOf(own.address), [branch]).length > 0;
  };
  let long: Map<number, Branch[]> | undefined;
  const longTo = (target: number): readonly Branch[] => {
    if (long === undefined) {
      long = new Map();
      for (const branch of longBranches(bytes, (to) => to >= 0 && to < bytes.length)) {
        const others = long.get(branch.target);
        if (others === undefined) long.set(branch.target, [branch]);
        else others.push(branch);
      }
    }
    return long.get(target) ?? [];
  };
  const branchesTo: ImageFacts['branchesTo'] = (address) => {
    const target = offsetOf(address);
    if (target < 0 || target >= bytes.length) return [];
    const real = [
      ...longTo(target).filter((branch) => isReal(branch, true)),
      ...shortBranchesTo(bytes, target).filter((branch) => isReal(branch, false)),
    ];
    return real.map(({ at }) => start + BigInt(at));
  };
  let marks: ReadonlyMap<bigint, ReadonlySet<Mark>> | undefined;
  let callers: ReadonlySet<bigint> | undefined;
  const callersOf = (name: string): ReadonlySet<bigint> =>
    new Set(branchesTo(image.symbol(name) ?? -1n).flatMap((place) => having(place)?.address ?? []));
  const [initStart = 0n, initEnd = 0n] = [image.symbol('__init_begin'), image.symbol('__init_end')];
  return {
    beginningAt: (address) => starts.get(address) ?? [],
    having,
    isText: (address) => start <= address && address < start + BigInt(bytes.length),
    isInit: (address) => initStart <= address && address < initEnd,
    branchesTo,
    marksAt: (address) => (marks ??= readMarks(image)).get(address) ?? new Set(),
    partOf(address) {
      const names = (starts.get(address) ?? []).map(({ name }) => plainName(name));
      callers ??= callersOf(RENDEZVOUS);
      if (callers.has(address) || names.some((name) => HELD.test(name))) return 'held';
      return names.some((name) => ON_THE_WAY.has(name)) ? 'on the way' : undefined;
    },
  };
}

const known = new WeakMap<StaticImage, ImageFacts>();

export function factsOf(image: StaticImage): ImageFacts {
  const facts = known.get(image) ?? factsFrom(image);
  known.set(image, facts);
  return facts;
}
