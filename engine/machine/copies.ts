/** Copies of memory that is mostly the same from one time to the next. */

interface Stretch {
  readonly start: bigint;
  readonly bytes: Uint8Array;
}

/** Stretches of memory, and what is in them now. */
type Copies<S> = readonly { readonly stretch: S; readonly copy: Uint8Array }[];

/** A copy, and the memory that it was taken from. */
interface Copied {
  readonly bytes: Uint8Array;
  readonly copy: Uint8Array;
}

/**
 * The function copies all of the stretches. Unchanged content shares its copy with the last or the first one, so copies
 * must not be written to: most memory returns to its first content. `isUntouched`: nothing can have written to the
 * stretch since the last time, so that its bytes need not be compared.
 */
export function createCopies(): <S extends Stretch>(
  stretches: readonly S[],
  isUntouched?: (stretch: S) => boolean,
) => Copies<S> {
  let first: ReadonlyMap<bigint, Copied> | undefined;
  let latest: ReadonlyMap<bigint, Copied> = new Map();
  const copyOf = ({ start, bytes }: Stretch): Uint8Array => {
    const isSame = (copy: Uint8Array | undefined): copy is Uint8Array =>
      copy !== undefined && Buffer.compare(copy, bytes) === 0;
    return [latest.get(start)?.copy, first?.get(start)?.copy].find(isSame) ?? bytes.slice();
  };
  return (stretches, isUntouched = () => false) => {
    const copied = stretches.map((stretch) => {
      const last = latest.get(stretch.start);
      const isLast = last?.bytes === stretch.bytes && isUntouched(stretch);
      return { stretch, copy: isLast ? last.copy : copyOf(stretch) };
    });
    latest = new Map(copied.map(({ stretch, copy }) => [stretch.start, { bytes: stretch.bytes, copy }]));
    first ??= latest;
    return copied;
  };
}
