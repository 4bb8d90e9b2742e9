/**
 * `strength`: runs the suite against references that each lack one rule. If no scenario fails without a rule, that rule
 * is a survivor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../engine/installation';
import { ALL_RULES } from '../../engine/reference/all-rules';
import { userError } from '../../engine/user-error';
import { provideUnicorn } from '../../engine/unicorn/library';
import { isFailure } from '../../reports/model';
import { writeStrength } from '../../reports/strength';
import { type PlannedRun, planRuns } from '../cucumber';
import { EXIT, type ExitStatus } from '../exit';
import { outputFolder } from '../folder';
import { inParallel } from '../in-parallel';
import { checkRule } from '../names';
import type { ScenarioEnded } from '../outcomes';
import { runInProcess } from '../runner-process';
import { selectRuns } from '../runs';

/** As the command line has them. */
export interface StrengthOptions {
  readonly parallel?: number;
  readonly out: string;
  /** These three are for `strength --code`, and refused here. */
  readonly sample?: number;
  readonly seed?: number;
  readonly resume?: boolean;
}

function refuseOptionsOfCode({ sample, seed, resume }: StrengthOptions): void {
  for (const [name, value] of Object.entries({ sample, seed, resume }))
    if (value !== undefined) throw userError(`--${name} is about changes of the code: add --code, or leave it out.`);
}

/** The outcome of the suite without a rule: the first scenario that fails, or that none fails. */
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

/** A reference without a rule may never return. The suite takes a tenth of this time. */
const TIME_LIMIT_MS = 120_000;

/** Each runs in a process of its own, because only from outside can code be ended that loops. */
const runSuite: Suite = async (rule, tags) => {
  provideUnicorn(() => undefined);
  const runs = selectRuns({ target: 'reference', revision: 'all', forget: rule }, []);
  const plans = await planRuns(PROJECT, runs, { paths: [], tags, shard: '', order: 'defined' });
  // The newer revision is run first: it has most rules.
  for (const plan of plans.toReversed().filter(({ total }) => total > 0)) {
    const finding = await runUntilFailure(plan);
    if (finding.kind !== 'survived') return finding;
  }
  return { kind: 'survived' };
};

/** The first failure answers the question, so the rest is not run. */
async function runUntilFailure(plan: PlannedRun): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'strength-'));
  const part = { messages: join(folder, 'messages'), file: join(folder, 'part') };
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), TIME_LIMIT_MS);
  let failed: string | undefined;
  const onScenario: ScenarioEnded = (status, name) => {
    if (!isFailure(status)) return;
    failed ??= name;
    enough.abort();
  };
  const ending = await runInProcess({ plan, part }, onScenario, { signal: enough.signal, crowded: true });
  clearTimeout(timer);
  rmSync(folder, { recursive: true });
  if (failed !== undefined) return { kind: 'killed', by: failed };
  if (ending.kind === 'complete') return { kind: 'survived' };
  if (ending.kind === 'interrupted') return { kind: 'killed', by: 'The suite does not end.' };
  if (ending.kind === 'died') return { kind: 'killed', by: `The emulator crashes: ${ending.how}.` };
  return { kind: 'broken', why: ending.sentence ?? ending.trace };
}

/** The scenarios of the rule's clause run first: they are few, and usually one of them fails. */
async function measureRule({ name, clause }: RuleName, suite: Suite): Promise<Finding> {
  const own = await suite(name, `@${clause}`);
  return own.kind === 'killed' ? own : suite(name, '');
}

function rulesNamed(names: readonly string[]): readonly RuleName[] {
  names.forEach(checkRule);
  return names.length === 0 ? ALL_RULES : ALL_RULES.filter(({ name }) => names.includes(name));
}

/**
 * Measures the named rules, or all, and writes strength.json. Status 1 if a rule survives or cannot be measured. Throws
 * a user error for an unknown rule, or a folder that cannot be written.
 */
export async function strength(
  names: readonly string[],
  options: StrengthOptions,
  say: (line: string) => void,
  suite: Suite = runSuite,
): Promise<ExitStatus> {
  refuseOptionsOfCode(options);
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
  writeStrength(file, { rules: { total: rules.length, killed, survivors: of('survived') } });
  say(`${killed} of ${rules.length} rules are covered (removing one makes a scenario fail): ${file}`);
  return killed === rules.length ? EXIT.expected : EXIT.unexpected;
}
