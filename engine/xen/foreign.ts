/** A xen-syms as the image that the reference is to judge payloads for: its symbols, code and data, not run. */
import type { ImageSymbol } from '../machine/image';
import type { ForeignImage } from '../reference/hypervisor/subject';
import { partsOf, piecesOf } from './bare';
import { buildIdOf, readXen } from './image';

/** As Xen's own table names its symbols: those that one source file alone knows bear that file's name too. */
const xenName = ({ name, source }: ImageSymbol): string =>
  source === undefined || name.includes('#') ? name : `${source}#${name}`;

/** Reads a xen-syms. Throws a user error where the file is no such thing. */
export function foreignImage(file: string): ForeignImage {
  const image = readXen(file);
  const parts = partsOf(image);
  const symbols = new Map(image.allSymbols.map((symbol) => [xenName(symbol), symbol]));
  return {
    name: `reference for ${image.file}`,
    buildId: Buffer.from(buildIdOf(image) ?? '', 'hex'),
    find: (symbol) => symbols.get(symbol),
    describe: image.describe,
    start: image.address('_stext'),
    end: image.address('_end'),
    parts: image.segments
      .flatMap((segment) => piecesOf(segment, parts))
      .flatMap(({ part, start, bytes }) => {
        const permissions = part?.permissions ?? 'r--';
        // What Xen frees once it has booted is not there.
        return permissions === '---' ? [] : [{ name: `image ${part?.name ?? 'other'}`, start, bytes, permissions }];
      }),
  };
}
