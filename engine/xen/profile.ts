/**
 * What the host needs to know about a Xen besides its symbols. It is probed once for each build and kept by build-id.
 * It is valid only for the file that passed the check: another file with this build-id may be a damaged copy.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Profile {
  /** Bytes below the top of the stack at which cpu_info.current_vcpu is. */
  readonly currentVcpu: number;
  /** Offset of vcpu.domain. */
  readonly vcpuDomain: number;
  /** Offset of vcpu.sched_unit, of a unit's domain; undefined if vCPUs have no units. */
  readonly vcpuUnit: number | undefined;
  readonly unitDomain: number | undefined;
  /** Offset of domain.domain_id; undefined if Xen does patch work on a vCPU that is not idle. */
  readonly domainId: number | undefined;
  /** Offset of domain.is_privileged. */
  readonly domainPrivileged: number;
  /** SYS_STATE_active: system_state of a Xen that has booted. */
  readonly systemActive: number;
  /** XEN_SYSCTL_INTERFACE_VERSION. */
  readonly interfaceVersion: number;
}

/** The number of this format and of the check that comes before a profile is kept. */
const FORMAT = 3;
const NUMBER_FIELDS = ['currentVcpu', 'vcpuDomain', 'domainPrivileged', 'systemActive', 'interfaceVersion'] as const;

const pathOf = (cache: string, buildId: string): string => join(cache, `${buildId}.${FORMAT}.json`);

interface Kept extends Profile {
  /** Of the file that was checked. */
  readonly digest: string;
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && [...NUMBER_FIELDS, 'digest'].every((field) => field in value);
}

/** The kept profile of a build, if there is one that can be read and is of this file. */
export function keptProfile(cache: string, buildId: string, digest: string): Profile | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(pathOf(cache, buildId), 'utf8'));
    return isKept(value) && value.digest === digest ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a profile. Nothing is kept if the cache cannot be written. */
export function keepProfile(cache: string, buildId: string, digest: string, profile: Profile): void {
  try {
    mkdirSync(cache, { recursive: true });
    const path = pathOf(cache, buildId);
    const own = `${path}.${process.pid}`;
    writeFileSync(own, `${JSON.stringify({ ...profile, digest }, undefined, 2)}\n`);
    renameSync(own, path);
  } catch {
    return;
  }
}
