/** `check`: live patches against the design document and against a hypervisor's own code. */
import { startJudging, type Judging } from '../../engine/check/judging';
import { DEFAULT_LIMITS } from '../../engine/check/judge-process';
import type { JudgedTarget } from '../../engine/check/judged-target';
import { describeCheck } from '../check/text';
import { checkJson } from '../check/json';
import { isGood, type Checked } from '../check/reasons';
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
  /** Seconds. */
  readonly timeLimit?: number;
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

function startJudges(
  { hypervisor, buildId, timeLimit, ...options }: CheckOptions,
  say: (text: string) => void,
): Judges {
  const revision = options.revision === undefined ? undefined : options.revision === '1' ? 1 : 2;
  const limits = { ...DEFAULT_LIMITS, seconds: timeLimit ?? DEFAULT_LIMITS.seconds };
  const start = (judged: JudgedTarget | Promise<JudgedTarget>): Judging => startJudging(judged, say, limits);
  if (hypervisor === undefined)
    return { reference: start({ target: 'reference', hypervisor, revision, buildId }), xen: undefined };
  const file = xenFile(hypervisor, say);
  const xen = start({ target: 'xen', hypervisor: file, revision, buildId });
  const reference = xen.hypervisor.then(
    (spoken) => ({ target: 'reference', hypervisor: file, revision: spoken.revision, buildId }) as const,
  );
  return { reference: start(reference), xen };
}

/** The verdicts on a file, or the sentence that says why it cannot be read. */
async function checkFile({ reference, xen }: Judges, file: string): Promise<Checked | string> {
  const [hypervisor, { revision }, byReference, byXen] = await Promise.all([
    (xen ?? reference).hypervisor,
    reference.hypervisor,
    reference.judge(file),
    xen?.judge(file),
  ]);
  if (byReference.kind === 'unreadable') return byReference.sentence;
  if (byXen?.kind === 'unreadable') return byXen.sentence;
  const { name, buildId } = hypervisor;
  return { file, revision, hypervisor: { name, buildId }, reference: byReference.verdict, xen: byXen?.verdict };
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
  judges: Judges,
  files: Iterable<string> | AsyncIterable<string>,
  tell: (checked: Checked | string) => Promise<void>,
): Promise<void> {
  const untold: Promise<void>[] = [];
  let last = Promise.resolve();
  for await (const file of files) {
    const checked = checkFile(judges, file);
    last = Promise.all([checked, last]).then(([result]) => tell(result));
    // An error is reported when its turn comes.
    last.catch(() => undefined);
    untold.push(last);
    if (untold.length > AHEAD) await untold.shift();
  }
  await last;
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
  const judges = startJudges(options, (text) => text.split('\n').map(printable).forEach(complain));
  try {
    await Promise.all([judges.reference.hypervisor, judges.xen?.hypervisor]);
    await checkAll(judges, files, async (checked) => {
      if (typeof checked === 'string') {
        statuses.add(EXIT.usage);
        complain(printable(checked));
        return;
      }
      if (!isGood(checked)) statuses.add(EXIT.unexpected);
      await say(options.json === true ? checkJson(checked) : describeCheck(checked, options));
    });
  } finally {
    judges.reference.close();
    judges.xen?.close();
  }
  return [EXIT.usage, EXIT.unexpected].find((status) => statuses.has(status)) ?? EXIT.expected;
}
