/** Pages: the unit of memory that has permissions. */

/** Bytes. */
export const PAGE_SIZE = 4096;

const MASK = BigInt(PAGE_SIZE - 1);

/** The start of the page that has the address. */
export const pageStart = (address: bigint): bigint => address & ~MASK;

/** The first start of a page at the address or after it. */
export const pageUp = (address: bigint): bigint => pageStart(address + MASK);

/** Bytes of the whole pages that `length` bytes take. */
export const pageAlign = (length: number): number => Math.ceil(length / PAGE_SIZE) * PAGE_SIZE;

/** How many pages that many bytes take. */
export const pagesFor = (bytes: bigint): bigint => (bytes + MASK) / BigInt(PAGE_SIZE);

/** Bytes of that many pages. */
export const sizeOfPages = (pages: number | bigint): bigint => BigInt(pages) * BigInt(PAGE_SIZE);

/** The start of each page that has a byte of [start, end). */
export function* pageStarts(start: bigint, end: bigint): Generator<bigint> {
  for (let page = pageStart(start); page < end; page += BigInt(PAGE_SIZE)) yield page;
}
