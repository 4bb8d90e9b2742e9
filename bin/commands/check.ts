/** `check`: live patches against the design document and against a hypervisor's own code. */
import { createTogether } from '../../engine/check/warnings';
import { startJudging, type Judging } from '../../engine/check/judging';
import { DEFAULT_LIMITS } from '../../engine/check/child-process';
import type { JudgedTarget } from '../../engine/check/judged-target';
import { readPayloadFile } from '../../engine/check/payload-file';
import type { ExpectedFailure, Procedure } from '../../engine/check/procedure';
import { decided, warningsIn, type Checked, type FailOn } from '../check/checked';
import { checkJson } from '../check/json';
import { asDocument } from '../check/silence';
import { createStacks, type Stacks } from '../check/stacks';
import { describeCheck } from '../check/text';
import { printable } from '../../reports/printable';
import { userError } from '../../engine/user-error';
import { filesIn } from '../file-list';
import { EXIT, type ExitStatus } from '../exit';
import { xenFile } from '../xen';

/** As the command line has them. */
export interface CheckOptions {
  readonly hypervisor?: string;
  readonly revision?: string;
  readonly buildId?: string;
  readonly json?: boolean;
  readonly console?: boolean;
  /** Whether a payload with warnings makes the status 1. */
  readonly strict?: boolean;
  /** Old and new code whole. */
  readonly code?: boolean;
  /** Seconds. */
  readonly timeLimit?: number;
  /** Files that are applied before. */
  readonly on?: readonly string[];
  readonly replace?: boolean;
  readonly nodeps?: boolean;
  readonly expect?: readonly ExpectedFailure[];
  readonly failOn?: FailOn;
}

/** Where the results of a check go. */
export interface Outlet {
  /** A verdict's text. Resolves once there is room for the next. */
  readonly say: (text: string) => Promise<void>;
  /** A line for the user that is no verdict. */
  readonly complain: (line: string) => void;
}

/** One judge per hypervisor; they work in parallel. */
interface Judges {
  readonly reference: Judging;
  readonly xen: Judging | undefined;
}

/** Number of files that the judges get ahead of the one whose verdicts are due. */
const AHEAD = 16;

function procedureOf({ replace = false, nodeps = false, expect = [] }: CheckOptions): Procedure {
  const twice = expect.find(({ step }, at) => expect.findIndex((one) => one.step === step) !== at);
  if (twice !== undefined) throw userError(`--expect names ${twice.step.toLowerCase()} twice: name it once.`);
  return { replace, nodeps, expected: expect };
}

function startJudges(options: CheckOptions, say: (text: string) => void): Judges {
  const { hypervisor, buildId, timeLimit } = options;
  const procedure = procedureOf(options);
  const revision = options.revision === undefined ? undefined : options.revision === '1' ? 1 : 2;
  const limits = { ...DEFAULT_LIMITS, seconds: timeLimit ?? DEFAULT_LIMITS.seconds };
  const start = (judged: JudgedTarget | Promise<JudgedTarget>): Judging => startJudging(judged, say, limits, procedure);
  if (hypervisor === undefined)
    return { reference: start({ target: 'reference', hypervisor, revision, buildId }), xen: undefined };
  const file = xenFile(hypervisor, say);
  const xen = start({ target: 'xen', hypervisor: file, revision, buildId });
  const reference = xen.hypervisor.then(({ revision: spoken, hookLayout }): JudgedTarget => {
    return { target: 'reference', hypervisor: file, revision: spoken, buildId, ...(hookLayout && { hookLayout }) };
  });
  return { reference: start(reference), xen };
}

/** Everything that is the same for each file. */
interface Checking {
  readonly judges: Judges;
  readonly stacks: Stacks;
  readonly failOn: FailOn;
}

