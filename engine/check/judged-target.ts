/** The hypervisor that a judge judges on, as the command line describes it. */
import { HOOK_LAYOUT, type HookLayout } from '../abi/hook';
import type { Revision } from '../abi/hypercall';
import { createReference, type Reference } from '../reference';
import { selfCheck } from '../self-check';
import type { EmulatedTarget } from '../target';
import { userError } from '../user-error';
import { createXen, foreignImage } from '../xen';

export interface JudgedTarget {
  readonly target: 'reference' | 'xen';
  /** The path of a xen-syms: the Xen itself, or the image that the reference uses. */
  readonly hypervisor: string | undefined;
  /** For the reference without a xen-syms, 2 unless it is given; a Xen has one already, and it must be this. */
  readonly revision: Revision | undefined;
  /** The build-id that the hypervisor gets, in hexadecimal digits. */
  readonly buildId: string | undefined;
  /** What hooks are given by that Xen; absent: the reference's own. */
  readonly hookLayout?: HookLayout;
}

/** Bytes of a build-id that nothing else is known of. */
const USUAL_LENGTH = 20;

/** `length`: bytes, where it must have as many as the one it replaces. */
function otherBuildId(digits: string | undefined, length?: number): { readonly buildId?: Uint8Array } {
  if (digits === undefined) return {};
  const buildId = Buffer.from(digits, 'hex');
  if (!/^([0-9a-f]{2})+$/i.test(digits) || (length !== undefined && buildId.length !== length))
    throw userError(`--build-id ${digits} is no build-id: give ${(length ?? USUAL_LENGTH) * 2} hexadecimal digits.`);
  return { buildId };
}

function createReferenceFor({ hypervisor, revision = 2, buildId, ...more }: JudgedTarget): Reference {
  if (hypervisor === undefined) return createReference({ revision, ...otherBuildId(buildId) });
  const foreign = foreignImage(hypervisor);
  const { hookLayout = HOOK_LAYOUT } = more;
  return createReference({ revision, foreign, hookLayout, ...otherBuildId(buildId, foreign.buildId.length) });
}

function createXenFor(file: string, { revision, buildId }: JudgedTarget, say: (line: string) => void): EmulatedTarget {
  const length = buildId === undefined ? undefined : foreignImage(file).buildId.length;
  const xen = createXen({ file, say, selfCheck, ...otherBuildId(buildId, length) });
  const spoken = xen.hypervisor.revision;
  if (revision === undefined || revision === spoken) return xen;
  xen.close();
  throw userError(`This Xen has revision ${spoken} of the interface: leave out --revision ${revision}.`);
}

/** Throws a user error where there is no such hypervisor, or it is not as it is to be. */
export function createJudgedTarget(
  judged: JudgedTarget,
  say: (line: string) => void,
): EmulatedTarget & Pick<Partial<Reference>, 'foreignCall'> {
  const { target, hypervisor } = judged;
  if (target === 'reference') return createReferenceFor(judged);
  if (hypervisor === undefined) throw new TypeError('judged target: expected the path of a xen-syms, got none');
  return createXenFor(hypervisor, judged, say);
}
