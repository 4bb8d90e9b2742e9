/**
 * Changes the code and counts the changes that features and unit tests notice. `strength --code` starts it:
 *
 *     node -r ./engine/typescript.js checks/mutation/index.ts --out DIR [--sample N] [--seed N] [--resume] [PLACE...]
 *
 * Exit status 1 if a change that is listed as equivalent is noticed.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { provideUnicorn } from '../../engine/unicorn/library';
import { isUserError, userError } from '../../engine/user-error';
import { writeStrength } from '../../reports/strength';
import { readSources, type Sources } from '../imports';
import { PROJECT } from '../lanes';
import { randomFrom } from '../../engine/fuzz/random';
import { changeOf, lineOf, readEquivalents } from './equivalent';
import { digestOf, measure, type Measured, type Outcome } from './measure';
import { type Mutant, mutantsOf } from './mutants';
import { partOf, PARTS } from './parts';
import { linesOf, summarize } from './report';
import { createTypeCheck } from './types';

const FOLDER = join(PROJECT, '.cache/mutation');
const EQUIVALENTS = join(PROJECT, 'checks/equivalent-mutants.yaml');

/** Whether a mutant is in that folder, file or line ("engine/abi/elf.ts:108"), or has that id. */
const isAt = ({ file, id }: Mutant, place: string): boolean =>
  `${file}/`.startsWith(`${place.replace(/\/$/, '')}/`) || `${id}:`.startsWith(`${place}:`);

/** All mutants of the parts, or of the named places. */
function mutantsIn(places: readonly string[], sources: Sources): readonly Mutant[] {
  const all = [...sources].flatMap(([file, text]) => (partOf(file) === undefined ? [] : mutantsOf(file, text)));
  const found = places.length === 0 ? all : all.filter((mutant) => places.some((place) => isAt(mutant, place)));
  if (found.length > 0) return found;
  const known = PARTS.map(({ name }) => name).join(', ');
  throw userError(`There is no code to change in ${places.join(' ')}: name folders, files or lines of ${known}.`);
}

/** In random order, the same one for the same seed. */
function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const random = randomFrom(seed);
  return items
    .map((item) => ({ item, at: random(2 ** 31) }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

const byFile = (one: Mutant, other: Mutant): number =>
  Number(one.file > other.file) - Number(one.file < other.file) || one.start - other.start;

/** The first `count` mutants that compile. They are drawn in lots, because those of one file are checked together. */
function sampleOf(mutants: readonly Mutant[], count: number, sources: Sources): readonly Mutant[] {
  const compiles = createTypeCheck(PROJECT, sources);
  const chosen: Mutant[] = [];
  for (let at = 0; at < mutants.length && chosen.length < count; at += count) {
    const lot = mutants.slice(at, at + count);
    const valid = new Set([...lot].sort(byFile).filter(compiles));
    chosen.push(...lot.filter((mutant) => valid.has(mutant)));
  }
  return chosen.slice(0, count);
}

/** What an interrupted measurement has found. */
function readResults(file: string): ReadonlyMap<string, Outcome> {
  if (!existsSync(file)) return new Map();
  // The last line may be cut off.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return new Map(lines.map((line) => JSON.parse(line) as Measured).map(({ id, outcome }) => [id, outcome]));
}

const WORDS: Readonly<Record<Outcome, string>> = { features: 'killed', tests: 'killed', nothing: 'SURVIVED' };

interface Options {
  readonly out: string;
  readonly sample: number | undefined;
  readonly seed: number;
  readonly parallel: number;
  readonly resume: boolean;
}

async function run(places: readonly string[], { out, sample, seed, parallel, resume }: Options): Promise<boolean> {
  const sources = readSources(PROJECT);
  const equivalents = readEquivalents(EQUIVALENTS);
  const all = mutantsIn(places, sources);
  const drawn = sample === undefined ? all : shuffled(all, seed);
  const chosen = sampleOf(drawn, sample ?? all.length, sources);
  console.log(
    `${chosen.length} of ${all.length} changes (those that compile${sample === undefined ? '' : `, seed ${seed}`})`,
  );
  const file = join(FOLDER, `results-${digestOf(PROJECT, sources).slice(0, 16)}.ndjson`);
  if (!resume) rmSync(file, { force: true });
  mkdirSync(dirname(file), { recursive: true });
  const outcomes = new Map(readResults(file));
  const left = chosen.filter(({ id }) => !outcomes.has(id));
  provideUnicorn(() => undefined);
  const onMeasured = (mutant: Mutant, measured: Measured): void => {
    outcomes.set(measured.id, measured.outcome);
    appendFileSync(file, `${JSON.stringify(measured)}\n`);
    const by = measured.outcome === 'nothing' ? lineOf(mutant, sources) : measured.by;
    console.log(`${WORDS[measured.outcome].padEnd(8)}  ${mutant.file}:${mutant.line} ${changeOf(mutant)}: ${by}`);
  };
  await measure({ project: PROJECT, sources, parallel, folder: FOLDER, onMeasured }, left, all);
  const { code, wrong } = summarize(chosen, outcomes, equivalents, sources, sample === undefined ? null : seed);
  const target = join(out, 'strength.json');
  writeStrength(target, { code });
  for (const id of wrong) console.log(`WRONG     ${id} is in checks/equivalent-mutants.yaml, and it is noticed`);
  for (const line of [...linesOf(code), target]) console.log(line);
  return wrong.length === 0;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: 'reports/out' },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      parallel: { type: 'string' },
      resume: { type: 'boolean', default: false },
    },
  });
  const { out, sample, seed, parallel, resume } = values;
  mkdirSync(out, { recursive: true });
  const isRight = await run(positionals, {
    out,
    sample: sample === undefined ? undefined : Number(sample),
    seed: Number(seed),
    parallel: parallel === undefined ? availableParallelism() : Number(parallel),
    resume,
  });
  process.exitCode = isRight ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(isUserError(error) ? error.message : error);
  process.exitCode = 2;
});
