/**
 * Symbols as payloads name them: the hypervisor's own and the new ones of loaded payloads; with the option also places
 * within them, as symbol+0x12. Clauses SYM-1, TODO-1.
 */
import { check, firstBrokenOf, type Check } from '../rules/sequence';
import { SYMBOL_OFFSET_RULES, type SymbolOffset } from '../rules/symbols';
import type { Livepatch } from './livepatch';
import type { LoadedPayload, SymbolSources } from './load';
import type { LivepatchState } from './state';

interface Known {
  readonly address: bigint;
  /** Bytes; 0 if the symbol does not say. */
  readonly size: number;
}

const WITH_OFFSET = /^(.+)\+0x([0-9a-f]{1,16})$/;

/** What breaks them is not found, and not noted either. */
export const SYMBOL_CHECKS: readonly Check<SymbolOffset>[] = [
  check(
    SYMBOL_OFFSET_RULES,
    (own) => own,
    () => ({ name: 'symbol' }),
  ),
];

/** The address of `symbol` or `symbol+0x12`. */
function place(livepatch: Livepatch, name: string, find: (name: string) => Known | undefined): bigint | undefined {
  const whole = find(name);
  if (whole !== undefined || !livepatch.options.has('symbol-offsets')) return whole?.address;
  const [, symbol = '', digits = '0'] = WITH_OFFSET.exec(name) ?? [];
  const known = find(symbol);
  if (known === undefined) return undefined;
  const offset = BigInt(`0x${digits}`);
  const refusal = firstBrokenOf(SYMBOL_CHECKS, { offset, size: known.size }, livepatch);
  return refusal === undefined ? known.address + offset : undefined;
}

const newSymbol = ({ symbols }: LoadedPayload, name: string): Known | undefined =>
  symbols.find((symbol) => symbol.isNew && symbol.name === name);

/** The first loaded payload with a new symbol of this name. */
const ownerOf = (state: LivepatchState, name: string): LoadedPayload | undefined =>
  state.payloads.find(({ loaded }) => newSymbol(loaded, name))?.loaded;

/** A new symbol of a loaded payload. */
function ofPayloads(state: LivepatchState, name: string): Known | undefined {
  const owner = ownerOf(state, name);
  return owner && newSymbol(owner, name);
}

/** The loaded payload that has the place `symbol` or `symbol+0x12`. */
export const payloadOf = (state: LivepatchState, name: string): LoadedPayload | undefined =>
  ownerOf(state, name) ?? ownerOf(state, WITH_OFFSET.exec(name)?.[1] ?? name);

export const symbolSources = (livepatch: Livepatch): SymbolSources => ({
  hypervisorSymbol: (name) => place(livepatch, name, (own) => livepatch.system.subject.find(own)),
  payloadSymbol: (name) => place(livepatch, name, (own) => ofPayloads(livepatch.state, own)),
});
