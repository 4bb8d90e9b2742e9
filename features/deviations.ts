/**
 * The known deviations of implementations from the document (deviations/*.yaml, one file for each version
 * that was tried, named after it), each with the scenarios that fail for it: so that nothing is taken for known but
 * what is recorded. A deviation is recorded once, in the file of a version that was seen to have it, and holds for all
 * versions from `since` to before `until`.
 */
import type { FaultEvidence } from '../engine/evidence';
import { vendorOf } from './vendors';

/** Scenarios of one feature by title, in which `*` matches anything. */
export interface RecordedScenario {
  /** "features/states/transitions.feature" */
  readonly uri: string;
  readonly title: string;
  /** Of an outline, rows of the examples by some of their cells; none: all rows. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** Why a scenario failed. */
export type Failure =
  | {
      readonly kind: 'mismatch';
      /** The words of the step that failed, without its keyword. */
      readonly step: string;
      /** What was compared: "rc of p". */
      readonly what: string;
      readonly expected: string;
      readonly found: string;
    }
  /** The hypervisor crashed: where, as symbol+offset, and why in its own words. */
  | {
      readonly kind: 'stop';
      readonly step: string;
      readonly where: string;
      readonly why: string;
      /** The access that it failed at, where it was one. */
      readonly fault?: FaultEvidence;
    }
  /** An error of the suite's own, which says nothing about the hypervisor. */
  | { readonly kind: 'suite'; readonly step: string; readonly why: string };

/** Failures that are alike. In each field `*` matches anything. `access` and `address` are those of a stop's fault. */
export type FailurePattern =
  | { readonly what: string; readonly expected: string; readonly found: string }
  | { readonly stop: string; readonly why: string; readonly access?: string; readonly address?: string };

/** One known deviation of an implementation. */
export interface KnownDeviation {
  /** In words: "unload-hook-runs-twice". */
  readonly id: string;
  readonly clauses: readonly string[];
  /** What the document says. */
  readonly says: string;
  /** What the implementation does. */
  readonly does: string;
  /** The first release that does so: "4.7"; with those of stable branches that got it too: "4.18.4, 4.19.1, 4.20". */
  readonly since: string;
  /** The first release that no longer does, likewise. */
  readonly until?: string;
  /** How the scenarios fail. */
  readonly fails: readonly FailurePattern[];
  readonly scenarios: readonly RecordedScenario[];
  /** The vendor's patch that brings it, whatever the release's number. */
  readonly patch?: string;
  /** It is in a file of the user's own: of two that explain a failure, this one counts. */
  readonly own?: true;
}

/** What an implementation does not have at all, so that no scenario can be asked of it. */
export interface Absence extends Pick<KnownDeviation, 'id' | 'clauses' | 'since' | 'until'> {
  /** The place in its source where it would be, and what is there instead. */
  readonly absent: string;
}

/** A deviation of another list that a vendor's patch brings or takes away, whatever the version's number says. */
export interface Patched {
  /** The deviation's. */
  readonly id: string;
  /** The patch's name. */
  readonly patch: string;
  readonly holds: boolean;
}

/** What was found first in one version. */
export interface DeviationList {
  /** How its name begins: "Xen 4.17". */
  readonly hypervisor: string;
  readonly deviations: readonly KnownDeviation[];
  readonly absences: readonly Absence[];
  /** Of a vendor's builds. */
  readonly patched: readonly Patched[];
  /** It is the user's own: it holds for hypervisors of its name alone, and what these do better is no failure. */
  readonly own?: true;
}

/** Whether the list is of the hypervisor's own version: "Xen 4.17" is of "Xen 4.17.7 (…)", not of "Xen 4.170". */
function isAbout({ hypervisor }: DeviationList, name: string): boolean {
  return name.startsWith(hypervisor) && !/^\d/.test(name.slice(hypervisor.length));
}

/** Whether the user has recorded something of the hypervisor of this name. */
export const hasOwnList = (lists: readonly DeviationList[], name: string): boolean =>
  lists.some((list) => list.own === true && isAbout(list, name));

/** "Xen" and [4, 17, 7] of "Xen 4.17.7 (…)"; [4, 23] of "Xen 4.23-unstable (…)". */
export function versionOf(name: string): { readonly product: string; readonly version: readonly number[] } {
  const [, product = name, version = ''] = /^(\S+) (\d+(?:\.\d+)*)/.exec(name) ?? [];
  return { product, version: version.split('.').map(Number) };
}

/** Less than 0 where the first version is the earlier one; what is not said of one is 0. */
export function compareVersions(one: readonly number[], other: readonly number[]): number {
  const longest = one.length > other.length ? one : other;
  return longest.map((_, index) => (one[index] ?? 0) - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** Whether a version has what came with these releases: the last with all after it, the others with their branch. */
function has(version: readonly number[], releases: string): boolean {
  const each = releases.split(', ').map((release) => release.split('.').map(Number));
  return each.some((release, index) => {
    const isOnBranch = release[0] === version[0] && release[1] === version[1];
    return (isOnBranch || index === each.length - 1) && compareVersions(version, release) >= 0;
  });
}

/** Whether other versions of this hypervisor were tried, and not this one: it has no list of its own. */
export function isUntried(lists: readonly DeviationList[], name: string): boolean {
  if (hasOwnList(lists, name)) return false;
  const vendor = vendorOf(name);
  if (vendor !== undefined) return !lists.some(({ hypervisor }) => hypervisor === vendor);
  const { product } = versionOf(name);
  const known = lists.filter(({ hypervisor }) => versionOf(hypervisor).product === product);
  return known.length > 0 && !known.some((list) => isAbout(list, name));
}

/** What is recorded of the hypervisor of this name, from the lists of all versions. */
export function recordsOf(
  lists: readonly DeviationList[],
  name: string,
): Pick<DeviationList, 'deviations' | 'absences'> {
  const { product, version } = versionOf(name);
  const vendor = vendorOf(name);
  const own = lists.filter((list) => {
    if (list.own === true) return isAbout(list, name);
    return list.hypervisor === vendor || versionOf(list.hypervisor).product === product;
  });
  const patched = new Map(own.flatMap((list) => list.patched).map((one) => [one.id, one]));
  const holds = ({ id, since, until }: Pick<KnownDeviation, 'id' | 'since' | 'until'>): boolean =>
    patched.get(id)?.holds ?? (has(version, since) && (until === undefined || !has(version, until)));
  return {
    deviations: own
      .flatMap(({ deviations }) => deviations)
      .filter(holds)
      .map((deviation) => {
        const { patch } = patched.get(deviation.id) ?? {};
        return patch === undefined ? deviation : { ...deviation, patch };
      }),
    absences: own.flatMap(({ absences }) => absences).filter(holds),
  };
}

/** Whether the failure is one of the pattern's. The suite's own error is none of any. */
export function isOfPattern(pattern: FailurePattern, failure: Failure): boolean {
  if ('stop' in pattern)
    return (
      failure.kind === 'stop' &&
      matches(pattern.stop, failure.where) &&
      matches(pattern.why, failure.why) &&
      (pattern.access === undefined || matches(pattern.access, failure.fault?.access ?? '')) &&
      (pattern.address === undefined || matches(pattern.address, failure.fault?.address ?? ''))
    );
  return (
    failure.kind === 'mismatch' &&
    matches(pattern.what, failure.what) &&
    matches(pattern.expected, failure.expected) &&
    matches(pattern.found, failure.found)
  );
}

/** Whether the pattern matches the text, `*` matching anything. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

/** What identifies a scenario. */
export interface ScenarioIdentity {
  readonly uri: string;
  readonly name: string;
  /** The row of the examples, by column. */
  readonly example: Readonly<Record<string, string>> | undefined;
}

/** Whether a scenario is one of those recorded. */
export function isRecorded({ uri, title, rows }: RecordedScenario, scenario: ScenarioIdentity): boolean {
  if (uri !== scenario.uri || !matches(title, scenario.name)) return false;
  const isRowOf = (row: Readonly<Record<string, string>>): boolean =>
    Object.entries(row).every(([column, cell]) => scenario.example?.[column] === cell);
  return rows.length === 0 || rows.some(isRowOf);
}

/** The deviations for which the scenario is recorded to fail. */
export function recordedFor(
  deviations: readonly KnownDeviation[],
  scenario: ScenarioIdentity,
): readonly KnownDeviation[] {
  return deviations.filter(({ scenarios }) => scenarios.some((recorded) => isRecorded(recorded, scenario)));
}
