/**
 * The developer's loop, in some 20 seconds: types of all; lint, format and tests of what is not committed or, where
 * all is, of the last commit:
 *
 *     npm run quick [COMMIT]      what differs from COMMIT
 *
 * Tests are those that import what changed or, where none does, what uses it. Features that changed run on the
 * reference; where steps, payloads or engine changed, each fortieth scenario does. It is no proof: that is `npm test`.
 */
import { isUserError } from '../engine/user-error';
import { changedFiles, testsOf } from './changed';
import { PROJECT, type Step, TYPESCRIPT, countUnitTests, runLanes } from './lanes';

const REPORT = '.cache/quick-report';
const ON_REFERENCE = ['bin/livepatch-conformance', 'run', '--target', 'reference', '--no-allure', '--out', REPORT];
const SAMPLE = ['--revision', '2', '--shard', '1/40'];
/** Each step that compares, on a target that lies. */
const LIES = 'steps/lies.test.ts';
/** What scenarios are run by. */
const MACHINERY = /^(steps|payloads|engine)\/.*(?<!\.test)\.ts$/;

/** A step for what there is of something; none if there is nothing. */
const stepFor = (files: readonly string[], step: Step): readonly Step[] => (files.length === 0 ? [] : [step]);

function lanesFor(changed: readonly string[]): readonly (readonly Step[])[] {
  const matching = (expression: RegExp): readonly string[] => changed.filter((file) => expression.test(file));
  const sources = matching(/\.tsx?$/);
  // Steps are found by their folder, so no test imports them.
  const tests = [...testsOf(PROJECT, changed), ...(matching(/^steps\/.*(?<!\.test)\.\w+$/).length > 0 ? [LIES] : [])];
  const features = matching(/\.feature$/);
  const types = ['--noEmit', '-p', '.', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo'];
  const format = ['--check', '--log-level', 'warn', '--ignore-unknown'];
  return [
    [
      { name: 'types', command: ['node_modules/typescript/bin/tsc', ...types] },
      ...stepFor(changed, {
        name: 'format',
        command: ['node_modules/prettier/bin/prettier.cjs', ...format, ...changed],
      }),
      ...stepFor(sources, { name: 'lint', command: ['node_modules/eslint/bin/eslint.js', ...sources] }),
      ...stepFor(matching(/^features\/.*\.(feature|yaml)$/), {
        name: 'catalogue',
        command: [...TYPESCRIPT, 'checks/catalogue.ts'],
      }),
    ],
    [
      ...stepFor(tests, {
        name: 'unit',
        command: ['--test-reporter=spec', ...TYPESCRIPT, 'checks/unit.ts', ...tests],
        count: countUnitTests,
      }),
      ...stepFor(features, { name: 'features', command: [...ON_REFERENCE, ...features] }),
      ...stepFor(matching(MACHINERY), { name: 'sample', command: [...ON_REFERENCE, ...SAMPLE] }),
    ],
  ];
}

async function main([since]: readonly string[]): Promise<void> {
  const changed = changedFiles(PROJECT, since);
  console.log(`${changed.length} files changed`);
  process.exitCode = (await runLanes(lanesFor(changed))) ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(isUserError(error) ? error.message : error);
  process.exitCode = 2;
});
