/** `explore`: all sequences of UPLOAD and ACTION to a depth, and what is not as the document or the reference has it. */
import { explore, type Finding, type Searchable } from '../../engine/explore';
import { createReference } from '../../engine/reference';
import { selfCheck } from '../../engine/self-check';
import { provideUnicorn } from '../../engine/unicorn/library';
import { userError } from '../../engine/user-error';
import { createXen } from '../../engine/xen';
import { loadDeviations } from '../../features/deviation-files';
import { type KnownDeviation, recordsOf } from '../../features/deviations';
import { EXIT, type ExitStatus } from '../exit';
import { explained } from '../explore/explanations';
import { createKinds, kindLines, pathText } from '../explore/findings';
import { checkRule } from '../names';
import { provideXen, xensFor } from '../xen';

/** As the command line has them. */
export interface ExploreOptions {
  readonly target: 'reference' | 'xen';
  /** As for `run`. */
  readonly hypervisor?: string;
  readonly depth: number;
  readonly payloads: '2' | '3';
  /** Of the reference; a Xen has its own. */
  readonly revision?: '1' | '2';
  /** Rules that the reference is made without. */
  readonly forget?: readonly string[];
}

type Say = (line: string) => void;

/** One hypervisor that is searched, with what is expected of it. */
interface Search {
  readonly name: string;
  readonly target: Searchable;
  readonly beside?: Searchable;
  readonly deviations: readonly KnownDeviation[];
}

const number = (value: number): string => Math.round(value).toLocaleString('en');

function checkCall({ target, hypervisor, revision, forget = [] }: ExploreOptions): void {
  if (target === 'reference' && hypervisor !== undefined)
    throw userError('--hypervisor is for the target xen: leave it out, or add --target xen.');
  if (target === 'xen' && revision !== undefined)
    throw userError('A Xen has one revision: leave --revision out with --target xen.');
  if (target === 'xen' && forget.length > 0)
    throw userError("--forget is for the target reference: Xen's code is searched as it is.");
  forget.forEach(checkRule);
}

function referenceSearch({ revision = '2', forget = [] }: ExploreOptions): Search {
  const target = createReference({ revision: revision === '1' ? 1 : 2, forgotten: new Set(forget) });
  return { name: `the reference, revision ${revision}, against the document`, target, deviations: [] };
}

function xenSearches({ hypervisor }: ExploreOptions, say: Say): readonly (() => Search)[] {
  const lists = loadDeviations();
  const asked = { target: 'xen', revision: 'all', ...(hypervisor !== undefined && { hypervisor }) } as const;
  return xensFor(asked, provideXen, say).map(({ file, revision, name }) => () => ({
    name: `${name}, against the reference`,
    target: createXen({ file, say, selfCheck }),
    beside: createReference({ revision }),
    deviations: recordsOf(lists, name).deviations,
  }));
}

/** Whether nothing new was found. */
function searched({ name, target, beside, deviations }: Search, options: ExploreOptions, say: Say): boolean {
  const { depth, payloads } = options;
  const news = createKinds();
  const known = new Map<string, { readonly first: Finding; readonly count: number }>();
  const onFinding = (finding: Finding): void => {
    const id = explained(finding, deviations);
    if (id === undefined) news.add(finding);
    else known.set(id, { first: known.get(id)?.first ?? finding, count: (known.get(id)?.count ?? 0) + 1 });
  };
  say(`${name}: all sequences of ${depth} calls with ${payloads} payloads`);
  const began = performance.now();
  const figures = explore({
    target,
    ...(beside && { beside }),
    depth,
    payloads: payloads === '2' ? 2 : 3,
    onFinding,
    onCast: (cast, { states, transitions }) =>
      say(`  ${cast.name}: ${number(states)} states, ${number(transitions)} transitions`),
  });
  const seconds = (performance.now() - began) / 1000;
  for (const [id, { first, count }] of known) say(`known  ${id}: ${number(count)} times, such as ${pathText(first)}`);
  for (const kind of news.all()) kindLines(kind).forEach(say);
  const differences = [...known.values()].reduce((sum, { count }) => sum + count, 0);
  const unknown = news.all().reduce((sum, { count }) => sum + count, 0);
  const { states, transitions, merged, parted } = figures;
  say(
    `${number(states)} states, ${number(transitions)} transitions (${number(merged)} to a known state, ` +
      `${number(parted)} not followed), ${number(differences + unknown)} differences, ${number(unknown)} of them new; ` +
      `${seconds.toFixed(1)} s, ${number(transitions / seconds)} transitions a second`,
  );
  return unknown === 0;
}

/** Searches, and prints what is found. Status 1 if something is new. Throws a user error for a call that makes no sense. */
export function exploreAll(options: ExploreOptions, say: Say): ExitStatus {
  checkCall(options);
  provideUnicorn(say);
  const searches = options.target === 'reference' ? [() => referenceSearch(options)] : xenSearches(options, say);
  const isExpected = searches.map((make) => {
    const search = make();
    try {
      return searched(search, options, say);
    } finally {
      search.target.close();
      search.beside?.close();
    }
  });
  return isExpected.every(Boolean) ? EXIT.expected : EXIT.unexpected;
}
