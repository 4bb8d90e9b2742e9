/** Features of CPUs as entries of `.altinstructions` name them: word * 32 + bit of Xen's feature words. ALT-3. */
export const FEATURES_A_WORD = 32;

export const CPU_FEATURE = {
  /** CPUID 1, EDX: each CPU of 64 bits has it. */
  FPU: 0,
  /** CPUID 1, EDX: no CPU of this architecture has it. */
  IA64: 30,
  /** CPUID 7, EBX. */
  SMAP: 5 * FEATURES_A_WORD + 20,
} as const;

/** The condition of an alternative: a feature, and whether the CPU must have it or lack it. */
export interface Condition {
  readonly feature: number;
  readonly inverted: boolean;
}

const INVERTED = 0x8000;

/** The condition that an alternative's cpuid names. ALT-5. */
export const conditionOf = (cpuid: number): Condition => ({
  feature: cpuid & ~INVERTED,
  inverted: (cpuid & INVERTED) !== 0,
});

export type CpuFeature = keyof typeof CPU_FEATURE;
