/** `.altinstructions`: the instructions that suit the CPU are put in place while the payload is loaded. Clauses ALT-1 to ALT-6. */
import { branchTarget, displacement, isBranch } from '../../../abi/code';
import { conditionOf, type Condition } from '../../../abi/features';
import { ALTERNATIVES, REPLACEMENTS } from '../../../abi/sections';
import { ALTERNATIVE, ALTERNATIVE_FORM, type AlternativeForm } from '../../../abi/tables';
import { wordBytes } from '../../../bytes';
import { firstBroken, firstRefusalUpTo, type Refusal } from '../../rules/rule';
import { ALTERNATIVE_RULES, ALTERNATIVES_RULES } from '../../rules/alternatives';
import { wrap } from './bytes';
import { nops } from './code';
import { contentsOf, isText, read, write, type PlacedSection, type Placement } from './place';
import type { LoadEnvironment } from './types';
import { atSection, inData } from './where';

const { orig, repl } = ALTERNATIVE.plain.fields;
type Entry = ReturnType<(typeof ALTERNATIVE)[AlternativeForm]['decode']>;

interface Alternative {
  readonly original: bigint;
  /** Bytes of the original with its padding. */
  readonly room: number;
  readonly replacement: bigint;
  readonly replacementSize: number;
  readonly condition: Condition;
}

interface Alternatives {
  readonly count: number;
  readonly at: (index: number) => Alternative;
}

function readAlternatives(placement: Placement, table: PlacedSection, form: AlternativeForm): Alternatives {
  const contents = contentsOf(placement, table);
  const entrySize = ALTERNATIVE[form].size;
  const readEntry: (offset: number) => Entry = ALTERNATIVE[form].reader(contents);
  const at = (index: number): Alternative => {
    const entry = readEntry(index * entrySize);
    const padding = 'pad_len' in entry ? entry.pad_len : 0;
    const address = table.address + BigInt(index * entrySize);
    return {
      original: wrap(address + BigInt(orig.offset) + BigInt(entry.orig)),
      room: entry.orig_len + padding,
      replacement: wrap(address + BigInt(repl.offset) + BigInt(entry.repl)),
      replacementSize: entry.repl_len,
      condition: conditionOf(entry.cpuid),
    };
  };
  return { count: Math.floor(contents.length / entrySize), at };
}

function isWithin(placed: PlacedSection | undefined, address: bigint, length: number): boolean {
  return placed !== undefined && address >= placed.address && address + BigInt(length) <= placed.address + placed.size;
}

function apply(placement: Placement, { original, room, replacement, replacementSize }: Alternative): void {
  const code = Buffer.from(read(placement, replacement, replacementSize));
  // A near call or jump counts from its own place, which now is another one.
  if (isBranch(code)) code.set(wordBytes(displacement(original, branchTarget(code, replacement)), 4), 1);
  write(placement, original, Buffer.concat([code, nops(room - code.length)]));
}

/** Checks all alternatives, then puts in those whose condition the CPU meets; the others leave the original alone. */
export function applyAlternatives(placement: Placement, environment: LoadEnvironment): Refusal | undefined {
  const table = placement.named.get(ALTERNATIVES);
  if (table === undefined) return undefined;
  const form = ALTERNATIVE_FORM[environment.revision];
  const entry = ALTERNATIVE[form];
  const size = { size: table.size, entrySize: entry.size };
  const misfit = firstBroken(ALTERNATIVES_RULES, size, environment, () => atSection(table.section, ALTERNATIVES));
  if (misfit) return misfit;

  const replacements = placement.named.get(REPLACEMENTS);
  const { count, at } = readAlternatives(placement, table, form);
  const refusal = firstRefusalUpTo(count, (index) => {
    const { original, room, replacement, replacementSize, condition } = at(index);
    const checked = {
      room,
      replacementSize,
      feature: condition.feature,
      featureWords: environment.featureWords,
      isOriginalInText: isText(placement, original, BigInt(room)),
      isReplacementInPlace: isWithin(replacements, replacement, replacementSize),
    };
    return firstBroken(ALTERNATIVE_RULES, checked, environment, () =>
      inData(table, `${ALTERNATIVES}[${index}]`, index * entry.size, entry),
    );
  });
  if (refusal) return refusal;
  for (let index = 0; index < count; index++) {
    const alternative = at(index);
    const { feature, inverted } = alternative.condition;
    if (environment.cpuHas(feature) !== inverted) apply(placement, alternative);
  }
  return undefined;
}
