/**
 * The catalogue: the clauses of the design document (clauses.yaml), what is wrong or silent in it (findings.yaml), and
 * what implementations got wrong (bugs.yaml), read and checked. Features, refusals and reports cite clauses by these ids.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Revision } from '../engine/abi/hypercall';
import { type Bug, BUG_KEYS, readBug } from './bugs';
import { isLines, isRevision, type Lines } from './documents';
import { type Entry, entries, expect, isText, type Report } from './entries';
import { type Finding, FINDING_KEYS, readFinding } from './findings';

/** What the levels mean is said at the head of clauses.yaml. */
export const LEVELS = ['MUST', 'SHOULD', 'MAY', 'FACT', 'SILENT', 'INFO'] as const;
export type Level = (typeof LEVELS)[number];

interface AnyClause {
  /** FUNC-6; of revision 2: V2-FUNC-4. */
  readonly id: string;
  /** The section of the document that it belongs to, in plain words. */
  readonly section: string;
  readonly level: Level;
  /** The revision of the document with which it enters. */
  readonly revision: Revision;
  /** The clause of revision 2 that takes its place. */
  readonly supersededBy?: string;
  readonly testable: boolean;
  /** Why it is not testable; present if and only if it is not. */
  readonly why?: string;
  /** It asks something of a caller, not of the hypervisor. */
  readonly asks?: 'caller';
}

/** One thing that the document says. */
export interface StatedClause extends AnyClause {
  /** What it says, in our words. */
  readonly document: string;
  /** Where it says so, in the document of the clause's revision. */
  readonly source: Lines;
}

/** One thing that the suite asks where the document is silent or contradicts itself. */
export interface ChosenClause extends AnyClause {
  readonly level: 'SILENT';
  /** What the suite asks. */
  readonly choice: string;
  /** What the document leaves open. */
  readonly because: string;
  /** Who does it so. */
  readonly like: string;
}

/** One claim of one origin: the document's or the suite's. */
export type Clause = StatedClause | ChosenClause;

export const isChoice = (clause: Clause): clause is ChosenClause => 'choice' in clause;

/** What the clause asks, whoever asks it. */
export const claimOf = (clause: Clause): string => (isChoice(clause) ? clause.choice : clause.document);

export interface Catalogue {
  /** In the order of the document, revision 1 first. */
  readonly clauses: readonly Clause[];
  readonly findings: readonly Finding[];
  readonly bugs: readonly Bug[];
  /** The clause with this id. RangeError if there is none. */
  readonly clause: (id: string) => Clause;
}

const CLAUSE_ID = /^(V2-)?[A-Z]+-[1-9]\d*$/;

const isLevel = (value: unknown): value is Level => LEVELS.some((level) => level === value);
const isClauseId = (value: unknown): value is string => isText(value) && CLAUSE_ID.test(value);
const isCaller = (value: unknown): value is 'caller' => value === 'caller';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

const ORIGIN_KEYS = { document: ['document', 'source'], choice: ['choice', 'because', 'like'] } as const;
const CLAUSE_KEYS = [
  ...['id', 'section', 'level', 'revision', 'supersededBy', 'testable', 'why', 'asks'],
  ...ORIGIN_KEYS.document,
  ...ORIGIN_KEYS.choice,
];

type Origin = Pick<StatedClause, 'document' | 'source'> | Pick<ChosenClause, 'choice' | 'because' | 'like' | 'level'>;

/** Whose claim it is: exactly one of the document's and the suite's, with nothing of the other. */
function readOrigin(entry: Entry, revision: Revision | undefined, report: Report): Origin | undefined {
  const isChosen = 'choice' in entry;
  for (const key of ORIGIN_KEYS[isChosen ? 'document' : 'choice'])
    if (key in entry) report(`has ${key} beside ${isChosen ? 'choice' : 'document'}`);
  if ((entry['level'] === 'SILENT') !== isChosen) report('is SILENT where and only where it is a choice');
  if (isChosen) {
    const choice = expect(isText, entry['choice'], 'what the suite asks (choice)', report);
    const because = expect(isText, entry['because'], 'what the document leaves open (because)', report);
    const like = expect(isText, entry['like'], 'who does it so (like)', report);
    return choice && because && like ? { choice, because, like, level: 'SILENT' } : undefined;
  }
  const document = expect(isText, entry['document'], 'what the document says (document), or a choice', report);
  if (revision === undefined) return undefined;
  const isSource = (value: unknown): value is Lines => isLines(value, revision);
  const source = expect(isSource, entry['source'], `first and last line of revision ${revision} (source)`, report);
  return document && source ? { document, source } : undefined;
}

