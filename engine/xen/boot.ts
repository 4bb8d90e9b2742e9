/**
 * Does what live patching needs of Xen's boot code: by Xen's own functions if possible, by the host if they would need
 * hardware. Afterwards the image has the permissions of a booted Xen.
 */
import { partsOf } from './bare';
import { writeNumber } from './access';
import { fillSecurityTable } from './security';
import { firstStack, stackTop, STRUCTURES, VMAP } from './places';
import type { System } from './system';

/** Value of system_state: memory is managed. */
const SYSTEM_BOOT = 1n;
const IDLE_DOMAIN = 0x7fffn;
const VMAP_DEFAULT = 0n;
const TWO_MIB = 0x20_0000n;
const STRUCTURE_SIZE = 0x8000n;
const INTERRUPTS_OFF = 0x2n;

/** The domain that a vCPU of the emulated machine runs. */
export const RUNNER = { control: 0, guest: 1, idle: 2 } as const;
export type Runner = keyof typeof RUNNER;

interface Structures {
  readonly vcpu: bigint;
  readonly domain: bigint;
  readonly unit: bigint;
  readonly info: bigint;
}

function structuresOf(runner: Runner): Structures {
  const base = STRUCTURES + BigInt(RUNNER[runner]) * 2n * STRUCTURE_SIZE;
  return { vcpu: base, domain: base + STRUCTURE_SIZE, unit: base + 0x6000n, info: base + 0x7000n };
}

/** Fills in the structures of a runner, as far as Xen reads them. */
function makeRunner({ memory, profile }: System, runner: Runner): void {
  const { vcpu, domain, unit, info } = structuresOf(runner);
  const put = (address: bigint, value: bigint, size?: 1 | 2 | 4 | 8): void => writeNumber(memory, address, value, size);
  put(vcpu + BigInt(profile.vcpuDomain), domain);
  // In every version known, the pointer before vcpu.domain is vcpu.vcpu_info.
  put(vcpu + BigInt(profile.vcpuDomain) - 8n, info);
  if (profile.vcpuUnit !== undefined && profile.unitDomain !== undefined) {
    put(vcpu + BigInt(profile.vcpuUnit), unit);
    put(unit + BigInt(profile.unitDomain), domain);
  }
  if (profile.domainId !== undefined) {
    const id = runner === 'idle' ? IDLE_DOMAIN : BigInt(RUNNER[runner]);
    put(domain + BigInt(profile.domainId), id, 2);
  }
  if (runner === 'control') put(domain + BigInt(profile.domainPrivileged), 1n, 1);
}

/** Makes `current` the runner's vCPU. */
export function runAs({ memory, profile }: System, cpu: number, runner: Runner): void {
  writeNumber(memory, stackTop(cpu) - BigInt(profile.currentVcpu), structuresOf(runner).vcpu);
}

/** struct cpu_info has the CPU's number just before `current`, and the offset of its own variables after it. */
export function makeCpuInfo({ memory, profile }: System, cpu: number, perCpuOffset: bigint): void {
  const current = stackTop(cpu) - BigInt(profile.currentVcpu);
  writeNumber(memory, current - 8n, BigInt(cpu), 4);
  writeNumber(memory, current + 8n, perCpuOffset);
}

/** Calls a boot function that this Xen may not have. */
function run(system: System, name: string, ...args: readonly bigint[]): void {
  if (system.has(name)) system.call(system.vcpu(0), name, ...args);
}

/** Likewise, with interrupts off, as they are in the first part of booting: debug builds insist. */
function runEarly(system: System, name: string, ...args: readonly bigint[]): void {
  if (!system.has(name)) return;
  const vcpu = system.vcpu(0);
  vcpu.set('rflags', INTERRUPTS_OFF);
  system.callOn(vcpu, firstStack(0), name, ...args);
}

const addressOr0 = (system: System, name: string): bigint => system.image.find(name)?.address ?? 0n;

/** The symbol's value, if there is such a variable. */
function set(system: System, name: string, value: bigint, size: 1 | 2 | 4 | 8): void {
  const symbol = system.image.find(name);
  if (symbol !== undefined) writeNumber(system.memory, symbol.address, value, size);
}

function identifyCpu(system: System): void {
  const { image } = system;
  runEarly(system, 'early_cpu_init', 0n);
  const data = image.find('boot_cpu_data');
  if (data !== undefined) runEarly(system, 'identify_cpu', data.address);
}

function protectImage({ pageTables, image }: System): void {
  for (const { start, size, permissions } of partsOf(image))
    pageTables.modify(start, start + BigInt(size), permissions);
}

/** Boots: runs once for each system. */
export function boot(system: System): void {
  for (const runner of ['control', 'guest', 'idle'] as const) makeRunner(system, runner);
  makeCpuInfo(system, 0, 0n);
  runAs(system, 0, 'idle');
  set(system, 'nr_cpu_ids', 1n, 4);
  set(system, 'cpu_online_map', 1n, 8);
  set(system, 'cpu_present_map', 1n, 8);
  set(system, 'opt_noreboot', 1n, 1);
  runEarly(system, 'xen_build_init');
  runEarly(system, 'sort_exception_tables');
  const tables = ['__start___ex_table', '__stop___ex_table'].map((name) => addressOr0(system, name));
  runEarly(system, 'setup_virtual_regions', ...tables);
  identifyCpu(system);
  // It replaces calls through the table, too.
  fillSecurityTable(
    system.image,
    (function_, operations) => system.callOn(system.vcpu(0), firstStack(0), function_, operations),
    (address, value) => writeNumber(system.memory, address, value),
  );
  runEarly(system, 'alternative_instructions');
  set(system, 'system_state', SYSTEM_BOOT, 4);
  runEarly(system, 'vm_init_type', VMAP_DEFAULT, VMAP.start, VMAP.end);
  set(system, 'xen_virt_end', (addressOr0(system, '_end') + TWO_MIB - 1n) & ~(TWO_MIB - 1n), 8);
  run(system, 'arch_livepatch_init');
  set(system, 'system_state', BigInt(system.profile.systemActive), 4);
  run(system, 'free_ebmalloc_unused_mem');
  run(system, 'unregister_init_virtual_region');
  protectImage(system);
  system.console.drain();
}
