/** The beginning of the page: what it is, which document it is about, and one sentence per run. */
import type { JSX } from 'preact';
import { DOCUMENTS, linkTo } from '../../features/documents';
import { coursesOf } from '../changes-text';
import { deviationsFound } from '../deviations';
import { counted } from '../lists';
import type { Report, Run, VerdictName } from '../model';
import { countScenarios } from '../report';
import { UNTRIED } from '../summary';
import { FilterLink, type Query } from './search';
import { type Look, VERDICT_LOOK } from './parts';

const date = (started: string): string =>
  started === '' ? 'not started' : started.replace('T', ' ').replace(/:\d\d(\..*)?Z$/, ' UTC');

/** The sentence that says what the page is, and where its words come from. */
export function Introduction({ report: { suite, runs, changes } }: { readonly report: Report }): JSX.Element {
  const { version, commit } = suite;
  const held = Object.entries(DOCUMENTS).map(([revision, document]) => ({ ...document, revision: Number(revision) }));
  return (
    <>
      <p>
        This report shows which clauses of Xen’s live patching design document{' '}
        {runs.length === 1 ? 'one run' : `${runs.length} runs`} fulfilled. Each verdict links to its scenarios, and
        these show hypercalls, bytes and memory.
      </p>
      <p>
        The documents:{' '}
        {held.map(({ title, file, commit: at, revision }, index) => (
          <>
            {index > 0 && ' and '}
            <a href={linkTo(revision === 1 ? 1 : 2)}>{title}</a> (revision {revision}, <code>{file}</code> at{' '}
            <code>{at.slice(0, 10)}</code>)
          </>
        ))}
        . Suite {version}
        {commit !== null && (
          <>
            , commit <code>{commit.slice(0, 12)}</code>
          </>
        )}
        .
      </p>
      {changes !== null && (
        <p>
          <a href="#changes">Changes since {changes.file}</a>:{' '}
          {coursesOf(changes.comparisons.flatMap(({ clauses, scenarios }) => [...clauses, ...scenarios])) || 'none'}.
        </p>
      )}
    </>
  );
}

interface Part {
  readonly words: string;
  readonly tone: Look['tone'];
  readonly verdicts: readonly VerdictName[];
  readonly query: Query;
}

/** The groups of verdicts on clauses of one level, in the order of the bar. */
const PARTS: readonly Part[] = [
  { words: 'conform', tone: 'good', verdicts: ['conforms'], query: { verdict: 'conforms' } },
  {
    words: 'do not conform',
    tone: 'odd',
    verdicts: ['deviates', 'known-deviation', 'not-implemented', 'differs'],
    query: { verdict: 'departs' },
  },
  { words: 'not exercised', tone: 'none', verdicts: ['not-exercised'], query: { verdict: 'not-exercised' } },
  { words: 'not testable', tone: 'none', verdicts: ['not-testable'], query: { verdict: 'not-testable' } },
];

/** The verdicts of one run on the clauses of one level that are in force for it. */
function verdictsAt({ clauses }: Report, { key }: Run, level: string): readonly VerdictName[] {
  return clauses
    .filter(({ clause }) => clause.level === level)
    .map(({ verdicts }) => verdicts.get(key)?.verdict ?? 'not-exercised')
    .filter((verdict) => verdict !== 'not-in-force');
}

function countsOf(verdicts: readonly VerdictName[]) {
  return PARTS.map((part) => ({
    ...part,
    tone: part.verdicts.includes('deviates') && verdicts.includes('deviates') ? ('bad' as const) : part.tone,
    count: verdicts.filter((verdict) => part.verdicts.includes(verdict)).length,
  })).filter(({ count }) => count > 0);
}

/** A bar of the counts; the sentence beside it says the same. */
function Bar({ verdicts }: { readonly verdicts: readonly VerdictName[] }): JSX.Element {
  const counts = countsOf(verdicts);
  const before = (at: number): number => counts.slice(0, at).reduce((sum, { count }) => sum + count, 0);
  return (
    <svg class="bar" viewBox={`0 0 ${verdicts.length} 1`} preserveAspectRatio="none" aria-hidden="true">
      {counts.map(({ tone, count }, at) => (
        <rect class={tone} x={before(at)} y="0" width={count} height="1" />
      ))}
    </svg>
  );
}

/** "84 of 105 MUSTs conform, 17 do not conform, 1 not exercised". Each count links to its clauses. */
function Sentence({
  run,
  level,
  what,
  verdicts,
}: {
  readonly run: Run;
  readonly level: string;
  readonly what: string;
  readonly verdicts: readonly VerdictName[];
}): JSX.Element {
  return (
    <>
      {countsOf(verdicts).map(({ words, count, query }, at) => (
        <>
          {at > 0 && ', '}
          <FilterLink query={{ level, run: run.key, ...query }} part="clauses">
            {at === 0 ? `${count} of ${verdicts.length} ${what}` : count} {words}
          </FilterLink>
        </>
      ))}
    </>
  );
}