function readAsks({ asks }: Entry, report: Report): Pick<AnyClause, 'asks'> {
  if (asks === undefined) return {};
  return { asks: expect(isCaller, asks, 'asks to be caller', report) ?? 'caller' };
}

function readClause(entry: Entry, report: Report): Clause | undefined {
  const id = expect(isClauseId, entry['id'], 'an id such as FUNC-6 or V2-FUNC-4', report);
  const section = expect(isText, entry['section'], 'a section', report);
  const level = expect(isLevel, entry['level'], `a level (${LEVELS.join(', ')})`, report);
  const revision = expect(isRevision, entry['revision'], 'revision 1 or 2', report);
  const origin = readOrigin(entry, revision, report);
  const testable = expect(isBoolean, entry['testable'], 'testable true or false', report);
  const { supersededBy, why } = entry;
  if (supersededBy !== undefined) expect(isClauseId, supersededBy, 'supersededBy to be the id of a clause', report);
  if (testable === false) expect(isText, why, 'a reason (why), since it is not testable', report);
  if (testable === true && why !== undefined) report('has a reason why it is not testable, but is testable');
  if (testable === true && level === 'INFO') report('is INFO, which cannot be testable');
  if (id && revision && id.startsWith('V2-') !== (revision === 2)) report(`does not fit revision ${revision}`);
  if (!id || !section || !level || !revision || !origin || testable === undefined) return undefined;
  return {
    id,
    section,
    level,
    revision,
    ...origin,
    testable,
    ...(isText(supersededBy) ? { supersededBy } : {}),
    ...(isText(why) ? { why } : {}),
    ...readAsks(entry, report),
  };
}

/** Each superseded clause is one of revision 1, and what takes its place one of revision 2. */
function checkSuperseded(clauses: readonly Clause[], report: Report): void {
  for (const { id, revision, supersededBy } of clauses) {
    if (supersededBy === undefined) continue;
    const successor = clauses.find((clause) => clause.id === supersededBy);
    if (successor === undefined) report(`${id}: superseded by ${supersededBy}, which is no clause`);
    else if (revision !== 1 || successor.revision !== 2)
      report(`${id}: expected a clause of revision 1 superseded by one of revision 2, got ${supersededBy}`);
  }
}

/**
 * Makes the catalogue of the texts of its files.
 * RangeError with one sentence a line, each naming its entry, if something is wrong in them.
 */
export function parseCatalogue(clausesYaml: string, findingsYaml: string, bugsYaml = '[]'): Catalogue {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const about =
    (name: string): Report =>
    (problem) =>
      report(`${name}: ${problem}`);

  const clauses = entries(clausesYaml, 'clauses.yaml', CLAUSE_KEYS, report).flatMap(
    ([name, entry]) => readClause(entry, about(name)) ?? [],
  );
  checkSuperseded(clauses, report);
  const byId = new Map(clauses.map((clause) => [clause.id, clause]));
  const known = new Set(byId.keys());
  const findings = entries(findingsYaml, 'findings.yaml', FINDING_KEYS, report).flatMap(
    ([name, entry]) => readFinding(entry, known, about(name)) ?? [],
  );
  const bugs = entries(bugsYaml, 'bugs.yaml', BUG_KEYS, report).flatMap(
    ([name, entry]) => readBug(entry, about(name)) ?? [],
  );
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
  return {
    clauses,
    findings,
    bugs,
    clause(id) {
      const found = byId.get(id);
      if (found === undefined) throw new RangeError(`clause: expected an id of the catalogue, got ${id}`);
      return found;
    },
  };
}

/** Reads clauses.yaml, findings.yaml and bugs.yaml beside this file. RangeError as of `parseCatalogue`. */
export function loadCatalogue(): Catalogue {
  const read = (file: string): string => readFileSync(join(__dirname, file), 'utf8');
  return parseCatalogue(read('clauses.yaml'), read('findings.yaml'), read('bugs.yaml'));
}
