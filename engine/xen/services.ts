/**
 * The services that the host gives to Xen's code, by the names of Xen's functions: what needs the parts of a booted
 * hypervisor that are not there (memory management, time, other CPUs' work). All else is Xen's own code. A function
 * that a version does not have is left out.
 */
import { PAGE_SIZE, pagesFor, sizeOfPages } from '../pages';
import type { Vcpu } from '../machine/vcpu';
import { readText } from './access';
import { createHeap } from './heap';
import { DIRECT_MAP, FRAME_SIZE, FRAME_TABLE, HOST_PAGE, isOnStack, RAM_SIZE } from './places';
import { permissionsOf } from './page-tables';
import type { System } from './system';
import type { Service, ServiceGroup } from './types';

export type { Service, ServiceGroup } from './types';

export interface Services {
  /** What is allocated in Xen's own area for payloads, in the order of allocation. */
  readonly payloadAreas: () => readonly Area[];
  /** What Xen allocated while it booted: no reset takes it back. */
  readonly keepHeap: () => void;
  /** A hypercall begins: what it allocates in the heap has pages of its own. */
  readonly separateHeap: () => void;
  /** Remembers what is allocated; the returned function puts it back, once the memory's own `save` has. */
  readonly save: () => () => void;
  readonly reset: () => void;
}

export interface Area {
  readonly start: bigint;
  /** Bytes. */
  readonly size: number;
}

const ARGUMENTS = ['rdi', 'rsi', 'rdx', 'rcx', 'r8'] as const;
/** Memory that a booted Xen has left beside its control domain. */
const FREE_PAGES = (RAM_SIZE - 640 * 1024 * 1024) / PAGE_SIZE;
const LINE_SIZE = 1024n;
/** Xen's areas of virtual addresses. */
const AREA = { default: 0n, xen: 1n } as const;
const ENOMEM = -12n;

const nothing: Service = () => 0n;

/** Pages: Xen's own __vmap says where, the host maps them; Xen's vunmap takes both back. */
function pageServices({ pageTables, callNested, has }: System) {
  let free = FREE_PAGES;
  let frames = 0n;
  const areas = new Map<bigint, { readonly pages: number; readonly area: bigint }>();

  const allocate = (vcpu: Vcpu, size: bigint, area: bigint): bigint => {
    const pages = Number(pagesFor(size));
    if (size === 0n || pages > free) return 0n;
    // One contiguous piece; its frame number does not matter; the flags say that nothing is mapped yet.
    const start = callNested(vcpu, '__vmap', HOST_PAGE, BigInt(pages), 1n, 1n, 0n, area);
    if (start === 0n) return 0n;
    if (!pageTables.map('vmalloc', start, pages, 'rw-')) return 0n;
    areas.set(start, { pages, area });
    free -= pages;
    return start;
  };
  const release: Service = (vcpu, start = 0n) => {
    const found = areas.get(start);
    if (found === undefined) return 0n;
    areas.delete(start);
    free += found.pages;
    return callNested(vcpu, 'vunmap', start);
  };
  const inDefault: Service = (vcpu, size = 0n) => allocate(vcpu, size, AREA.default);
  const map: Service = (_vcpu, start = 0n, _frame = 0n, pages = 0n, flags = 0n) => {
    if (pages > free) return ENOMEM;
    const permissions = permissionsOf(flags);
    pageTables.modify(start, start + sizeOfPages(pages), permissions);
    if (permissions === '---') return 0n;
    free -= Number(pages);
    return pageTables.map('mapped', start, Number(pages), permissions) ? 0n : ENOMEM;
  };

  const services: Readonly<Record<string, Service>> = {
    ...(has('__vmap') && {
      vmalloc: inDefault,
      vzalloc: inDefault,
      vmalloc_xen: (vcpu, size = 0n) => allocate(vcpu, size, AREA.xen),
      vfree: release,
      _vfree: release,
    }),
    // As Xen does it unless it is built for debugging: all memory is in the direct map.
    map_domain_page: (_vcpu, frame = 0n) => DIRECT_MAP + sizeOfPages(Number(frame)),
    unmap_domain_page: nothing,
    alloc_domheap_pages: () => FRAME_TABLE + FRAME_SIZE * (frames += 1n),
    free_domheap_pages: nothing,
    init_xenheap_pages: nothing,
    map_pages_to_xen: map,
    populate_pt_range: nothing,
    modify_xen_mappings(_vcpu, start = 0n, end = 0n, flags = 0n) {
      pageTables.modify(start, end, permissionsOf(flags));
      return 0n;
    },
    modify_xen_mappings_lite(_vcpu, start = 0n, end = 0n, flags = 0n) {
      pageTables.modifyLite(start, end, flags);
      return 0n;
    },
    flush_area_local: nothing,
    flush_area_mask: nothing,
  };
  const reset = (): void => {
    free = FREE_PAGES;
    frames = 0n;
    areas.clear();
    pageTables.reset();
  };
  const save = (): (() => void) => {
    const saved = { free, frames, areas: [...areas] };
    return () => {
      ({ free, frames } = saved);
      areas.clear();
      for (const [start, area] of saved.areas) areas.set(start, area);
    };
  };
  const payloadAreas = (): readonly Area[] =>
    [...areas].flatMap(([start, { pages, area }]) => (area === AREA.xen ? [{ start, size: pages * PAGE_SIZE }] : []));
  return { services, save, reset, payloadAreas };
}

