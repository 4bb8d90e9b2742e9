/** UPLOAD: the payload is checked and loaded, not applied. Clauses UPL, SEC-3. */
import { CPU_FEATURE } from '../../abi/features';
import type { UPLOAD } from '../../abi/hypercall';
import type { Values } from '../../abi/fields';
import type { Domain } from '../../domains';
import type { ResetOptions } from '../../target';
import { once } from '../once';
import { UPLOAD_BUFFER_RULES, UPLOAD_RULES, type CallBuffer, type UploadCall } from '../rules/calls';
import { ofPayload, type Checked, type Where } from '../rules/rule';
import { check, each, firstBrokenOf, type Check } from '../rules/sequence';
import { done, fromDomain, refused, type Answer } from './answer';
import type { Livepatch } from './livepatch';
import { loadPayload, type LoadedPayload, type LoadEnvironment, type SymbolSources } from './load';
import { isProtected } from './protected';
import { SIGNATURE_CHECKS, type SignedFile } from './signature';
import { added, find } from './state';
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
      const owner = address === undefined ? undefined : payloadOf(livepatch.state, name);
      if (owner) used.add(owner);
      return address;
    },
  };
}

/** Whether the CPUs have a feature, by its bit of the feature words. ALT-1. */
const cpuHas = ({ smap }: ResetOptions, feature: number): boolean =>
  feature === CPU_FEATURE.FPU || (feature === CPU_FEATURE.SMAP && smap !== false);

function environment(livepatch: Livepatch, symbols: SymbolSources): LoadEnvironment {
  const { system, area, setup, state, revision, forgotten, options, buildId, compiler } = livepatch;
  const { machine } = system;
  const isHypervisor = (address: bigint): boolean => address >= HYPERVISOR_HALF;
  return {
    revision,
    forgotten,
    options,
    buildId,
    loadedBuildIds: state.payloads.map(({ loaded }) => loaded.buildId),
    ...symbols,
    place: area.findRoom,
    mapped: (address, length) => (isHypervisor(address) ? machine.memory.tryRead(address, length) : undefined),
    isData: (address) =>
      options.has('data-patching') && machine.memory.find(address)?.permissions.includes('x') === false,
    isProtected: (address, length) => isProtected(system.image, address, length),
    compiler,
    cpuHas: (feature) => cpuHas(setup, feature),
    featureWords: system.subject.featureWords,
  };
}

/** A size that a forgotten limit lets through is read as far as memory can hold it. */
const READ_LIMIT = 64n * 1024n * 1024n;

interface Upload extends UploadCall {
  readonly where: Where;
  readonly file: () => CallBuffer;
  /** Undefined if signatures are not checked. */
  readonly trusted: SignedFile['trusted'] | undefined;
}

/** The file with the keys that its signature is held against, if signatures are checked. */
const signedFiles = ({ where, file, trusted }: Upload): readonly SignedFile[] =>
  trusted === undefined ? [] : [{ file: file().bytes, trusted, where }];

/** What is asked before the file is read as a payload. */
export const UPLOAD_CHECKS: readonly Check<Upload>[] = [
  check(
    UPLOAD_RULES,
    (call) => call,
    ({ where }) => where,
  ),
  check(
    UPLOAD_BUFFER_RULES,
    ({ file }) => file(),
    ({ where }) => where,
  ),
  each(signedFiles)(...SIGNATURE_CHECKS),
];

/** Loads the file. A refusal says of which payload it is. */
function load(name: string, file: Uint8Array, hypervisor: LoadEnvironment): Checked<LoadedPayload> {
  const loaded = loadPayload(file, hypervisor);
  if (loaded.ok) return loaded;
  const { refusal } = loaded;
  return { ok: false, refusal: { ...refusal, payload: name } };
}

export function upload(
  livepatch: Livepatch,
  domain: Domain,
  name: string,
  { size, payload }: Values<(typeof UPLOAD)['fields']>,
): Answer {
  const { state, setup, area } = livepatch;
  const where = ofPayload(name);
  const length = Number(size < READ_LIMIT ? size : READ_LIMIT);
  const file = once(() => fromDomain(domain, payload, length));
  const nameIsLoaded = find(state, name) !== undefined;
  const call = { size, nameIsLoaded, where, file, trusted: setup.trustedKeys };
  const refusal = firstBrokenOf(UPLOAD_CHECKS, call, livepatch);
  if (refusal !== undefined) return refused(refusal);

  const used = new Set<LoadedPayload>();
  const result = load(name, file().bytes, environment(livepatch, recorded(livepatch, used)));
  if (!result.ok) return refused(result.refusal);
  const loaded = result.value;
  const inPayloads = loaded.functions.filter(({ oldAddress }) => oldAddress >= area.start);
  for (const { loaded: other } of state.payloads)
    if (inPayloads.some(({ oldAddress }) => holds(other, oldAddress))) used.add(other);
  area.map(name, loaded);
  const states = area.allocate((livepatch.hookLayout.states?.size ?? 0) * loaded.functions.length);
  const uses = [...used];
  livepatch.state = added(state, { name, loaded, state: 'CHECKED', rc: 0, reverted: false, undo: [], states, uses });
  return done(0);
}
