/** A project of a few scenarios, some of which end in a bad way, to run the command on. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { userError } from '../../engine/user-error';
import { type RunOptions, run } from '../commands/run';
import { showProgress } from '../progress';
import type { XenAtHand } from '../runs';

const PROJECT = resolve(__dirname, '../..');

const STEPS = `
import { Before, Given } from '@cucumber/cucumber';
Before(function () {
  const { label, target, revision } = this.parameters;
  const hypervisor = { name: label, buildId: '00' };
  const suite = { name: 'scratch', version: '1' };
  const run = { label, target, revision, hypervisor, suite };
  this.attach(JSON.stringify(run), 'application/vnd.livepatch-conformance.run+json');
});
Given('all is well', function () {
  const { target, hypervisor } = this.parameters;
  if (target !== (hypervisor === undefined ? 'reference' : 'xen')) throw new Error('no target');
});
Given('it fails', () => { throw new Error('it failed'); });
Given('Ctrl-C is pressed', () => { process.kill(process.pid, 'SIGINT'); });
Given('the command gets {word}', (signal) => { process.kill(process.ppid, signal); });
Given('the process dies of {word}', (signal) => {
  process.kill(process.pid, signal);
  for (;;);
});
Given('the process aborts', () => { process.abort(); });
Given('the process exits with {int}', (status) => { process.exit(status); });
Given('the process uses up its memory', () => { for (const hoard = []; ; ) hoard.push(Array(1000).fill(0)); });
Given('it takes a while', () => { for (const end = performance.now() + 100; performance.now() < end;); });
`;

export const FEATURE = `Feature: scratch
  Scenario: good
    Given all is well

  @revision-2
  Scenario: of the second revision
    Given all is well

  @bad
  Scenario: bad
    Given it fails

  @unwritten
  Scenario: unwritten
    Given nobody wrote this

  @stop
  Scenario: stop
    Given Ctrl-C is pressed

  @stop
  Scenario Outline: long
    Given it takes a while
    Examples:
      | time |
      | 1    |
      | 2    |
      | 3    |

  Scenario: last
    Given all is well
`;

export interface Scratch {
  readonly project: string;
  readonly out: string;
  readonly run: (options?: Partial<RunOptions>, features?: readonly string[]) => Promise<number>;
  /** What was shown. */
  readonly lines: string[];
  /** Number of scenarios whose end is in the message file. */
  readonly recorded: () => number;
}

/** As if there were one file, and nothing to be fetched. */
function provideXen(name: string): XenAtHand {
  if (name === 'xen-syms') return { file: name, revision: 2, name: 'Xen 4.18.0 (xen-syms)' };
  throw userError(name.startsWith('debian-') ? 'it cannot be fetched' : `${name} is no Xen`);
}

const provideTool = (name: string): Promise<never> => Promise.reject(userError(`${name} is no tool`));

/** A project with one feature. Inside the real one, since that is where its steps find Cucumber. */
export function scratch(context: TestContext, feature = FEATURE): Scratch {
  mkdirSync(join(PROJECT, '.cache'), { recursive: true });
  const project = mkdtempSync(join(PROJECT, '.cache', 'scratch-'));
  context.after(() => {
    rmSync(project, { recursive: true });
  });
  mkdirSync(join(project, 'steps'));
  mkdirSync(join(project, 'features'));
  writeFileSync(join(project, 'cucumber.json'), readFileSync(join(PROJECT, 'cucumber.json')));
  writeFileSync(join(project, 'steps', 'steps.ts'), STEPS);
  writeFileSync(join(project, 'features', 'a.feature'), feature);
  const out = join(project, 'out');
  const lines: string[] = [];
  const progress = showProgress({ write: (text) => lines.push(text), interactive: false, columns: 80 });
  return {
    project,
    out,
    lines,
    run: (options, features = []) =>
      run(
        features,
        { target: 'reference', revision: 'all', out, ...options },
        { project, progress, provide: () => undefined, provideXen, provideTool },
      ),
    recorded: () => readFileSync(join(out, 'messages.ndjson'), 'utf8').split('"testCaseFinished"').length - 1,
  };
}
