/** Warnings about payloads that are checked together. */
import { FUNCTIONS } from '../../abi/sections';
import type { Inspected } from '../inspect';
import { warningsBy, type Warning, type WarningRow } from './warning';

/** A function, and the file before that patches it too. */
export interface PatchedTwice {
  readonly name: string;
  readonly file: string;
}

export const TOGETHER_WARNINGS: readonly WarningRow<PatchedTwice>[] = [
  {
    name: 'patched-by-another',
    says: ({ name, file }) =>
      `${file} patches ${name} too, and neither payload depends on the other: only one of them has an effect.`,
    found: () => true,
  },
];

/** A file that patches a function, and the files below it. */
interface Patcher {
  readonly file: string;
  readonly on: readonly string[];
}

/** Payloads that are remembered of one function: which of many is named does not matter. */
const MOST_REMEMBERED = 64;

/** Says of each payload, in the order of the command, which of its functions one before patches too. */
export function createTogether(): (
  file: string,
  on: readonly string[],
  functions: Inspected['functions'],
) => readonly Warning[] {
  const byFunction = new Map<bigint, Patcher[]>();
  return (file, on, functions) => {
    const isStacked = (other: Patcher): boolean => on.includes(other.file) || other.on.includes(file);
    const places = new Map(functions.map((patched, index) => [patched.oldAddress, { name: patched.name, index }]));
    const twice = [...places].flatMap(([address, { name, index }]) => {
      const others = byFunction.get(address) ?? [];
      byFunction.set(address, others);
      const other = others.find((one) => !isStacked(one));
      if (others.length < MOST_REMEMBERED) others.push({ file, on });
      if (other === undefined) return [];
      return [
        { subject: { name, file: other.file }, where: () => ({ name: `${FUNCTIONS}[${index}] ${name}`.trimEnd() }) },
      ];
    });
    return warningsBy(TOGETHER_WARNINGS, twice);
  };
}
