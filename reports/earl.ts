/**
 * earl.jsonld: the verdicts in W3C's Evaluation and Report Language 1.0, for tools that compare the conformance of
 * implementations. The context is in the file, so that nothing has to be fetched to read it.
 */
import { type Clause, claimOf } from '../features/catalogue';
import { groupBy } from './lists';
import type { Report, Run, Suite, Verdict, VerdictName } from './model';

export const EARL = 'http://www.w3.org/ns/earl#';

const reference = (id: string): object => ({ '@id': id, '@type': '@id' });

/** Our short names, each a term of EARL or of Dublin Core. */
export const CONTEXT = {
  earl: EARL,
  dct: 'http://purl.org/dc/terms/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  Assertion: 'earl:Assertion',
  Assertor: 'earl:Assertor',
  Software: 'earl:Software',
  TestSubject: 'earl:TestSubject',
  TestCriterion: 'earl:TestCriterion',
  TestRequirement: 'earl:TestRequirement',
  TestResult: 'earl:TestResult',
  assertedBy: reference('earl:assertedBy'),
  subject: reference('earl:subject'),
  test: reference('earl:test'),
  mode: reference('earl:mode'),
  result: 'earl:result',
  outcome: reference('earl:outcome'),
  info: 'earl:info',
  title: 'dct:title',
  description: 'dct:description',
  identifier: 'dct:identifier',
  hasVersion: 'dct:hasVersion',
  date: { '@id': 'dct:date', '@type': 'xsd:dateTime' },
} as const;

type Outcome = 'passed' | 'failed' | 'inapplicable' | 'untested' | 'cantTell';

const OUTCOMES: Readonly<Record<VerdictName, Outcome>> = {
  conforms: 'passed',
  deviates: 'failed',
  'known-deviation': 'failed',
  'not-exercised': 'untested',
  // It cannot be observed from outside.
  'not-testable': 'cantTell',
  'not-implemented': 'failed',
  // A choice of the suite is no requirement of the document.
  differs: 'cantTell',
  'not-in-force': 'inapplicable',
};

const urn = (kind: string, name: string): string => `urn:livepatch-conformance:${kind}:${encodeURIComponent(name)}`;

function assertor({ name, version }: Suite): object {
  return { '@id': urn('suite', name), '@type': ['Assertor', 'Software'], title: name, hasVersion: version };
}

/** The build of a run, whatever its label. Two runs of one build, in two revisions, have the same subject. */
const subjectOf = ({ hypervisor: { name, buildId } }: Run): string =>
  urn('build', buildId === '' ? name : `${name} ${buildId}`);

/** `runs`: all of the same build. */
function subject(runs: readonly [Run, ...Run[]]): object {
  const [run] = runs;
  const { name, buildId } = run.hypervisor;
  return {
    '@id': subjectOf(run),
    '@type': ['TestSubject', 'Software'],
    title: name,
    description: `Runs: ${runs.map(({ key }) => key).join(', ')}`,
    ...(buildId === '' ? {} : { identifier: buildId }),
  };
}

function criterion(clause: Clause): object {
  const { id, section, level } = clause;
  return {
    '@id': urn('clause', id),
    '@type': ['TestCriterion', 'TestRequirement'],
    identifier: id,
    title: `${id} (${level}): ${section}`,
    description: claimOf(clause),
  };
}

const hasCrashed = ({ scenarios }: Verdict): boolean => scenarios.some(({ status }) => status === 'crashed');

/** If all scenarios of a clause crashed the emulator, nothing is known about it either. */
function outcomeOf(verdict: Verdict): Outcome {
  return verdict.verdict === 'not-exercised' && hasCrashed(verdict) ? 'cantTell' : OUTCOMES[verdict.verdict];
}

/** The basis of the outcome. */
function infoOf({ verdict, evidence, reason, deviations, scenarios }: Verdict): string {
  const crashed = scenarios.filter(({ status }) => status === 'crashed').length;
  const { passed, total } = evidence;
  return [
    ...(total === 0 ? [] : [`${passed} of ${total} scenarios passed.`]),
    ...(crashed === 0 ? [] : [`The emulator crashed in ${crashed}.`]),
    ...(verdict === 'differs' ? ["The clause is the suite's choice: the document does not ask for it."] : []),
    ...(reason === null ? [] : [reason]),
    ...deviations.map(({ id, does }) => `Known deviation ${id}: ${does}`),
  ].join(' ');
}

/** The run of the subject that it is about. */
const titleOf = ({ key, revision }: Run): string =>
  revision === null ? key : `${key}: held against revision ${revision} of the document`;

function assertion(suite: Suite, run: Run, clause: Clause, verdict: Verdict): object {
  return {
    '@type': 'Assertion',
    title: titleOf(run),
    assertedBy: urn('suite', suite.name),
    subject: subjectOf(run),
    test: urn('clause', clause.id),
    mode: 'earl:automatic',
    result: {
      '@type': 'TestResult',
      outcome: `earl:${outcomeOf(verdict)}`,
      ...(run.started === '' ? {} : { date: run.started }),
      info: infoOf(verdict),
    },
  };
}

/** The text of earl.jsonld. */
export function writeEarl({ suite, runs, clauses }: Report): string {
  const assertions = runs.flatMap((run) =>
    clauses.flatMap(({ clause, verdicts }) => {
      const verdict = verdicts.get(run.key);
      return verdict === undefined ? [] : [assertion(suite, run, clause, verdict)];
    }),
  );
  const graph = [
    assertor(suite),
    ...[...groupBy(runs, subjectOf).values()].map(subject),
    ...clauses.map(({ clause }) => criterion(clause)),
    ...assertions,
  ];
  return `${JSON.stringify({ '@context': CONTEXT, '@graph': graph }, null, 1)}\n`;
}
