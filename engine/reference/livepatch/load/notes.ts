/**
 * Build-ids: the payload's own, and those it depends on. Clauses FMT-5, FMT-6, DEP-1, DEP-4, DEP-6, V2-FMT-1, V2-FMT-3.
 */
import { NOTE_HEADER, noteIn } from '../../../abi/notes';
import { BUILD_ID, DEPENDS, XEN_DEPENDS } from '../../../abi/sections';
import { asBuffer } from '../../../bytes';
import { stringAt } from '../../object/bytes';
import type { Note } from '../../rules/notes';
import { contentsOf } from './place';
import type { Placement } from './types';

/** A note with a build-id, if it is what its section should hold. */
export interface BuildIdNote extends Note {
  /** As much of it as the section has. */
  readonly buildId: Uint8Array;
}

/** The first note of a section; undefined if the section was not placed. */
export function readNote(placement: Placement, name: string): BuildIdNote | undefined {
  const placed = placement.named.get(name);
  if (placed === undefined) return undefined;
  const bytes = contentsOf(placement, placed);
  const { type, nameSize, start, descriptionSize, description } = noteIn(bytes);
  return {
    type,
    nameSize,
    start,
    descriptionSize,
    size: bytes.length,
    owner: stringAt(asBuffer(bytes.subarray(0, NOTE_HEADER.size + nameSize)), NOTE_HEADER.size),
    buildId: description,
  };
}

const EMPTY = new Uint8Array();

/** The build-id of the payload; empty if it has none. */
export const ownBuildId = (placement: Placement): Uint8Array => readNote(placement, BUILD_ID)?.buildId ?? EMPTY;
export const dependsOn = (placement: Placement): Uint8Array => readNote(placement, DEPENDS)?.buildId ?? EMPTY;
export const xenDependsOn = (placement: Placement): Uint8Array => readNote(placement, XEN_DEPENDS)?.buildId ?? EMPTY;
