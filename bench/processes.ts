/**
 * Runs the whole suite with its steps and with empty steps, in alternating processes, to measure the cost of the steps
 * over Cucumber itself: on the reference, and on the code of Debian 12's Xen if that was fetched.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { NODE_ENVIRONMENT, NODE_OPTIONS } from '../bin/runner-process';
import { findDebianXen } from '../engine/xen';
import { type Figure, median } from './figures';
import type { Measured } from './suite';

const PROJECT = join(__dirname, '..');
const SUITE = join(__dirname, 'suite.ts');

interface Run extends Measured {
  readonly seconds: number;
}

/** In a process like those that make runs. `xen`: on the code of this xen-syms. */
function runSuite(variant: 'real' | 'empty', xen: string | undefined): Run {
  const began = performance.now();
  const output = execFileSync(
    process.execPath,
    [...NODE_OPTIONS, SUITE, variant, ...(xen === undefined ? [] : [xen])],
    {
      cwd: PROJECT,
      encoding: 'utf8',
      env: { ...process.env, ...NODE_ENVIRONMENT },
    },
  );
  return { seconds: (performance.now() - began) / 1000, ...(JSON.parse(output) as Measured) };
}

interface Subject {
  /** "on the reference" */
  readonly where: string;
  readonly xen?: string;
  readonly pairs: number;
  /** Milliseconds. */
  readonly perScenario: number;
  readonly ratio?: number;
}

function measure({ where, xen, pairs, perScenario, ratio }: Subject): readonly Figure[] {
  const runs = Array.from({ length: pairs }, () => ({ real: runSuite('real', xen), empty: runSuite('empty', xen) }));
  const real = median(runs.map((pair) => pair.real.seconds));
  const empty = median(runs.map((pair) => pair.empty.seconds));
  const scenarios = Math.max(...runs.map((pair) => pair.real.scenarios));
  const peak = Math.max(...runs.map((pair) => pair.real.peakMegabytes));
  const above = ((real - empty) * 1000) / scenarios;
  return [
    { name: `suite ${where}`, value: real, unit: 's' },
    { name: `suite ${where}, empty steps`, value: empty, unit: 's' },
    ...(ratio === undefined
      ? []
      : [{ name: 'suite against empty steps', value: real / empty, unit: '', target: ratio }]),
    { name: `a scenario ${where}, above Cucumber`, value: above, unit: 'ms', target: perScenario },
    { name: `peak memory ${where}`, value: peak, unit: 'MB', target: 400 },
  ];
}

export function measureSuite(): readonly Figure[] {
  const xen = findDebianXen('debian-12');
  return [
    ...measure({ where: 'on the reference', pairs: 5, perScenario: 1.5, ratio: 1.5 }),
    ...(xen === undefined ? [] : measure({ where: "on Xen's code", xen, pairs: 3, perScenario: 3 })),
  ];
}
