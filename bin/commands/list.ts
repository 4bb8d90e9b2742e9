/** `list`: what can be run, and the names for it. One line each, for people and for `grep`. */
import { PROJECT } from '../../engine/installation';
import { TARGETS, type TargetEntry } from '../../engine/targets';
import { ALL_RULES } from '../../engine/reference/all-rules';
import { DEBIAN_XENS, fetchedXens } from '../../engine/xen';
import { claimOf, loadCatalogue } from '../../features/catalogue';
import { featurePath, selectScenarios } from '../cucumber';
import { EXIT, type ExitStatus } from '../exit';
import { checkedNames, checkTags } from '../names';

/** What can be listed. */
export type ListName = 'scenarios' | 'clauses' | 'rules' | 'targets';

/** As the command line has them. They select scenarios. */
export interface ListOptions {
  readonly tags?: string;
  readonly name?: readonly string[];
}

/** Rows in aligned columns. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widthOf = (at: number): number => Math.max(...rows.map((row) => row[at]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, at) => widthOf(at));
  return rows.map((row) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '),
  );
}

async function scenarios(
  features: readonly string[],
  { tags = '', name = [] }: ListOptions,
): Promise<readonly string[]> {
  const paths = features.map((feature) => featurePath(PROJECT, feature));
  checkTags(tags, PROJECT, features);
  const all = await selectScenarios(PROJECT, {
    paths,
    tags,
    names: checkedNames(name),
  });
  return all.map(({ uri, line, name: title }) => `${uri}:${line}  ${title}`);
}

const clauses = (): readonly string[] =>
  columns(
    loadCatalogue().clauses.map((clause) => [
      clause.id,
      clause.level,
      clause.testable ? `revision ${clause.revision}` : 'not testable',
      claimOf(clause).replace(/\s+/g, ' ').trim(),
    ]),
  );

const rules = (): readonly string[] =>
  columns(ALL_RULES.map(({ name, clause, errno, says }) => [name, clause, `-${errno}`, says]));

function demandsOf({ needs, connects, onlyIfNamed }: TargetEntry): string {
  const demands = [
    ...(needs === undefined ? [] : ['needs a xen-syms (--hypervisor)']),
    ...(connects === true ? ['needs an agent (--connect)'] : []),
    ...(onlyIfNamed === true ? ['runs only if --target names it'] : []),
  ];
  return demands.length === 0 ? 'needs nothing' : demands.join(', ');
}

const targets = (): readonly string[] =>
  columns([
    ...TARGETS.map((entry) => [
      entry.name,
      entry.needs === undefined ? `revisions ${entry.revisions.join(' and ')}` : "its xen-syms's revision",
      demandsOf(entry),
    ]),
    ...DEBIAN_XENS.map((name) => {
      const [found] = fetchedXens(name);
      return [name, 'a xen-syms', found === undefined ? 'not fetched yet' : `${found.version}, in the cache`];
    }),
  ]);

/** Prints the list named `what`. `words`: for scenarios, features; for other lists, words that a line must have. */
export async function list(
  what: ListName,
  words: readonly string[],
  options: ListOptions,
  say: (line: string) => void,
): Promise<ExitStatus> {
  if (what === 'scenarios') (await scenarios(words, options)).forEach(say);
  else {
    const wanted = words.map((word) => word.toLowerCase());
    const has = (line: string): boolean => wanted.every((word) => line.toLowerCase().includes(word));
    const lines = { clauses, rules, targets }[what]();
    lines.filter(has).forEach((line) => say(line));
  }
  return EXIT.expected;
}
