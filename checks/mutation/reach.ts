/** Which scenarios reach which mutants, and in what order they are tried. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupBy } from '../../reports/lists';
import type { Sources } from '../imports';
import { compiled, type Numbered, withSwitches } from './instrument';
import { type ScenarioReach, startWorker } from './processes';
import type { Mutation } from './switch';

export interface Reach {
  /** Mutants that run when the code is loaded or a hypervisor is made: whatever comes after may depend on them. */
  readonly atStart: readonly number[];
  /** Of the scenarios that pass without a mutant. */
  readonly byScenario: readonly ScenarioReach[];
  /** The file of each scenario. */
  readonly uris: readonly string[];
}

/** The mutation of a process that has these mutants. */
export function mutationOf(
  project: string,
  sources: Sources,
  numbered: readonly Numbered[],
  active: readonly number[] = [],
): Mutation {
  const byFile = groupBy(numbered, ({ mutant: { file } }) => file);
  const texts = [...byFile].map(([file, own]) => [file, compiled(withSwitches(sources.get(file) ?? '', own), file)]);
  return { project, texts: Object.fromEntries(texts) as Mutation['texts'], active };
}

/**
 * Measures the reach of scenarios, or of files of unit tests, or reads what was measured before, if the digest of
 * everything is the same.
 */
export async function reachOf(
  mutation: Mutation,
  folder: string,
  digest: string,
  tests?: readonly string[],
): Promise<Reach> {
  const key = createHash('sha256')
    .update(digest)
    .update(JSON.stringify([mutation.texts, tests]))
    .digest('hex');
  const file = join(folder, `reach-${key.slice(0, 16)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Reach;
  const worker = await startWorker(mutation, tests);
  if ('kind' in worker) throw new Error(`The suite cannot be loaded: ${JSON.stringify(worker)}`);
  const byScenario = await worker.reach();
  worker.close();
  const uris = worker.scenarios.map(({ uri }) => uri);
  const reach: Reach = { atStart: [...worker.reachedAtStart], byScenario, uris };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(reach));
  return reach;
}

/** So that scenarios of one feature, which notice the same things, are not tried one after the other. */
const scattered = (scenario: number): number => Math.imul(scenario + 1, 0x9e3779b1) >>> 0;

/** More scenarios than this share reach code that says nothing about them. */
const COMMON = 0.5;

/** For a file, how far each scenario's own lines are from a line. */
function distancesTo(line: number, reach: Reach, lines: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { mutants } of reach.byScenario)
    for (const mutant of mutants) if (lines.has(mutant)) counts.set(mutant, (counts.get(mutant) ?? 0) + 1);
  const limit = COMMON * reach.byScenario.length;
  return new Map(
    reach.byScenario.map(({ scenario, mutants }) => {
      const near = mutants.flatMap((mutant) => {
        const own = lines.get(mutant);
        return own === undefined || (counts.get(mutant) ?? 0) > limit ? [] : [Math.abs(own - line)];
      });
      return [scenario, Math.min(...near, Infinity)];
    }),
  );
}

/** The scenarios that a mutant may make fail, the most promising first. `killers`: those that noticed others before. */
export function rankedFor(
  { number, mutant }: Numbered,
  all: readonly Numbered[],
  reach: Reach,
  killers: readonly number[],
): readonly number[] {
  const isEarly = reach.atStart.includes(number);
  const own = all.filter((other) => other.mutant.file === mutant.file);
  const lines = new Map(own.map((other) => [other.number, other.mutant.line]));
  const reaching = reach.byScenario
    .filter(({ mutants }) => isEarly || mutants.includes(number))
    .map(({ scenario }) => scenario);
  const costs = new Map(reach.byScenario.map(({ scenario, ms }) => [scenario, Math.floor(Math.log10(1 + ms))]));
  const distances = isEarly ? distancesTo(mutant.line, reach, lines) : new Map<number, number>();
  const rank = (scenario: number): number => {
    const at = killers.indexOf(scenario);
    return at < 0 ? killers.length : at;
  };
  const near = (scenario: number): number => Math.min(distances.get(scenario) ?? 0, 10_000);
  const cost = (scenario: number): number => costs.get(scenario) ?? 0;
  return [...reaching].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      near(one) - near(other) ||
      cost(one) - cost(other) ||
      scattered(one) - scattered(other),
  );
}
