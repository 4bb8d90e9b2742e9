/** What is found out about each entry of `.livepatch.funcs`, for the warnings about it. */
import { SHF } from '../../abi/elf';
import { hex } from '../../bytes';
import { once } from '../../reference/once';
import { atFunction } from '../../reference/livepatch/load/where';
import { FUNCTIONS } from '../../abi/sections';
import type { Asked } from '../../reference/rules/sequence';
import type { EmulatedTarget, ImageFunction } from '../../target';
import type { ReadPayload } from '../inspect';
import { longBranches, realBranches } from './branches';
import { keptCopies } from './copies';
import type { PatchedPlace } from './functions';
import { factsOf, plainName, roomEndOf, type ImageFacts, type Mark } from './hypervisor';

type Patched = ReadPayload['payload']['functions'][number];

const endOf = ({ patchAt, patch }: Patched): bigint => patchAt + BigInt(patch.length);

/** The bytes from the start of the function to the end of what is patched. */
function* patchedBytes(patched: Patched): Iterable<bigint> {
  for (let address = patched.patchAt; address < endOf(patched); address++) yield address;
}

/** The size of the function that begins at old_addr: of several names, that of the entry's, or the one that fits. */
function symbolSizeOf({ name, oldSize }: Patched, candidates: readonly ImageFunction[]): number | undefined {
  if (candidates.some(({ code }) => code.length === oldSize)) return oldSize;
  const named = candidates.find((own) => plainName(own.name) === plainName(name)) ?? candidates[0];
  return named?.code.length;
}

function reachesInto(patched: Patched, { having }: ImageFacts, describe: (address: bigint) => string) {
  const own = having(patched.oldAddress);
  const end = own && roomEndOf(own);
  return end !== undefined && endOf(patched) > end ? describe(end) : undefined;
}

/** The first call or jump into the middle of the patched bytes that is not itself replaced. */
function jumpInto(patched: Patched, { branchesTo }: ImageFacts, describe: (address: bigint) => string) {
  for (const address of patchedBytes(patched)) {
    if (address === patched.patchAt || address === patched.oldAddress) continue;
    const from = branchesTo(address).find((place) => place < patched.patchAt || place >= endOf(patched));
    if (from !== undefined) return `${describe(from)} of the hypervisor leads to ${describe(address)}`;
  }
  return undefined;
}

function marked(patched: Patched, mark: Mark, { marksAt }: ImageFacts): bigint | undefined {
  for (const address of patchedBytes(patched)) if (marksAt(address).has(mark)) return address;
  return undefined;
}

/** A call or jump of the payload to a byte that is patched. */
interface Back {
  readonly from: bigint;
  readonly to: bigint;
  /** `.text+0x12`. */
  readonly place: string;
}

/** Entries further apart than this are not looked at together. */
const REACH = 2 ** 33;

/** All calls and jumps of the payload's code that lead to a byte of a patched function. */
function waysBack({ payload, memory }: ReadPayload): readonly Back[] {
  const { base, functions, sections } = payload;
  const offsetOf = (address: bigint): number => Number(address - base);
  const wanted = new Set(
    functions.flatMap((patched) => {
      const [first, last] = [offsetOf(patched.oldAddress), offsetOf(endOf(patched))];
      return Math.abs(first) > REACH ? [] : Array.from({ length: last - first }, (_, at) => first + at);
    }),
  );
  if (wanted.size === 0) return [];
  return sections
    .filter(({ flags, size }) => (flags & SHF.EXECINSTR) !== 0n && size > 0)
    .flatMap(({ name, address, size }) => {
      const start = offsetOf(address);
      const code = memory.subarray(start, start + size);
      const supposed = longBranches(code, (target) => wanted.has(start + target));
      if (supposed.length === 0) return [];
      return realBranches(code, 0, supposed).map(({ at, target }) => {
        return { from: address + BigInt(at), to: address + BigInt(target), place: `${name}+${hex(at)}` };
      });
    });
}

function findBack(patched: Patched, ways: readonly Back[], describe: (address: bigint) => string) {
  const { oldAddress, newAddress, newSize, patchAt } = patched;
  const into = ways.filter(({ to }) => oldAddress <= to && to < endOf(patched));
  const isOwn = ({ from }: Back): boolean => newAddress <= from && from < newAddress + BigInt(newSize);
  const isStart = ({ to }: Back): boolean => to === oldAddress || to === patchAt;
  const text = (way: Back | undefined) => way && `${way.place} of the payload leads to ${describe(way.to)}`;
  return {
    endless: text(into.find((way) => isStart(way) && isOwn(way))),
    wayBack: text(into.find((way) => !isStart(way))),
  };
}

/** The entries, in the order of the payload. What is found out about one is found out when a row asks for it. */
export function patchedPlaces(read: ReadPayload, { image, memory }: EmulatedTarget): readonly Asked<PatchedPlace>[] {
  const { payload } = read;
  const facts = factsOf(image);
  const { describe } = image;
  const isCode = (address: bigint): boolean => facts.isText(address) || memory.permissions(address).includes('x');
  const ways = once(() => waysBack(read));
  const copies = once(() => keptCopies(payload.functions, image));
  const nameOf = (address: bigint | undefined) => (address === undefined ? undefined : describe(address));
  return payload.functions.map((patched, index) => {
    const { name, oldAddress, newAddress, oldSize } = patched;
    const back = once(() => findBack(patched, ways(), describe));
    const subject: PatchedPlace = {
      ...{ name: name === '' ? describe(oldAddress) : name, newAddress, oldSize },
      patchSize: Number(endOf(patched) - oldAddress),
      isInit: facts.isInit(oldAddress),
      get symbolSize() {
        return symbolSizeOf(patched, facts.beginningAt(oldAddress));
      },
      get isData() {
        return memory.permissions(oldAddress) !== '---' && !isCode(oldAddress);
      },
      get reachesInto() {
        return reachesInto(patched, facts, describe);
      },
      get isNewCode() {
        return newAddress === 0n || isCode(newAddress);
      },
      get jumpInto() {
        return jumpInto(patched, facts, describe);
      },
      get alternative() {
        return nameOf(marked(patched, 'alternative', facts));
      },
      get exception() {
        return nameOf(marked(patched, 'exception', facts));
      },
      get bugFrame() {
        return nameOf(marked(patched, 'bug frame', facts));
      },
      get endless() {
        return back().endless;
      },
      get wayBack() {
        return back().wayBack;
      },
      get keptCopies() {
        return copies()(oldAddress);
      },
      get part() {
        return facts.partOf(oldAddress);
      },
    };
    const title = `${FUNCTIONS}[${index}] ${name}`.trimEnd();
    return { subject, where: () => ({ ...atFunction(payload, patched), name: title }) };
  });
}
