/** The search: payloads grown from good ones, run one after the other, and what was found out about the new ones. */
import type { Revision } from '../abi/hypercall';
import { classOf, isAlike, nameOf, type Class, type Kind } from './classes';
import { createCorpus } from './corpus';
import type { Execution } from './execution';
import type { Answer } from './messages';
import { minimize, nearestSeed, type Minimal } from './minimize';
import { randomFrom } from './random';
import type { Seed } from './seeds';
import { FILE_END } from './spans';
import { walk } from './walk';
import type { Worker } from './worker';

/** A class of payloads, by the first of it. */
export interface Find extends Class {
  readonly payload: Uint8Array;
  /** Of the payload, or of the minimal one where there is that. */
  readonly execution: Execution;
  /** Absent: the payload is to blame itself, or the emulator. */
  readonly minimal?: Minimal;
  /** The number of the payload, from 1. */
  readonly at: number;
  /** Seconds since the search began. */
  readonly seconds: number;
  /** What explains it, such as a deviation's id; absent: nothing does. */
  readonly known?: string;
}

/** Payloads, and the seconds of CPU that they took on Xen. */
export interface Speed {
  readonly payloads: number;
  readonly seconds: number;
}

export interface Tally {
  /** Payloads that were given to Xen, without those tried for a minimal one. */
  readonly given: number;
  /** By how they ended; the sum is `given`, or one is still under way. */
  readonly endings: Readonly<Record<Execution['ending']['kind'], number>>;
  /** Payloads tried in order to make others minimal. */
  readonly tried: number;
  readonly blocks: number;
  readonly corpus: number;
  readonly finds: readonly Find[];
  /** Payloads of each class, by its name. */
  readonly counts: ReadonlyMap<string, number>;
  /** Of payloads that UPLOAD refuses, and of those that go through the whole cycle. */
  readonly speeds: { readonly upload: Speed; readonly cycle: Speed };
  /** Seconds since the beginning, and when a block was last reached for the first time. */
  readonly seconds: number;
  readonly lastNew: number;
}

export interface SearchOptions {
  readonly worker: Pick<Worker, 'execute'>;
  readonly revision: Revision;
  /** Whether new blocks say what is kept. */
  readonly isCovered: boolean;
  /** Good payloads; those that do not pass the whole cycle are only kept. */
  readonly seeds: readonly Seed[];
  /** Payloads from elsewhere, such as those that an earlier search kept. */
  readonly files: readonly Seed[];
  /** An earlier search, which this one goes on with, has made the single changes. */
  readonly isResumed: boolean;
  /** The seed of what is random. */
  readonly seed: number;
  /** The search ends after so many payloads made here, or so many seconds. */
  readonly count: number;
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Seconds of any clock. */
  readonly now: () => number;
  /** What explains a find already. */
  readonly knownBy: (find: Find) => string | undefined;
  /** A payload was kept. */
  readonly onKept: (payload: Uint8Array) => void;
  readonly onFind: (find: Find) => void;
  readonly onProgress: (tally: Tally) => void;
}

/** One that is given to Xen. */
interface Input {
  readonly payload: Uint8Array;
  /** The good payload that it is meant to be. */
  readonly seed?: Seed;
  readonly isFile: boolean;
}

/** What is worth a minimal payload: the others say nothing of Xen's own code. */
const MINIMIZED: readonly Kind[] = ['stop', 'broken', 'taken', 'refused'];

/** A faultless loader runs the payload's own code too. */
const OWN_DOING = "the payload's own doing";
/** Its code, and which of its functions the hooks are. */
const OWN_CODE =
  /^(\.rela)?\.(text|rodata|livepatch\.hooks)|^section\[\.(text|rodata)[^\]]*\]\.(data|sh_offset)|^section\[\.rela\.text[^\]]*\]|^symbol\[.*\]\.st_value$/;

/**
 * Whether a stop comes from the code that the payload brings: the reference, which takes the payload, crashes too; or
 * nothing but that code is changed, and it was run.
 */
function isOwnDoing({ kind, execution: { ending, reference }, minimal }: Find): boolean {
  if (kind !== 'stop' || reference?.errno !== 0 || ending.kind !== 'stopped' || ending.phase === 'UPLOAD') return false;
  const isOnlyCode = minimal?.changes.every(({ field }) => field === FILE_END || OWN_CODE.test(field)) === true;
  return reference.ending?.kind === 'stopped' || isOnlyCode;
}

const NO_SPEED: Speed = { payloads: 0, seconds: 0 };

function withPayload(speeds: Tally['speeds'], ending: Execution['ending'], spent: number): Tally['speeds'] {
  const more = ({ payloads, seconds }: Speed): Speed => ({ payloads: payloads + 1, seconds: seconds + spent });
  if (ending.kind === 'refused') return { ...speeds, upload: more(speeds.upload) };
  const isWhole = ending.kind === 'accepted' && ending.reached.includes('REVERT') && ending.reached.includes('UNLOAD');
  return isWhole ? { ...speeds, cycle: more(speeds.cycle) } : speeds;
}

