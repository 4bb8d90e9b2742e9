/** What a search sees of memory: the patched places, the payloads' regions, and whether anything else changed. */
import { BRANCH, branchTarget, beginsWithEndbr64, ENDBR64, isBranch, TRAMPOLINE_SIZE } from '../abi/code';
import { asBuffer, hex, hexDigits } from '../bytes';
import type { EmulatedTarget, MemorySnapshot, RegionContent } from '../target';
import type { Cast } from './cast';
import { AS_LOADED, jumpTo, NO_REGIONS, OWN, UNCHANGED, type Look } from './facets';

type ShownRegion = MemorySnapshot['regions'][number];

/** A function of the hypervisor that a payload of the cast patches, and where its trampoline goes. */
interface Place {
  readonly symbol: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly own: Uint8Array;
}

function placesOf(cast: Cast, target: EmulatedTarget): readonly Place[] {
  return [...new Set(cast.members.map(({ patches }) => patches))]
    .map((symbol) => {
      const address = target.image.symbol(symbol);
      if (address === undefined) throw new RangeError(`${symbol}: expected a function of the hypervisor, got none`);
      const code = target.memory.read(address, ENDBR64.length);
      const start = beginsWithEndbr64(code) ? address + BigInt(ENDBR64.length) : address;
      const end = start + BigInt(TRAMPOLINE_SIZE);
      return { symbol, start, end, own: target.memory.read(start, TRAMPOLINE_SIZE) };
    })
    .sort((one, other) => (one.start < other.start ? -1 : 1));
}

const isFixed = ({ permissions }: ShownRegion): boolean => !permissions.includes('w');
const inRegion = (address: bigint, { start, size }: ShownRegion): boolean =>
  address >= start && address < start + BigInt(size);

/** The place and a number for the content, the same for equal content. Snapshots share what did not change. */
function createTexts(): (region: ShownRegion) => string {
  const numbers = new Map<string, number>();
  const texts = new WeakMap<RegionContent, number>();
  const numberOf = (content: RegionContent): number => {
    const known = texts.get(content);
    if (known !== undefined) return known;
    const text = asBuffer(content.bytes).toString('latin1');
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    texts.set(content, number);
    return number;
  };
  return ({ start, content }) => `${hex(start)} ${numberOf(content)}`;
}

/** Sees the target as it is now: it was just reset. */
export type SeeMemory = () => Pick<Look, 'places' | 'regions' | 'codes' | 'elsewhere'> & {
  /** The payloads' data, with where it is: no caller sees it, but the future may depend on it. */
  readonly data: string;
};

export function createMemoryView(cast: Cast, target: EmulatedTarget): SeeMemory {
  const places = placesOf(cast, target);
  const atStart = new Map(
    target.memory
      .snapshot()
      .regions.filter(isFixed)
      .map((region) => [region.start, region]),
  );
  const textOf = createTexts();
  /** Code and read-only data of payloads as they were when they were first seen there, by name and address. */
  const asLoaded = new Map<string, string>();

  const shownPlace = ({ start, own }: Place, regions: readonly ShownRegion[]): string => {
    const now = target.memory.read(start, TRAMPOLINE_SIZE);
    if (Buffer.compare(now, own) === 0) return OWN;
    if (!isBranch(now, BRANCH.jump)) return hexDigits(now);
    const goal = branchTarget(now, start);
    const region = regions.find((one) => inRegion(goal, one));
    return region !== undefined && 'payload' in region.owner && region.owner.part === 'text'
      ? jumpTo(region.owner.payload)
      : `a jump to ${hex(goal)}`;
  };
  /** Whether the bytes are those of the start but for the places. */
  const isAsAtStart = (region: ShownRegion, start: ShownRegion): boolean => {
    if (region.content === start.content) return true;
    const [now, before] = [region.content.bytes, start.content.bytes];
    let from = 0;
    for (const place of places.filter((one) => inRegion(one.start, region))) {
      const to = Number(place.start - region.start);
      if (Buffer.compare(now.subarray(from, to), before.subarray(from, to)) !== 0) return false;
      from = Number(place.end - region.start);
    }
    return Buffer.compare(now.subarray(from), before.subarray(from)) === 0;
  };
  const changedElsewhere = (regions: readonly ShownRegion[]): string => {
    const changed: string[] = [];
    for (const region of regions) {
      if (!('image' in region.owner)) continue;
      const start = atStart.get(region.start);
      if (start === undefined) {
        if (isFixed(region)) changed.push(`new: ${region.owner.image}`);
        continue;
      }
      const isSame =
        region.size === start.size && region.permissions === start.permissions && isAsAtStart(region, start);
      if (!isSame) changed.push(region.owner.image);
    }
    return changed.length === 0 ? UNCHANGED : JSON.stringify(changed);
  };
  const codeOf = (name: string, own: readonly ShownRegion[]): string => {
    const text = own.filter(isFixed).map(textOf).join('\n');
    const key = `${name} ${own.map(({ start }) => start).join()}`;
    const before = asLoaded.get(key) ?? text;
    asLoaded.set(key, before);
    return before === text ? AS_LOADED : 'changed since it was loaded';
  };

  return () => {
    const { regions } = target.memory.snapshot();
    const ofPayload = new Map(cast.members.map(({ name }): [string, ShownRegion[]] => [name, []]));
    for (const region of regions) if ('payload' in region.owner) ofPayload.get(region.owner.payload)?.push(region);
    const shown = [...ofPayload].map(([name, own]) => {
      const parts = own.map(({ owner, permissions }) => `${'part' in owner ? owner.part : ''} ${permissions}`);
      return [name, parts.length === 0 ? NO_REGIONS : parts.join(', ')] as const;
    });
    return {
      places: new Map(places.map((place) => [place.symbol, shownPlace(place, regions)])),
      regions: new Map(shown),
      codes: new Map([...ofPayload].map(([name, own]) => [name, own.length === 0 ? AS_LOADED : codeOf(name, own)])),
      elsewhere: changedElsewhere(regions),
      data: [...ofPayload.values()].flatMap((own) => own.filter((one) => !isFixed(one)).map(textOf)).join('\n'),
    };
  };
}
