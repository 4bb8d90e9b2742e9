/**
 * The program of a process that runs payloads. It reads its assignment and then payloads from stdin, and writes its
 * frames to stdout. Both block, so that nothing that it wrote is lost when the emulator kills it.
 */
import { hexDigits } from '../bytes';
import { readFrame, writeFrame } from '../check/frames';
import { createJudgedTarget } from '../check/judged-target';
import { startCoverage, type Coverage } from '../unicorn/coverage';
import { isUserError, reasonOf } from '../user-error';
import { foreignImage } from '../xen';
import { createExecutor, createOpinions } from './execution';
import type { Assignment, Message, Task } from './messages';
import { seedsFor, subjectOf } from './seeds';

const STDIN = 0;
const STDOUT = 1;
const MICROSECONDS = 1e6;

const tell = (message: Message): void => writeFrame(STDOUT, message);
const say = (line: string): void => tell({ kind: 'line', line });
const nextTask = (): Task | undefined => readFrame(STDIN) as Task | undefined;

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS;
}

/** Of Xen's text. It must start before the CPUs are opened. */
function coverageOf({ hypervisor, known }: Assignment): Coverage | undefined {
  const text = foreignImage(hypervisor).parts.find(({ name }) => name === 'image text');
  const coverage = text && startCoverage(text.start, text.bytes.length);
  coverage?.know(known);
  return coverage;
}

/** Runs payloads until there are no more, or memory wears thin. */
function runAll(assignment: Assignment): void {
  const { hypervisor, buildId, isSearch, worn } = assignment;
  const coverage = isSearch ? coverageOf(assignment) : undefined;
  const xen = createJudgedTarget({ target: 'xen', hypervisor, revision: undefined, buildId }, say);
  const { name, revision, ...own } = xen.hypervisor;
  const judged = { target: 'reference', hypervisor, revision, buildId } as const;
  const ask = isSearch ? createOpinions(createJudgedTarget(judged, say)) : () => undefined;
  const execute = createExecutor(xen);
  const ready = { name, buildId: hexDigits(own.buildId), revision, seeds: seedsFor(subjectOf(xen)) };
  // What setting up has reached is no news of any payload.
  coverage?.take();
  tell({ kind: 'ready', ready: { ...ready, isCovered: coverage !== undefined } });
  for (let task = nextTask(); task !== undefined; task = nextTask()) {
    const { payload, isWhole } = task;
    const reference = ask(payload, isWhole);
    const execution = { ending: execute(payload), reference };
    tell({ kind: 'answer', answer: { execution, blocks: coverage?.take() ?? new Uint32Array() }, cpu: cpuSeconds() });
    if (process.memoryUsage.rss() > worn) return;
  }
}

// Ctrl-C reaches all processes of a terminal. The search decides when this one ends.
process.on('SIGINT', () => undefined);

try {
  const assignment = readFrame(STDIN) as Assignment | undefined;
  if (assignment !== undefined) runAll(assignment);
} catch (error) {
  const stack = (error instanceof Error ? error.stack : undefined) ?? reasonOf(error);
  tell({ kind: 'thrown', isForUser: isUserError(error), message: reasonOf(error), stack });
  process.exitCode = 1;
}
