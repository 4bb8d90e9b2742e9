/**
 * Compares citations of the documents with the documents, in a clone of Xen:
 *
 *     node -r ./engine/typescript.js checks/documents.ts PATH-OF-A-CLONE-OF-XEN
 *
 * Each linked commit and file has to exist, with the number of lines in features/documents.ts. Each cited passage has
 * to contain words. What is listed as the same in both revisions may differ only in spelling. The commit of a bug has
 * to be in the release that it names, or in that release's branch.
 */
import { spawnSync } from 'node:child_process';
import type { Revision } from '../engine/abi/hypercall';
import { isUserError, userError } from '../engine/user-error';
import { linesWithoutWords } from '../features/blank-lines';
import type { Bug } from '../features/bugs';
import { isChoice, loadCatalogue } from '../features/catalogue';
import { DOCUMENTS, type Lines } from '../features/documents';
import { loadPassages } from '../features/sentences';

const REVISIONS = [1, 2] as const;
type Text = Readonly<Record<Revision, readonly string[]>>;

/** The document's lines. Throws a user error if the tree does not have it. */
function textOf(tree: string, revision: Revision): readonly string[] {
  const { commit, file } = DOCUMENTS[revision];
  const { status, stdout, stderr } = spawnSync('git', ['-C', tree, 'show', `${commit}:${file}`], { encoding: 'utf8' });
  if (status !== 0) throw userError(`${tree} has no ${file} at ${commit} (${stderr.trim()}): name a clone of Xen.`);
  return stdout.replace(/\n$/, '').split('\n');
}

const hasWords = (line: string): boolean => /[a-z0-9]/i.test(line.replace(/<\/?pre>/g, ''));

function wrongLines(text: Text, revision: Revision): readonly string[] {
  const lines = text[revision];
  const { lines: count, file } = DOCUMENTS[revision];
  const without = linesWithoutWords(revision);
  const wrong = lines.flatMap((line, at) => (hasWords(line) === without.has(at + 1) ? [at + 1] : []));
  return [
    ...(lines.length === count ? [] : [`${file} has ${lines.length} lines, but features/documents.ts says ${count}`]),
    ...(wrong.length === 0 ? [] : [`${file}: features/blank-lines.ts is wrong about ${wrong.join(', ')}`]),
  ];
}

/** The words of a passage, without marks and in lower case. */
const wordsIn = (text: readonly string[], [first, last]: Lines): readonly string[] =>
  text
    .slice(first - 1, last)
    .join(' ')
    .replace(/<\/?pre>/g, ' ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** Number of words that both have in the same order. */
function wordsInCommon(one: readonly string[], other: readonly string[]): number {
  let row = other.map(() => 0);
  for (const word of one) {
    let corner = 0;
    row = row.reduce<number[]>((next, above, at) => {
      next.push(word === other[at] ? corner + 1 : Math.max(above, next.at(-1) ?? 0));
      corner = above;
      return next;
    }, []);
  }
  return row.at(-1) ?? 0;
}

/** Revision 2 corrects spelling errors of revision 1, so one word in forty may differ. */
function isTheSame(one: readonly string[], other: readonly string[]): boolean {
  const longer = Math.max(one.length, other.length);
  return longer - wordsInCommon(one, other) <= Math.max(3, longer / 40);
}

const git = (tree: string, ...args: readonly string[]): boolean =>
  spawnSync('git', ['-C', tree, ...args], { stdio: 'ignore' }).status === 0;

/** What is wrong in the history that is cited of a bug; undefined if nothing is. */
function wrongHistory(tree: string, { id, commit, fixed }: Bug): string | undefined {
  if (commit === undefined) return undefined;
  if (!git(tree, 'cat-file', '-e', `${commit}^{commit}`)) return `${id}: there is no commit ${commit}`;
  const release = `RELEASE-${fixed ?? ''}`;
  return git(tree, 'merge-base', '--is-ancestor', commit, release) ? undefined : `${id}: ${release} has no ${commit}`;
}

function check(tree: string): readonly string[] {
  const text: Text = { 1: textOf(tree, 1), 2: textOf(tree, 2) };
  const { clauses, findings, bugs } = loadCatalogue();
  const cited = clauses.flatMap((clause) => (isChoice(clause) ? [] : [clause]));
  const passages = loadPassages();
  const places = findings.flatMap(({ id, places: own }) => own.map((place) => ({ id, ...place })));
  const problems = [
    ...REVISIONS.flatMap((revision) => wrongLines(text, revision)),
    ...cited
      .filter(({ revision, source }) => wordsIn(text[revision], source).length === 0)
      .map(({ id }) => `${id}: its source has no words`),
    ...places
      .filter(({ revision, lines }) => wordsIn(text[revision], lines).length === 0)
      .map(({ id, lines }) => `${id}: lines ${lines.join(' to ')} have no words`),
    ...bugs.flatMap((bug) => wrongHistory(tree, bug) ?? []),
    ...passages.flatMap(({ revision, lines, as }) =>
      as !== undefined && !isTheSame(wordsIn(text[revision], lines), wordsIn(text[1], as))
        ? [`sentences.yaml: lines ${lines.join(' to ')} of revision 2 are not lines ${as.join(' to ')} of revision 1`]
        : [],
    ),
  ];
  const counts = [`${cited.length} sources`, `${places.length} places`, `${passages.length} passages`];
  console.log(`${counts.join(', ')}, ${bugs.length} bugs, ${problems.length} problems`);
  return problems;
}

function main([tree]: readonly string[]): number {
  try {
    if (tree === undefined) throw userError('Name a clone of Xen: the citations are compared with it.');
    const problems = check(tree);
    for (const problem of problems) console.error(problem);
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    if (!isUserError(error)) throw error;
    console.error(error.message);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
