/** What a payload holds, with the names that people know: hooks, and what it brings. */
import { isLivepatchTable } from '../../engine/abi/sections';
import { hex } from '../../engine/bytes';
import type { Inspected } from '../../engine/check/inspect';

export interface NamedHook {
  /** "preapply". */
  readonly kind: string;
  /** Its symbol, else section+offset. */
  readonly name: string;
  readonly address: bigint;
}

const sectionAt = ({ sections }: Inspected, address: bigint): Inspected['sections'][number] | undefined =>
  sections.find((section) => address >= section.address && address < section.address + BigInt(section.size));

function nameAt(inspected: Inspected, address: bigint): string {
  const symbol = inspected.symbols.find((own) => own.address === address && own.name !== '' && own.size > 0);
  const section = sectionAt(inspected, address);
  if (symbol !== undefined) return symbol.name;
  if (section === undefined) return hex(address);
  return address === section.address ? section.name : `${section.name}+${hex(address - section.address)}`;
}

/** All of them, in the order of the document. */
export function hooksIn(inspected: Inspected): readonly NamedHook[] {
  return Object.entries(inspected.hooks).flatMap(([kind, places]: [string, bigint | readonly bigint[]]) =>
    [places].flat().map((address) => ({ kind, name: nameAt(inspected, address), address })),
  );
}

export interface NewSymbol {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The section that it is in; "?" if it is in none. */
  readonly section: string;
}

/** The symbols that the payload brings beside the new bodies of functions, and beside its own tables. */
export function newSymbolsIn(inspected: Inspected): readonly NewSymbol[] {
  return inspected.symbols
    .filter(({ isNew, name, size }) => isNew && name !== '' && size > 0)
    .map(({ name, size, address }) => ({ name, size, section: sectionAt(inspected, address)?.name ?? '?' }))
    .filter(({ section }) => !isLivepatchTable(section));
}
