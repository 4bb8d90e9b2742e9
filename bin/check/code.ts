/** Code side by side: a patched place before and after, a function's old and new code. */
import { spacedHexDigits } from '../../engine/bytes';
import type { PatchedFunction } from '../../engine/check/verdict';
import { disassemble, foldPadding, type Instruction } from '../../reports/disassembly';

/** Bytes of one; a longer line is a run of them. */
const LONGEST_INSTRUCTION = 15;
const COLUMN = 58;

const lineOf = ({ offset, length, text }: Instruction, bytes: Uint8Array): string => {
  const shown = length > LONGEST_INSTRUCTION ? `${spacedHexDigits(bytes.subarray(offset, offset + 1))} …` : undefined;
  return `${(shown ?? spacedHexDigits(bytes.subarray(offset, offset + length))).padEnd(24)} ${text}`;
};

/** Code as lines: bytes and instruction. */
function listing(address: bigint, bytes: Uint8Array | null, before?: Uint8Array): readonly string[] {
  if (bytes === null) return ['(nothing is mapped there)'];
  return foldPadding(disassemble(address, bytes, before), Infinity).map((one) => lineOf(one, bytes));
}

const row = (left: string, between: string, right: string): string =>
  `    ${left.padEnd(COLUMN)} ${between} ${right}`.trimEnd();

/** Two listings side by side. */
const beside = (left: readonly string[], right: readonly string[]): readonly string[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, at) => row(left[at] ?? '', '|', right[at] ?? ''));

/** The patched place before and after. */
export function placeLines({ oldAddress, before, after }: PatchedFunction): readonly string[] {
  const now = after === null ? ['(not applied)'] : listing(oldAddress, after, before ?? undefined);
  return beside(listing(oldAddress, before), now);
}

/** A line of code, and what it says wherever its function is. */
interface Compared {
  readonly line: string;
  readonly meaning: string;
}

function comparable(address: bigint, bytes: Uint8Array): readonly Compared[] {
  const end = address + BigInt(bytes.length);
  return foldPadding(disassemble(address, bytes), Infinity).map((one) => {
    const { text, target } = one;
    const isWithin = target !== undefined && target >= address && target < end;
    return { line: lineOf(one, bytes), meaning: isWithin ? text.replace(/0x[0-9a-f]+/, 'within') : text };
  });
}

/** For each pair of positions, how many lines from there on can be put side by side. */
function common(old: readonly Compared[], now: readonly Compared[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--) {
      const same = old[i]?.meaning === now[j]?.meaning;
      const row = lengths[i];
      const below = lengths[i + 1];
      if (row === undefined || below === undefined) continue;
      row[j] = same ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  return lengths;
}

/** The old and the new code: `<` is gone, `>` is new. */
export function codeLines({ oldAddress, newAddress, oldCode, newCode }: PatchedFunction): readonly string[] {
  if (oldCode === null || newCode === null) return [];
  const old = comparable(oldAddress, oldCode);
  const now = comparable(newAddress, newCode);
  const lengths = common(old, now);
  const lines = [row('old code', '|', 'new code')];
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    const [left, right] = [old[i], now[j]];
    if (left !== undefined && left.meaning === right?.meaning) {
      lines.push(row(left.line, '|', right.line));
      i += 1;
      j += 1;
    } else if (
      right === undefined ||
      (left !== undefined && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      lines.push(row(left?.line ?? '', '<', ''));
      i += 1;
    } else {
      lines.push(row('', '>', right.line));
      j += 1;
    }
  }
  return lines;
}
