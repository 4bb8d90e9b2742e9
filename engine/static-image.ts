/** What targets know of a hypervisor's image from its file: symbols, sizes, functions, bytes. */
import { bytesAt, type Image, type ImageSymbol } from './machine/image';
import type { ImageFunction, StaticImage } from './target';

/** Functions of the text by address. What follows a function up to the next symbol is its padding. */
function functionsOf(
  image: Pick<Image, 'segments' | 'allSymbols'>,
  start: bigint,
  end: bigint,
): readonly ImageFunction[] {
  const inText = image.allSymbols
    .filter(({ address, name }) => name !== '' && start <= address && address < end)
    .sort((one, other) => Number(one.address - other.address));
  const starts = [...new Set(inText.map(({ address }) => address)), end];
  const next = new Map(starts.map((address, index) => [address, starts[index + 1] ?? end]));
  return inText.flatMap(({ name, address, size, source, isVariable }) => {
    const code = bytesAt(image, address, size);
    if (isVariable || size === 0 || code === undefined) return [];
    const room = Number((next.get(address) ?? end) - address);
    return [{ name, address, code, room, isLocal: source !== undefined }];
  });
}

/** The image as its file has it; `find` is how its symbols are named. */
export function staticImage(
  image: Pick<Image, 'segments' | 'allSymbols' | 'describe'> & Partial<Pick<StaticImage, 'inlined'>>,
  find: (name: string) => ImageSymbol | undefined,
): StaticImage {
  let functions: readonly ImageFunction[] | undefined;
  return {
    symbol: (name) => find(name)?.address,
    size: (name) => find(name)?.size,
    describe: image.describe,
    functions: () => (functions ??= functionsOf(image, find('_stext')?.address ?? 0n, find('_etext')?.address ?? 0n)),
    bytes: (address, length) => bytesAt(image, address, length)?.slice(),
    inlined: image.inlined ?? (() => []),
  };
}
