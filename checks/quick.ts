/**
 * The developer's loop, in about 20 seconds. It checks all types, and lint, format and tests of what is not committed,
 * or of the last commit if everything is:
 *
 *     npm run quick [COMMIT]      what differs from COMMIT
 *
 * The tests are those that import a changed file or, if there are none, the files that use it. Changed features run on
 * the reference; if steps, payloads or engine changed, one in forty scenarios runs. Only `npm test` checks everything.
 */
import { isUserError } from '../engine/user-error';
import { changedFiles, testsOf } from './changed';
import { PROJECT, type Step, TYPESCRIPT, countUnitTests, runLanes } from './lanes';

const REPORT = '.cache/quick-report';
const ON_REFERENCE = ['bin/livepatch-conformance', 'run', '--target', 'reference', '--no-allure', '--out', REPORT];
const SAMPLE = ['--revision', '2', '--shard', '1/40'];
/** Tests each comparing step on a target that lies. */
const LIES = 'steps/lies.test.ts';
/** The folders that scenarios depend on. */
const MACHINERY = /^(steps|payloads|engine)\/.*(?<!\.test)\.ts$/;

/** A step for what there is of something; none if there is nothing. */
const stepFor = (files: readonly string[], step: Step): readonly Step[] => (files.length === 0 ? [] : [step]);

function lanesFor(changed: readonly string[]): readonly (readonly Step[])[] {
  const matching = (expression: RegExp): readonly string[] => changed.filter((file) => expression.test(file));
  const sources = matching(/\.tsx?$/);
  // Cucumber finds steps by their folder, so no test imports them.
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
