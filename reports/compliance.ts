/** compliance.json: the verdicts for machines. Its form is a contract; what reads it does not look anywhere else. */
import { type Clause, isChoice } from '../features/catalogue';
import { DOCUMENTS, linkTo, type Place } from '../features/documents';
import type { Report, Scenario, Verdict, Verdicts } from './model';
import { countScenarios } from './report';

function reference({ uri, line, name, status }: Scenario): object {
  return { uri, line, name, status };
}

function verdictsByRun(verdicts: Verdicts): object {
  const entry = ({ verdict, evidence, reason, scenarios, deciding, deviations }: Verdict): object => ({
    verdict,
    evidence,
    reason,
    scenarios: scenarios.map((scenario) => ({ ...reference(scenario), decides: deciding.includes(scenario) })),
    deviations: deviations.map(({ id }) => id),
  });
  return Object.fromEntries([...verdicts].map(([key, verdict]) => [key, entry(verdict)]));
}

function placeOf({ revision, lines }: Place): object {
  const { commit, file } = DOCUMENTS[revision];
  const [first, last] = lines;
  return { commit, file, first, last, url: linkTo(revision, lines) };
}

/** Whose claim a clause is: the document's, with the place, or the suite's, with the reason. */
function originOf(clause: Clause): object {
  if (isChoice(clause)) return { choice: clause.choice, because: clause.because, like: clause.like, source: null };
  return { document: clause.document, source: placeOf({ revision: clause.revision, lines: clause.source }) };
}

/** The text of compliance.json. */
export function writeCompliance({ suite, runs, clauses, transitions, findings, strength }: Report): string {
  const compliance = {
    suite: { name: suite.name, version: suite.version },
    runs: runs.map((run) => {
      const { total, passed, failed, skipped } = countScenarios(run);
      const { key, target, revision, hypervisor, seconds } = run;
      return {
        key,
        target,
        revision,
        hypervisor: { name: hypervisor.name, buildId: hypervisor.buildId },
        seconds: Math.round(seconds * 1000) / 1000,
        scenarios: { total, passed, failed, skipped },
      };
    }),
    clauses: clauses.map(({ clause, verdicts }) => ({
      id: clause.id,
      section: clause.section,
      level: clause.level,
      revision: clause.revision,
      ...originOf(clause),
      testable: clause.testable,
      why: clause.why ?? null,
      verdicts: verdictsByRun(verdicts),
    })),
    transitions: transitions.map(({ transition: { state, action, outcome, next, clause }, verdicts }) => ({
      state,
      action,
      outcome,
      next,
      clause,
      verdicts: verdictsByRun(verdicts),
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
      scenarios: scenarios.map((scenario) => ({ run: scenario.run, ...reference(scenario) })),
    })),
    strength,
  };
  return `${JSON.stringify(compliance, null, 2)}\n`;
}
