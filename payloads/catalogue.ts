/** The named payloads, such as `hello_world`. */
import { createHash } from 'node:crypto';
import { TRAMPOLINE_SIZE } from '../engine/abi/code';
import type { Revision } from '../engine/abi/hypercall';
import type { Built } from './builder/elf';
import { compiled } from './compiled';
import type { CompiledName } from './compiled';

/** What a payload has to know of the hypervisor it is for, and of the payload below it. */
export interface PayloadContext {
  readonly revision: Revision;
  readonly hypervisorBuildId: Uint8Array;
  /** The build-id of the payload below, or the hypervisor's. */
  readonly depends: Uint8Array;
  /** Its own. */
  readonly buildId: Uint8Array;
  /** Bytes of one of the hypervisor's functions. */
  readonly sizeOf: (symbol: string) => number;
}

export interface NamedPayload {
  readonly name: string;
  readonly description: string;
  readonly make: (context: PayloadContext) => Built;
}

function fromC(name: CompiledName, patches: string, description: string, newSize?: number): NamedPayload {
  return {
    name,
    description,
    make: ({ hypervisorBuildId, sizeOf, ...context }) =>
      compiled(name, {
        ...context,
        xenDepends: hypervisorBuildId,
        oldSizes: { [patches]: sizeOf(patches) },
        ...(newSize !== undefined && { entries: { [patches]: { new_size: newSize } } }),
      }),
  };
}

export const CATALOGUE: readonly NamedPayload[] = [
  fromC(
    'hello_world',
    'xen_extra_version',
    'xen_extra_version returns "Hello World"; load and unload hooks count in .data and print to the console.',
  ),
  fromC('bye_world', 'xen_extra_version', 'xen_extra_version returns "Bye World!"; depends on hello_world.'),
  fromC(
    'replace_world',
    'xen_extra_version',
    'xen_extra_version, found by its name, is replaced by a function of another name that returns "Hello Again World!".',
  ),
  fromC('nop', 'xen_minor_version', 'The first 5 bytes of xen_minor_version become nops; no code.', TRAMPOLINE_SIZE),
];

/** The payload of this name. RangeError if the catalogue has none. */
export function payloadNamed(name: string): NamedPayload {
  const found = CATALOGUE.find((payload) => payload.name === name);
  if (found === undefined)
    throw new RangeError(
      `payload: expected one of ${CATALOGUE.map((payload) => payload.name).join(', ')}, got ${name}`,
    );
  return found;
}

/** A build-id for a payload of this name, always the same: 20 bytes, the SHA-1 of the name. */
export const buildIdOf = (name: string): Uint8Array => new Uint8Array(createHash('sha1').update(name).digest());
