/** UPLOAD: the payload is checked and loaded, not applied. Clauses UPL, SEC-3. */
import type { UPLOAD } from '../../abi/hypercall';
import type { Values } from '../../abi/fields';
import type { Domain } from '../../domains';
import { UPLOAD_BUFFER_RULES, UPLOAD_RULES } from '../rules/calls';
import { ofPayload } from '../rules/rule';
import { cpuHas, findRoom, fromDomain, mapPayload, refusal, type Livepatch, type Returned } from './livepatch';
import { loadPayload, type LoadedPayload, type LoadEnvironment } from './load';
import type { SymbolSources } from './load/resolve';
import { added, find } from './state';
import { isProtected } from './protected';
import { checkSignature } from './signature';
import { payloadOf, symbolSources } from './symbols';

/** Domains have no addresses from here on. */
const HYPERVISOR_HALF = 1n << 63n;

/** Whether the address is in the payload's memory. */
const holds = ({ regions }: LoadedPayload, address: bigint): boolean =>
  regions.some(({ start, bytes }) => address >= start && address < start + BigInt(bytes.length));

/** Notes whose symbols are looked up: the loaded payloads that the new one refers to. DEP-8. */
function recorded(livepatch: Livepatch, used: Set<LoadedPayload>): SymbolSources {
  const { hypervisorSymbol, payloadSymbol } = symbolSources(livepatch);
  return {
    hypervisorSymbol,
    payloadSymbol(name) {
      const address = payloadSymbol(name);
      const owner = address === undefined ? undefined : payloadOf(livepatch, name);
      if (owner) used.add(owner);
      return address;
    },
  };
}

function environment(livepatch: Livepatch, symbols: SymbolSources): LoadEnvironment {
  const { system, state, revision, forgotten, options, buildId, compiler } = livepatch;
  const { machine } = system;
  const isHypervisor = (address: bigint): boolean => address >= HYPERVISOR_HALF;
  return {
    revision,
    forgotten,
    options,
    buildId,
    loadedBuildIds: state.payloads.map(({ loaded }) => loaded.buildId),
    ...symbols,
    place: (pages, alignment) => findRoom(livepatch, pages, alignment),
    mapped: (address, length) => (isHypervisor(address) ? machine.memory.tryRead(address, length) : undefined),
    isData: (address) =>
      options.has('data-patching') && machine.memory.find(address)?.permissions.includes('x') === false,
    isProtected: (address, length) => isProtected(system.image, address, length),
    compiler,
    cpuHas: (feature) => cpuHas(livepatch, feature),
    featureWords: system.subject.featureWords,
  };
}

/** A size that a forgotten limit lets through is read as far as memory can hold it. */
const READ_LIMIT = 64n * 1024n * 1024n;

export function upload(
  livepatch: Livepatch,
  domain: Domain,
  name: string,
  request: Values<(typeof UPLOAD)['fields']>,
): Returned {
  const where = ofPayload(name);
  const nameIsLoaded = find(livepatch.state, name) !== undefined;
  const wrong = refusal(livepatch, UPLOAD_RULES, { size: request.size, nameIsLoaded }, where);
  if (wrong !== undefined) return wrong;

  const length = Number(request.size < READ_LIMIT ? request.size : READ_LIMIT);
  const bytes = fromDomain(domain, request.payload, length);
  const unreadable = refusal(livepatch, UPLOAD_BUFFER_RULES, bytes, where);
  if (unreadable !== undefined) return unreadable;

  const file = bytes ?? new Uint8Array();
  const { trustedKeys } = livepatch.setup;
  const untrusted = trustedKeys && checkSignature(file, trustedKeys, livepatch, where);
  if (untrusted !== undefined) {
    livepatch.system.console.say(untrusted);
    return untrusted.errno;
  }

  const used = new Set<LoadedPayload>();
  const result = loadPayload(file, environment(livepatch, recorded(livepatch, used)));
  if (!result.ok) {
    livepatch.system.console.say({ ...result.refusal, payload: name });
    return result.refusal.errno;
  }
  for (const { loaded } of livepatch.state.payloads)
    if (result.payload.functions.some(({ oldAddress }) => holds(loaded, oldAddress))) used.add(loaded);
  mapPayload(livepatch, name, result.payload);
  livepatch.state = added(livepatch.state, {
    name,
    loaded: result.payload,
    state: 'CHECKED',
    rc: 0,
    reverted: false,
    undo: [],
    uses: [...used],
  });
  return 0;
}