/** Printing: Xen's own vsnprintf makes the text. */
function consoleServices({ memory, console, callNested, stops }: System) {
  const services: Readonly<Record<string, Service>> = {
    vprintk_common(vcpu, ...args) {
      // The prefix comes first or last, depending on the version; the list is on the stack, after the format.
      const list = isOnStack(vcpu.index, args[1] ?? 0n) ? 1 : 2;
      callNested(vcpu, 'vsnprintf', HOST_PAGE, LINE_SIZE, args[list - 1] ?? 0n, args[list] ?? 0n);
      console.print(readText(memory, HOST_PAGE));
      return 0n;
    },
    machine_restart(vcpu) {
      throw stops.byXen(vcpu);
    },
    machine_halt(vcpu) {
      throw stops.byXen(vcpu);
    },
    kexec_crash: nothing,
    console_start_sync: nothing,
    console_end_sync: nothing,
    console_force_unlock: nothing,
  };
  return { services, reset: () => undefined };
}

/** Interrupts that a CPU sends itself, and what is done by soft ones. */
function interruptServices({ callNested, has }: System): ServiceGroup {
  const services: Readonly<Record<string, Service>> = {
    // Nothing but the patching of alternatives sends one.
    self_nmi: (vcpu) => (has('nmi_apply_alternatives') ? callNested(vcpu, 'nmi_apply_alternatives', 0n, 0n) : 0n),
    raise_softirq: nothing,
    rcu_barrier: nothing,
  };
  return { services, reset: () => undefined };
}

/** Gives this Xen the services of the host: those of this file, and `more`. */
export function installServices(system: System, more: readonly ServiceGroup[]): Services {
  const { machine, image } = system;
  const heap = createHeap(system);
  const pages = pageServices(system);
  const groups = [heap, pages, consoleServices(system), interruptServices(system), ...more];
  for (const { services } of groups)
    for (const [name, service] of Object.entries(services)) {
      const symbol = image.find(name);
      if (symbol === undefined) continue;
      machine.service(symbol.address, (vcpu) => service(vcpu, ...ARGUMENTS.map((register) => vcpu.get(register))));
    }
  return {
    payloadAreas: pages.payloadAreas,
    keepHeap: heap.keep,
    separateHeap: heap.separate,
    save() {
      const restored = [heap.save(), pages.save()];
      return () => {
        for (const restore of restored) restore();
      };
    },
    reset() {
      for (const { reset } of groups) reset();
    },
  };
}
