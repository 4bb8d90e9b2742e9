/** Copies of memory that is mostly the same from one time to the next. */

interface Stretch {
  readonly start: bigint;
  readonly bytes: Uint8Array;
}

/** Stretches of memory, and what is in them now. */
type Copies<S> = readonly { readonly stretch: S; readonly copy: Uint8Array }[];

/**
 * The function copies all of the stretches. What is as it was the last time, or the first, has one copy in both, which
 * must therefore not be written to: most memory goes back to what it was at first.
 */
export function createCopies(): <S extends Stretch>(stretches: readonly S[]) => Copies<S> {
  let first: ReadonlyMap<bigint, Uint8Array> | undefined;
  let latest: ReadonlyMap<bigint, Uint8Array> = new Map();
  const copyOf = ({ start, bytes }: Stretch): Uint8Array => {
    const isSame = (copy: Uint8Array | undefined): copy is Uint8Array =>
      copy !== undefined && Buffer.compare(copy, bytes) === 0;
    return [latest.get(start), first?.get(start)].find(isSame) ?? bytes.slice();
  };
  return (stretches) => {
    const copied = stretches.map((stretch) => ({ stretch, copy: copyOf(stretch) }));
    latest = new Map(copied.map(({ stretch, copy }) => [stretch.start, copy]));
    first ??= latest;
    return copied;
  };
}
