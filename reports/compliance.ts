/** compliance.json: the verdicts for machines. Its form is a contract; what reads it does not look anywhere else. */
import type { Report, Scenario, Verdict, Verdicts } from './model';
import { countScenarios, isComplete } from './report';

function reference({ uri, line, name, status }: Scenario): object {
  return { uri, line, name, status };
}

function verdictsByRun(verdicts: Verdicts): object {
  const entry = ({ verdict, scenarios, deviation }: Verdict): object => ({
    verdict,
    scenarios: scenarios.map(reference),
    deviation,
  });
  return Object.fromEntries([...verdicts].map(([key, verdict]) => [key, entry(verdict)]));
}

/** The text of compliance.json. */
export function writeCompliance(report: Report): string {
  const { suite, runs, problems, clauses, transitions, findings, strength } = report;
  const compliance = {
    suite: { name: suite.name, version: suite.version },
    runs: runs.map((run) => {
      const { key, target, revision, hypervisor, seconds } = run;
      return {
        key,
        target,
        revision,
        hypervisor: { name: hypervisor.name, buildId: hypervisor.buildId },
        seconds: Math.round(seconds * 1000) / 1000,
        scenarios: countScenarios(report, run),
        complete: isComplete(run),
      };
    }),
    problems,
    clauses: clauses.map(({ clause: { id, section, level, revision, text, testable, why }, verdicts }) => ({
      id,
      section,
      level,
      revision,
      text,
      testable,
      why: testable ? null : (why ?? null),
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
    findings: findings.map(({ finding: { id, section, text }, scenarios }) => ({
      id,
      section,
      text,
      scenarios: scenarios.map((scenario) => ({ run: scenario.run, ...reference(scenario) })),
    })),
    strength,
  };
  return `${JSON.stringify(compliance, null, 2)}\n`;
}
