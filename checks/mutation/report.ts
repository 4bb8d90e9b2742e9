/** The figures of a measurement: by part, with intervals, and the survivors. */
import { groupBy } from '../../reports/lists';
import { type CodeStrength, type Noticed, partLine, type PartStrength } from '../../reports/strength';
import type { Sources } from '../imports';
import { changeOf, type Equivalent, lineOf, listedAs } from './equivalent';
import { interval } from './interval';
import type { Outcome } from './measure';
import type { Mutant } from './mutants';
import { partOf, PARTS } from './parts';

export type Outcomes = ReadonlyMap<string, Outcome>;

const percent = (share: number): number => Math.round(share * 1000) / 10;

const figure = (count: number, total: number): Noticed => {
  const [from, to] = interval(count, total);
  return { noticed: count, from: percent(from), to: percent(to) };
};

/** What is known of each mutant: its outcome, and whether it is listed as equivalent. */
interface Known {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  readonly isEquivalent: boolean;
}

function strengthOf(name: string, hasScenarios: boolean, known: readonly Known[]): PartStrength {
  const counted = known.filter(({ isEquivalent }) => !isEquivalent);
  const visible = counted.filter(({ mutant }) => !mutant.isCitation);
  const byFeatures = visible.filter(({ outcome }) => outcome === 'features').length;
  const all = counted.filter(({ outcome }) => outcome !== 'nothing').length;
  return {
    name,
    total: counted.length,
    equivalent: known.length - counted.length,
    citations: counted.length - visible.length,
    features: hasScenarios ? figure(byFeatures, visible.length) : null,
    all: figure(all, counted.length),
  };
}

export interface Summary {
  readonly code: CodeStrength;
  /** Mutants that are listed as equivalent, and were noticed. */
  readonly wrong: readonly string[];
}

export function summarize(
  mutants: readonly Mutant[],
  outcomes: Outcomes,
  equivalents: readonly Equivalent[],
  sources: Sources,
  seed: number | null,
): Summary {
  const known = mutants.flatMap((mutant): readonly Known[] => {
    const outcome = outcomes.get(mutant.id);
    if (outcome === undefined) return [];
    return [{ mutant, outcome, isEquivalent: listedAs(mutant, equivalents, sources) !== undefined }];
  });
  const byPart = groupBy(known, ({ mutant: { file } }) => partOf(file)?.name ?? '');
  const parts = PARTS.flatMap(({ name, hasScenarios }) => {
    const own = byPart.get(name);
    return own === undefined ? [] : [strengthOf(name, hasScenarios, own)];
  });
  const survivors = known
    .filter(({ outcome, isEquivalent }) => outcome === 'nothing' && !isEquivalent)
    .map(({ mutant }) => ({
      file: mutant.file,
      line: mutant.line,
      text: lineOf(mutant, sources),
      change: changeOf(mutant),
    }));
  const wrong = known
    .filter(({ outcome, isEquivalent }) => isEquivalent && outcome !== 'nothing')
    .map(({ mutant: { id } }) => id);
  return { code: { seed, parts, survivors }, wrong };
}

/** The figures as lines for the terminal. */
export const linesOf = ({ parts }: CodeStrength): readonly string[] =>
  parts.map((part) => `${partLine(part)}; ${part.equivalent} are listed as equivalent`);
