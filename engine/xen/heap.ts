/**
 * Xen's heap: pieces that are given out one after the other, and again only once there is no other memory left. Pieces
 * that are allocated in different hypercalls share no page, and pages of which all pieces are freed are unmapped: what
 * Xen, or a payload's code, still does with them is a fault.
 */
import { pageUp } from '../pages';
import { HEAP, HEAP_SIZE } from './places';
import type { Service, System } from './types';

const DEFAULT_ALIGNMENT = 16n;
const END = HEAP + BigInt(HEAP_SIZE);

/** Whole pages with pieces. */
interface Block {
  readonly start: bigint;
  /** The end of the memory that its pieces may have. */
  readonly limit: bigint;
  /** The end of the last piece. */
  end: bigint;
  readonly pieces: Set<bigint>;
}

export interface Heap {
  readonly services: Readonly<Record<string, Service>>;
  /** What is allocated from here on shares no page with what is there. */
  readonly separate: () => void;
  /** What is there is never freed. */
  readonly keep: () => void;
  /** Remembers pieces and contents; the returned function puts them back, once the memory's own `save` has. */
  readonly save: () => () => void;
  /** Everything but what is kept is free; memory is restored by its own `save`. */
  readonly reset: () => void;
}

/** Blocks change: copies do not change with them. */
const copied = (blocks: readonly Block[]): readonly Block[] =>
  blocks.map((block) => ({ ...block, pieces: new Set(block.pieces) }));

const alignUp = (address: bigint, step: bigint): bigint => ((address + step - 1n) / step) * step;

export function createHeap({ memory }: Pick<System, 'memory'>): Heap {
  let kept = HEAP;
  /** From here on nothing was ever given out; the start of a page, unless a block is open. */
  let fresh = kept;
  let blocks: readonly Block[] = [];
  /** The last block, if it is still open. */
  let open: Block | undefined;

  const separate = (): void => {
    open = undefined;
    fresh = pageUp(fresh);
  };
  const opened = (start: bigint, limit: bigint): Block => {
    const block = { start, limit, end: start, pieces: new Set<bigint>() };
    blocks = [...blocks, block];
    return block;
  };
  /** A block that has room; undefined: there is no memory left. */
  const blockFor = (size: bigint, step: bigint): Block | undefined => {
    const endFrom = (start: bigint): bigint => alignUp(start, step) + size;
    if (open !== undefined && endFrom(open.end) <= open.limit) return open;
    separate();
    if (endFrom(fresh) <= END) return opened(fresh, END);
    const gap = memory.gaps(HEAP, END).find(({ start, end }) => endFrom(start) <= end);
    if (gap === undefined) return undefined;
    const { start } = gap;
    const limit = pageUp(endFrom(start));
    memory.map({
      name: 'heap',
      start,
      bytes: new Uint8Array(Number(limit - start)),
      permissions: 'rw-',
      scratch: true,
    });
    return opened(start, limit);
  };
  const allocate: Service = (_vcpu, size = 0n, alignment = 0n) => {
    const step = alignment > DEFAULT_ALIGNMENT ? alignment : DEFAULT_ALIGNMENT;
    const taken = size > 0n ? size : 1n;
    const block = blockFor(taken, step);
    if (block === undefined) return 0n;
    const start = alignUp(block.end, step);
    block.pieces.add(start);
    block.end = start + taken;
    if (block.end > fresh) fresh = block.end;
    open = block;
    return start;
  };
  const free: Service = (_vcpu, piece = 0n) => {
    const block = blocks.find(({ pieces }) => pieces.delete(piece));
    if (block === undefined || block.pieces.size > 0) return 0n;
    if (block === open) separate();
    blocks = blocks.filter((other) => other !== block);
    memory.unmap(block.start, Number(pageUp(block.end) - block.start));
    return 0n;
  };
  return {
    services: {
      _xmalloc: allocate,
      _xzalloc(vcpu, size = 0n, alignment = 0n) {
        const start = allocate(vcpu, size, alignment);
        if (start !== 0n && size > 0n) memory.guest.write(start, new Uint8Array(Number(size)));
        return start;
      },
      xfree: free,
    },
    separate,
    keep() {
      separate();
      kept = fresh;
      blocks = [];
    },
    save() {
      const saved = { fresh, blocks: copied(blocks), open: open?.start };
      const used = memory.regions().filter(({ start }) => start >= HEAP && start < fresh);
      const contents = used.map(({ start, bytes }) => ({ start, bytes: bytes.slice() }));
      return () => {
        for (const { start, bytes } of contents) memory.write(start, bytes);
        fresh = saved.fresh;
        blocks = copied(saved.blocks);
        open = blocks.find(({ start }) => start === saved.open);
      };
    },
    reset() {
      fresh = kept;
      blocks = [];
      open = undefined;
    },
  };
}
