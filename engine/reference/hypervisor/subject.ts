/**
 * The image that payloads are for: whose symbols they name, whose functions they patch, after which they are placed.
 * The reference's own; or another hypervisor's, which then is in memory with its code and data and is not run: the
 * reference's code, from another place, does for it what the document says.
 */
import type { AddressSpace } from '../../machine/address-space';
import type { Image } from '../../machine/image';
import type { Subject } from '../../subject';

export type { ForeignImage, Subject } from '../../subject';

/** As Xen 4.17 to 4.20 have it. */
const FEATURE_WORDS = 21;

/** The reference's own image as the one that payloads are for. */
export function ownSubject(memory: AddressSpace, image: Image): Subject {
  const idAt = image.address('build_id');
  return {
    name: 'reference',
    buildId: memory.read(idAt, Number(image.address('build_id_end') - idAt)),
    find: (symbol) => image.symbols.get(symbol),
    image,
    describe: image.describe,
    start: image.address('_stext'),
    end: image.address('_end'),
    featureWords: FEATURE_WORDS,
  };
}
