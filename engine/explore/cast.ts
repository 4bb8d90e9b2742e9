/** The payloads of a search: what each is, as a file and in the words of a feature. */
import { returnValue } from '../abi/errno';
import type { Revision } from '../abi/hypercall';
import type { Target } from '../target';
import { callsPrintk, returnsNumber, returnsString } from '../../payloads/builder/code';
import { livepatch } from '../../payloads/builder/payload';
import { buildIdOf } from '../../payloads/catalogue';

/** The hooks that a payload of a search can have: each fails with this errno whenever it is called. */
export type HookName = 'preapply' | 'apply' | 'prerevert';

export interface Member {
  readonly name: string;
  /** The function that it replaces. */
  readonly patches: 'xen_extra_version' | 'xen_minor_version';
  /** The payload that it depends on; undefined: the hypervisor. */
  readonly dependsOn?: string;
  /** It has data, so it cannot be applied again once it was reverted. BSS-2. */
  readonly hasData?: true;
  readonly hook?: { readonly kind: HookName; readonly returns: '-EPERM' };
}

export interface Cast {
  readonly name: string;
  readonly members: readonly Member[];
}

const patching = (name: string, more: Omit<Partial<Member>, 'name'> = {}): Member => ({
  name,
  patches: 'xen_extra_version',
  ...more,
});
const failing = (kind: HookName): Pick<Member, 'hook'> => ({ hook: { kind, returns: '-EPERM' } });
const OF_P = { dependsOn: 'p' } as const;

/** What "p" and "q" are to each other. */
const PAIRS: readonly Cast[] = [
  { name: 'side by side', members: [patching('p'), patching('q')] },
  { name: 'one on the other', members: [patching('p'), patching('q', OF_P)] },
  {
    name: 'two functions',
    members: [patching('p'), patching('q', { ...OF_P, patches: 'xen_minor_version' })],
  },
  { name: 'with data', members: [patching('p', { hasData: true }), patching('q', { ...OF_P, hasData: true })] },
  { name: 'a hook against APPLY', members: [patching('p'), patching('q', { ...OF_P, ...failing('preapply') })] },
  { name: 'a hook against REVERT', members: [patching('p'), patching('q', { ...OF_P, ...failing('prerevert') })] },
  { name: 'a hook that cannot apply', members: [patching('p'), patching('q', failing('apply'))] },
];

/** A third one, on top of the second or on the hypervisor. */
const third = (cast: Cast, more: Omit<Partial<Member>, 'name'>, where: string): Cast => ({
  name: `${cast.name}, and a third ${where}`,
  members: [...cast.members, patching('r', more)],
});

const isOf =
  (revision: Revision) =>
  ({ members }: Cast): boolean =>
    revision === 2 || members.every(({ hook }) => hook === undefined);

/** The casts of so many payloads; revision 1 knows no such hooks. */
export function castsOf(payloads: 2 | 3, revision: Revision): readonly Cast[] {
  const pairs = PAIRS.filter(isOf(revision));
  if (payloads === 2) return pairs;
  return pairs.flatMap((cast) => [
    third(cast, {}, 'on the hypervisor'),
    third(cast, { dependsOn: 'q' }, 'on the second'),
  ]);
}

/** The number that a replacement of xen_minor_version returns. */
export const MINOR = 99;
const DATA_SIZE = 8;
const HOOK_SAYS = 'no';

/** The sentences of a feature that describe the payload; none if it is what a feature takes it for anyway. */
export function sentencesOf({ name, patches, dependsOn, hasData, hook }: Member): readonly string[] {
  return [
    ...(patches === 'xen_minor_version' ? [`payload "${name}" makes xen_minor_version return ${MINOR}`] : []),
    ...(dependsOn === undefined ? [] : [`"${name}" depends on "${dependsOn}"`]),
    ...(hasData === true ? [`"${name}" brings ${DATA_SIZE} bytes of .data`] : []),
    ...(hook === undefined
      ? []
      : [
          `"${name}" has a${hook.kind.startsWith('a') ? 'n' : ''} ${hook.kind} hook that says "${HOOK_SAYS}" and returns ${hook.returns}`,
        ]),
  ];
}

/** The payload's file, for that hypervisor: as the steps make it of these sentences. */
export function fileOf({ name, patches, dependsOn, hasData, hook }: Member, target: Target): Uint8Array {
  const { revision, buildId } = target.hypervisor;
  const oldSize = target.image.size(patches);
  if (oldSize === undefined) throw new RangeError(`${patches}: expected a function of the hypervisor, got none`);
  const replacement = patches === 'xen_minor_version' ? returnsNumber(MINOR) : returnsString(name);
  return livepatch({
    revision,
    buildId: buildIdOf(name),
    depends: dependsOn === undefined ? buildId : buildIdOf(dependsOn),
    xenDepends: buildId,
    functions: [{ name: patches, oldSize, replacement }],
    hooks: hook === undefined ? {} : { [hook.kind]: callsPrintk(`${HOOK_SAYS}\n`, returnValue(hook.returns)) },
    ...(hasData === true && { data: new Uint8Array(DATA_SIZE).fill(0xda) }),
  }).bytes;
}

/** The memory of each of these payloads: code, entries that the hypervisor writes to, text and notes. PLACE-2. */
export const REGIONS = 'text r-x, data rw-, rodata r--';
