/** Holds mutants against what has to notice them: scenarios, then unit tests, up to the first that does. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inParallel } from '../../bin/in-parallel';
import { importsOf, type Sources } from '../imports';
import type { Numbered } from './instrument';
import type { Mutant } from './mutants';
import { partOf, testsFor } from './parts';
import { type Noticed, tryScenarios } from './trials';
import { startWorker } from './processes';
import { mutationOf, reachOf } from './reach';
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
  for (const [file, text] of sources) if (!file.startsWith('checks/mutation/')) hash.update(`${file}\n${text}`);
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
    const alone = mutationOf(project, sources, [each], [each.number]);
    const failed = tests.length === 0 ? undefined : (await runTests(alone, tests)).failed;
    const outcome = failed === undefined ? 'nothing' : 'tests';
    setting.onMeasured(each.mutant, { id, outcome, by: failed ?? '' });
  });
}

/** Measures these mutants, which compile; `all` are those of their files. */
export async function measure(setting: Setting, mutants: readonly Mutant[], all: readonly Mutant[]): Promise<void> {
  const { project, sources, folder, parallel } = setting;
  const isWanted = new Set(mutants);
  const numbered = withLines(mutants, all);
  const wanted = numbered.filter(({ mutant }) => isWanted.has(mutant));
  const hasScenarios = ({ mutant: { file } }: Numbered): boolean => partOf(file)?.hasScenarios === true;
  const forScenarios = wanted.filter((each) => hasScenarios(each) && !each.mutant.isCitation);
  const noticed = new Set<Numbered>();
  const onNoticed: Noticed = (each, by) => {
    noticed.add(each);
    setting.onMeasured(each.mutant, { id: each.mutant.id, outcome: 'features', by });
  };
  if (forScenarios.length > 0) {
    const own = numbered.filter(hasScenarios);
    const reach = await reachOf(mutationOf(project, sources, own), folder, digestOf(project, sources));
    await tryScenarios(
      { project, sources, parallel, reach, numbered: own, start: startWorker },
      forScenarios,
      onNoticed,
    );
  }
  const left = wanted.filter((each) => !noticed.has(each));
  await measureByTests(setting, left);
}