function Scenarios({ report, run }: { readonly report: Report; readonly run: Run }): JSX.Element {
  const { total, passed, failed, knownDeviations, skipped, crashed, notEnded } = countScenarios(report, run);
  const counts = [
    { count: passed, words: 'passed', outcome: 'p' },
    { count: failed - knownDeviations, words: 'failed', outcome: 'f' },
    { count: knownDeviations, words: knownDeviations === 1 ? 'known deviation' : 'known deviations', outcome: 'k' },
    { count: skipped, words: 'skipped', outcome: 's' },
    { count: crashed, words: 'crashed the emulator', outcome: 'c' },
    { count: notEnded, words: 'without result', outcome: 'u' },
  ].filter(({ count }) => count > 0);
  return (
    <>
      {counts.map(({ count, words, outcome }, at) => (
        <>
          {at > 0 && ', '}
          <FilterLink query={{ run: run.key, outcome }} part="scenarios">
            {count} {words}
          </FilterLink>
        </>
      ))}{' '}
      of {counted(total, 'scenario')}
    </>
  );
}

interface RunItemProps {
  readonly report: Report;
  readonly run: Run;
  /** Whether the implementation report has deviations of it, to which its name leads. */
  readonly isRecorded: boolean;
}

function RunItem({ report, run, isRecorded }: RunItemProps): JSX.Element {
  const { key, hypervisor, drives, revision, started, seconds, interrupted } = run;
  const [musts, choices] = ['MUST', 'SILENT'].map((level) => verdictsAt(report, run, level));
  return (
    <article class="run">
      <h3>
        {isRecorded ? <a href={`#${key}`}>{hypervisor.name}</a> : hypervisor.name} <small>{key}</small>
      </h3>
      {musts !== undefined && musts.length > 0 && (
        <>
          <p>
            <Sentence run={run} level="MUST" what="MUSTs" verdicts={musts} />.
          </p>
          <Bar verdicts={musts} />
        </>
      )}
      <p>
        <small>
          {choices !== undefined && choices.length > 0 && (
            <>
              Where the document is silent,{' '}
              <Sentence run={run} level="SILENT" what="choices of the suite" verdicts={choices} />.{' '}
            </>
          )}
          <Scenarios report={report} run={run} />
          {interrupted && '; the run was interrupted'}.
        </small>
      </p>
      <p>
        <small>
          {hypervisor.buildId !== '' && (
            <>
              Build-id <code>{hypervisor.buildId}</code>,{' '}
            </>
          )}
          revision {revision ?? 'unknown'} of the document, {date(started)}, {seconds.toFixed(1)} s.
          {drives !== undefined && ` It drives ${drives.name}.`}
          {report.untried.includes(run) && ` ${UNTRIED}`}
        </small>
      </p>
    </article>
  );
}

/** What the verdicts mean. */
const MEANINGS: Readonly<Record<VerdictName, string>> = {
  conforms: 'at least one scenario shows it, and none contradicts it',
  deviates: 'a scenario failed, and no deviation is recorded for it',
  'known-deviation': 'scenarios failed as recorded for this implementation',
  'not-implemented': 'the implementation lacks it; the record names the place in the source',
  differs: 'the document is silent, and the implementation does not do what the suite chose',
  'not-exercised': 'no scenario showed anything about it; the clause says why',
  'not-testable': 'no scenario can observe it',
  'not-in-force': 'the clause is of the other revision of the document',
};

const LEVEL_MEANINGS = [
  ['MUST', 'the document requires it. SHOULD and MAY are weaker'],
  ['SILENT', 'the document is silent, and the suite chose'],
  ['FACT', 'a layout or a number of the document. INFO: background'],
] as const;

function Words({ report: { clauses } }: { readonly report: Report }): JSX.Element {
  const shown = new Set(clauses.flatMap(({ verdicts }) => [...verdicts.values()].map(({ verdict }) => verdict)));
  return (
    <details class="words">
      <summary>The words of this report</summary>
      <dl class="terms">
        <dt>Run</dt>
        <dd>
          all scenarios, once, on one target: the reference, or the code of a Xen; or those about a tool, by a tool on
          one of these. “xen-4.17/2” is a run against revision 2
        </dd>
        <dt>Clause</dt>
        <dd>one statement of the document, or a choice of the suite where the document is silent</dd>
        {LEVEL_MEANINGS.map(([level, meaning]) => (
          <>
            <dt>{level}</dt>
            <dd>{meaning}</dd>
          </>
        ))}
        {[...shown].map((name) => (
          <>
            <dt>
              <b class={VERDICT_LOOK[name].tone}>{VERDICT_LOOK[name].words}</b>
            </dt>
            <dd>{MEANINGS[name]}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}

/** All runs, and the clauses that none of them shows. */
export function Runs({ report }: { readonly report: Report }): JSX.Element {
  const { clauses, runs } = report;
  const unproven = clauses.filter(({ verdicts }) =>
    [...verdicts.values()].every(({ verdict }) => ['not-exercised', 'not-testable', 'not-in-force'].includes(verdict)),
  );
  const recorded = new Set(deviationsFound(report).map(({ run }) => run));
  return (
    <>
      <div class="runs">
        {runs.map((run) => (
          <RunItem report={report} run={run} isRecorded={recorded.has(run)} />
        ))}
      </div>
      {unproven.length > 0 && (
        <p>
          <FilterLink query={{ run: 'every', verdict: 'unproven' }} part="clauses">
            {unproven.length === 1 ? '1 clause was' : `${unproven.length} clauses were`} exercised by no run
          </FilterLink>
          ; each has the reason.
        </p>
      )}
      <Words report={report} />
    </>
  );
}
