/** How a Xen was compiled, and payloads for it have to be: read from the tables that go with its own code. */
import {
  alternativeFormOf,
  BUG_FRAME,
  BUG_INSTRUCTION,
  readFrame,
  type AlternativeForm,
  type CodeForms,
} from '../abi/tables';
import { userError } from '../user-error';
import { bytesAt } from '../machine/image';
import type { XenImage } from './image';

function addressIn(image: XenImage, names: readonly string[]): bigint {
  const found = names.flatMap((name) => image.find(name)?.address ?? [])[0];
  if (found === undefined) throw userError(`${image.file} cannot be used: it lacks the symbol ${names.join(' or ')}`);
  return found;
}

function alternativeForm(image: XenImage): AlternativeForm {
  const start = addressIn(image, ['__alt_instructions']);
  const length = Number(addressIn(image, ['__alt_instructions_end']) - start);
  const table = bytesAt(image, start, length) ?? new Uint8Array(0);
  return alternativeFormOf(table, start, (address, size) => (bytesAt(image, address, size)?.length ?? 0) > 0);
}

/** The instruction where the image's first WARN, BUG or other frame is about. */
function bugInstruction(image: XenImage): CodeForms['bug'] {
  const frame = addressIn(image, ['__start_bug_frames', '__start_bug_frames_0']);
  const entry = bytesAt(image, frame, BUG_FRAME.size);
  if (entry === undefined) throw userError(`${image.file} cannot be used: its bug frames are not in it`);
  const at = frame + readFrame(BUG_FRAME.decode(entry)).at;
  return bytesAt(image, at, 1)?.[0] === BUG_INSTRUCTION.udb[0] ? 'udb' : 'ud2';
}

/** The forms that payloads for this image have to have. Throws a user error if the image has no such tables. */
export const codeFormsOf = (image: XenImage): CodeForms => ({
  alternative: alternativeForm(image),
  bug: bugInstruction(image),
});
