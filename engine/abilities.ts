/** What a target can do or lacks, in words: the reasons for which a scenario is skipped. */

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
  stores: 'the stores to a range of memory are seen, with the vCPU that made them',
  nmi: 'an NMI can be sent to a vCPU',
  preemption: 'a soft IRQ can be pending while a hypercall is made, so that one that can be preempted ends early',
} as const;
export type PartName = keyof typeof PARTS;

/** What a scenario may choose about the hypervisor that it begins with, beside the number of vCPUs. */
export const SETUPS = {
  'cpu-features': 'the scenario chooses what the emulated CPUs can do',
  options: 'the hypervisor can be made with what the document leaves to its owner or calls not yet done',
} as const;
export type Setup = keyof typeof SETUPS;

/** What no part and no setup says about a target. A scenario that needs one has the tag `@needs-NAME`. */
export const TRAITS = {
  'full-reset': 'the hypervisor is put back after a scenario, whatever was done to it',
  'stale-code':
    'a vCPU executes code as it was fetched until the hypervisor serialises; a return to a guest does not serialise',
  'feature-words': 'the hypervisor knows 21 words of CPU features',
  'plain-functions': 'the function that the compiled payload "nop" patches does not begin with endbr64',
  'worked-examples': "functions and tables with the bytes and at the distances of the document's worked examples",
  'far-functions': 'functions as far from where payloads are placed as a jump reaches, and a little farther',
  'merged-string': 'two functions that return one string, which the compiler has merged',
  'waiting-function': 'a function in which a vCPU stays while others go on',
  'many-payloads': 'a thousand payloads are uploaded in seconds; if it takes minutes, `npm run nightly` does it',
} as const;
export type Trait = keyof typeof TRAITS;
