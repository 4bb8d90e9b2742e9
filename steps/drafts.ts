/** Payloads in the making: what the Given steps say of one, until it is uploaded. */
import { TRAMPOLINE_SIZE } from '../engine/abi/code';
import { BUILD_ID, HOOK_SECTIONS, isHookKind, type HookKind } from '../engine/abi/sections';
import { hex, hexDigits } from '../engine/bytes';
import { createCache } from '../engine/cache';
import type { Code } from '../payloads/builder/assembly';
import { returnsString } from '../payloads/builder/code';
import type { Built } from '../payloads/builder/elf';
import type { Address, FunctionPatch } from '../payloads/builder/description';
import { fieldNumber, overwrite, type FieldValue } from '../payloads/builder/overwrite';
import { livepatch } from '../payloads/builder/payload';
import { buildIdOf, payloadNamed } from '../payloads/catalogue';
import { addressOf, parted, sizeOf } from './places';
import type { Scene } from './scene';
import type { Draft, Relation } from './types';

/** What an entry says of the old function: its name, which may be `symbol+0x5`; of a place taken for a role, its address. */
function old(scene: Scene, place: string): Pick<FunctionPatch, 'name' | 'oldSize' | 'oldAddress' | 'symbol'> {
  const { symbol, offset } = parted(place);
  const oldSize = sizeOf(scene, place);
  if (offset === 0n || !scene.taken.has(place)) return { name: place, oldSize };
  return { name: symbol, oldSize, oldAddress: addressOf(scene, place), symbol: `${symbol}_from_${offset}` };
}

/** Replaces a function, or its code from a place in it on, by this code, or by what is at an address. */
export const replaces = (scene: Scene, place: string, replacement: Code | Address): FunctionPatch => ({
  ...old(scene, place),
  replacement,
});

/** The first bytes of a function, or those from a place in it on, become nops. */
export const nops = (scene: Scene, place: string, newSize = TRAMPOLINE_SIZE): FunctionPatch => ({
  ...old(scene, place),
  replacement: undefined,
  newSize,
});

function addDraft(scene: Scene, draft: Draft): Draft {
  scene.payloads.set(draft.name, draft);
  return draft;
}

/** A payload built for the scenario. */
export function draftBuilt(scene: Scene, name: string, functions: readonly FunctionPatch[]): Draft {
  return addDraft(scene, { ...emptyDraft(name), compiled: undefined, functions });
}

/** A compiled payload of the catalogue. */
export function draftCompiled(scene: Scene, name: string): Draft {
  return addDraft(scene, { ...emptyDraft(name), compiled: name, functions: [] });
}

const emptyDraft = (name: string): Omit<Draft, 'compiled' | 'functions'> => ({
  name,
  depends: undefined,
  buildId: buildIdOf(name),
  hooks: {},
  parts: {},
  fields: {},
  cuts: [],
});

/** The payload of this name; where no step spoke of it, one that makes xen_extra_version return its name. */
export function draft(scene: Scene, name: string): Draft {
  return (
    scene.payloads.get(name) ?? draftBuilt(scene, name, [replaces(scene, 'xen_extra_version', returnsString(name))])
  );
}

function buildDraft(scene: Scene, own: Draft): Built {
  const { revision, buildId: hypervisorBuildId } = scene.target.hypervisor;
  const depends = own.depends ?? hypervisorBuildId;
  if (own.compiled !== undefined) {
    const sizeOf = (symbol: string): number => scene.target.image.size(symbol) ?? 0;
    return payloadNamed(own.compiled).make({ revision, hypervisorBuildId, depends, buildId: own.buildId, sizeOf });
  }
  return livepatch({
    revision,
    buildId: own.buildId,
    depends,
    xenDepends: hypervisorBuildId,
    functions: own.functions,
    hooks: own.hooks,
    ...own.parts,
  });
}

/** What was built, by what it was built from: many scenarios begin with the same payloads. */
const BUILDS = createCache<{ readonly built: Built; readonly buildId: Uint8Array }>(
  16 * 1024 * 1024,
  ({ built }) => built.bytes.length,
);

/** Forgets what was built. */
export const forgetBuilds = (): void => BUILDS.clear();

