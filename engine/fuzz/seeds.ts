/** Good payloads that the search begins with: the catalogue, and payloads with what the others lack. */
import { callsPrintk, hookReturning, returnsNumber, returnsString } from '../../payloads/builder/code';
import { labelled, machineCode, type Code } from '../../payloads/builder/assembly';
import { livepatch, type PayloadDescription } from '../../payloads/builder/payload';
import { buildIdOf, CATALOGUE } from '../../payloads/catalogue';
import { CPU_FEATURE } from '../abi/features';
import { BUG_INSTRUCTION } from '../abi/tables';
import type { Target } from '../target';

/** What payloads depend on in their hypervisor. */
export interface Subject extends Pick<Target['hypervisor'], 'revision' | 'buildId' | 'code'> {
  readonly sizeOf: (symbol: string) => number;
}

/** What they depend on in this one. */
export const subjectOf = ({ hypervisor, image }: Pick<Target, 'hypervisor' | 'image'>): Subject => ({
  ...hypervisor,
  sizeOf: (symbol) => image.size(symbol) ?? 0,
});

/** A payload by its name: of the catalogue, of this file, or the path of a file. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const NOP = 0x90;
const PLACES = { 'place.bug': 8, 'place.alternative': 16, 'place.fault': 24, 'place.fixup': 0 };
const RETURNS_0 = [0x31, 0xc0, 0xc3];

/** Returns 0; behind that, where nothing gets to, are nops: places for each kind of table. */
function withPlaces({ bug }: Subject['code']): Code {
  const code = new Uint8Array(PLACES['place.fault'] + RETURNS_0.length).fill(NOP);
  code.set(RETURNS_0);
  code.set(BUG_INSTRUCTION[bug], PLACES['place.bug']);
  return labelled(machineCode(code), PLACES);
}

const CLEARS_EAX = machineCode(Uint8Array.of(0x31, 0xc0));

type Parts = Partial<PayloadDescription> & Pick<PayloadDescription, 'functions'>;

/** Each kind of hook; data without content, metadata, two functions; each kind of table. */
function partsOf({ revision, sizeOf, code }: Subject): Readonly<Record<string, Parts>> {
  const hook = hookReturning(0);
  const extra = { name: 'xen_extra_version', oldSize: sizeOf('xen_extra_version') };
  const minor = { name: 'xen_minor_version', oldSize: sizeOf('xen_minor_version'), replacement: returnsNumber(7) };
  const replaced = { ...extra, replacement: returnsString('new') };
  const load = { load: [callsPrintk('load\n'), hook], unload: [hook] };
  const around = { preapply: hook, postapply: hook, prerevert: hook, postrevert: hook };
  const both: Readonly<Record<string, Parts>> = {
    'own hooks': { functions: [replaced], hooks: load },
    'own data': { functions: [replaced, minor], bss: 64, data: new Uint8Array(24), rodata: new Uint8Array(40) },
    'own tables': {
      functions: [{ ...minor, replacement: withPlaces(code) }],
      alternativeForm: code.alternative,
      alternatives: [
        { original: 'place.alternative', originalSize: 3, replacement: CLEARS_EAX, feature: CPU_FEATURE.SMAP },
      ],
      fixups: [{ fault: 'place.fault', fixup: 'place.fixup' }],
      bugFrames: [{ kind: 'warn', at: 'place.bug', file: 'a.c', line: 3 }],
    },
  };
  if (revision === 1) return both;
  return {
    ...both,
    'own hooks around': { functions: [replaced], hooks: { ...load, ...around }, metadata: { author: 'nobody' } },
    'own actions': { functions: [], hooks: { apply: hook, revert: hook } },
    'own metadata': { functions: [replaced], metadata: { author: 'nobody', version: '1' } },
  };
}

/** All of them, for this hypervisor. */
export function seedsFor(subject: Subject): readonly Seed[] {
  const { revision, buildId, sizeOf } = subject;
  const named = CATALOGUE.map(({ name, make }): Seed => {
    const made = make({ revision, hypervisorBuildId: buildId, depends: buildId, buildId: buildIdOf(name), sizeOf });
    return { name, bytes: made.bytes };
  });
  const own = Object.entries(partsOf(subject)).map(([name, parts]): Seed => {
    const ids = { buildId: buildIdOf(name), depends: buildId, ...(revision === 2 && { xenDepends: buildId }) };
    return { name, bytes: livepatch({ revision, ...ids, ...parts }).bytes };
  });
  return [...named, ...own];
}
