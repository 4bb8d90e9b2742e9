/** Holds mutants against what has to notice them: scenarios, then unit tests, up to the first that does. */
import { createHash } from 'node:crypto';
import { featureTexts } from '../features';
import { importsOf, type Sources } from '../imports';
import type { Numbered } from './instrument';
import type { Mutant } from './mutants';
import { partOf, testsFor } from './parts';
import { type Noticed, type Trials, tryScenarios } from './trials';
import { startWorker } from './processes';
import { mutationOf, rankedFor, reachOf } from './reach';

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
  for (const [file, text] of sources) if (!file.startsWith('checks/mutation/')) hash.update(`${file}\n${text}`);
  for (const [file, text] of featureTexts(project)) hash.update(`${file}\n${text}`);
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

/** Number of scenarios that a mutant runs alone, at first. */
const PROMISING = 150;

/** Calls `onNoticed` for the mutants that scenarios notice. */
async function measureByScenarios(
  { project, sources, folder, parallel }: Setting,
  numbered: readonly Numbered[],
  wanted: readonly Numbered[],
  onNoticed: Noticed,
): Promise<void> {
  const reach = await reachOf(mutationOf(project, sources, numbered), folder, digestOf(project, sources));
  const candidatesFor: Trials['candidatesFor'] = (each, killers) => {
    const ranked = rankedFor(each, numbered, reach, killers);
    return { promising: ranked.slice(0, PROMISING), others: ranked.slice(PROMISING) };
  };
  await tryScenarios({ project, sources, parallel, reach, start: startWorker, candidatesFor }, wanted, onNoticed);
}

/** Tests that take longer wait for processes of theirs, or are about everything at once. */
const QUICK_MS = 2000;

/**
 * Likewise for unit tests. The quick ones that reach a mutant are promising; the others are all tests of the files that
 * have one which reaches it, because tests of a file may share what the first of them has made.
 */
async function measureByTests(
  { project, sources, folder, parallel }: Setting,
  numbered: readonly Numbered[],
  wanted: readonly Numbered[],
  onNoticed: Noticed,
): Promise<void> {
  const [files, imports] = [[...sources.keys()], importsOf(sources)];
  const mutated = [...new Set(numbered.map(({ mutant: { file } }) => file))];
  const testsOf = new Map(
    mutated.map((file) => {
      const part = partOf(file);
      return [file, part === undefined ? [] : testsFor(file, part, files, imports)] as const;
    }),
  );
  const tests = [...new Set([...testsOf.values()].flat())];
  const digest = digestOf(project, sources);
  const reach = await reachOf(mutationOf(project, sources, numbered), folder, digest, tests);
  const start: Trials['start'] = (mutation) => startWorker(mutation, tests);
  const milliseconds = new Map(reach.byScenario.map(({ scenario, ms }) => [scenario, ms]));
  const candidatesFor: Trials['candidatesFor'] = (each, killers) => {
    const own = testsOf.get(each.mutant.file) ?? [];
    const uriOf = (test: number): string => reach.uris[test] ?? '';
    const ranked = rankedFor(each, numbered, reach, killers).filter((test) => own.includes(uriOf(test)));
    const promising = ranked.filter((test) => (milliseconds.get(test) ?? 0) < QUICK_MS);
    const reaching = new Set(ranked.map(uriOf));
    const besides = [...milliseconds.keys()].filter((test) => reaching.has(uriOf(test)));
    return { promising, others: [...new Set([...ranked, ...besides])].filter((test) => !promising.includes(test)) };
  };
  await tryScenarios({ project, sources, parallel, reach, start, candidatesFor }, wanted, onNoticed);
}

/** Measures these mutants, which compile; `all` are those of their files. */
export async function measure(setting: Setting, mutants: readonly Mutant[], all: readonly Mutant[]): Promise<void> {
  const isWanted = new Set(mutants);
  const numbered = withLines(mutants, all);
  const wanted = numbered.filter(({ mutant }) => isWanted.has(mutant));
  const hasScenarios = ({ mutant: { file } }: Numbered): boolean => partOf(file)?.hasScenarios === true;
  const noticed = new Set<Numbered>();
  const noticedAs =
    (outcome: Outcome): Noticed =>
    (each, by) => {
      noticed.add(each);
      setting.onMeasured(each.mutant, { id: each.mutant.id, outcome, by });
    };
  const isLeft = (each: Numbered): boolean => !noticed.has(each);
  const own = wanted.filter((each) => hasScenarios(each) && !each.mutant.isCitation);
  if (own.length > 0) await measureByScenarios(setting, numbered.filter(hasScenarios), own, noticedAs('features'));
  const left = wanted.filter(isLeft);
  const files = new Set(left.map(({ mutant: { file } }) => file));
  const theirs = numbered.filter(({ mutant: { file } }) => files.has(file));
  if (left.length > 0) await measureByTests(setting, theirs, left, noticedAs('tests'));
  for (const { mutant } of left.filter(isLeft))
    setting.onMeasured(mutant, { id: mutant.id, outcome: 'nothing', by: '' });
}
