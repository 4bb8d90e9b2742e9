/**
 * Holds mutants against scenarios. Most are noticed by one of the first that are promising. Those that are left are put
 * into groups: if no scenario fails while all of a group are active, none of them is noticed. That takes one run of the
 * suite where each alone would take its own.
 */
import { inParallel } from '../../bin/in-parallel';
import type { Sources } from '../imports';
import type { Numbered } from './instrument';
import type { Trial, Worker } from './processes';
import { mutationOf, type Reach } from './reach';
import type { Mutation } from './switch';

export interface Trials {
  readonly project: string;
  readonly sources: Sources;
  readonly parallel: number;
  readonly reach: Reach;
  readonly start: (mutation: Mutation) => Promise<Worker | Trial>;
  /** `killers`: those that noticed others before. */
  readonly candidatesFor: (numbered: Numbered, killers: readonly number[]) => Candidates;
}

/** The scenarios that may notice a mutant. */
export interface Candidates {
  /** It runs them alone, in this order. */
  readonly promising: readonly number[];
  /** It runs them in a group. */
  readonly others: readonly number[];
}

/** Called with each mutant that is noticed, and the scenario or how the process ended. */
export type Noticed = (numbered: Numbered, by: string) => void;

const GROUP = 12;

/** A process for many mutants; another one when it has died or cannot be trusted. */
function createWarm(start: () => Promise<Worker | Trial>) {
  let worker: Worker | undefined;
  const close = (): void => {
    worker?.close();
    worker = undefined;
  };
  return {
    close,
    /** A trial that is not sound says nothing. */
    async run(mutant: number, scenarios: readonly number[]): Promise<Trial> {
      if (worker === undefined) {
        const started = await start();
        if ('kind' in started) throw new Error(`The suite cannot be loaded: ${JSON.stringify(started)}`);
        worker = started;
      }
      const trial = await worker.run([mutant], scenarios);
      if (trial.kind === 'killed' && !trial.isSound) close();
      return trial;
    },
  };
}

/** In a process that has no other mutants, so whatever fails there fails because of them. */
async function runAlone(
  { project, sources, start }: Trials,
  mutants: readonly Numbered[],
  scenarios: readonly number[],
): Promise<Trial> {
  const numbers = mutants.map(({ number }) => number);
  const worker = await start(mutationOf(project, sources, mutants, numbers));
  if ('kind' in worker) return worker;
  const trial = await worker.run(numbers, scenarios);
  worker.close();
  return trial;
}

/** A mutant that no scenario has noticed yet, and the scenarios that it has still to run. */
interface Left {
  readonly each: Numbered;
  readonly scenarios: readonly number[];
}

/** Scenarios, in an order without doubles. */
const unionOf = (group: readonly Left[]): readonly number[] => [
  ...new Set(group.flatMap(({ scenarios }) => scenarios)),
];

async function tryEach(trials: Trials, group: readonly Left[], onNoticed: Noticed): Promise<readonly Left[]> {
  const left: Left[] = [];
  for (const one of group) {
    const trial = await runAlone(trials, [one.each], one.scenarios);
    if (trial.kind === 'killed') onNoticed(one.each, trial.by);
    else left.push(one);
  }
  return left;
}

/** All at once. Where a scenario fails, each runs it alone, and those that it does not notice go on. */
async function tryGroup(trials: Trials, group: readonly Left[], onNoticed: Noticed): Promise<void> {
  let [members, scenarios] = [group, unionOf(group)];
  while (members.length > 0 && scenarios.length > 0) {
    const trial = await runAlone(
      trials,
      members.map(({ each }) => each),
      scenarios,
    );
    if (trial.kind === 'survived') return;
    const { scenario } = trial;
    // Together they do what none does alone, so nothing is known.
    const isUnknown = scenario === undefined;
    const suspects = isUnknown ? members : members.map(({ each }) => ({ each, scenarios: [scenario] }));
    const innocent = new Set((await tryEach(trials, suspects, onNoticed)).map(({ each }) => each));
    if (isUnknown) return;
    const left = members.filter(({ each }) => innocent.has(each));
    if (left.length === members.length) {
      await tryEach(trials, left, onNoticed);
      return;
    }
    members = left;
    scenarios = scenarios.slice(scenarios.indexOf(scenario) + 1);
  }
}

/** Tries the wanted mutants. */
export async function tryScenarios(trials: Trials, wanted: readonly Numbered[], onNoticed: Noticed): Promise<void> {
  const { project, sources, parallel, reach, start, candidatesFor } = trials;
  const early = new Set(reach.atStart);
  const switched = wanted.filter(({ number }) => !early.has(number));
  const killers = new Map<string, readonly number[]>();
  const left: Left[] = [];

  async function tryOne(each: Numbered, runWarm: ReturnType<typeof createWarm>['run']): Promise<void> {
    const { file } = each.mutant;
    const { promising, others } = candidatesFor(each, killers.get(file) ?? []);
    if (promising.length === 0 && others.length === 0) return;
    const first = early.has(each.number) ? undefined : await runWarm(each.number, promising);
    const trial = first?.isSound === true ? first : await runAlone(trials, [each], promising);
    if (trial.kind === 'survived') {
      if (others.length > 0) left.push({ each, scenarios: others });
      return;
    }
    onNoticed(each, trial.by);
    const { scenario } = trial;
    if (scenario !== undefined)
      killers.set(file, [scenario, ...(killers.get(file) ?? []).filter((other) => other !== scenario)]);
  }

  const lanes = Array.from({ length: parallel }, (_, lane) => wanted.filter((_each, at) => at % parallel === lane));
  await inParallel(lanes, parallel, async (lane) => {
    const warm = createWarm(() => start(mutationOf(project, sources, switched)));
    for (const each of lane) await tryOne(each, (mutant, scenarios) => warm.run(mutant, scenarios));
    warm.close();
  });
  const groups = Array.from({ length: Math.ceil(left.length / GROUP) }, (_, at) =>
    left.slice(at * GROUP, (at + 1) * GROUP),
  );
  await inParallel(groups, parallel, (group) => tryGroup(trials, group, onNoticed));
}
