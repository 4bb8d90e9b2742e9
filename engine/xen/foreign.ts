/** A xen-syms as the image that the reference is to judge payloads for: its symbols, code and data, not run. */
import { bytesOfHex } from '../bytes';
import type { ImageSymbol } from '../machine/image';
import type { ForeignImage } from '../subject';
import { partsOf, piecesOf, wholePages, type Part } from './bare';
import { buildIdOf, readXen, xenName, type XenImage } from './image';

/** Memory within the data that Xen gives back when it has booted without UEFI. */
function givenBack(image: XenImage): readonly Part[] {
  const pool = image.find('ebmalloc_mem');
  if (pool === undefined) return [];
  return [wholePages(image, { name: 'early pool', start: pool.address, size: pool.size, permissions: '---' })];
}

const BYTES_A_WORD = 4;

/** How many words of CPU features Xen knows: the length of the array of those that it has switched off. */
function featureWordsOf(symbols: readonly ImageSymbol[]): number | undefined {
  const cleared = symbols.find(({ name }) => /(^|#)cleared_caps$/.test(name));
  return cleared && cleared.size > 0 ? cleared.size / BYTES_A_WORD : undefined;
}

/** Reads a xen-syms. Throws a user error if the file is no such thing. */
export function foreignImage(file: string): ForeignImage {
  const image = readXen(file);
  const parts = [...givenBack(image), ...partsOf(image)];
  const named = image.allSymbols.filter(({ name }) => name !== '');
  const symbols = new Map(named.map((symbol) => [xenName(symbol), symbol]));
  return {
    name: `reference for ${image.file}`,
    buildId: bytesOfHex(buildIdOf(image) ?? ''),
    find: (symbol) => symbols.get(symbol),
    // Debug information takes long to read. Where a payload is judged, Xen's own code is there too, and asks for it.
    image: { ...image, inlined: () => [] },
    describe: image.describe,
    start: image.address('_stext'),
    end: image.address('_end'),
    featureWords: featureWordsOf(named),
    parts: image.segments
      .flatMap((segment) => piecesOf(segment, parts))
      .flatMap(({ part, start, bytes }) => {
        const permissions = part?.permissions ?? 'r--';
        // What Xen frees once it has booted is not there.
        return permissions === '---' ? [] : [{ name: `image ${part?.name ?? 'other'}`, start, bytes, permissions }];
      }),
  };
}
