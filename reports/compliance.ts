/** compliance.json: the verdicts for programs. Its form is a contract. */
import { type Clause, isChoice } from '../features/catalogue';
import { DOCUMENTS, linkTo, type Place } from '../features/documents';
import { changesOf } from './changes-json';
import { isComplete } from './complete';
import { type Crash, crashesOf, damageOf } from './crashes';
import { firstLine } from './explain';
import { failureOf } from './failure';
import { idOf } from './identity';
import type { Report, Run, Scenario, Verdict, Verdicts } from './model';
import { countScenarios } from './report';
import { unexpectedOutcomes } from './unexpected';

/** The version of the contract. */
const FORMAT = 2;

function reference(scenario: Scenario): object {
  const { uri, line, name, example = null, status } = scenario;
  return { id: idOf(scenario), uri, line, name, example, status };
}

function verdictsByRun(verdicts: Verdicts, known: Report['known']): object {
  const entry = ({ verdict, evidence, reason, scenarios, deciding, deviations }: Verdict): object => {
    const decides = new Set(deciding);
    return {
      verdict,
      evidence,
      reason,
      scenarios: scenarios.map((scenario) => ({
        ...reference(scenario),
        decides: decides.has(scenario),
        deviation: known.get(scenario)?.id ?? null,
        failure: failureOf(scenario) ?? null,
      })),
      deviations: deviations.map(({ id }) => id),
    };
  };
  return Object.fromEntries([...verdicts].map(([key, verdict]) => [key, entry(verdict)]));
}

function placeOf({ revision, lines }: Place): object {
  const { commit, file } = DOCUMENTS[revision];
  const [first, last] = lines;
  return { commit, file, first, last, url: linkTo(revision, lines) };
}

const documents = Object.entries(DOCUMENTS).map(([revision, { title, commit, file }]) => ({
  revision: Number(revision),
  title,
  commit,
  file,
  url: linkTo(revision === '1' ? 1 : 2),
}));

/** "4.17.7" for "Xen 4.17.7 (xen-syms)"; null if there is no release. */
const releaseOf = (name: string): string | null => /^\S+ (\d\S*)/.exec(name)?.[1] ?? null;

function crashOf({ cause, deviation, severity, damages, seen }: Crash): object {
  return {
    cause,
    deviation: deviation?.id ?? null,
    severity,
    damages,
    since: deviation?.since ?? null,
    until: deviation?.until ?? null,
    seen: seen.map(({ run, scenario, stop, step, isByUpload }) => ({
      run: run.key,
      scenario: idOf(scenario),
      step,
      byUpload: isByUpload,
      damage: damageOf(stop),
      where: stop.where,
      why: firstLine(stop.why),
    })),
  };
}

/** The origin of a clause: the document, with the place, or the suite, with the reason. */
function originOf(clause: Clause): object {
  if (isChoice(clause)) return { choice: clause.choice, because: clause.because, like: clause.like, source: null };
  return { document: clause.document, source: placeOf({ revision: clause.revision, lines: clause.source }) };
}

function runOf(run: Run, report: Report): object {
  const { key, target, revision, hypervisor, drives, seconds } = run;
  return {
    key,
    target,
    revision,
    hypervisor: { name: hypervisor.name, buildId: hypervisor.buildId },
    ...(drives && { drives: { name: drives.name, buildId: drives.buildId } }),
    release: releaseOf(hypervisor.name),
    started: run.started === '' ? null : run.started,
    seconds: Math.round(seconds * 1000) / 1000,
    scenarios: countScenarios(report, run),
    complete: isComplete(run),
    selected: run.selected,
  };
}

/** The text of compliance.json. */
export function writeCompliance(report: Report): string {
  const { suite, runs, problems, clauses, transitions, findings, strength, known } = report;
  const compliance = {
    format: FORMAT,
    suite: { name: suite.name, version: suite.version, commit: suite.commit },
    documents,
    runs: runs.map((run) => runOf(run, report)),
    problems,
    clauses: clauses.map(({ clause, verdicts }) => ({
      id: clause.id,
      section: clause.section,
      level: clause.level,
      revision: clause.revision,
      ...originOf(clause),
      testable: clause.testable,
      why: clause.why ?? null,
      verdicts: verdictsByRun(verdicts, known),
    })),
    transitions: transitions.map(({ transition: { state, action, outcome, next, clause }, verdicts }) => ({
      state,
      action,
      outcome,
      next,
      clause,
      verdicts: verdictsByRun(verdicts, known),
    })),
    findings: findings.map(({ finding, scenarios }) => ({
      id: finding.id,
      title: finding.title,
      kind: finding.kind,
      section: finding.section,
      places: finding.places.map(placeOf),
      text: finding.text,
      clauses: finding.clauses,
      practice: finding.practice,
      proposal: finding.proposal,
      status: finding.status,
      paper: finding.paper ?? null,
      scenarios: scenarios.map((scenario) => ({ run: scenario.run.key, ...reference(scenario) })),
    })),
    unexpected: unexpectedOutcomes(report).map((scenario) => ({ run: scenario.run.key, ...reference(scenario) })),
    crashes: crashesOf(report).map(crashOf),
    changes: report.changes === null ? null : changesOf(report.changes),
    strength,
  };
  return `${JSON.stringify(compliance, null, 2)}\n`;
}
