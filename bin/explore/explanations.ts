/** Which recorded deviation explains what a search finds on Xen's code. */
import type { Action } from '../../engine/abi/hypercall';
import type { Difference, Finding } from '../../engine/explore';
import { type KnownDeviation, matches } from '../../features/deviations';

/**
 * Differences that a deviation leads to after certain calls. In each, `*` matches anything; PAYLOAD is the one that the
 * call is about; BEFORE is what was found before the call.
 */
export interface Explanation {
  /** In features/deviations/. */
  readonly deviation: string;
  /** The clause that decides what the call leads to, by the document. */
  readonly clause: string;
  readonly operation: Action;
  /** It has to be so as well: the CPUs came too late, or the payload depends on another one. */
  readonly only?: 'late' | 'dependent';
  /** It is always there. */
  readonly shows: Difference;
  /** All others are among these. */
  readonly also: readonly Difference[];
}

const difference = (what: string, expected: string, found: string): Difference => ({ what, expected, found });

/** The error of the action is returned by the call, and rc stays what it was. */
const returned = (errno: string): Pick<Explanation, 'shows' | 'also'> => ({
  shows: difference('the hypercall', '0', errno),
  also: [difference('rc of PAYLOAD', '*', 'BEFORE')],
});
const DEPENDENCY = 'dependency-is-refused-by-the-call';
const INVALID = {
  deviation: 'invalid-transition-succeeds',
  clause: 'STATE-11',
  shows: difference('rc of PAYLOAD', '-EINVAL', 'BEFORE'),
  also: [],
} as const;
/** REPLACE does what it does with a payload that was never reverted. */
const REPLACED = {
  deviation: 'replace-applies-a-reverted-payload-with-data',
  clause: 'BSS-2',
  operation: 'REPLACE',
} as const;

export const EXPLANATIONS: readonly Explanation[] = [
  { ...INVALID, operation: 'REVERT' },
  { ...INVALID, operation: 'APPLY' },
  { ...INVALID, operation: 'REPLACE' },
  { deviation: DEPENDENCY, clause: 'STATE-11', operation: 'UNLOAD', ...returned('-EINVAL') },
  { deviation: DEPENDENCY, clause: 'DEP-2', operation: 'APPLY', ...returned('-EINVAL') },
  { deviation: DEPENDENCY, clause: 'DEP-3', operation: 'REPLACE', ...returned('-EINVAL') },
  { deviation: DEPENDENCY, clause: 'ACT-8', operation: 'REVERT', ...returned('-EBUSY') },
  {
    ...REPLACED,
    shows: difference('state of PAYLOAD', '"CHECKED"', '"APPLIED"'),
    also: [
      difference('state of *', '"APPLIED"', '"CHECKED"'),
      difference('bytes of xen_extra_version', '*', 'a jump to PAYLOAD'),
      difference('rc of *', '*', '0'),
    ],
  },
  // The time is over.
  { ...REPLACED, only: 'late', shows: difference('rc of PAYLOAD', '-EINVAL', '-EBUSY'), also: [] },
  // The dependency is asked for, and is not there.
  { ...REPLACED, only: 'dependent', ...returned('-EINVAL') },
  {
    deviation: 'expectation-is-refused-by-the-call',
    clause: 'V2-HOOK-16',
    operation: 'REPLACE',
    ...returned('-EOPNOTSUPP'),
  },
  ...(['APPLY', 'REVERT'] as const).map((operation) => ({
    deviation: 'veto-is-returned-by-the-call',
    clause: 'V2-HOOK-8',
    operation,
    shows: difference('the hypercall', '0', '-EPERM'),
    also: [],
  })),
];

function isOf(pattern: Difference, difference: Difference, { path, foundBefore }: Finding): boolean {
  const payload = path.at(-1)?.payload ?? '';
  const { what, expected, found } = difference;
  return (
    matches(pattern.what.replace('PAYLOAD', payload), what) &&
    matches(pattern.expected, expected) &&
    (pattern.found === 'BEFORE'
      ? found === foundBefore.get(what)
      : matches(pattern.found.replace('PAYLOAD', payload), found))
  );
}

function isSo(only: Explanation['only'], { cast, path }: Finding): boolean {
  const call = path.at(-1);
  if (only === undefined || call === undefined || call.operation === 'UPLOAD') return only === undefined;
  if (only === 'late') return call.way === 'late';
  return cast.members.some(({ name, dependsOn }) => name === call.payload && dependsOn !== undefined);
}

/** The id of the deviation, one of these, that explains all differences of the finding; undefined if none does. */
export function explained(finding: Finding, deviations: readonly KnownDeviation[]): string | undefined {
  const { differences, path, step } = finding;
  return EXPLANATIONS.find(
    ({ deviation, clause, operation, only, shows, also }) =>
      deviations.some(({ id }) => id === deviation) &&
      clause === step.clause &&
      operation === path.at(-1)?.operation &&
      isSo(only, finding) &&
      differences.some((one) => isOf(shows, one, finding)) &&
      differences.every((one) => [shows, ...also].some((pattern) => isOf(pattern, one, finding))),
  )?.deviation;
}
