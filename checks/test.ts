/**
 * Everything that must pass before a change is committed: `npm test`. It runs two lanes in parallel, for a machine with
 * two processors. The output of a step is shown if it failed. The last line counts unit tests and scenarios: "N passed,
 * N failed".
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTool } from '../engine/client';
import { isUserError } from '../engine/user-error';
import { DEBIAN_XENS, findDebianXen } from '../engine/xen';
import { findChromium } from './chromium';
import { type Counts, PROJECT, type Step, TYPESCRIPT, countUnitTests, runLanes, sum } from './lanes';

const REPORT = '.cache/test-report';
const XEN_REPORT = '.cache/xen-report';
const TOOL_REPORT = '.cache/tool-report';

/** One of the project's checks: a file of this folder. */
const check = (name: string): Step => ({ name, command: [...TYPESCRIPT, `checks/${name}.ts`] });

/** Compares the verdicts of a report with its own scenarios. */
const verdictsOf = (report: string): Step => ({
  name: 'verdicts',
  command: [...TYPESCRIPT, 'checks/verdicts.ts', `${report}/compliance.json`],
});

/** The features on the Xens that were already fetched. Their known deviations are no failures. */
function onXens(): readonly Step[] {
  const fetched = DEBIAN_XENS.filter((name) => findDebianXen(name) !== undefined);
  if (fetched.length === 0) return [];
  const options = ['--target', 'xen', '--hypervisor', fetched.join(','), '--out', XEN_REPORT];
  return [{ name: 'xen', command: ['bin/livepatch-conformance', 'run', ...options] }, verdictsOf(XEN_REPORT)];
}

/** The features of the tool, on the reference, if the tool of Debian 12 can be had. Known deviations are no failures. */
function withTool(): readonly Step[] {
  try {
    findTool('debian-12', console.log);
  } catch (error) {
    if (!isUserError(error)) throw error;
    console.log(`The tool xen-livepatch is left out: ${error.message}`);
    return [];
  }
  const options = ['--tool', 'debian-12', '--no-allure', '--out', TOOL_REPORT];
  return [{ name: 'tool', command: ['bin/livepatch-conformance', 'run', ...options] }, verdictsOf(TOOL_REPORT)];
}

/** The report in a browser, if there is one; always on the CI machine. */
function inBrowser(): readonly Step[] {
  if (findChromium() === undefined && process.env['CI'] === undefined) return [];
  const command = ['--test-reporter=spec', ...TYPESCRIPT, 'checks/browser.ts', `${REPORT}/index.html`];
  return [{ name: 'browser', command, count: countUnitTests }];
}

const LANES: readonly (readonly Step[])[] = [
  [
    { name: 'types', command: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'] },
    check('exchanges'),
    { name: 'lint', command: ['node_modules/eslint/bin/eslint.js', '.'] },
    { name: 'format', command: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
  ],
  [
    { name: 'unit', command: ['--test-reporter=spec', ...TYPESCRIPT, 'checks/unit.ts'], count: countUnitTests },
    ...[
      'arrows',
      'catalogue',
      'payloads',
      'image',
      'samples',
      'agent',
      'preload',
      'coverage',
      'vocabulary',
      'package',
      'container',
    ].map(check),
    {
      name: 'features',
      command: ['bin/livepatch-conformance', 'run', '--target', 'reference', '--out', REPORT],
      count: () => scenariosIn(REPORT),
    },
    verdictsOf(REPORT),
    check('repeatable'),
    ...withTool(),
    ...inBrowser(),
    ...onXens(),
  ],
];

/** From the report's own counts, which cover all runs. */
function scenariosIn(report: string): Counts {
  const file = join(PROJECT, report, 'compliance.json');
  if (!existsSync(file)) return { passed: 0, failed: 0 };
  const { runs } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly runs: readonly { readonly scenarios: Counts }[];
  };
  return sum(runs.map(({ scenarios }) => scenarios));
}

async function main(): Promise<void> {
  process.exitCode = (await runLanes(LANES)) ? 0 : 1;
}

void main();
