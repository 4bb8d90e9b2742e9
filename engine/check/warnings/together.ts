/** Warnings about payloads that are checked together. */
import { hexDigits } from '../../bytes';
import { FUNCTIONS } from '../../abi/sections';
import { warningsBy, type Warning, type WarningRow } from './warning';
import type { Inspected } from '../inspect';

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
    field: 'old_addr',
    found: () => true,
  },
];

/** A file that patches a function. */
interface Patcher {
  readonly file: string;
  readonly buildId: string;
  /** The build-ids below it, as far as the files named before have them. */
  readonly below: ReadonlySet<string>;
}

/** Payloads that are remembered of one function: which of many is named does not matter. */
const MOST_REMEMBERED = 64;

/** Says of each payload, in the order of the command, which of its functions one before patches too. */
export function createTogether(): (file: string, inspected: Inspected) => readonly Warning[] {
  const byFunction = new Map<bigint, Patcher[]>();
  const belowOf = new Map<string, ReadonlySet<string>>();
  return (file, { functions, buildId, depends }) => {
    const on = hexDigits(depends);
    const own: Patcher = { file, buildId: hexDigits(buildId), below: new Set([on, ...(belowOf.get(on) ?? [])]) };
    belowOf.set(own.buildId, own.below);
    const isStacked = (other: Patcher): boolean => own.below.has(other.buildId) || other.below.has(own.buildId);
    const places = new Map(functions.map((patched, index) => [patched.oldAddress, { name: patched.name, index }]));
    const twice = [...places].flatMap(([address, { name, index }]) => {
      const others = byFunction.get(address) ?? [];
      byFunction.set(address, others);
      const other = others.find((one) => !isStacked(one));
      if (others.length < MOST_REMEMBERED) others.push(own);
      if (other === undefined) return [];
      return [
        { subject: { name, file: other.file }, where: () => ({ name: `${FUNCTIONS}[${index}] ${name}`.trimEnd() }) },
      ];
    });
    return warningsBy(TOGETHER_WARNINGS, twice);
  };
}
