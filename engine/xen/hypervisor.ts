/** A Xen that has booted: its services, its CPUs and the domains, and how all of it becomes as new. */
import { createDomains, type Domain } from '../domains';
import type { Checkpoints, DomainName } from '../target';
import { boot } from './boot';
import { createFeatures, type ChooseFeature } from './cpu-features';
import { bringUp, mapCpus, prepareCpus } from './cpus';
import { createHypercalls, type XenHypercalls } from './hypercalls';
import { createIdle } from './idle';
import type { XenImage } from './image';
import { createNmis, type XenNmis } from './nmi';
import { createPayloadMemory, type PayloadMemory } from './payloads';
import type { Profile } from './profile';
import { createRendezvous } from './rendezvous';
import { installServices } from './services';
import { createSystem, type System } from './system';

export interface Hypervisor extends XenHypercalls, Checkpoints {
  readonly system: System;
  readonly payloads: PayloadMemory;
  readonly domains: Readonly<Record<DomainName, Domain>>;
  /** Undefined if this Xen keeps the CPU's features elsewhere. */
  readonly chooseFeature: ChooseFeature | undefined;
  /** Undefined if this Xen deals with NMIs in another way. */
  readonly nmis: XenNmis | undefined;
  /** Puts back memory, clock and vCPUs, and sets the number of CPUs. */
  readonly reset: (cpus: number) => void;
}

/** Boots a Xen; it has one CPU until it is reset. */
export function createHypervisor(image: XenImage, profile: Profile): Hypervisor {
  const system = createSystem(image, profile, (vcpu) => idle.enter(vcpu));
  const { machine, memory, console } = system;
  const rendezvous = createRendezvous(system);
  const idle = createIdle(system, rendezvous);
  const services = installServices(system, [rendezvous, idle]);
  const nmis = createNmis(system);
  const payloads = createPayloadMemory(system, services);
  const domains = createDomains(memory);
  mapCpus(system);
  boot(system);
  prepareCpus(system);
  services.keepHeap();
  const chooseFeature = createFeatures(system);
  const restore = memory.saveAll();
  return {
    system,
    payloads,
    domains,
    chooseFeature,
    nmis,
    ...createHypercalls(system, idle, payloads),
    save() {
      const restored = [memory.save(), services.save(), payloads.save()];
      return () => {
        for (const restoreOne of restored) restoreOne();
        system.traps.reset();
      };
    },
    reset(cpus) {
      machine.reset();
      restore();
      system.traps.reset();
      services.reset();
      payloads.reset();
      nmis?.reset();
      console.drain();
      for (const domain of Object.values(domains)) domain.reset();
      bringUp(system, cpus);
    },
  };
}
