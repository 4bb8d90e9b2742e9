/** What the hypervisor calls an address on its console. */
import type { Livepatch } from './livepatch';

/** `symbol [payload]` for what a loaded payload brings, applied or not; undefined elsewhere. */
export function nameAt({ state }: Livepatch, address: bigint): string | undefined {
  for (const { name, loaded } of state.payloads) {
    const symbol = loaded.symbols.find((own) => own.address <= address && address < own.address + BigInt(own.size));
    if (symbol !== undefined) return `${symbol.name} [${name}]`;
  }
  return undefined;
}
