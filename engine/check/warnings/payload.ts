/** Warnings about a payload as a whole: its file, its name, what it does not say. */
import { LIMITS } from '../../abi/hypercall';
import type { Asked } from '../../reference/rules/sequence';
import type { ReadPayload } from '../inspect';
import type { WarningRow } from './warning';

/** A payload's file and the name that it is uploaded under. */
export interface PayloadFacts {
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of sections with debug information. */
  readonly debugSize: number;
  /** Bytes of the name that is asked for. */
  readonly nameLength: number;
  /** Functions, and those of them that do not say which bytes they replace; none where the revision cannot say. */
  readonly functions: number;
  readonly withoutExpectation: number;
}

/** From here on a payload is called near the limit. */
const NEAR_LIMIT = (LIMITS.payload / 8) * 7;
/** Debug information of fewer bytes than this does no harm. */
const MUCH_DEBUG = LIMITS.payload / 8;

export const PAYLOAD_WARNINGS: readonly WarningRow<PayloadFacts>[] = [
  {
    name: 'no-expectation',
    isAdvice: true,
    clause: 'V2-FUNC-4',
    says: ({ functions, withoutExpectation }) =>
      `${withoutExpectation} of ${functions} functions have no expectation: the bytes there are replaced without a check.`,
    found: ({ withoutExpectation }) => withoutExpectation > 0,
  },
  {
    name: 'name-cut',
    clause: 'NAME-2',
    says: ({ nameLength }) =>
      `The payload's name has ${nameLength} bytes, more than ${LIMITS.name - 1}: check cuts it, and xen-livepatch refuses the file.`,
    ofRefused: true,
    found: ({ nameLength }) => nameLength > LIMITS.name - 1,
  },
  {
    name: 'near-size-limit',
    clause: 'UPL-4',
    says: ({ size }) => `The file has ${size} bytes; the limit is ${LIMITS.payload}.`,
    found: ({ size }) => size >= NEAR_LIMIT,
  },
  {
    name: 'debug-information',
    clause: 'UPL-4',
    says: ({ size, debugSize }) =>
      `${debugSize} of the ${size} bytes are debug information, which the hypervisor does not use: strip -g removes it.`,
    ofRefused: true,
    found: ({ debugSize }) => debugSize >= MUCH_DEBUG,
  },
];

const DEBUG = /^\.z?debug_/;

/** `size` and `nameLength`: as in `PayloadFacts`. */
export function payloadFacts(
  { reading: { object }, payload: { functions }, revision }: ReadPayload,
  { size, nameLength }: Pick<PayloadFacts, 'size' | 'nameLength'>,
): readonly Asked<PayloadFacts>[] {
  const debug = object.sections.filter(({ name }) => DEBUG.test(name));
  const subject = {
    size,
    nameLength,
    debugSize: debug.reduce((sum, { contents }) => sum + contents.length, 0),
    functions: functions.length,
    withoutExpectation: revision === 1 ? 0 : functions.filter(({ expect }) => expect === undefined).length,
  };
  return [{ subject, where: () => ({ name: '' }) }];
}
