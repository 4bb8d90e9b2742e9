/** The whole suite, with its steps and with empty ones, as processes in turns: what the steps cost over Cucumber itself. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Figure, median } from './figures';

const PAIRS = 5;

interface Run {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

function runSuite(variant: 'real' | 'empty'): Run {
  const heap = join(__dirname, '..', 'bin', 'heap.js');
  const command = ['-r', heap, '-r', 'ts-node/register/transpile-only', join(__dirname, 'suite.ts'), variant];
  const began = performance.now();
  const output = execFileSync(process.execPath, command, { cwd: join(__dirname, '..'), encoding: 'utf8' });
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
