/** The values that options of `check` take, as the command line gives them. */
import { InvalidArgumentError, Option } from 'commander';
import { ERRNO } from '../../engine/abi/errno';
import type { ExpectedFailure } from '../../engine/check/procedure';
import { FAIL_ON } from './checked';

const STEPS = { upload: 'UPLOAD', apply: 'APPLY', revert: 'REVERT' } as const;

/** "apply:-EINVAL": a step and the errno that it is to fail with; added to those before. */
function gatherExpected(value: string, before: readonly ExpectedFailure[] = []): readonly ExpectedFailure[] {
  const [, name = '', errno = ''] = /^(\w+):(-?E[A-Z0-9]+)$/.exec(value) ?? [];
  const step = Object.entries(STEPS).find(([own]) => own === name)?.[1];
  const found = Object.entries(ERRNO).find(([own]) => own === errno.replace(/^-/, ''))?.[1];
  if (step !== undefined && found !== undefined) return [...before, { step, errno: -found }];
  throw new InvalidArgumentError(`Expected upload, apply or revert and an errno, such as apply:-EINVAL.`);
}

export const EXPECT = [
  '--expect <STEP:ERRNO>',
  'the payload is good if this step (upload, apply or revert) fails with this errno, such as apply:-EINVAL; may be repeated',
  gatherExpected,
] as const;

export const checkFailOn = (): Option =>
  new Option(
    '--fail-on <WHOSE>',
    "whose verdict decides the exit status: the document's, that of Xen's code, or either; default: xen with --hypervisor, else document",
  ).choices([...FAIL_ON]);
