/** Features of CPUs as entries of `.altinstructions` name them: word * 32 + bit of Xen's feature words. ALT-1. */
export const CPU_FEATURE = {
  /** CPUID 1, EDX: each CPU of 64 bits has it. */
  FPU: 0,
  /** CPUID 1, EDX: no CPU of this architecture has it. */
  IA64: 30,
  /** CPUID 7, EBX. */
  SMAP: 5 * 32 + 20,
} as const;

export type CpuFeature = keyof typeof CPU_FEATURE;
