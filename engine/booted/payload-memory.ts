/** Where Xen keeps its payloads, as its page tables have it. */
import { u64At } from '../bytes';
import { PAGE_SIZE } from '../pages';
import type { MemoryRegion, MemorySnapshot } from '../target';
import { partOf } from '../uploads';
import { partsOf, type XenImage } from '../xen';
import type { Stretch, Tables } from './page-tables';

/** Xen's own addresses end so far above their beginning. */
const XEN_SPAN = 0x4000_0000n;
const SHOWN: readonly string[] = ['text', 'rodata'];

export interface XenMemory {
  /** An UPLOAD of this name begins; the returned function remembers what was mapped since, and says whether anything was. */
  readonly begin: (name: string) => () => boolean;
  readonly regions: () => readonly MemoryRegion[];
  readonly snapshot: () => MemorySnapshot;
  /** Text and read-only data, all of their bytes. */
  readonly image: () => Uint8Array;
  readonly reset: () => void;
}

/** Neighbouring pages with the same permissions. */
function partsIn({
  start,
  pages,
}: Stretch): readonly { readonly start: bigint; readonly size: number; readonly permissions: string }[] {
  const parts: { start: bigint; size: number; permissions: string }[] = [];
  for (const [index, { permissions }] of pages.entries()) {
    const last = parts.at(-1);
    if (last?.permissions === permissions) last.size += PAGE_SIZE;
    else parts.push({ start: start + BigInt(index * PAGE_SIZE), size: PAGE_SIZE, permissions });
  }
  return parts;
}

export function createXenMemory(tables: Tables, image: XenImage): XenMemory {
  const names = new Map<bigint, string>();
  const shown = partsOf(image).filter(({ name }) => SHOWN.includes(name));
  /** Of Xen's areas for mappings, the second is that of payloads. */
  const first = u64At(tables.read(image.address('vm_base') + 8n, 8));
  const end = image.address('_stext') - (image.address('_stext') % XEN_SPAN) + XEN_SPAN;
  const areas = (): readonly Stretch[] => tables.stretches(first, end);
  const ambient = new Set(areas().map(({ start }) => start));
  const own = (): readonly Stretch[] => areas().filter(({ start }) => !ambient.has(start));
  const imageRegions = (): readonly MemoryRegion[] =>
    shown.map(({ name, start, size }) => {
      return { owner: { image: `image ${name}` }, start, size, permissions: tables.find(start)?.permissions ?? '---' };
    });
  const regions = (): readonly MemoryRegion[] => [
    ...imageRegions(),
    ...own().flatMap((area) =>
      partsIn(area).map((part) => {
        return { ...part, owner: { payload: names.get(area.start) ?? '?', part: partOf(part.permissions) } };
      }),
    ),
  ];
  return {
    begin(name) {
      const before = new Set(own().map(({ start }) => start));
      return () => {
        const fresh = own().filter(({ start }) => !before.has(start));
        for (const { start } of fresh) names.set(start, name);
        return fresh.length > 0;
      };
    },
    regions,
    snapshot: () => ({
      regions: regions().map((region) => {
        const bytes = tables.read(region.start, region.size);
        return { ...region, content: { blocks: [bytes], bytes } };
      }),
    }),
    image: () => new Uint8Array(Buffer.concat(shown.map(({ start, size }) => tables.read(start, size)))),
    reset: () => names.clear(),
  };
}
