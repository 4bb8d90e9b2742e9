/**
 * Compares the verdicts of a report with its own scenarios:
 *
 *     node -r ./engine/typescript.js checks/verdicts.ts REPORT/compliance.json
 *
 * Each verdict is worked out again, by the rules as ARCHITECTURE.md has them, from compliance.json and the lists of
 * deviations alone. Nothing of the report's own code is used: a mistake there is not made here again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface ListedScenario {
  readonly uri: string;
  readonly name: string;
  readonly status: string;
  readonly decides: boolean;
  readonly deviation: string | null;
}

interface ListedVerdict {
  readonly verdict: string;
  readonly evidence: {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    readonly total: number;
  };
  readonly scenarios: readonly ListedScenario[];
  readonly deviations: readonly string[];
}

export interface Compliance {
  readonly runs: readonly { readonly key: string; readonly target: string; readonly revision: number }[];
  readonly clauses: readonly {
    readonly id: string;
    readonly level: string;
    readonly revision: number;
    readonly testable: boolean;
    readonly choice?: string;
    readonly verdicts: Readonly<Record<string, ListedVerdict>>;
  }[];
}

interface Recorded {
  readonly id: string;
  /** None: a vendor's patch changes whether a deviation of another file holds. */
  readonly clauses?: readonly string[];
  readonly absent?: string;
}

const FOLDER = join(__dirname, '..', 'features', 'deviations');

/** All that is recorded, whatever release it is of: what a run cites says which release it is of. */
function readRecords(folder = FOLDER): readonly Recorded[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parse(readFileSync(join(folder, file), 'utf8')) as readonly Recorded[]);
}

/** The file does not say which clauses of revision 1 have a successor: none of their verdicts is judged. */
function expected(
  clause: Compliance['clauses'][number],
  { scenarios, verdict }: ListedVerdict,
  records: readonly Recorded[],
  { revision, target }: Compliance['runs'][number],
): string {
  if (clause.revision > revision || verdict === 'not-in-force') return 'not-in-force';
  if (!clause.testable) return 'not-testable';
  let [passed, known, unknown] = [0, 0, 0];
  for (const { status, deviation } of scenarios) {
    if (status === 'passed') passed += 1;
    if (status !== 'failed') continue;
    if (deviation === null) unknown += 1;
    else if (records.some(({ id, clauses }) => id === deviation && clauses?.includes(clause.id))) known += 1;
  }
  const isChoice = clause.choice !== undefined;
  if (known + unknown > 0) return isChoice ? 'differs' : unknown > 0 ? 'deviates' : 'known-deviation';
  // No release of Xen has had any of this so far.
  const isAbsent = records.some(({ absent, clauses }) => absent !== undefined && clauses?.includes(clause.id));
  if (target === 'xen' && isAbsent) return 'not-implemented';
  return passed > 0 ? 'conforms' : 'not-exercised';
}

/** Contradictions, one sentence each. */
export function contradictions({ runs, clauses }: Compliance, records: readonly Recorded[]): readonly string[] {
  return clauses.flatMap((clause) =>
    runs.flatMap((run): readonly string[] => {
      const { key } = run;
      const listed = clause.verdicts[key];
      if (listed === undefined) return [`${clause.id} on ${key}: there is no verdict`];
      const own = expected(clause, listed, records, run);
      const deciding = listed.scenarios.filter(({ decides }) => decides);
      const { passed, failed, skipped, total } = listed.evidence;
      const isCounted =
        passed === deciding.filter(({ status }) => status === 'passed').length &&
        failed === deciding.length - passed &&
        total === listed.scenarios.length &&
        skipped === total - deciding.length;
      return [
        ...(own === listed.verdict ? [] : [`${clause.id} on ${key}: ${listed.verdict}, but its scenarios say ${own}`]),
        ...(isCounted ? [] : [`${clause.id} on ${key}: the evidence is not the sum of its scenarios`]),
        ...(listed.verdict === 'conforms' && failed > 0
          ? [`${clause.id} on ${key}: conforms, but one of its deciding scenarios failed`]
          : []),
      ];
    }),
  );
}

function main([file = '']: readonly string[]): void {
  const compliance = JSON.parse(readFileSync(file, 'utf8')) as Compliance;
  const found = contradictions(compliance, readRecords());
  for (const sentence of found) console.error(sentence);
  const count = compliance.clauses.length * compliance.runs.length;
  console.log(`${count} verdicts, ${found.length} contradictions`);
  process.exitCode = found.length === 0 && count > 0 ? 0 : 1;
}

if (require.main === module) main(process.argv.slice(2));
