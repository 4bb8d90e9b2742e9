/** Copies of memory that is mostly the same from one time to the next. */

interface Stretch {
  readonly start: bigint;
  readonly bytes: Uint8Array;
}

/** What was in a stretch of memory. It must not be written to. */
export interface Copy {
  /** One after the other; those with the same content are shared with other copies. */
  readonly blocks: readonly Uint8Array[];
  /** The whole, made when it is first asked for. */
  readonly bytes: Uint8Array;
}

/** Stretches of memory, and what is in them now. */
export type Copies<S> = readonly { readonly stretch: S; readonly copy: Copy }[];

/** A copy, and the memory that it was taken from. */
interface Copied {
  readonly bytes: Uint8Array;
  readonly copy: Copy;
}

/** Bytes of a block: a patch changes few bytes of a hypervisor's text, which has more than a million. */
const BLOCK = 64 * 1024;

function copyIn(blocks: readonly Uint8Array[]): Copy {
  const [only] = blocks;
  let whole = blocks.length === 1 ? only : undefined;
  return {
    blocks,
    get bytes() {
      return (whole ??= new Uint8Array(Buffer.concat(blocks)));
    },
  };
}

/** The content in blocks, each of them one that an earlier copy has in its place, if that is the same. */
function copyOf({ bytes }: Stretch, earlier: readonly Copy[]): Copy {
  const blocks = Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, index) => {
    const now = bytes.subarray(index * BLOCK, (index + 1) * BLOCK);
    const known = earlier.find(({ blocks: own }) => own[index] !== undefined && Buffer.compare(own[index], now) === 0);
    return known?.blocks[index] ?? now.slice();
  });
  const isSame = ({ blocks: own }: Copy): boolean =>
    own.length === blocks.length && own.every((block, index) => block === blocks[index]);
  return earlier.find(isSame) ?? copyIn(blocks);
}

/**
 * The function copies all of the stretches. Unchanged content shares its copy with the last or the first one: most
 * memory returns to its first content. `isUntouched`: nothing can have written to the stretch since the last time, so
 * that its bytes need not be compared.
 */
export function createCopies(): <S extends Stretch>(
  stretches: readonly S[],
  isUntouched?: (stretch: S) => boolean,
) => Copies<S> {
  let first: ReadonlyMap<bigint, Copied> | undefined;
  let latest: ReadonlyMap<bigint, Copied> = new Map();
  return (stretches, isUntouched = () => false) => {
    const copied = stretches.map((stretch) => {
      const last = latest.get(stretch.start);
      if (last?.bytes === stretch.bytes && isUntouched(stretch)) return { stretch, copy: last.copy };
      const earlier = [last, first?.get(stretch.start)].flatMap((known) => known?.copy ?? []);
      return { stretch, copy: copyOf(stretch, earlier) };
    });
    latest = new Map(copied.map(({ stretch, copy }) => [stretch.start, { bytes: stretch.bytes, copy }]));
    first ??= latest;
    return copied;
  };
}
