/** What a payload says of itself, read without holding it against any rule: for showing, not for judging. */
import { pageStarts } from '../pages';
import { ALL_RULES } from '../reference/rules';
import { loadPayload, type LoadedPayload, type LoadedRegion } from '../reference/livepatch/load';
import type { Target } from '../target';

/** All that there are. */
const ADDRESSES = 1n << 64n;
const EVERY_RULE: ReadonlySet<string> = new Set(ALL_RULES.map(({ name }) => name));

/** A payload and the places it names, as far as the file can be read; undefined where nothing of it can. */
export interface Inspected extends Omit<LoadedPayload, 'regions'> {
  readonly regions: readonly Omit<LoadedRegion, 'bytes'>[];
}

/** Reads the file as if it were placed at `base`, with the symbols of this hypervisor. Never throws. */
export function inspect(file: Uint8Array, target: Target, base: bigint): Inspected | undefined {
  const { revision, buildId } = target.hypervisor;
  const result = loadPayload(file, {
    revision,
    forgotten: EVERY_RULE,
    buildId,
    loadedBuildIds: [],
    hypervisorSymbol: target.symbol,
    payloadSymbol: () => undefined,
    place: () => base,
    mapped: (address, length) => readable(target, address, length),
    isData: () => false,
    isProtected: () => false,
    compiler: '',
    cpuHas: () => false,
    featureWords: undefined,
  });
  if (!result.ok) return undefined;
  const regions = result.payload.regions.map(({ name, start, permissions }) => ({ name, start, permissions }));
  return { ...result.payload, regions };
}

/** Bytes of the hypervisor; undefined where not all of them are mapped. */
export function readable(target: Target, address: bigint, length: number): Uint8Array | undefined {
  const last = address + BigInt(Math.max(length, 1) - 1);
  if (address < 0n || last >= ADDRESSES) return undefined;
  for (const page of pageStarts(address, last + 1n)) if (target.permissions(page) === '---') return undefined;
  return target.read(address, length);
}
