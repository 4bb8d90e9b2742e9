/** Build-ids: the payload's own, and those it depends on. Clauses FMT-5, FMT-6, DEP-1, DEP-4, DEP-6, V2-FMT-1, V2-FMT-3. */
import { descriptionAt, NOTE_HEADER } from '../../../abi/notes';
import { BUILD_ID, DEPENDS, XEN_DEPENDS } from '../../../abi/sections';
import { asBuffer } from '../../../bytes';
import { firstBroken, type Refusal, type Where } from '../../rules/rule';
import { BUILD_ID_RULES, NOTE_RULES, XEN_DEPENDS_RULES, type Note } from '../../rules/notes';
import { sameBytes, stringAt } from './bytes';
import { contentsOf, type Placement } from './place';
import type { LoadEnvironment } from './types';
import { inData } from './where';

interface BuildIdNote extends Note {
  /** As much of it as the section has. */
  readonly buildId: Uint8Array;
}

/** The first note of a section; undefined where the section was not placed. */
function readNote(placement: Placement, name: string): BuildIdNote | undefined {
  const placed = placement.named.get(name);
  if (placed === undefined) return undefined;
  const bytes = contentsOf(placement, placed);
  const { namesz, descsz, type } = NOTE_HEADER.decode(bytes);
  const start = descriptionAt(namesz);
  return {
    size: bytes.length,
    type,
    nameSize: namesz,
    owner: stringAt(asBuffer(bytes.subarray(0, NOTE_HEADER.size + namesz)), NOTE_HEADER.size),
    start,
    descriptionSize: descsz,
    buildId: bytes.slice(start, start + descsz),
  };
}

function atNote(placement: Placement, name: string): Where {
  const placed = placement.named.get(name);
  return placed ? inData(placed, name, 0, NOTE_HEADER) : { name };
}

const EMPTY = new Uint8Array();

/** The build-id of the payload, empty where a hypervisor without the rules let it pass without. */
export const ownBuildId = (placement: Placement): Uint8Array => readNote(placement, BUILD_ID)?.buildId ?? EMPTY;
export const dependsOn = (placement: Placement): Uint8Array => readNote(placement, DEPENDS)?.buildId ?? EMPTY;
export const xenDependsOn = (placement: Placement): Uint8Array => readNote(placement, XEN_DEPENDS)?.buildId ?? EMPTY;

/** Revision 2: that the payload is for this hypervisor, before anything of it is used. */
export function checkXenDepends(placement: Placement, environment: LoadEnvironment): Refusal | undefined {
  const note = readNote(placement, XEN_DEPENDS);
  const matches = note !== undefined && sameBytes(note.buildId, environment.buildId);
  return note && firstBroken(XEN_DEPENDS_RULES, { note, matches }, environment, () => atNote(placement, XEN_DEPENDS));
}

function checkNote(placement: Placement, name: string, environment: LoadEnvironment): Refusal | undefined {
  const note = readNote(placement, name);
  return note && firstBroken(NOTE_RULES, note, environment, () => atNote(placement, name));
}

/** The payload's own build-id, that it is not loaded already, and the one it depends on. */
export function checkBuildIds(placement: Placement, environment: LoadEnvironment): Refusal | undefined {
  const own = ownBuildId(placement);
  const isLoaded = environment.loadedBuildIds.some((loaded) => sameBytes(loaded, own));
  return (
    checkNote(placement, BUILD_ID, environment) ??
    firstBroken(BUILD_ID_RULES, { isLoaded }, environment, () => atNote(placement, BUILD_ID)) ??
    checkNote(placement, DEPENDS, environment)
  );
}
