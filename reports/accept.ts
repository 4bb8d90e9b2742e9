/** Writes failures that are recorded nowhere to a file of deviations, which users accept for their own hypervisors. */
import { posix } from 'node:path';
import { stringify } from 'yaml';
import { type Failure, versionOf } from '../features/deviations';
import { unexpectedFailures } from './deviations';
import { failureOf } from './failure';
import { groupBy } from './lists';
import type { Report, Scenario } from './model';

export interface Acceptance {
  /** The text of the file. */
  readonly yaml: string;
  readonly accepted: readonly Scenario[];
  /** Failures that show no clause or are errors of the suite. They say nothing about a hypervisor. */
  readonly refused: readonly Scenario[];
}

interface Accepted {
  readonly scenario: Scenario;
  readonly hypervisor: string;
  readonly since: string;
  readonly failure: Exclude<Failure, { readonly kind: 'suite' }>;
}

const HEAD = `\
# Accepted deviations: what "livepatch-conformance run --deviations" with this file expects beside the suite's own records.
# A scenario that fails in another way makes the exit status 1; one that passes does not. The keys are those of the suite's
# features/deviations/xen-4.17.yaml, and hypervisor, the beginning of its name. You may rewrite says and does.
`;

/** "Xen 4.17" and since 4.17.7 for "Xen 4.17.7 (…)". Without a version: the whole name and since 0, which is always. */
function releasesOf(name: string): Pick<Accepted, 'hypervisor' | 'since'> {
  const { product, version } = versionOf(name);
  if (product === name) return { hypervisor: name, since: '0' };
  return { hypervisor: `${product} ${version.slice(0, 2).join('.')}`, since: version.join('.') };
}

/** How such a failure is recorded, as fields and in words. */
function recordOf(failure: Accepted['failure']): {
  readonly says: string;
  readonly does: string;
  readonly fails: object;
} {
  if (failure.kind === 'stop') {
    const { where, why } = failure;
    return {
      says: 'The hypervisor does not crash.',
      does: `It crashes at ${where}: ${why}`,
      fails: [{ stop: where, why }],
    };
  }
  const { what, expected, found } = failure;
  return { says: `${what}: ${expected}`, does: `${what}: ${found}`, fails: [{ what, expected, found }] };
}

/** Titles by feature; for an outline, its rows by the cells that are not empty. */
function scenariosOf(scenarios: readonly Scenario[]): Readonly<Record<string, readonly unknown[]>> {
  const rowOf = ({ example = {} }: Scenario): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(example).filter(([, cell]) => cell !== ''));
  const titlesOf = (own: readonly Scenario[]): readonly unknown[] =>
    [...groupBy(own, ({ name }) => name)].map(([title, same]) => {
      const rows = same.map(rowOf).filter((row) => Object.keys(row).length > 0);
      return rows.length === 0 ? title : { title, rows };
    });
  const byFeature = groupBy(scenarios, ({ uri }) => posix.relative('features', uri));
  return Object.fromEntries([...byFeature].map(([feature, own]) => [feature, titlesOf(own)]));
}

/** `group`: equal failures of one hypervisor, in any of its runs. */
function entryOf(id: string, group: readonly [Accepted, ...Accepted[]], clauses: ReadonlySet<string>): object {
  const scenarios = [...new Map(group.map(({ scenario }) => [`${scenario.uri}:${scenario.line}`, scenario])).values()];
  const shown = new Set(scenarios.flatMap(({ tags }) => tags.filter((tag) => clauses.has(tag))));
  const [{ hypervisor, since, failure }] = group;
  const { fails, ...words } = recordOf(failure);
  return { id, hypervisor, clauses: [...shown], ...words, since, fails, scenarios: scenariosOf(scenarios) };
}

/**
 * Accepts what is unexpected, and keeps what the user accepted before. `name`: the beginning of the deviations' ids.
 */
export function acceptDeviations(report: Report, name: string): Acceptance {
  const { runs, known } = report;
  const hypervisors = new Map(runs.map(({ key, hypervisor }) => [key, hypervisor.name]));
  const clauses = new Set(report.clauses.map(({ clause }) => clause.id));
  const before = runs.flatMap(({ scenarios }) => scenarios.filter((each) => known.get(each)?.own === true));
  const wanted = [...before, ...unexpectedFailures(report)];
  const accepted = wanted.flatMap((scenario): Accepted[] => {
    const failure = failureOf(scenario);
    const showsClause = scenario.tags.some((tag) => clauses.has(tag));
    if (failure === undefined || failure.kind === 'suite' || !showsClause) return [];
    return [{ scenario, failure, ...releasesOf(hypervisors.get(scenario.run.key) ?? '') }];
  });
  const alike = ({ hypervisor, failure }: Accepted): string => JSON.stringify([hypervisor, recordOf(failure)]);
  const groups = [...groupBy(accepted, alike).values()];
  const entries = groups.map((group, at) => entryOf(`${name}-${at + 1}`, group, clauses));
  const isAccepted = new Set(accepted.map(({ scenario }) => scenario));
  return {
    yaml: `${HEAD}\n${stringify(entries, { lineWidth: 120 })}`,
    accepted: [...isAccepted],
    refused: wanted.filter((scenario) => !isAccepted.has(scenario)),
  };
}
