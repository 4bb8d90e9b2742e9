/** How sure a figure from a sample is. */

/** Of the normal distribution, for 95 %. */
const Z = 1.96;

/** Wilson's 95 % interval of a share, of `count` of `total`: two numbers from 0 to 1. */
export function interval(count: number, total: number): readonly [number, number] {
  if (!(count >= 0 && count <= total)) throw new RangeError(`interval: expected 0..${total}, got ${count}`);
  if (total === 0) return [0, 1];
  const share = count / total;
  const middle = share + Z ** 2 / (2 * total);
  const half = Z * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2));
  const scale = 1 + Z ** 2 / total;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
