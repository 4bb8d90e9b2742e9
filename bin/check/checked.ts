/** The verdicts on one file, and what they come to together. */
import type { Revision } from '../../engine/abi/hypercall';
import { answerOf, type Answer, type Verdict } from '../../engine/check/verdict';
import { DATA_WARNINGS, type Warning } from '../../engine/check/warnings';

/** Whose verdict decides: the document's, that of Xen's code, or each that was asked for. */
export const FAIL_ON = ['document', 'xen', 'either'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export interface Checked {
  readonly file: string;
  readonly revision: Revision;
  readonly hypervisor: { readonly name: string; readonly buildId: string };
  /** What the document asks. */
  readonly reference: Verdict;
  /** What the hypervisor's own code does; undefined: none was named. */
  readonly xen: Verdict | undefined;
  readonly failOn: FailOn;
  /** The files that were loaded and applied before. */
  readonly on: readonly string[];
  /** The file of a build-id, as far as the command has named it. */
  readonly fileOf: (buildId: string) => string | undefined;
  /** What there is to say of it beside the files that were checked before. */
  readonly together?: readonly Warning[];
  /** How long each verdict took; undefined: its process ended before. */
  readonly seconds: { readonly reference: number | undefined; readonly xen: number | undefined };
}

/** Whether every verdict is good. */
export const isGood = ({ reference, xen }: Checked): boolean => reference.ok && (xen?.ok ?? true);

/** What the verdicts that decide come to: the worst of them. */
export function decided({ reference, xen, failOn }: Checked): Answer {
  const document = answerOf(reference);
  if (xen === undefined || failOn === 'document') return document;
  const code = answerOf(xen);
  const deciding = failOn === 'xen' ? [code] : [document, code];
  return (['bad', 'unknown', 'good'] as const).find((answer) => deciding.includes(answer)) ?? 'good';
}

/** What only the hypervisor's own code can show: the reference runs none of it. */
const SHOWN_BY_XEN: ReadonlySet<string> = new Set(DATA_WARNINGS.map(({ name }) => name));

/** The warnings of all verdicts, each once. */
export function warningsIn({ reference, xen, together = [] }: Checked): readonly Warning[] {
  const own = xen === undefined ? reference.warnings : reference.warnings.filter(({ name }) => !SHOWN_BY_XEN.has(name));
  const all = [...own, ...(xen?.warnings ?? []), ...together];
  return [...new Map(all.map((warning) => [`${warning.name} ${warning.where}`, warning])).values()];
}
