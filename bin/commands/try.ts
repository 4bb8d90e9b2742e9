/** `try`: runs a scenario that is in no feature yet on all targets at once, and shows side by side what each did. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PROJECT } from '../../engine/installation';
import { provideUnicorn } from '../../engine/unicorn/library';
import { reasonOf, userError } from '../../engine/user-error';
import { DEBIAN_XENS, fetchedXens } from '../../engine/xen';
import { shellWords } from '../../reports/again';
import { readMessages } from '../../reports/messages';
import { isFailure, type Scenario } from '../../reports/model';
import { mergeRuns } from '../../reports/runs';
import { sideBySide } from '../../reports/side-by-side';
import { line, renderLines } from '../../reports/terminal';
import { type PlannedRun, planRuns } from '../cucumber';
import { EXIT, type ExitStatus } from '../exit';
import { listenForInterruption } from '../interruption';
import { runAll } from '../run-all';
import { type RunnersAhead, runInProcess } from '../runner-process';
import { selectRuns, type XenAtHand } from '../runs';
import { type ColourOption, isColoured } from '../terminal';
import { provideXen, xensFor } from '../xen';

/** As the command line has them. */
export interface TryOptions extends ColourOption {
  /** As for `run`; default: Debian's Xens that were already fetched. */
  readonly hypervisor?: string;
}

const TEMPLATE = `\
# What if …? Write a scenario, save it, and leave the editor: it runs on all targets.
# features/VOCABULARY.md has all steps. "p" and "q" are payloads that each patch one function.

Scenario: What if a payload is applied twice?
  Given "p" is loaded and applied
  When APPLY of "p" is asked
  Then the hypercall returns 0
`;

const NONE = 'There is no scenario in it: write one that begins with "Scenario:".';

/** The text as a feature: steps alone get a scenario, and a scenario a feature. Throws a user error where it has no words. */
export function asFeature(text: string): string {
  const isEmpty = text.replace(/^\s*#.*$/gm, '').trim() === '';
  if (isEmpty || text.includes('\0')) throw userError(NONE);
  if (/^\s*Feature:/m.test(text)) return text;
  const feature = 'Feature: What if?\n';
  return /^\s*(Scenario|Scenario Outline|Example|Background|Rule):/m.test(text)
    ? feature + text
    : `${feature}Scenario: What if?\n${text}`;
}

function edited(file: string): string {
  const { VISUAL, EDITOR } = process.env;
  const editor = VISUAL ?? EDITOR;
  if (editor === undefined || editor === '')
    throw userError('There is no scenario: name a file, pipe one in, or set EDITOR to your editor.');
  writeFileSync(file, TEMPLATE);
  const { status } = spawnSync(`${editor} ${shellWords([file])}`, { shell: true, stdio: 'inherit' });
  if (status !== 0) throw userError(`The editor (${editor}) failed: set EDITOR to one that works.`);
  return readFileSync(file, 'utf8');
}

interface Written {
  readonly text: string;
  /** The file in the folder with the user's scenario. */
  readonly kept?: string;
}

/** The scenario, from a file, from the standard input (`-`, or if something is piped in), or from the editor. */
function textOf(source: string | undefined, folder: string): Written {
  try {
    if (source !== undefined && source !== '-') return { text: readFileSync(source, 'utf8') };
    if (source === '-' || !process.stdin.isTTY) return { text: readFileSync(0, 'utf8') };
  } catch (error) {
    throw userError(`The scenario cannot be read (${reasonOf(error)}): name a file that has one.`);
  }
  const kept = join(folder, 'what-if.feature');
  return { text: edited(kept), kept };
}

/** The Xens that need no fetching. Debian's have revision 2. */
const xensAtHand = (): readonly XenAtHand[] =>
  DEBIAN_XENS.flatMap((name) =>
    fetchedXens(name)
      .slice(0, 1)
      .map(({ file, version }) => {
        const release = /^\d+\.\d+/.exec(version)?.[0] ?? '';
        return { file, revision: 2, name: `Xen ${release}`, label: `xen-${release}` } as const;
      }),
  );

function xensOf({ hypervisor }: TryOptions, say: (text: string) => void): readonly XenAtHand[] {
  if (hypervisor === undefined) return xensAtHand();
  return xensFor({ target: 'xen', revision: 'all', hypervisor }, provideXen, say);
}

/**
 * Makes all runs in one process, which loads the steps once. If it dies, the emulator crashed. Then each run gets a
 * process of its own, so that only the crashing one is lost. Returns the file of their messages.
 */
async function makeRuns(
  plans: readonly PlannedRun[],
  folder: string,
  ahead: RunnersAhead,
  say: (text: string) => void,
): Promise<string> {
  const [plan, ...others] = plans;
  if (plan === undefined) throw userError(NONE);
  const part = { file: join(folder, 'part.ndjson'), messages: join(folder, 'joined.ndjson') };
  const interruption = listenForInterruption();
  try {
    const circumstances = { signal: interruption.signal, crowded: false, ahead };
    const ending = await runInProcess({ plan, others, part }, () => undefined, circumstances);
    if (ending.kind === 'complete') return part.file;
    if (ending.kind === 'interrupted') throw userError('Interrupted.');
    if (ending.kind === 'failed') throw userError(ending.sentence ?? ending.trace);
    const messages = join(folder, 'messages.ndjson');
    const progress = { say, begin: () => undefined, ended: () => undefined, end: () => undefined };
    await runAll(plans, { messages, processes: 2, parts: 1, progress, interruption });
    return messages;
  } finally {
    interruption.forget();
  }
}

/** Runs the scenarios of a text and prints what each target did. `folder` is for temporary files. */
async function trial(
  text: string,
  options: TryOptions,
  folder: string,
  ahead: RunnersAhead,
  say: (text: string) => void,
): Promise<ExitStatus> {
  const feature = join(folder, 'try.feature');
  writeFileSync(feature, asFeature(text));
  provideUnicorn(say);
  const xens = xensOf(options, say);
  const runs = selectRuns({ target: xens.length === 0 ? 'reference' : 'all', revision: 'all' }, xens);
  const paths = [relative(PROJECT, feature)];
  const planned = await planRuns(PROJECT, runs, { paths, tags: '', shard: '', order: 'defined' });
  const plans = planned.filter(({ total }) => total > 0);
  const made = mergeRuns(readMessages([await makeRuns(plans, folder, ahead, say)]));
  const inOrder = plans.flatMap(({ key }) => made.runs.filter((run) => run.key === key));
  const problems = made.problems.map((problem) => line(problem, 'bad'));
  say(renderLines([...sideBySide(inOrder), ...problems], isColoured(options)));
  const isBad = ({ status }: Scenario): boolean => isFailure(status) || status === 'unknown';
  return problems.length > 0 || inOrder.some(({ scenarios }) => scenarios.some(isBad))
    ? EXIT.unexpected
    : EXIT.expected;
}

/**
 * Runs a scenario on all targets at hand, in a process of `ahead`, and prints what each did. Status 1 if the scenario
 * fails on one of them. Throws a user error if there is no scenario, or if it cannot be parsed.
 */
export async function tryScenario(
  source: string | undefined,
  options: TryOptions,
  ahead: RunnersAhead,
  say: (text: string) => void,
): Promise<ExitStatus> {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-try-'));
  let kept: string | undefined;
  try {
    const written = textOf(source, folder);
    kept = written.kept;
    return await trial(written.text, options, folder, ahead, say);
  } finally {
    ahead.close();
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    else say(`The scenario is kept in ${kept}.`);
  }
}
