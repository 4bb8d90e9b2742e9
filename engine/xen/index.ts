/** Xen's own machine code as a target: any xen-syms with live patching, on the emulated machine, with nothing booted. */
import type { Revision } from '../abi/hypercall';
import { createDomains } from '../reference/hypervisor/domains';
import type { Capability, Target } from '../target';
import { readText, readU64 } from './access';
import { partsOf } from './bare';
import { boot } from './boot';
import { hypercall } from './hypercalls';
import { buildIdOf, readXen, type XenImage } from './image';
import { createPayloadMemory } from './payloads';
import { HOST_PAGE } from './places';
import { probe } from './probe';
import { keepProfile, keptProfile, type Profile } from './profile';
import { XEN_CACHE } from './provision';
import { selfCheck } from './self-check';
import { installServices } from './services';
import { createSystem, type System } from './system';

export { findDebianXen, provideDebianXen } from './provision';

export interface XenOptions {
  /** The path of a xen-syms. */
  readonly file: string;
  /** Told in one line when a build is looked into for the first time. */
  readonly say: (line: string) => void;
  /** Where profiles are kept. */
  readonly cache?: string;
}

const CAPABILITIES: ReadonlySet<Capability> = new Set(['lookup-symbols']);
/** The first interface version with payloads of version 2 (Xen 4.14). */
const FIRST_OF_REVISION_2 = 0x13;
const NAME_AT = HOST_PAGE + 0x800n;
/** Parts of the image that code which is not to be trusted must not change. */
const SHOWN_PARTS: readonly string[] = ['text', 'rodata'];

const revisionOf = ({ interfaceVersion }: Profile): Revision => (interfaceVersion < FIRST_OF_REVISION_2 ? 1 : 2);

/** What Xen itself says of its version and build-id. */
function identify(system: System, image: XenImage) {
  const { memory, call } = system;
  const vcpu = system.vcpu(0);
  const number = (function_: string): bigint => call(vcpu, function_) & 0xffff_ffffn;
  const extra = readText(memory, call(vcpu, 'xen_extra_version'));
  const known = Number(BigInt.asIntN(32, call(vcpu, 'xen_build_id', NAME_AT, NAME_AT + 8n))) === 0;
  const length = new DataView(memory.read(NAME_AT + 8n, 4).buffer).getUint32(0, true);
  return {
    name: `Xen ${number('xen_major_version')}.${number('xen_minor_version')}${extra} (${image.file})`,
    buildId: known ? memory.read(readU64(memory, NAME_AT), length) : new Uint8Array(0),
  };
}

/** As Xen resolves a payload's undefined symbols: its own table first, then the payloads'. */
function lookUp(system: System, name: string): bigint | undefined {
  const vcpu = system.vcpu(0);
  system.memory.write(NAME_AT, Buffer.from(`${name}\0`, 'latin1').subarray(0, 0x7ff));
  for (const function_ of ['symbols_lookup_by_name', 'livepatch_symbols_lookup_by_name']) {
    const found = system.call(vcpu, function_, NAME_AT);
    if (found !== 0n) return found;
  }
  return undefined;
}

function createTarget(image: XenImage, profile: Profile): Target {
  const system = createSystem(image, profile);
  const { machine, memory, console } = system;
  const services = installServices(system);
  const domains = createDomains(memory);
  boot(system);
  const { name, buildId } = identify(system, image);
  const payloads = createPayloadMemory(system, services);
  const restore = memory.save();
  const { interfaceVersion } = profile;
  const onlyOne = (): never => {
    throw new RangeError('cpu: expected the only one, got another');
  };
  const imageRegions = () => {
    const parts = partsOf(image).filter((part) => SHOWN_PARTS.includes(part.name));
    return memory.regions().filter(({ start }) => parts.some((part) => part.start === start));
  };

  return {
    name: 'xen',
    hypervisor: { name, buildId, revision: revisionOf(profile), interfaceVersion },
    capabilities: CAPABILITIES,
    cpus: 1,
    now: machine.now,
    hypercall: (call) => payloads.during(call, () => hypercall(system, services, call)),
    hypercallLater: onlyOne,
    call: (address, args = [], cpu = 0) => system.call(system.vcpu(cpu), address, ...args),
    symbol: (own) => image.find(own)?.address,
    size: (own) => image.find(own)?.size,
    describe: image.describe,
    lookup: (own) => lookUp(system, own),
    read: memory.read,
    permissions: (address) => memory.find(address)?.permissions ?? '---',
    snapshot: () => ({
      regions: [
        ...imageRegions().map(({ name: part, start, bytes, permissions }) => ({
          name: `image ${part}`,
          start,
          size: bytes.length,
          permissions,
          bytes,
        })),
        ...payloads.regions(),
      ].map((region) => ({ ...region, bytes: region.bytes.slice() })),
    }),
    domain: (owner) => domains[owner],
    keepBusy: onlyOne,
    watch: () => [],
    log: () => ({ console: console.drain(), refusals: [] }),
    reset() {
      machine.reset();
      restore();
      services.reset();
      payloads.reset();
      console.drain();
      for (const domain of Object.values(domains)) domain.reset();
    },
    close: machine.close,
  };
}

/** Probes a Xen, checks it, and keeps the profile for the next time. */
function createUnknown(
  image: XenImage,
  buildId: string | undefined,
  { file, say, cache }: Required<XenOptions>,
): Target {
  say(`looking into ${file}`);
  const profile = probe(image);
  const target = createTarget(image, profile);
  try {
    selfCheck(target);
  } catch (error) {
    target.close();
    throw error;
  }
  if (buildId !== undefined) keepProfile(cache, buildId, profile);
  return target;
}

/** Makes a Xen with nothing loaded. Throws a user error where the file cannot be used. */
export function createXen({ file, say, cache = XEN_CACHE }: XenOptions): Target {
  const image = readXen(file);
  const buildId = buildIdOf(image);
  const profile = buildId === undefined ? undefined : keptProfile(cache, buildId);
  return profile === undefined ? createUnknown(image, buildId, { file, say, cache }) : createTarget(image, profile);
}
