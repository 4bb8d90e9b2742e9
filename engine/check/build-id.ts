/** Which hypervisor a payload is for, and taking it as one for another. */
import { NOTE_HEADER } from '../abi/hypercall';
import { readObject } from '../reference/livepatch/load/elf';

/** The sections whose note names a build-id that has to be there already. */
const DEPENDENCIES: readonly string[] = ['.livepatch.depends', '.livepatch.xen_depends'];

/** The payload with the build-id `own` in place of `named` in its notes; both have the same length. */
export function takenAsFor(file: Uint8Array, named: Uint8Array, own: Uint8Array): Uint8Array {
  if (named.length !== own.length)
    throw new RangeError(`build-id: expected ${own.length} bytes as the hypervisor's own, got ${named.length}`);
  const copy = file.slice();
  for (const { name, header, contents } of readObject(copy).sections) {
    if (!DEPENDENCIES.includes(name)) continue;
    const at = Buffer.from(contents.buffer, contents.byteOffset, contents.length).indexOf(named, NOTE_HEADER.size);
    if (at >= 0) copy.set(own, Number(header.sh_offset) + at);
  }
  return copy;
}
