/** Copies of memory that is mostly the same from one time to the next. */

interface Stretch {
  readonly start: bigint;
  readonly bytes: Uint8Array;
}

/** Stretches of memory, and what is in them now. */
type Copies<S> = readonly { readonly stretch: S; readonly copy: Uint8Array }[];

/**
 * The function copies all of the stretches. What did not change since the last time has one copy in both, which must
 * therefore not be written to.
 */
export function createCopies(): <S extends Stretch>(stretches: readonly S[]) => Copies<S> {
  let latest = new Map<bigint, Uint8Array>();
  const copyOf = ({ start, bytes }: Stretch): Uint8Array => {
    const copy = latest.get(start);
    return copy !== undefined && Buffer.compare(copy, bytes) === 0 ? copy : bytes.slice();
  };
  return (stretches) => {
    const copied = stretches.map((stretch) => ({ stretch, copy: copyOf(stretch) }));
    latest = new Map(copied.map(({ stretch, copy }) => [stretch.start, copy]));
    return copied;
  };
}