/** Bytes and 64-bit values as text; `cuts` and `fields` come after the build. */
const keyPart = (field: string, value: unknown): unknown => {
  if (field === 'cuts' || field === 'fields') return undefined;
  if (typeof value === 'bigint') return hex(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
};

/** Edits are functions, which no key can identify. */
const isPlain = ({ parts }: Draft): boolean => parts.edits === undefined;

function buildOnce(scene: Scene, own: Draft): Built {
  if (!isPlain(own)) return buildDraft(scene, own);
  const { revision, buildId } = scene.target.hypervisor;
  // Names and build-ids of the same length make the same file but for the build-id.
  const alike = { ...own, name: undefined, buildId: own.buildId.length };
  const key = `${revision} ${hexDigits(buildId)} ${JSON.stringify(alike, keyPart)}`;
  const make = () => ({ built: buildDraft(scene, own), buildId: own.buildId });
  const { built, buildId: like } = BUILDS.get(key, make);
  if (Buffer.compare(like, own.buildId) === 0) return built;
  return overwrite(built, { [`note[${BUILD_ID}].desc`]: own.buildId });
}

function related(file: Built, value: FieldValue | Relation): FieldValue {
  if (typeof value !== 'object' || value instanceof Uint8Array) return value;
  const from = value.of === 'length' ? BigInt(file.bytes.length) : fieldNumber(file, value.of.field);
  return from + value.plus;
}

function writeFields(file: Built, fields: Draft['fields']): Built {
  const values = Object.entries(fields).map(([field, value]) => [field, related(file, value)] as const);
  return values.length === 0 ? file : overwrite(file, Object.fromEntries(values));
}

/** The file as it is uploaded. */
export function buildPayload(scene: Scene, name: string): Built {
  const own = draft(scene, name);
  const written = writeFields(buildOnce(scene, own), own.fields);
  return own.cuts.reduce((file, change) => change(file), written);
}

/** Payloads that differ in nothing but name and build-id. */
export function draftNumbered(scene: Scene, name: string): Draft {
  return draftBuilt(scene, name, [replaces(scene, 'xen_extra_version', returnsString('one of many'))]);
}

/** What many payloads are called where their names do not matter, in the order of upload. */
export const numberedNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `payload-${index + 1}`);

/** Data that hooks of the payload count their calls in; the name is its new symbol. */
export const counterOf = (name: string): string => `${name}_calls`;

/** Data in which a hook of the payload keeps the bytes that it found somewhere; the name is its new symbol. */
export const sightOf = (name: string, hook: string): string => `${name}_${hook}_saw`;

/** Names of symbols that the payload brings, which others might find. */
export const newNamesOf = ({ name, parts }: Draft): readonly string[] => [
  counterOf(name),
  ...Object.keys(parts.defines ?? {}),
  ...(parts.symbols ?? []).map((symbol) => symbol.name),
];

/** Adds an object to the payload's .data: zeros of that size, or these bytes. */
export function addData(own: Draft, symbol: string, content: number | Uint8Array): void {
  const { data } = own.parts;
  if (data instanceof Uint8Array) throw new TypeError(`.data of ${own.name}: expected objects, got bytes`);
  const bytes = typeof content === 'number' ? new Uint8Array(content) : content;
  own.parts = { ...own.parts, data: { ...data, [symbol]: bytes } };
}

/** The payload's exception table; the name is its new symbol. */
export const fixupsOf = (name: string): string => `${name}_fixups`;

/** Adds a function to a payload, which may be there already. */
export function addFunction(scene: Scene, name: string, patch: FunctionPatch): void {
  const own = scene.payloads.get(name);
  if (own === undefined) draftBuilt(scene, name, [patch]);
  else own.functions = [...own.functions, patch];
}

/** The code that a payload brings for a function. RangeError if it brings none. */
export function codeFor(own: Draft, symbol: string): Code {
  const replacement = own.functions.find(({ name }) => name === symbol)?.replacement;
  if (typeof replacement !== 'object' || !('bytes' in replacement))
    throw new RangeError(`${own.name}: expected code for ${symbol}, got none`);
  return replacement;
}

/** Other code for the same function. */
export function replaceCode(own: Draft, symbol: string, code: Code): void {
  own.functions = own.functions.map((patch) => (patch.name === symbol ? { ...patch, replacement: code } : patch));
}

export function addParts(own: Draft, parts: Draft['parts']): void {
  own.parts = { ...own.parts, ...parts };
}

/** RangeError for a word that names no kind of hook. */
export function hookKind(word: string): HookKind {
  if (isHookKind(word)) return word;
  throw new RangeError(`hook: expected one of ${Object.keys(HOOK_SECTIONS).join(', ')}, got ${word}`);
}

/** Adds a hook; of load and unload hooks there may be several, and this one is the last. */
export function addHook(own: Draft, kind: HookKind, code: Code): void {
  const several = kind === 'load' || kind === 'unload';
  own.hooks = { ...own.hooks, [kind]: several ? [...(own.hooks[kind] ?? []), code] : code };
}
