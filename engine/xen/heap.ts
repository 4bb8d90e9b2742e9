/**
 * Xen's heap: pieces that are given out one behind the other, and never again before a reset. Pieces that are allocated in
 * different hypercalls share no page, and pages of which all pieces are freed are unmapped: what Xen, or a payload's code,
 * still does with them is a fault.
 */
import { pageStart, pageUp } from '../pages';
import { HEAP, HEAP_SIZE } from './places';
import type { Service, System } from './types';

const DEFAULT_ALIGNMENT = 16n;
const END = HEAP + BigInt(HEAP_SIZE);

/** Whole pages with pieces. */
interface Block {
  readonly start: bigint;
  /** Behind the last piece. */
  end: bigint;
  readonly pieces: Set<bigint>;
}

export interface Heap {
  readonly services: Readonly<Record<string, Service>>;
  /** What is allocated from here on shares no page with what is there. */
  readonly separate: () => void;
  /** What is there is never freed. */
  readonly keep: () => void;
  /** Everything but what is kept is free; memory is restored by its own `save`. */
  readonly reset: () => void;
}

export function createHeap({ memory }: Pick<System, 'memory'>): Heap {
  let kept = HEAP;
  let next = kept;
  let blocks: readonly Block[] = [];
  /** The last block, where it is still open. */
  let open: Block | undefined;

  const separate = (): void => {
    open = undefined;
    next = pageUp(next);
  };
  const blockAt = (start: bigint): Block => {
    if (open !== undefined) return open;
    open = { start: pageStart(start), end: start, pieces: new Set() };
    blocks = [...blocks, open];
    return open;
  };
  const allocate: Service = (_vcpu, size = 0n, alignment = 0n) => {
    const step = alignment > DEFAULT_ALIGNMENT ? alignment : DEFAULT_ALIGNMENT;
    const start = ((next + step - 1n) / step) * step;
    const end = start + (size > 0n ? size : 1n);
    if (end > END) return 0n;
    const block = blockAt(start);
    block.pieces.add(start);
    block.end = end;
    next = end;
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
      kept = next;
      blocks = [];
    },
    reset() {
      next = kept;
      blocks = [];
      open = undefined;
    },
  };
}
