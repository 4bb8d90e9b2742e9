/** `fuzz`: payloads that are grown towards new behaviour of Xen's own loader, and what they find. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ready } from '../../engine/fuzz/messages';
import { search, type Find, type Tally } from '../../engine/fuzz/search';
import { startWorker, type Worker } from '../../engine/fuzz/worker';
import { isUserError } from '../../engine/user-error';
import { loadDeviations } from '../../features/deviation-files';
import { recordsOf } from '../../features/deviations';
import { EXIT, type ExitStatus } from '../exit';
import { outputFolder } from '../folder';
import { corpusAt, payloadsAt } from '../fuzz/files';
import { fuzzJson, type Kept } from '../fuzz/json';
import { knownBy } from '../fuzz/known';
import { createStatusLine, type StatusLine } from '../fuzz/status';
import { endingText, findText, isNew, statusText, summaryText, type Elsewhere } from '../fuzz/text';
import { listenForInterruption } from '../interruption';
import { processScreen } from '../progress';
import type { XenAtHand } from '../runs';
import { provideXen, xensFor } from '../xen';

/** As the command line has them. */
export interface FuzzOptions {
  /** The first is searched; the others are asked about what was found. */
  readonly hypervisor: readonly string[];
  readonly seconds?: number;
  readonly count?: number;
  readonly seed: number;
  readonly corpus?: string;
  readonly out: string;
}

/** Without --seconds and --count. */
const USUAL_SECONDS = 60;

const seconds = (): number => performance.now() / 1000;
const ownCpu = (): number => process.resourceUsage().userCPUTime / 1e6 + process.resourceUsage().systemCPUTime / 1e6;

/** What the other Xens do with the payload of each find. */
async function askElsewhere(
  xens: readonly XenAtHand[],
  finds: readonly Find[],
  { buildId }: Ready,
  say: (line: string) => void,
): Promise<ReadonlyMap<Find, readonly Elsewhere[]>> {
  const found = new Map<Find, Elsewhere[]>(finds.map((find) => [find, []]));
  for (const { file, name } of xens) {
    const worker = startWorker({ hypervisor: file, buildId, isSearch: false, say });
    try {
      for (const find of finds) {
        const { execution } = await worker.execute(find.minimal?.payload ?? find.payload);
        found.get(find)?.push({ hypervisor: name, does: endingText(execution.ending) });
      }
    } catch (error) {
      if (!isUserError(error)) throw error;
      say(`${name} is not asked: ${error.message}`);
    } finally {
      worker.close();
    }
  }
  return found;
}

/** Writes the payload of each find, and says what other Xens do with it. */
async function keepFinds(
  out: string,
  { finds }: Tally,
  ask: (finds: readonly Find[]) => ReturnType<typeof askElsewhere>,
): Promise<readonly Kept[]> {
  const minimal = finds.filter((find) => find.minimal !== undefined);
  const elsewhere = await ask(minimal);
  mkdirSync(join(out, 'fuzz'), { recursive: true });
  return finds.map((find, at) => {
    const file = join('fuzz', `${at + 1}-${find.kind}.livepatch`);
    writeFileSync(join(out, file), find.minimal?.payload ?? find.payload);
    return { find, file, elsewhere: elsewhere.get(find) ?? [] };
  });
}

interface Searching {
  readonly worker: Worker;
  readonly ready: Ready;
  readonly line: StatusLine;
  readonly signal: AbortSignal;
}

function runSearch(
  files: readonly string[],
  options: FuzzOptions,
  { worker, ready, line, signal }: Searching,
): Promise<Tally> {
  const { seed, count = Infinity } = options;
  const limit = options.seconds ?? (options.count === undefined ? USUAL_SECONDS : Infinity);
  const corpus = options.corpus === undefined ? undefined : corpusAt(options.corpus);
  const { before = [] } = corpus ?? {};
  const { deviations } = recordsOf(loadDeviations(), ready.name);
  if (!ready.isCovered)
    line.say('Coverage cannot be measured here, so payloads are not grown: each is made of a seed.');
  return search({
    ...{ worker, signal, seed, count, limit, now: seconds },
    ...{ revision: ready.revision, isCovered: ready.isCovered, seeds: ready.seeds },
    files: [...payloadsAt(files), ...before],
    isResumed: before.length > 0,
    knownBy: (find) => knownBy(deviations, find),
    onKept: (payload) => corpus?.keep(payload),
    onFind: (find) => line.say(findText(find)),
    onProgress: (tally) => line.show(statusText(tally, worker.deaths())),
  });
}

/**
 * Searches, and writes fuzz.json and the payloads of what was found. Status 1 if something is new. Throws a user error
 * for a hypervisor that cannot be run, a file that cannot be read, or a folder that cannot be written.
 */
export async function fuzz(files: readonly string[], options: FuzzOptions): Promise<ExitStatus> {
  const out = outputFolder(options.out);
  const line = createStatusLine(processScreen(), () => performance.now());
  const { say } = line;
  const selection = { target: 'xen', revision: 'all', hypervisor: options.hypervisor.join(',') } as const;
  const [xen, ...others] = xensFor(selection, provideXen, say);
  if (xen === undefined) throw new RangeError('xens: expected one or more, got none');
  const interruption = listenForInterruption();
  const worker = startWorker({ hypervisor: xen.file, buildId: undefined, isSearch: true, say });
  try {
    const ready = await worker.ready;
    const tally = await runSearch(files, options, { worker, ready, line, signal: interruption.signal });
    line.end();
    const kept = await keepFinds(out, tally, (finds) => askElsewhere(others, finds, ready, say));
    const cpuSeconds = worker.cpu() + ownCpu();
    const { name, buildId } = ready;
    const emulatorEnded = worker.deaths();
    const file = join(out, 'fuzz.json');
    const searched = { hypervisor: { name, buildId }, seed: options.seed, tally, cpuSeconds, emulatorEnded, kept };
    writeFileSync(file, fuzzJson(searched));
    for (const text of [...summaryText(tally, cpuSeconds), file]) say(text);
    return tally.finds.some(isNew) ? EXIT.unexpected : EXIT.expected;
  } finally {
    interruption.forget();
    worker.close();
  }
}
