/** What a search has found, by kind: findings of one kind differ only in how one gets there. */
import { callText, type Finding, scenarioOf } from '../../engine/explore';

/** Findings that are alike; the shortest one stands for all. */
export interface Kind {
  readonly shortest: Finding;
  readonly count: number;
}

const kindOf = ({ step, path, differences }: Finding): string => {
  const { operation = '', payload = '' } = path.at(-1) ?? {};
  const texts = differences.map(({ what, expected, found }) => `${what}: ${expected}, ${found}`);
  return [step.clause, operation, ...texts].join('\n').replaceAll(` of ${payload}`, ' of it');
};

/** Collects findings. */
export function createKinds(): { readonly add: (finding: Finding) => void; readonly all: () => readonly Kind[] } {
  const kinds = new Map<string, Kind>();
  return {
    add(finding) {
      const key = kindOf(finding);
      const { shortest = finding, count = 0 } = kinds.get(key) ?? {};
      const isShorter = finding.path.length < shortest.path.length;
      kinds.set(key, { shortest: isShorter ? finding : shortest, count: count + 1 });
    },
    all: () => [...kinds.values()].sort((one, other) => one.shortest.path.length - other.shortest.path.length),
  };
}

/** `UPLOAD of p; APPLY of p, late` */
export const pathText = ({ path }: Finding): string => path.map(callText).join('; ');

/** A new kind, for people: what differs, and the scenario that shows it. */
export function kindLines({ shortest, count }: Kind): readonly string[] {
  const { differences, step } = shortest;
  return [
    `NEW  ${step.clause}, after ${pathText(shortest)}${count === 1 ? '' : ` (and ${count - 1} longer or like it)`}`,
    ...differences.map(({ what, expected, found }) => `     ${what}: expected ${expected}, found ${found}`),
    '',
    ...scenarioOf(shortest)
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
    '',
  ];
}
