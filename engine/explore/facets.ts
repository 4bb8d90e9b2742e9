/** What is compared after each call, one text for each thing: so that a difference names the thing. */
import { returnName } from '../abi/errno';
import type { State } from '../abi/hypercall';
import { REGIONS, type Cast } from './cast';
import type { Step, World } from './model';

/** What is compared, by the words that it has in the records of deviations: "rc of p". */
export type Facets = ReadonlyMap<string, string>;

export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** What a hypervisor shows after a call. */
export interface Look {
  /** As LIST has them. */
  readonly entries: readonly { readonly name: string; readonly state: State | undefined; readonly rc: number }[];
  /** By payload: what GET says of it. */
  readonly gets: ReadonlyMap<string, string>;
  /** By function that a payload of the cast patches: `as at the start`, or `a jump to p`. */
  readonly places: ReadonlyMap<string, string>;
  /** By payload: the permissions of its regions, or that it has none. */
  readonly regions: ReadonlyMap<string, string>;
  /** By payload: whether its code and its read-only data are as they were loaded. */
  readonly codes: ReadonlyMap<string, string>;
  /** What else of the hypervisor's code and read-only data changed. */
  readonly elsewhere: string;
}

const shownState = (state: State | undefined): string => `"${state ?? 'unknown'}"`;

/** `"p" CHECKED, rc 0`, as GET answers. */
export const getText = (returned: number, state: State | undefined, rc: number): string =>
  returned === 0 ? `${state ?? 'no state'} with rc ${returnName(rc)}` : returnName(returned);

export const OWN = 'as at the start';
export const jumpTo = (name: string): string => `a jump to ${name}`;
export const NO_REGIONS = 'none';
export const AS_LOADED = 'as loaded';
export const UNCHANGED = '[]';

/** A hypervisor of the document in this world: what it shows. */
function shownBy(cast: Cast, { known, stack }: World): Look {
  const of = (name: string) => known.find((one) => one.name === name);
  const names = cast.members.map(({ name }) => name);
  const byName = (text: (name: string) => string) => new Map(names.map((name) => [name, text(name)]));
  const patchedBy = (symbol: string): string | undefined =>
    [...stack].reverse().find((name) => cast.members.some((own) => own.name === name && own.patches === symbol));
  const symbols = [...new Set(cast.members.map(({ patches }) => patches))];
  return {
    entries: known,
    gets: byName((name) => {
      const own = of(name);
      return own === undefined ? '-ENOENT' : getText(0, own.state, own.rc);
    }),
    places: new Map(
      symbols.map((symbol) => {
        const by = patchedBy(symbol);
        return [symbol, by === undefined ? OWN : jumpTo(by)];
      }),
    ),
    regions: byName((name) => (of(name) === undefined ? NO_REGIONS : REGIONS)),
    codes: byName(() => AS_LOADED),
    elsewhere: UNCHANGED,
  };
}

interface FacetNames {
  readonly state: string;
  readonly rc: string;
  readonly get: string;
  readonly regions: string;
  readonly code: string;
}

/** By payload: made once, since there are a dozen in each of many thousand comparisons. */
const NAMES = new Map<string, FacetNames>();

function namesOf(name: string): FacetNames {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  const names = {
    state: `state of ${name}`,
    rc: `rc of ${name}`,
    get: `GET of ${name} beside LIST`,
    regions: `regions of ${name}`,
    code: `code of ${name}`,
  };
  NAMES.set(name, names);
  return names;
}

/** What is compared after a call that returned this. */
export function facetsOf(cast: Cast, returned: number, isListChanged: boolean, look: Look): Facets {
  const facets = new Map<string, string>([['the hypercall', returnName(returned)]]);
  for (const { name } of cast.members) {
    const names = namesOf(name);
    const entry = look.entries.find((one) => one.name === name);
    facets.set(names.state, shownState(entry?.state));
    facets.set(names.rc, entry === undefined ? 'none' : returnName(entry.rc));
    const listed = entry === undefined ? '-ENOENT' : getText(0, entry.state, entry.rc);
    const got = look.gets.get(name) ?? '';
    facets.set(names.get, got === listed ? 'the same' : `${got}, not ${listed}`);
    facets.set(names.regions, look.regions.get(name) ?? NO_REGIONS);
    facets.set(names.code, look.codes.get(name) ?? AS_LOADED);
  }
  facets.set('order of the list', look.entries.map(({ name }) => name).join(', '));
  facets.set('version of the list', isListChanged ? 'another' : 'the same');
  for (const [symbol, text] of look.places) facets.set(`bytes of ${symbol}`, text);
  facets.set('memory compared with at the start', look.elsewhere);
  return facets;
}

/** What the document leads one to expect after a step. */
export const expectedFacets = (cast: Cast, step: Step): Facets =>
  facetsOf(cast, step.returned, step.isListChanged, shownBy(cast, step.world));

/** What differs, in the order in which it is compared. */
export function differencesOf(expected: Facets, found: Facets): readonly Difference[] {
  const differences: Difference[] = [];
  for (const [what, text] of expected) {
    const own = found.get(what) ?? 'nothing';
    if (own !== text) differences.push({ what, expected: text, found: own });
  }
  return differences;
}

const sameDifference = (one: Difference, other: Difference): boolean =>
  one.what === other.what && one.expected === other.expected && one.found === other.found;

/** What is about the call alone. */
const OF_THE_CALL: readonly string[] = ['the hypercall', 'version of the list'];

/** Those that were not there before the call: an rc that differs lasts until the next action. */
export const newDifferences = (now: readonly Difference[], before: readonly Difference[]): readonly Difference[] =>
  now.filter((one) => OF_THE_CALL.includes(one.what) || !before.some((other) => sameDifference(one, other)));
