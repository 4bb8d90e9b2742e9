/** The program of a process that runs payloads. */
import { hexDigits } from '../bytes';
import { createJudgedTarget } from '../check/judged-target';
import { serveTasks, type Tasks } from '../check/tasks';
import { startCoverage, type Coverage } from '../unicorn/coverage';
import { foreignImage } from '../xen';
import { createExecutor, createOpinions } from './execution';
import type { Answer, Assignment, Ready, Task } from './messages';
import { seedsFor, subjectOf } from './seeds';

const MICROSECONDS = 1e6;

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
function runAll({ assignment, tell, next }: Tasks<Assignment, Task, Ready, Answer, never>): void {
  const { hypervisor, buildId, isSearch, worn } = assignment;
  const say = (line: string): void => tell({ kind: 'line', line });
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
  for (let task = next(); task !== undefined; task = next()) {
    const { payload, isWhole } = task;
    const reference = ask(payload, isWhole);
    const began = cpuSeconds();
    const execution = { ending: execute(payload), reference };
    const cpu = cpuSeconds();
    const blocks = coverage?.take() ?? new Uint32Array();
    tell({ kind: 'answer', answer: { execution, blocks, cpu, spent: cpu - began } });
    if (process.memoryUsage.rss() > worn) return;
  }
}

// Ctrl-C reaches all processes of a terminal. The search decides when this one ends.
process.on('SIGINT', () => undefined);

serveTasks(runAll);
