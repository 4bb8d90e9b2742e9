/**
 * Passes mutated payloads through `check`. Each must get a verdict, no process may grow without limit, and the judge
 * must not throw. Part of `npm run nightly`:
 *
 *     node -r ./engine/typescript.js checks/mutants.ts [--count N] [--seed N] [--hypervisor XEN-SYMS]
 *
 * Without --hypervisor only the reference judges; with it, that Xen too. Mutants that crash the emulator or make the
 * judge throw are kept.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { CheckedJson } from '../bin/check/json';
import { mutate } from '../engine/fuzz/mutate';
import { picked, randomFrom } from '../engine/fuzz/random';
import { seedsFor, subjectOf } from '../engine/fuzz/seeds';
import { createReference } from '../engine/reference';
import { foreignImage } from '../engine/xen';

const PROJECT = resolve(__dirname, '..');
const COMMAND = join(PROJECT, 'bin/livepatch-conformance');
const KEPT = join(PROJECT, '.cache/mutants');
/** Number of files that are named ahead of their verdicts. None is removed before the end: later ones may depend on it. */
const AT_ONCE = 64;
const LOOK_MS = 500;
/** Number of parts; the peak memory of each part is printed. */
const PARTS = 10;
/** How an emulator ends. If a judge ends in another way, that is an exception, and a mistake of ours. */
const EMULATORS_END = /^(SIG|more than )/;

/** Memory of the process and its children, in MB. */
function memoryOf(pid: number): readonly number[] {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return [Number(kilobytes ?? 0) / 1024, ...children.flatMap((child) => memoryOf(Number(child)))];
  } catch {
    // The process has ended meanwhile.
    return [];
  }
}

type JsonVerdict = CheckedJson['reference'];

function outcomeOf({ ok, stopped, crashed, upload }: JsonVerdict): string {
  if (crashed !== null) return `crashed (${crashed.how})`;
  if (stopped !== null) return 'hypervisor crashed';
  if (ok) return 'good';
  return upload?.rc === 0 ? 'loaded, not good' : 'refused';
}

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly hypervisor: string | undefined;
}

/** Judges the mutants, and prints the number of each outcome and the peak memory of each part. */
async function judgeMutants({ count, seed, hypervisor }: Options) {
  const image = hypervisor === undefined ? {} : { foreign: foreignImage(hypervisor) };
  const seeds = seedsFor(subjectOf(createReference({ revision: 2, ...image }))).map(({ bytes }) => bytes);
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  const against = hypervisor === undefined ? [] : ['--hypervisor', hypervisor];
  const child = spawn(process.execPath, [COMMAND, 'check', '--json', '--files-from', '-', ...against], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const counts = new Map<string, number>();
  const peaks: number[] = [];
  let made = 0;
  let judged = 0;

  function makeNext(): void {
    if (made === count) {
      child.stdin.end();
      return;
    }
    const file = join(folder, `mutant-${seed}-${made}`);
    writeFileSync(file, mutate(random, picked(random, seeds), seeds, 2));
    made += 1;
    child.stdin.write(`${file}\n`);
  }

  function take({ file, reference, xen }: CheckedJson): void {
    for (const [target, verdict] of Object.entries({ reference, xen })) {
      if (verdict === null) continue;
      const outcome = `${target}: ${outcomeOf(verdict)}`;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    if (reference.crashed !== null || (xen?.crashed ?? null) !== null) keep(file);
    judged += 1;
    makeNext();
  }

  const watch = setInterval(() => {
    const part = Math.min(PARTS - 1, Math.floor((judged / count) * PARTS));
    peaks[part] = Math.max(peaks[part] ?? 0, ...memoryOf(child.pid ?? 0));
  }, LOOK_MS);
  for (let ahead = 0; ahead < AT_ONCE && made < count; ahead++) makeNext();
  const ended = new Promise<number | null>((done) => child.on('close', done));
  for await (const line of createInterface({ input: child.stdout })) take(JSON.parse(line) as CheckedJson);
  clearInterval(watch);
  rmSync(folder, { recursive: true });
  return { status: await ended, judged, counts, peaks };
}

function keep(file: string): void {
  mkdirSync(KEPT, { recursive: true });
  copyFileSync(file, join(KEPT, file.slice(file.lastIndexOf('/') + 1)));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      hypervisor: { type: 'string' },
    },
  });
  const options = { count: Number(values.count), seed: Number(values.seed), hypervisor: values.hypervisor };
  const began = performance.now();
  const { status, judged, counts, peaks } = await judgeMutants(options);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${judged} of ${options.count} mutants have a verdict, in ${seconds.toFixed(0)} s (seed ${options.seed})`,
  );
  for (const [outcome, many] of [...counts].sort()) console.log(`${String(many).padStart(8)}  ${outcome}`);
  console.log(`largest process, in MB, by tenths: ${peaks.map((peak) => Math.round(peak)).join(' ')}`);
  const thrown = [...counts.keys()].filter((outcome) => {
    const [, how] = /crashed \((.*)\)$/.exec(outcome) ?? [];
    return how !== undefined && !EMULATORS_END.test(how);
  });
  if (judged !== options.count || status === null || status > 1 || thrown.length > 0) process.exitCode = 1;
}

void main();
