/**
 * earl.jsonld: the verdicts in W3C's Evaluation and Report Language 1.0, for tools that compare the conformance of
 * implementations. The context is in the file, so that nothing has to be fetched to read it.
 */
import type { Clause } from '../features/catalogue';
import type { Report, Run, Suite, Verdict } from './model';
import { standing } from './report';

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

const OUTCOMES: Readonly<Record<ReturnType<typeof standing>, Outcome>> = {
  conforms: 'passed',
  deviates: 'failed',
  'known-deviation': 'failed',
  'not-exercised': 'untested',
  // Nobody can tell from outside whether it holds.
  'not-testable': 'cantTell',
  'other-revision': 'inapplicable',
};

const urn = (kind: string, name: string): string => `urn:livepatch-conformance:${kind}:${encodeURIComponent(name)}`;

function assertor({ name, version }: Suite): object {
  return { '@id': urn('suite', name), '@type': ['Assertor', 'Software'], title: name, hasVersion: version };
}

function subject({ key, hypervisor: { name, buildId }, revision }: Run): object {
  return {
    '@id': urn('run', key),
    '@type': ['TestSubject', 'Software'],
    title: name,
    description: revision === null ? key : `${key}: held against revision ${revision} of the document`,
    ...(buildId === '' ? {} : { identifier: buildId }),
  };
}

function criterion({ id, section, level, text }: Clause): object {
  return {
    '@id': urn('clause', id),
    '@type': ['TestCriterion', 'TestRequirement'],
    identifier: id,
    title: `${id} (${level}): ${section}`,
    description: text,
  };
}

const hasCrashed = ({ scenarios }: Verdict): boolean => scenarios.some(({ status }) => status === 'crashed');

/** Of a clause of which only crashes of the emulator were seen, nobody can tell either. */
function outcomeOf(clause: Clause, run: Run, verdict: Verdict): Outcome {
  const name = standing(clause, run, verdict);
  return name === 'not-exercised' && hasCrashed(verdict) ? 'cantTell' : OUTCOMES[name];
}

/** What the outcome rests on. */
function infoOf({ why }: Clause, { scenarios, deviation }: Verdict): string | undefined {
  if (why !== undefined) return why;
  if (scenarios.length === 0) return undefined;
  const passed = scenarios.filter(({ status }) => status === 'passed').length;
  const crashed = scenarios.filter(({ status }) => status === 'crashed').length;
  const crashes = crashed === 0 ? '' : ` The emulator crashed in ${crashed}.`;
  const count = `${passed} of ${scenarios.length} scenarios passed.${crashes}`;
  return deviation === null ? count : `${count} Known deviation: ${deviation}`;
}

function assertion(suite: Suite, run: Run, clause: Clause, verdict: Verdict): object {
  const info = infoOf(clause, verdict);
  return {
    '@type': 'Assertion',
    assertedBy: urn('suite', suite.name),
    subject: urn('run', run.key),
    test: urn('clause', clause.id),
    mode: 'earl:automatic',
    result: {
      '@type': 'TestResult',
      outcome: `earl:${outcomeOf(clause, run, verdict)}`,
      ...(run.started === '' ? {} : { date: run.started }),
      ...(info === undefined ? {} : { info }),
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
    ...runs.map(subject),
    ...clauses.map(({ clause }) => criterion(clause)),
    ...assertions,
  ];
  return `${JSON.stringify({ '@context': CONTEXT, '@graph': graph }, null, 1)}\n`;
}
