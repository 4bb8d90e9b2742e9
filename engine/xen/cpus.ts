/** CPUs beside the first: what Xen's boot code would have set up for each, and which of them are online. */
import { pageAlign } from '../pages';
import { userError } from '../user-error';
import { writeNumber } from './access';
import { makeCpuInfo, runAs } from './boot';
import { mapStack, MAX_CPUS, PER_CPU_AREAS, PER_CPU_ROOM } from './places';
import type { XenImage } from './image';
import { INTERRUPTS_ENABLED, type System } from './system';

/** Bytes of a CPU's own variables. */
const variablesSize = ({ address }: System): number =>
  pageAlign(Number(address('__per_cpu_data_end') - address('__per_cpu_start')));

/** How far a CPU's own variables are from those in the image, which the first CPU has. */
function offsetOf(system: System, cpu: number): bigint {
  if (cpu === 0) return 0n;
  const start = PER_CPU_AREAS + BigInt((cpu - 1) * variablesSize(system));
  return start - system.address('__per_cpu_start');
}

/** The address of a CPU's own variable. */
export const variable = (system: System, name: string, cpu: number): bigint =>
  system.address(name) + offsetOf(system, cpu);

/** Bytes of an entry of __per_cpu_offset, which has one for each CPU that Xen was built for. */
const ENTRY = 8;

/** How many CPUs a Xen may have here: as many as it was built for, up to as many as there is room for. */
export const mostCpus = (image: Pick<XenImage, 'find'>): number =>
  Math.max(1, Math.min(MAX_CPUS, Math.floor((image.find('__per_cpu_offset')?.size ?? 0) / ENTRY)));

/** Maps what the CPUs need that may be brought up later. Runs once for each system, before anything else has run. */
export function mapCpus(system: System): void {
  const { memory, image } = system;
  const size = variablesSize(system);
  const most = mostCpus(image);
  if (size <= 0 || size * (most - 1) > PER_CPU_ROOM)
    throw userError(`${image.file} cannot be used: its variables of a CPU take ${size} bytes, so it is damaged`);
  for (let cpu = 1; cpu < most; cpu++) {
    const start = variable(system, '__per_cpu_start', cpu);
    const bytes = new Uint8Array(size);
    memory.map({ name: `variables of CPU ${cpu}`, start, bytes, permissions: 'rw-' });
    mapStack(memory, cpu);
  }
}

/** Sets up the CPUs that may be brought up later. Runs once for each system, after the boot of the first. */
export function prepareCpus(system: System): void {
  const { memory, image, address } = system;
  const most = mostCpus(image);
  for (let cpu = 1; cpu < most; cpu++) {
    const offset = offsetOf(system, cpu);
    makeCpuInfo(system, cpu, offset);
    runAs(system, cpu, 'idle');
    writeNumber(memory, address('__per_cpu_offset') + BigInt(ENTRY * cpu), offset);
  }
  writeNumber(memory, address('nr_cpu_ids'), BigInt(most), 4);
}

/** Sets the number of CPUs. RangeError outside 1 to the most that there may be. */
export function bringUp({ machine, memory, image, address }: System, cpus: number): void {
  const most = mostCpus(image);
  if (cpus > most) throw new RangeError(`vCPUs: expected 1..${most}, got ${cpus}`);
  machine.setCpus(cpus);
  for (const vcpu of machine.vcpus) vcpu.set('rflags', INTERRUPTS_ENABLED);
  writeNumber(memory, address('cpu_online_map'), (1n << BigInt(cpus)) - 1n);
}
