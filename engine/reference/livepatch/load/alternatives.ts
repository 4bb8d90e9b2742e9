/** `.altinstructions`: the instructions that suit the CPU are put in place while the payload is loaded. Clauses ALT-1 to ALT-6. */
import { branchTarget, displacement, isBranch } from '../../../abi/code';
import { conditionOf, type Condition } from '../../../abi/features';
import { ALTERNATIVES, REPLACEMENTS } from '../../../abi/sections';
import { ALTERNATIVE, ALTERNATIVE_FORM, type AlternativeForm } from '../../../abi/tables';
import type { Revision } from '../../../abi/hypercall';
import { wordBytes } from '../../../bytes';
import { upTo, wrap } from '../../object/bytes';
import { nops } from './code';
import { contentsOf, isText, read, write } from './place';
import type { PlacedSection, Placement, Surroundings } from './types';

const { orig, repl } = ALTERNATIVE.plain.fields;
type Entry = ReturnType<(typeof ALTERNATIVE)[AlternativeForm]['decode']>;

/** An entry. */
export interface Alternative {
  readonly index: number;
  readonly original: bigint;
  /** Bytes of the original with its padding. */
  readonly room: number;
  readonly replacement: bigint;
  readonly replacementSize: number;
  readonly condition: Condition;
  /** Whether the original is in the payload's text, the replacement in .altinstr_replacement. */
  readonly isOriginalInText: boolean;
  readonly isReplacementInPlace: boolean;
}

function isWithin(placed: PlacedSection | undefined, address: bigint, length: number): boolean {
  return placed !== undefined && address >= placed.address && address + BigInt(length) <= placed.address + placed.size;
}

/** The table, if there is one. */
export interface Alternatives {
  readonly placed: PlacedSection;
  readonly layout: (typeof ALTERNATIVE)[AlternativeForm];
  readonly entries: () => Iterable<Alternative>;
}

export function readAlternatives(placement: Placement, revision: Revision): Alternatives | undefined {
  const placed = placement.named.get(ALTERNATIVES);
  if (placed === undefined) return undefined;
  const replacements = placement.named.get(REPLACEMENTS);
  const layout = ALTERNATIVE[ALTERNATIVE_FORM[revision]];
  const contents = contentsOf(placement, placed);
  const readEntry: (offset: number) => Entry = layout.reader(contents);
  const count = Math.floor(contents.length / layout.size);
  const at = (index: number): Alternative => {
    const entry = readEntry(index * layout.size);
    const room = entry.orig_len + ('pad_len' in entry ? entry.pad_len : 0);
    const address = placed.address + BigInt(index * layout.size);
    const original = wrap(address + BigInt(orig.offset) + BigInt(entry.orig));
    const replacement = wrap(address + BigInt(repl.offset) + BigInt(entry.repl));
    return {
      index,
      original,
      room,
      replacement,
      replacementSize: entry.repl_len,
      condition: conditionOf(entry.cpuid),
      isOriginalInText: isText(placement, original, BigInt(room)),
      isReplacementInPlace: isWithin(replacements, replacement, entry.repl_len),
    };
  };
  return { placed, layout, entries: () => upTo(count, at) };
}

function apply(placement: Placement, { original, room, replacement, replacementSize }: Alternative): void {
  const code = Buffer.from(read(placement, replacement, replacementSize));
  // A near call or jump counts from its own place, which has changed.
  if (isBranch(code)) code.set(wordBytes(displacement(original, branchTarget(code, replacement)), 4), 1);
  write(placement, original, Buffer.concat([code, nops(room - code.length)]));
}

/** Puts in the alternatives whose condition the CPU meets; the others leave the original alone. */
export function applyAlternatives(
  placement: Placement,
  alternatives: Alternatives | undefined,
  { cpuHas }: Pick<Surroundings, 'cpuHas'>,
): void {
  for (const alternative of alternatives?.entries() ?? []) {
    const { feature, inverted } = alternative.condition;
    if (cpuHas(feature) !== inverted) apply(placement, alternative);
  }
}
