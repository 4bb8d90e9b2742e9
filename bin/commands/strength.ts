/** `strength`: the suite against references that each forget one rule. A rule that no scenario misses is a survivor. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ALL_RULES } from '../../engine/reference/rules';
import type { Strength } from '../../reports/strength';
import { EXIT, type ExitStatus } from '../exit';
import { outputFolder } from '../folder';
import { checkRule } from '../names';

/** As the command line has them. */
export interface StrengthOptions {
  readonly parallel?: number;
  readonly out: string;
}

/** What becomes of the suite where a rule is forgotten: the scenario that fails first, or that none does. */
export type Finding =
  | { readonly kind: 'killed'; readonly by: string }
  | { readonly kind: 'survived' }
  /** Nothing could be measured. */
  | { readonly kind: 'broken'; readonly why: string };

/** Runs the scenarios of a tag expression ('' for all) against a reference without the rule. */
export type Suite = (rule: string, tags: string) => Promise<Finding>;

interface RuleName {
  readonly name: string;
  readonly clause: string;
}

/** A reference without a rule may never come back; by then the suite has ended ten times over. */
const TIME_LIMIT_MS = 120_000;
const COMMAND = resolve(__dirname, '../livepatch-conformance');

interface ComplianceExcerpt {
  readonly clauses: readonly {
    readonly verdicts: Readonly<
      Record<string, { readonly scenarios: readonly { readonly name: string; readonly status: string }[] }>
    >;
  }[];
}

/** The name of a scenario that failed, by the report that the run left. */
function firstFailure(out: string): string | undefined {
  const { clauses } = JSON.parse(readFileSync(join(out, 'compliance.json'), 'utf8')) as ComplianceExcerpt;
  const scenarios = clauses.flatMap(({ verdicts }) => Object.values(verdicts)).flatMap((verdict) => verdict.scenarios);
  return scenarios.find(({ status }) => status !== 'passed' && status !== 'skipped')?.name;
}

/** In a process of its own, which can be ended from outside: code that loops cannot be from within. */
const runSuite: Suite = (rule, tags) => {
  const out = mkdtempSync(join(tmpdir(), 'strength-'));
  const filter = tags === '' ? [] : ['--tags', tags];
  const args = [COMMAND, 'run', '--target', 'reference', '--forget', rule, '--no-allure', '--out', out, ...filter];
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: TIME_LIMIT_MS });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('close', (status, signal) => {
      const by = signal === null && status === EXIT.unexpected ? firstFailure(out) : undefined;
      rmSync(out, { recursive: true, force: true });
      if (signal !== null) done({ kind: 'killed', by: 'The suite comes to no end.' });
      else if (by !== undefined) done({ kind: 'killed', by });
      else if (status === EXIT.expected) done({ kind: 'survived' });
      else done({ kind: 'broken', why: errors.trim() });
    });
  });
};

/** The scenarios of the rule's clause are asked first: most often one of them notices, and they are few. */
async function measureRule({ name, clause }: RuleName, suite: Suite): Promise<Finding> {
  const own = await suite(name, `@${clause}`);
  return own.kind === 'killed' ? own : suite(name, '');
}

function rulesNamed(names: readonly string[]): readonly RuleName[] {
  names.forEach(checkRule);
  return names.length === 0 ? ALL_RULES : ALL_RULES.filter(({ name }) => names.includes(name));
}

/** Works through the items with `workers` at a time. */
async function inParallel<Item>(
  items: readonly Item[],
  workers: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

/**
 * Measures the named rules, or all, and writes strength.json. Status 1 where a rule survives or cannot be measured.
 * Throws a user error for a rule that there is none of, or a folder that cannot be written.
 */
export async function strength(
  names: readonly string[],
  options: StrengthOptions,
  say: (line: string) => void,
  suite: Suite = runSuite,
): Promise<ExitStatus> {
  const rules = rulesNamed(names);
  const file = join(outputFolder(options.out), 'strength.json');
  const found = new Map<string, Finding>();
  await inParallel(rules, options.parallel ?? availableParallelism(), async (rule) => {
    const finding = await measureRule(rule, suite);
    found.set(rule.name, finding);
    if (finding.kind === 'killed') say(`killed    ${rule.name}: ${finding.by}`);
    else if (finding.kind === 'survived') say(`SURVIVED  ${rule.name} (${rule.clause})`);
    else say(`BROKEN    ${rule.name}: ${finding.why}`);
  });
  const of = (kind: Finding['kind']): readonly string[] =>
    rules.map(({ name }) => name).filter((name) => found.get(name)?.kind === kind);
  const killed = of('killed').length;
  const measured: Strength = { rules: { total: rules.length, killed, survivors: of('survived') } };
  writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
  say(`${killed} of ${rules.length} rules are missed by a scenario when they are forgotten: ${file}`);
  return killed === rules.length ? EXIT.expected : EXIT.unexpected;
}
