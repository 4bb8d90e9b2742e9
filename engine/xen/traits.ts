/** What no part and no setup says about a Xen: found in its image. */
import type { Trait } from '../abilities';
import { beginsWithEndbr64, ENDBR64 } from '../abi/code';
import { bytesAt } from '../machine/image';
import { featureWords } from './cpu-features';
import type { XenImage } from './image';

/** Set if there is time for scenarios that take minutes on Xen's code. */
const PATIENT = 'LIVEPATCH_PATIENT';
/** As the scenarios for the last feature have them. */
const FEATURE_WORDS = 21;

/**
 * Xen 4.14.5 to 4.16 as built for CET begin each function with endbr64, later ones only what is called by a pointer.
 */
export function traitsOf(image: XenImage): ReadonlySet<Trait> {
  const code = bytesAt(image, image.address('xen_minor_version'), ENDBR64.length);
  return new Set<Trait>([
    ...(code !== undefined && beginsWithEndbr64(code) ? [] : (['plain-functions'] as const)),
    ...(process.env[PATIENT] === undefined ? [] : (['many-payloads'] as const)),
    ...(featureWords({ image }) === FEATURE_WORDS ? (['feature-words'] as const) : []),
  ]);
}
