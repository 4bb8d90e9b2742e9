/** The CPU's features as Xen's code decides by them: 32 a word, in its own description of the CPU. */
import { CPU_FEATURE, FEATURES_A_WORD } from '../abi/features';
import { u32At, wordBytes } from '../bytes';
import { cpuid } from './processor';
import type { System } from './types';

/** Xen's description of the CPU. */
const DESCRIPTION = 'boot_cpu_data';
/** Xen's array of the features that it does without, as long as the array of those that it has. */
const CLEARED = 'cleared_caps';
const WORD_SIZE = 4;
/** Word 1 is CPUID 1, ECX, of which Xen takes nothing away. */
const KNOWN_WORD = { index: 1, value: cpuid(1).ecx >>> 0 };

/** How many words of features this Xen knows; undefined if its file does not say. */
export function featureWords({ image }: Pick<System, 'image'>): number | undefined {
  const size = image.find(CLEARED)?.size;
  return size === undefined || size === 0 ? undefined : size / WORD_SIZE;
}

/** Where the first word is; undefined if the one that is known is not found. */
function firstWord({ image, memory }: System): bigint | undefined {
  const description = image.find(DESCRIPTION);
  const bytes = description && memory.tryRead(description.address, description.size);
  if (description === undefined || bytes === undefined) return undefined;
  for (let at = KNOWN_WORD.index * WORD_SIZE; at + WORD_SIZE <= bytes.length; at += WORD_SIZE)
    if (u32At(bytes, at) === KNOWN_WORD.value) return description.address + BigInt(at - KNOWN_WORD.index * WORD_SIZE);
  return undefined;
}

/** Gives the CPUs a feature, or takes it away. */
export type ChooseFeature = (feature: keyof typeof CPU_FEATURE, present: boolean) => void;

/** Undefined if this Xen's words are not found. For a Xen that has booted. */
export function createFeatures(system: System): ChooseFeature | undefined {
  const first = firstWord(system);
  if (first === undefined) return undefined;
  return (feature, present) => {
    const number = CPU_FEATURE[feature];
    const at = first + BigInt(Math.floor(number / FEATURES_A_WORD) * WORD_SIZE);
    const bit = 1 << (number % FEATURES_A_WORD);
    const word = u32At(system.memory.read(at, WORD_SIZE));
    system.memory.guest.write(at, wordBytes((present ? word | bit : word & ~bit) >>> 0, WORD_SIZE));
  };
}
