/** All runs of a command, each in a process of its own. */
import { availableParallelism } from 'node:os';
import { targetNamed } from '../engine/targets';
import { userError } from '../engine/user-error';
import type { Status } from '../reports/model';
import { type Remains, completePart, endStream } from './crash';
import { type PlannedRun, narrowRun, splitRun } from './cucumber';
import { inParallel } from './in-parallel';
import type { FailFast } from './fail-fast';
import type { Interruption } from './interruption';
import { type Part, dropPart, joinPart, openParts } from './parts';
import type { Progress } from './progress';
import { type Ending, type RunnersAhead, runInProcess } from './runner-process';

/**
 * `stopped`: ended at the first failure, as requested. `broken`: a process died or failed, which was reported when it
 * happened.
 */
export type Finish = 'complete' | 'interrupted' | 'stopped' | 'broken';

export interface RunAllOptions {
  /** The file that all messages go to. */
  readonly messages: string;
  /** Number of processes at a time. */
  readonly processes: number;
  /** Number of processes that each run is dealt to. */
  readonly parts: number;
  readonly progress: Progress;
  readonly interruption: Interruption;
  /** Processes that were started ahead, for the first runs. */
  readonly ahead?: RunnersAhead;
  /** Called when a run has ended and no other run waits for a processor. */
  readonly onIdle?: () => void;
  /** Whether to stop all runs at the first failure that is no known deviation; default: no. */
  readonly failFast?: FailFast;
  /** After how many crashed scenarios a run is given up; default: 20. */
  readonly mostCrashes?: number;
}

interface Site extends Required<Pick<RunAllOptions, 'progress' | 'interruption' | 'mostCrashes'>> {
  readonly newPart: () => Part;
  readonly ahead: RunnersAhead | undefined;
  /** Stops all runs because this scenario failed; undefined: runs are never stopped. */
  readonly stop: ((key: string, name: string) => void) | undefined;
  readonly failFast: FailFast | undefined;
  /** Whether another run waits for the next idle processor. */
  readonly isCrowded: () => boolean;
}

/** Each crash costs a new process, so more would take long and show little. */
const MOST_CRASHES = 20;
/** After how many deaths in a row before the first scenario a run is given up. */
const MOST_DEATHS_AT_START = 2;

/** Makes the runs. Throws a user error if only the user can fix a failure, after all processes have ended. */
export async function runAll(plans: readonly PlannedRun[], options: RunAllOptions): Promise<Finish> {
  const { messages, processes, parts, progress, interruption, ahead, mostCrashes = MOST_CRASHES } = options;
  const stops = new Set<string>();
  const stop = (key: string, name: string): void => {
    if (stops.size === 0) progress.say(`${key}: stopped, because "${name}" is not as expected (--fail-fast).`);
    stops.add(name);
    interruption.interrupt();
  };
  const jobs = plans.flatMap((plan) => splitRun(plan, parts)).sort((a, b) => costOf(b) - costOf(a));
  let [waiting, running] = [jobs.length, 0];
  const isCrowded = (): boolean => waiting > 0 && processes >= availableParallelism();
  const site: Site = {
    ...{ progress, interruption, mostCrashes, newPart: openParts(messages), ahead, isCrowded },
    stop: options.failFast && stop,
    failFast: options.failFast,
  };
  const finishes = new Set<Finish>();
  const errors: unknown[] = [];
  await inParallel(jobs, processes, async (job) => {
    waiting -= 1;
    if (interruption.signal.aborted) return;
    running += 1;
    progress.begin(job.key, job.total);
    try {
      finishes.add(await makeRun(job, site));
    } catch (error) {
      errors.push(error);
      interruption.interrupt();
    }
    progress.end(job.key);
    running -= 1;
    if (waiting === 0 && running > 0) options.onIdle?.();
  });
  if (errors.length > 0) throw errors[0];
  if (interruption.signal.aborted) return stops.size > 0 ? 'stopped' : 'interrupted';
  return finishes.has('broken') ? 'broken' : 'complete';
}

/** The longest runs start first, so that no processor is idle for long at the end. */
const costOf = ({ target, total }: PlannedRun): number => total * targetNamed(target).cost;