/** Searches until one of the ends. Rejects where the worker does. */
export async function search(options: SearchOptions): Promise<Tally> {
  const { worker, revision, isCovered, signal, now } = options;
  const corpus = createCorpus(randomFrom(options.seed), revision);
  const good: Seed[] = [];
  const began = now();
  const endings = { refused: 0, accepted: 0, stopped: 0, broken: 0, died: 0 };
  const finds = new Map<string, Find>();
  const counts = new Map<string, number>();
  /** The class of the minimal payload, by that of the first one: the reference may refuse the two by different clauses. */
  const names = new Map<string, string>();
  let [given, tried, blocks, lastNew] = [0, 0, 0, 0];
  let speeds: Tally['speeds'] = { upload: NO_SPEED, cycle: NO_SPEED };

  const tally = (): Tally => ({
    ...{ given, endings, tried, blocks, counts, speeds, lastNew },
    ...{ corpus: corpus.size(), finds: [...finds.values()], seconds: now() - began },
  });

  async function retry(payload: Uint8Array, isWhole = false): Promise<Execution> {
    tried += 1;
    const { execution, blocks: fresh } = await worker.execute(payload, isWhole);
    blocks += fresh.length;
    return execution;
  }

  async function lookInto(own: Class, payload: Uint8Array, execution: Execution): Promise<Find> {
    const seen = { payload, at: given, seconds: now() - began };
    if (!MINIMIZED.includes(own.kind) || good.length === 0) return { ...own, ...seen, execution };
    const doesTheSame = async (candidate: Uint8Array): Promise<boolean> => {
      const found = classOf(await retry(candidate));
      return found !== undefined && isAlike(found, own);
    };
    const minimal = await minimize(payload, nearestSeed(payload, good), revision, doesTheSame);
    const least = await retry(minimal.payload, true);
    return { ...(classOf(least) ?? own), ...seen, minimal, execution: least };
  }

  /** Reports the first of a class, if its minimal payload is of no class that is known. The name of that one's class. */
  async function report(own: Class, payload: Uint8Array, execution: Execution): Promise<string> {
    const found = await lookInto(own, payload, execution);
    const name = nameOf(found);
    if (finds.has(name)) return name;
    const known = isOwnDoing(found) ? OWN_DOING : options.knownBy(found);
    const find = known === undefined ? found : { ...found, known };
    finds.set(name, find);
    options.onFind(find);
    return name;
  }

  async function note(own: Class, payload: Uint8Array, execution: Execution): Promise<void> {
    const first = nameOf(own);
    const name = names.get(first) ?? (await report(own, payload, execution));
    names.set(first, name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  function keepIfNew({ payload, seed, isFile }: Input, { ending }: Execution, fresh: number): void {
    if (ending.kind === 'stopped' || ending.kind === 'died') return;
    if (seed !== undefined && ending.kind === 'accepted' && ending.reached.includes('UNLOAD')) good.push(seed);
    if (seed === undefined && fresh === 0 && !(isFile && !isCovered)) return;
    corpus.keep(payload, ending.kind === 'accepted');
    if (seed === undefined) options.onKept(payload);
  }

  async function take(input: Input, { execution, blocks: fresh, spent }: Answer): Promise<void> {
    endings[execution.ending.kind] += 1;
    speeds = withPayload(speeds, execution.ending, spent);
    blocks += fresh.length;
    if (fresh.length > 0) lastNew = now() - began;
    keepIfNew(input, execution, fresh.length);
    const own = classOf(execution);
    if (own !== undefined) await note(own, input.payload, execution);
    options.onProgress(tally());
  }

  function* singleChanges(): Generator<Uint8Array> {
    if (options.isResumed) return;
    const walked = new Set<string>();
    for (const { bytes } of good) yield* walk(bytes, revision, walked);
  }

  function* inputs(): Generator<Input> {
    for (const seed of options.seeds) yield { payload: seed.bytes, seed, isFile: false };
    for (const { bytes } of options.files) yield { payload: bytes, isFile: true };
    let made = 0;
    for (const payload of singleChanges()) {
      if (made >= options.count) return;
      made += 1;
      yield { payload, isFile: false };
    }
    for (; made < options.count && corpus.size() > 0; made++) yield { payload: corpus.next(), isFile: false };
  }

  const isOver = (): boolean => signal.aborted || now() - began >= options.limit;
  // One is under way while the next is made: what is made depends on the verdicts before both, so it can be repeated.
  let before: (() => Promise<void>) | undefined;
  for (const input of inputs()) {
    given += 1;
    const answer = worker.execute(input.payload);
    await before?.();
    before = async () => take(input, await answer);
    if (isOver()) break;
  }
  await before?.();
  return tally();
}
