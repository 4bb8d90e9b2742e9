/** `explain`: everything that the suite has about one clause. */
import { PROJECT } from '../../engine/installation';
import { nearest } from '../../engine/nearest';
import { ALL_RULES } from '../../engine/reference/all-rules';
import { userError } from '../../engine/user-error';
import { type Catalogue, type Clause, isChoice, loadCatalogue } from '../../features/catalogue';
import { loadDeviations } from '../../features/deviation-files';
import { compareVersions, versionOf } from '../../features/deviations';
import { DOCUMENTS, linkTo } from '../../features/documents';
import { type Implementation, loadImplementations, ROW_VERDICTS } from '../../features/implementations';
import { indented, line, type Line, renderLines } from '../../reports/terminal';
import { selectScenarios } from '../cucumber';
import { EXIT, type ExitStatus } from '../exit';
import { type ColourOption, isColoured } from '../terminal';
import { columns } from './list';

/** The clause with this id, or the clause of the rule with this name. Throws a user error if there is neither. */
function clauseNamed(name: string, { clauses }: Catalogue): Clause {
  const id = ALL_RULES.find((rule) => rule.name === name)?.clause ?? name.toUpperCase().replace(/^@/, '');
  const found = clauses.find((clause) => clause.id === id);
  if (found !== undefined) return found;
  const names = [...clauses.map((clause) => clause.id), ...ALL_RULES.map((rule) => rule.name)];
  throw userError(`There is no clause or rule ${name}: did you mean one of ${nearest(name, names)}?`);
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
const texts = (all: readonly string[]): readonly Line[] => all.map((text) => line(text));

/** A title with the number of lines below it; nothing if there are no lines. */
function part(title: string, lines: readonly string[], count = lines.length): readonly Line[] {
  return lines.length === 0 ? [] : [line(''), line(`${title} (${count})`, 'title'), ...indented(2, texts(lines))];
}

function claimLines(clause: Clause): readonly Line[] {
  if (isChoice(clause))
    return texts([
      `This suite asks: ${oneLine(clause.choice)}`,
      `The document leaves it open: ${oneLine(clause.because)}`,
      `As done by: ${oneLine(clause.like)}`,
    ]);
  const { title, file } = DOCUMENTS[clause.revision];
  const [first, last] = clause.source;
  return texts([
    oneLine(clause.document),
    `${title}, ${file}, lines ${first} to ${last}:`,
    linkTo(clause.revision, clause.source),
  ]);
}

function headLines(clause: Clause): readonly Line[] {
  const { id, level, revision, section, supersededBy, why } = clause;
  const until = supersededBy === undefined ? '' : `, superseded by ${supersededBy}`;
  return [
    line(`${id}  ${level}  revision ${revision}${until}  (${section})`, 'title'),
    ...indented(2, claimLines(clause)),
    ...indented(2, why === undefined ? [] : [line(`Not testable: ${oneLine(why)}`)]),
  ];
}

/** The outcomes of the recorded runs of implementations. */
function implementationRows(id: string, implementations: readonly Implementation[]): readonly string[] {
  const rows = implementations.flatMap(({ id: key, hypervisor, built, verdicts }) => {
    const verdict = ROW_VERDICTS.find((name) => verdicts[name].includes(id));
    return verdict === undefined ? [] : [[key, verdict, [hypervisor, built].filter((text) => text !== '').join(', ')]];
  });
  return columns(rows);
}

/** "Xen, since 4.7, until 4.19". */
const releases = (of: string, { since, until }: { readonly since: string; readonly until?: string }): string =>
  `${versionOf(of).product}, since ${since}${until === undefined ? '' : `, until ${until}`}`;

/** What is recorded about implementations; the newest version is last. */
function departures(id: string): readonly (readonly [title: string, text: string])[] {
  const lists = [...loadDeviations()].sort((a, b) =>
    compareVersions(versionOf(a.hypervisor).version, versionOf(b.hypervisor).version),
  );
  return lists.flatMap(({ hypervisor, deviations, absences }) => [
    ...deviations
      .filter(({ clauses }) => clauses.includes(id))
      .map((deviation) => [`${deviation.id}  (${releases(hypervisor, deviation)})`, oneLine(deviation.does)] as const),
    ...absences
      .filter(({ clauses }) => clauses.includes(id))
      .map(
        (absence) =>
          [`${absence.id}  (${releases(hypervisor, absence)}): not implemented`, oneLine(absence.absent)] as const,
      ),
  ]);
}

/**
 * Prints everything about the clause with this id, or of the rule with this name. Throws a user error if there is
 * neither.
 */
export async function explainClause(
  name: string,
  options: ColourOption,
  say: (line: string) => void,
): Promise<ExitStatus> {
  const catalogue = loadCatalogue();
  const clause = clauseNamed(name, catalogue);
  const { id } = clause;
  const scenarios = await selectScenarios(PROJECT, { paths: [], tags: `@${id}` });
  const rules = ALL_RULES.filter((rule) => rule.clause === id);
  const findings = catalogue.findings.filter(({ clauses }) => clauses.includes(id));
  const departed = departures(id);
  const lines = [
    ...headLines(clause),
    ...part('Rules of the reference', columns(rules.map((rule) => [rule.name, `-${rule.errno}`, rule.says]))),
    ...part(
      'Scenarios',
      scenarios.map(({ uri, line: at, name: title }) => `${uri}:${at}  ${title}`),
    ),
    ...part(
      'Findings',
      findings.map((finding) => `${finding.id}  ${finding.title}`),
    ),
    ...part('Implementations', implementationRows(id, loadImplementations())),
    ...part(
      'Deviations',
      departed.flatMap(([title, text]) => [title, `  ${text}`]),
      departed.length,
    ),
    line(''),
    line(`Run its scenarios: livepatch-conformance run --tags @${id}`, 'quiet'),
  ];
  say(renderLines(lines, isColoured(options)));
  return EXIT.expected;
}