/** The verdicts on a file, or the sentence that says why it cannot be read. */
async function checkFile({ judges, stacks, failOn }: Checking, file: string): Promise<Checked | string> {
  const { reference, xen } = judges;
  const { name, buildId } = await (xen ?? reference).hypervisor;
  const on = stacks.below(file, buildId);
  const [{ revision }, byReference, byXen] = await Promise.all([
    reference.hypervisor,
    reference.judge(file, on),
    xen?.judge(file, on),
  ]);
  if (byReference.kind === 'unreadable') return byReference.sentence;
  if (byXen?.kind === 'unreadable') return byXen.sentence;
  return {
    file,
    revision,
    hypervisor: { name, buildId },
    reference: asDocument(byReference.verdict, byXen?.verdict),
    xen: byXen?.verdict,
    failOn,
    on,
    fileOf: stacks.fileOf,
    seconds: { reference: byReference.seconds, xen: byXen?.seconds },
  };
}

/**
 * The payloads that are named on the command line and in a list. Throws a user error if no payload is named. A list
 * that cannot be read is an error when its turn comes.
 */
export function filesToCheck(
  named: readonly string[],
  list: string | undefined,
): Iterable<string> | AsyncIterable<string> {
  if (list !== undefined) return allFiles(named, list);
  if (named.length > 0) return named;
  throw userError("missing required argument 'FILE': name a payload, or a list of them with --files-from.");
}

async function* allFiles(named: readonly string[], list: string): AsyncGenerator<string> {
  yield* named;
  yield* filesIn(list);
}

/** Reports each file in order, as soon as its verdicts are known. The next ones are judged in the meantime. */
async function checkAll(
  checking: Checking,
  files: Iterable<string> | AsyncIterable<string>,
  tell: (checked: Checked | string) => Promise<void>,
): Promise<void> {
  const untold: Promise<void>[] = [];
  let last = Promise.resolve();
  for await (const file of files) {
    checking.stacks.add(file);
    const checked = checkFile(checking, file);
    last = Promise.all([checked, last]).then(([result]) => tell(result));
    // An error is reported when its turn comes.
    last.catch(() => undefined);
    untold.push(last);
    if (untold.length > AHEAD) await untold.shift();
  }
  await last;
}

/** Whose verdicts decide. Throws a user error where they cannot be had. */
function failOnOf({ failOn, hypervisor }: CheckOptions): FailOn {
  if (hypervisor !== undefined) return failOn ?? 'xen';
  if (failOn === undefined || failOn === 'document') return 'document';
  throw userError(`--fail-on ${failOn} asks for the verdict of Xen's code: name the Xen with --hypervisor.`);
}

/** The stacks of what goes below all files, and of those that are known beforehand. */
function stacksOf(files: Iterable<string> | AsyncIterable<string>, { on = [] }: CheckOptions): Stacks {
  on.forEach(readPayloadFile);
  const stacks = createStacks(on);
  if (Symbol.iterator in files) for (const file of files) stacks.add(file);
  return stacks;
}

/**
 * Checks the files one by one. Status 1 if a verdict is not good, 2 if a file cannot be read; the others are still
 * checked. Throws a user error if the hypervisor cannot be run.
 */
export async function check(
  files: Iterable<string> | AsyncIterable<string>,
  options: CheckOptions,
  { say, complain }: Outlet,
): Promise<ExitStatus> {
  const statuses = new Set<ExitStatus>([EXIT.expected]);
  const warnTogether = createTogether();
  const failOn = failOnOf(options);
  const stacks = stacksOf(files, options);
  const judges = startJudges(options, (text) => text.split('\n').map(printable).forEach(complain));
  try {
    await Promise.all([judges.reference.hypervisor, judges.xen?.hypervisor]);
    await checkAll({ judges, stacks, failOn }, files, async (judged) => {
      if (typeof judged === 'string') {
        statuses.add(EXIT.usage);
        complain(printable(judged));
        return;
      }
      const { file, reference } = judged;
      const isLoaded = reference.inspected !== undefined && reference.upload?.rc === 0;
      const checked = {
        ...judged,
        together: isLoaded ? warnTogether(file, judged.on, reference.inspected.functions) : [],
      };
      const isStrict = options.strict === true && warningsIn(checked).some(({ isAdvice }) => isAdvice !== true);
      if (decided(checked) !== 'good' || isStrict) statuses.add(EXIT.unexpected);
      await say(options.json === true ? checkJson(checked) : describeCheck(checked, options));
    });
  } finally {
    judges.reference.close();
    judges.xen?.close();
  }
  return [EXIT.usage, EXIT.unexpected].find((status) => statuses.has(status)) ?? EXIT.expected;
}
