/** The search form, which the page's script handles, and links to search results. */
import type { ComponentChildren, JSX } from 'preact';
import { LEVELS } from '../../features/catalogue';
import { lacking } from '../explain';
import { countsAgainst } from '../model';
import type { Report, Scenario } from '../model';
import { STATUS_LOOK, VERDICT_LOOK } from './parts';

type Words = readonly (readonly [value: string, words: string])[];

/** Outcomes of scenarios, by the letter that the script uses. */
const OUTCOMES = {
  p: STATUS_LOOK.passed.words,
  k: VERDICT_LOOK['known-deviation'].words,
  f: STATUS_LOOK.failed.words,
  s: STATUS_LOOK.skipped.words,
  c: STATUS_LOOK.crashed.words,
  u: STATUS_LOOK.unknown.words,
} as const;

function letterOf(scenario: Scenario, known: Report['known']): keyof typeof OUTCOMES {
  const { status } = scenario;
  if (known.has(scenario)) return 'k';
  if (countsAgainst(status)) return 'f';
  return status === 'passed' ? 'p' : status === 'skipped' ? 's' : status === 'crashed' ? 'c' : 'u';
}

/** The outcomes of a scenario: one letter per run, in their order; "-" if the run does not have it. */
export function outcomeLetters(
  scenarios: readonly Scenario[],
  order: readonly string[],
  known: Report['known'],
): string {
  const letters = new Map(scenarios.map((own) => [own.run.key, letterOf(own, known)]));
  return order.map((key) => letters.get(key) ?? '-').join('');
}

/** Groups of verdicts. The script has the same groups. */
const VERDICTS: Words = [
  ['departs', 'does not conform'],
  ['unproven', 'not exercised or not testable'],
  ...Object.entries(VERDICT_LOOK).map(([name, { words }]) => [name, words] as const),
];

export interface Query {
  readonly text?: string;
  readonly run?: string;
  readonly verdict?: string;
  readonly outcome?: string;
  readonly level?: string;
  readonly lacks?: string;
}

/** A link to a part of the page with a filter. Without scripts it leads to the whole part. */
export function FilterLink({
  query,
  part,
  children,
}: {
  readonly query: Query;
  readonly part: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return <a href={`?${new URLSearchParams({ ...query }).toString()}#${part}`}>{children}</a>;
}

function Choice({ name, title, values }: { readonly name: string; readonly title: string; readonly values: Words }) {
  return (
    <label>
      {title}{' '}
      <select name={name}>
        <option value="">any</option>
        {values.map(([value, words]) => (
          <option value={value}>{words}</option>
        ))}
      </select>
    </label>
  );
}

const same = (values: readonly string[]): Words => values.map((value) => [value, value]);

/** Hidden until the script shows it. */
export function Filter({ report: { clauses, runs } }: { readonly report: Report }): JSX.Element {
  const levels = LEVELS.filter((level) => clauses.some(({ clause }) => clause.level === level));
  const lacks = runs.flatMap(({ scenarios }) => scenarios.flatMap(lacking).map(({ name }) => name));
  return (
    <form id="filter" hidden aria-label="Search and filter">
      <label>
        Search <input type="search" name="text" placeholder={'words, "a phrase", @tag'} />
      </label>
      <details>
        <summary>Filters</summary>
        <div>
          <Choice name="run" title="Run" values={[...same(runs.map(({ key }) => key)), ['every', 'in every run']]} />
          <Choice name="verdict" title="Verdict" values={VERDICTS} />
          <Choice name="outcome" title="Outcome" values={Object.entries(OUTCOMES)} />
          <Choice name="level" title="Level" values={same(levels)} />
          <Choice name="lacks" title="Target lacks" values={same([...new Set(lacks)].sort())} />
        </div>
      </details>
      <button type="reset">All</button>
      <output aria-live="polite">
        {['clauses', 'scenarios', 'findings', 'bugs'].map((part) => (
          <a href={`#${part}`} data-part={part} hidden />
        ))}
      </output>
    </form>
  );
}
