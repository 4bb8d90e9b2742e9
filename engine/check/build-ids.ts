/** The build-ids in a payload's file: its own, and what it goes on top of. Read as they are, and judged by nobody. */
import { noteIn } from '../abi/notes';
import { BUILD_ID, DEPENDS } from '../abi/sections';
import { hexDigits } from '../bytes';
import { readObject, type ObjectFile } from '../reference/object/object';

export interface BuildIds {
  /** In hexadecimal digits; empty: it has none. */
  readonly own: string;
  readonly depends: string;
}

function buildIdIn({ sections }: ObjectFile, name: string): string {
  const section = sections.find((own) => own.name === name)?.contents ?? new Uint8Array();
  return hexDigits(noteIn(section).description);
}

/** Any bytes have some, if only empty ones. */
export function buildIdsIn(file: Uint8Array): BuildIds {
  const object = readObject(file);
  return { own: buildIdIn(object, BUILD_ID), depends: buildIdIn(object, DEPENDS) };
}
