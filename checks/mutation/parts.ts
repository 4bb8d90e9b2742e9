/** The parts of the code that are mutated, and what has to notice it. */
import type { Import } from '../imports';
import { groupBy } from '../../reports/lists';

export interface Part {
  readonly name: string;
  /** Folders and files; a folder ends with a slash. */
  readonly at: readonly string[];
  /** Whether scenarios on the reference run its code. */
  readonly hasScenarios: boolean;
  /** Where its unit tests are. Tests elsewhere count if they import the changed file itself. */
  readonly tests: readonly string[];
}

/** From messages to verdicts; what only writes documents is not here. */
const VERDICTS = [
  'compare',
  'complete',
  'crashes',
  'deviations',
  'documents',
  'envelopes',
  'evidence',
  'explain',
  'failure',
  'messages',
  'model',
  'own-deviations',
  'report',
  'runs',
  'scenarios',
  'unexpected',
  'verdict',
].map((name) => `reports/${name}.ts`);

export const PARTS: readonly Part[] = [
  { name: 'engine/abi', at: ['engine/abi/'], hasScenarios: true, tests: ['engine/abi/'] },
  { name: 'engine/reference', at: ['engine/reference/'], hasScenarios: true, tests: ['engine/reference/'] },
  {
    name: 'engine/toolstack',
    at: ['engine/toolstack/', 'engine/domains.ts', 'engine/evidence.ts', 'engine/watch.ts'],
    hasScenarios: true,
    tests: ['engine/toolstack/'],
  },
  { name: 'steps', at: ['steps/'], hasScenarios: true, tests: ['steps/'] },
  {
    name: 'verdicts',
    at: [...VERDICTS, 'features/deviations.ts', 'features/own-deviations.ts'],
    hasScenarios: false,
    tests: ['reports/', 'features/'],
  },
];

const isIn = (file: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);
/** For tests, or run by a developer only: checks/image.ts compares what it makes with what is committed. */
const isLeftOut = (file: string): boolean =>
  isTest(file) || /\/testdata\/|fixtures\.ts$/.test(file) || file === 'engine/reference/image/build.ts';

export const partOf = (file: string): Part | undefined =>
  isLeftOut(file) ? undefined : PARTS.find(({ at }) => isIn(file, at));

/** The unit tests that reach a file of a part, those that are fewest imports away first. */
export function testsFor(
  file: string,
  part: Part,
  files: readonly string[],
  imports: readonly Import[],
): readonly string[] {
  const importers = groupBy(imports, ({ to }) => to);
  const distances = new Map([[file, 0]]);
  for (const [near, distance] of distances)
    for (const { from } of importers.get(near) ?? []) if (!distances.has(from)) distances.set(from, distance + 1);
  // Cucumber finds steps by their folder, so no test imports them.
  const found = part.name === 'steps' ? files.filter((each) => isIn(each, part.tests)) : [...distances.keys()];
  return found
    .filter((each) => isTest(each) && (isIn(each, part.tests) || distances.get(each) === 1))
    .sort((one, other) => (distances.get(one) ?? 0) - (distances.get(other) ?? 0));
}
