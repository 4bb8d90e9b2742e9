/** What a target can do or lacks, in words. These are the reasons for which a scenario is skipped. */

/** Something that a target lacks. */
export interface Lack {
  /** A part, a setup or a trait: "nmi". */
  readonly name: string;
  /** What a target that has it can do. */
  readonly meaning: string;
}

/** The optional parts of a target. A target that has the part has the ability. */
export const PARTS = {
  memory: "the hypervisor's memory can be read",
  linker: 'a symbol can be looked up as the hypervisor does for a payload',
  execution: 'a function can be called on a vCPU',
  cpus: 'more than one vCPU, and vCPUs that come late to the rendezvous',
  stores: 'stores to a range of memory are recorded, with the vCPU that made them',
  nmi: 'an NMI can be sent to a vCPU',
  preemption: 'a soft IRQ can be pending during a hypercall, so that a preemptible one ends early',
} as const;
export type PartName = keyof typeof PARTS;

/** What a scenario may choose about its hypervisor, besides the number of vCPUs. */
export const SETUPS = {
  'cpu-features': 'the scenario chooses what the emulated CPUs can do',
  options: 'the hypervisor can be made with options that the document leaves open or calls not yet done',
} as const;
export type Setup = keyof typeof SETUPS;

/** What no part and no setup says about a target. A scenario that needs one has the tag `@needs-NAME`. */
export const TRAITS = {
  'full-reset': 'the hypervisor is fully reset after a scenario',
  'stale-code': 'a vCPU executes stale code until the hypervisor serialises; a return to a guest does not serialise',
  'feature-words': 'the hypervisor knows 21 words of CPU features',
  'plain-functions': 'the function that the compiled payload "nop" patches does not begin with endbr64',
  'worked-examples': "functions and tables with the bytes and at the distances of the document's worked examples",
  'far-functions': 'functions at the limit of the reach of a jump from the payloads, and just beyond it',
  'merged-string': 'two functions that return the same string, merged by the compiler',
  'waiting-function': 'a function in which a vCPU waits while others run',
  'many-payloads': 'a thousand payloads are uploaded in seconds; if it takes minutes, only `npm run nightly` does it',
} as const;
export type Trait = keyof typeof TRAITS;
