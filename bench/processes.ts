/**
 * Runs the whole suite with its steps and with empty steps, in alternating processes, to measure the cost of the steps
 * over Cucumber itself.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TYPESCRIPT } from '../engine/installation';
import { type Figure, median } from './figures';

const PAIRS = 5;
const PROJECT = join(__dirname, '..');

/** The Node options of the command, so that the suite is measured with the same heap limits. */
function nodeOptions(): readonly string[] {
  const [firstLine = ''] = readFileSync(join(PROJECT, 'bin', 'livepatch-conformance'), 'utf8').split('\n');
  return firstLine.split(' ').filter((word) => word.startsWith('--'));
}

interface Run {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

function runSuite(variant: 'real' | 'empty'): Run {
  const suite = join(__dirname, 'suite.ts');
  const command = [...nodeOptions(), '-r', TYPESCRIPT, suite, variant];
  const began = performance.now();
  const output = execFileSync(process.execPath, command, { cwd: PROJECT, encoding: 'utf8' });
  return { seconds: (performance.now() - began) / 1000, peakMegabytes: Number(output) / 1024 };
}

export function measureSuite(): readonly Figure[] {
  const pairs = Array.from({ length: PAIRS }, () => ({ real: runSuite('real'), empty: runSuite('empty') }));
  const real = median(pairs.map((pair) => pair.real.seconds));
  const empty = median(pairs.map((pair) => pair.empty.seconds));
  return [
    { name: 'suite', value: real, unit: 's' },
    { name: 'suite with empty steps', value: empty, unit: 's' },
    { name: 'suite against empty steps', value: real / empty, unit: '', target: 1.5 },
    {
      name: 'peak memory of the suite',
      value: Math.max(...pairs.map((pair) => pair.real.peakMegabytes)),
      unit: 'MB',
      target: 400,
    },
  ];
}
