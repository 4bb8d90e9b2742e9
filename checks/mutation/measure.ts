/** Holds mutants against what has to notice them: scenarios, then unit tests, up to the first that does. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inParallel } from '../../bin/in-parallel';
import { importsOf, type Sources } from '../imports';
import type { Numbered } from './instrument';
import type { Mutant } from './operators';
import { partOf, testsFor } from './parts';
import { startWorker, type Trial, type Worker } from './processes';
import { candidatesFor, mutationOf, type Reach, reachOf } from './reach';
import { runTests } from './tests';

/** What noticed a mutant. */
export type Outcome = 'features' | 'tests' | 'nothing';

export interface Measured {
  readonly id: string;
  readonly outcome: Outcome;
  /** The scenario or test. */
  readonly by: string;
}

export interface Setting {
  readonly project: string;
  readonly sources: Sources;
  readonly parallel: number;
  /** Where reaches are kept. */
  readonly folder: string;
  readonly onMeasured: (mutant: Mutant, measured: Measured) => void;
}

/** Of all that decides whether a mutant is noticed. */
export function digestOf(project: string, sources: Sources): string {
  const hash = createHash('sha256');
  const features = readdirSync(join(project, 'features'), { recursive: true, encoding: 'utf8' }).sort();
  for (const [file, text] of sources) hash.update(`${file}\n${text}`);
  for (const file of features.filter((name) => name.endsWith('.feature')))
    hash.update(`${file}\n${readFileSync(join(project, 'features', file), 'utf8')}`);
  return hash.digest('hex');
}

/** One mutant of each line, so that it is known which lines each scenario reaches. */
function withLines(mutants: readonly Mutant[], all: readonly Mutant[]): readonly Numbered[] {
  const files = new Set(mutants.map(({ file }) => file));
  const lines = new Map(
    all.filter(({ file }) => files.has(file)).map((mutant) => [`${mutant.file}:${mutant.line}`, mutant]),
  );
  return [...new Set([...mutants, ...lines.values()])].map((mutant, number) => ({ number, mutant }));
}

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
      const trial = await worker.run(mutant, scenarios);
      if (trial.kind === 'killed' && !trial.isSound) close();
      return trial;
    },
  };
}

/** In a process that has no other mutant, so whatever fails there fails because of it. */
async function runAlone(
  { project, sources }: Setting,
  numbered: Numbered,
  scenarios: readonly number[],
): Promise<Trial> {
  const worker = await startWorker(mutationOf(project, sources, [numbered], numbered.number));
  if ('kind' in worker) return worker;
  const trial = await worker.run(numbered.number, scenarios);
  worker.close();
  return trial;
}

/** Asks the scenarios. */
async function measureByScenarios(
  setting: Setting,
  numbered: readonly Numbered[],
  wanted: readonly Numbered[],
): Promise<ReadonlySet<string>> {
  const { project, sources, folder, parallel } = setting;
  const noticed = new Set<string>();
  if (wanted.length === 0) return noticed;
  const reach: Reach = await reachOf(mutationOf(project, sources, numbered), folder, digestOf(project, sources));
  const early = new Set(reach.atStart);
  const switched = wanted.filter(({ number }) => !early.has(number));
  const killers = new Map<string, readonly number[]>();
  const queues = Array.from({ length: parallel }, (_, lane) => wanted.filter((_each, at) => at % parallel === lane));
  await inParallel(queues, parallel, async (queue) => {
    const warm = createWarm(() => startWorker(mutationOf(project, sources, switched)));
    for (const each of queue) {
      const { file, id } = each.mutant;
      const scenarios = candidatesFor(each, numbered, reach, killers.get(file) ?? []);
      if (scenarios.length === 0) continue;
      const first = early.has(each.number) ? undefined : await warm.run(each.number, scenarios);
      const trial = first?.isSound === true ? first : await runAlone(setting, each, scenarios);
      if (trial.kind === 'survived') continue;
      noticed.add(id);
      setting.onMeasured(each.mutant, { id, outcome: 'features', by: trial.by });
      const { scenario } = trial;
      if (scenario !== undefined)
        killers.set(file, [scenario, ...(killers.get(file) ?? []).filter((other) => other !== scenario)]);
    }
    warm.close();
  });
  return noticed;
}

/** Asks the unit tests that reach each mutant. */
async function measureByTests(setting: Setting, wanted: readonly Numbered[]): Promise<void> {
  const { project, sources, parallel } = setting;
  const [files, imports] = [[...sources.keys()], importsOf(sources)];
  const mutated = [...new Set(wanted.map(({ mutant: { file } }) => file))];
  const testsOf = new Map(
    mutated.map((file) => {
      const part = partOf(file);
      return [file, part === undefined ? [] : testsFor(file, part, files, imports)] as const;
    }),
  );
  const unchanged = mutationOf(project, sources, wanted);
  const reached = new Map<string, ReadonlySet<number>>();
  await inParallel([...new Set([...testsOf.values()].flat())], parallel, async (test) => {
    const { failed, reached: numbers } = await runTests(unchanged, [test]);
    // A test that fails without a mutant cannot notice one.
    if (failed === undefined) reached.set(test, new Set(numbers));
  });
  await inParallel(wanted, parallel, async (each) => {
    const { id, file } = each.mutant;
    const tests = (testsOf.get(file) ?? []).filter((test) => reached.get(test)?.has(each.number));
    const alone = mutationOf(project, sources, [each], each.number);
    const failed = tests.length === 0 ? undefined : (await runTests(alone, tests)).failed;
    const outcome = failed === undefined ? 'nothing' : 'tests';
    setting.onMeasured(each.mutant, { id, outcome, by: failed ?? '' });
  });
}

/** Measures these mutants, which compile; `all` are those of their files. */
export async function measure(setting: Setting, mutants: readonly Mutant[], all: readonly Mutant[]): Promise<void> {
  const isWanted = new Set(mutants);
  const numbered = withLines(mutants, all);
  const wanted = numbered.filter(({ mutant }) => isWanted.has(mutant));
  const hasScenarios = ({ mutant: { file } }: Numbered): boolean => partOf(file)?.hasScenarios === true;
  const noticed = await measureByScenarios(setting, numbered.filter(hasScenarios), wanted.filter(hasScenarios));
  const left = wanted.filter(({ mutant: { id } }) => !noticed.has(id));
  await measureByTests(setting, left);
}