/** Number of processes of a run that have died. */
interface Deaths {
  readonly inScenarios: number;
  /** In a row, before their first scenario. */
  readonly atStart: number;
}

const NO_DEATHS: Deaths = { inScenarios: 0, atStart: 0 };

/** Makes a run, or the rest of one. If its process dies, the rest of the run continues in another. */
async function makeRun(plan: PlannedRun, site: Site, before = NO_DEATHS): Promise<Finish> {
  const { progress, interruption, ahead, isCrowded, stop, failFast } = site;
  const part = site.newPart();
  const onScenario = (status: Status): void => {
    progress.ended(plan.key, status);
  };
  const circumstances = {
    signal: interruption.signal,
    crowded: isCrowded(),
    onUnexpected: (name: string) => stop?.(plan.key, name),
    ...(ahead && { ahead }),
  };
  const ending = await runInProcess({ plan, part, ...(failFast && { failFast }) }, onScenario, circumstances);
  if (ending.kind !== 'died') return finishRun(plan, ending, part, site);

  const remains = completePart(part, ending.how);
  const deaths = countDeath(before, remains);
  const rest = isHopeless(deaths, site) ? undefined : restOf(plan, remains);
  if (remains.crashed !== undefined) progress.ended(plan.key, 'crashed');
  progress.say(`${plan.key}: ${describeDeath(remains, ending.how)} ${describeRest(remains, rest)}`);
  keepPart(part, remains, rest);
  if (remains.crashed !== undefined) stop?.(plan.key, remains.crashed.name);
  const finish = rest === undefined ? 'broken' : await makeRun(rest, site, deaths);
  return remains.crashed === undefined ? finish : 'broken';
}

/** Handles the end of a run and its process. Throws a user error if the user can fix a failure. */
function finishRun(
  plan: PlannedRun,
  ending: Exclude<Ending, { readonly kind: 'died' }>,
  part: Part,
  { progress, interruption }: Site,
): Finish {
  joinPart(part);
  if (ending.kind === 'complete') return 'complete';
  if (ending.kind === 'interrupted') {
    interruption.interrupt();
    return 'interrupted';
  }
  if (ending.sentence !== undefined) throw userError(ending.sentence);
  progress.say(`${plan.key}: the run failed outside its scenarios: ${ending.trace}`);
  return 'broken';
}

const countDeath = ({ inScenarios, atStart }: Deaths, remains: Remains): Deaths => ({
  inScenarios: inScenarios + (remains.crashed === undefined ? 0 : 1),
  atStart: diedAtStart(remains) ? atStart + 1 : 0,
});

const isHopeless = ({ inScenarios, atStart }: Deaths, { mostCrashes }: Site): boolean =>
  inScenarios >= mostCrashes || atStart >= MOST_DEATHS_AT_START;

/** What is left to be run; undefined if nothing is. */
function restOf(plan: PlannedRun, remains: Remains): PlannedRun | undefined {
  if (diedAtStart(remains)) return plan;
  return remains.left.length === 0 ? undefined : narrowRun(plan, remains.left);
}

const diedAtStart = ({ crashed, ended }: Remains): boolean => crashed === undefined && ended === 0;

/** Another process starts this part again, so an empty one would be there twice. */
function keepPart(part: Part, remains: Remains, rest: PlannedRun | undefined): void {
  if (rest !== undefined && diedAtStart(remains)) {
    dropPart(part);
    return;
  }
  // The report shows a stream without an end as interrupted.
  const { crashed, left } = remains;
  if (rest !== undefined || (crashed !== undefined && left.length === 0)) endStream(part);
  joinPart(part);
}

function describeDeath(remains: Remains, how: string): string {
  const { crashed } = remains;
  if (crashed !== undefined)
    return `the emulator crashed (${how}) in "${crashed.name}", ${crashed.uri}:${crashed.line}.`;
  return `the process died (${how}) ${diedAtStart(remains) ? 'before its first scenario' : 'between two scenarios'}.`;
}

function describeRest(remains: Remains, rest: PlannedRun | undefined): string {
  if (rest !== undefined) return `The ${diedAtStart(remains) ? 'run starts again' : 'rest runs'} in a new process.`;
  return remains.left.length === 0 && !diedAtStart(remains) ? 'It was the last scenario.' : 'The rest is not run.';
}
