/**
 * A payload as its file describes it, and what it becomes in memory: sections in their places, relocated, functions,
 * hooks, tables. Reading is total and judges nothing; `checks.ts` holds what was read against the rules.
 *
 * A stage is read when it is first asked for, after those before it, so a refused payload is read up to the refusal.
 */
import { readObject, type ObjectFile } from '../../object/object';
import { once } from '../../once';
import { applyAlternatives, readAlternatives, type Alternatives } from './alternatives';
import { loadFunctions, readFunctionTable, type FunctionTable } from './functions';
import { dependsOn, ownBuildId, xenDependsOn } from './notes';
import { fill, planRegions, roomFor, type Plan } from './place';
import { relocate } from './relocate';
import { collectSymbols, newSymbolsOf, resolveSymbols, type CollectedSymbol } from './resolve';
import { isReappliable, readHooks, readMetadata } from './special';
import { readBugFrames, sortExceptionTable } from './tables';
import type {
  LoadedFunction,
  LoadedPayload,
  LoadedRegion,
  LoadedSection,
  Placement,
  Surroundings,
  SymbolValues,
} from './types';

/** The stages in order. Those that give a placement give the same one, whose memory has changed. */
export interface Reading {
  readonly object: ObjectFile;
  readonly plan: () => Plan;
  /** Where there is room for it; undefined if there is none. */
  readonly base: () => bigint | undefined;
  /** Placed there; at 0 where there is no room. */
  readonly placed: () => Placement;
  readonly values: () => SymbolValues;
  readonly relocated: () => Placement;
  /** Undefined if there is none. */
  readonly table: () => FunctionTable | undefined;
  readonly functions: () => readonly LoadedFunction[];
  /** With the old addresses of functions in their entries. */
  readonly addressed: () => Placement;
  /** Undefined if there are none. */
  readonly alternatives: () => Alternatives | undefined;
  /** With the alternatives that suit the CPU. */
  readonly altered: () => Placement;
  readonly symbols: () => readonly CollectedSymbol[];
  readonly payload: () => LoadedPayload;
}

const regionsOf = ({ base, memory, regions }: Placement): readonly LoadedRegion[] =>
  regions.flatMap(({ name, start, size, permissions }) => {
    const offset = Number(start - base);
    return size === 0n ? [] : [{ name, start, permissions, bytes: memory.subarray(offset, offset + Number(size)) }];
  });

const sectionsOf = ({ sections }: Placement): readonly LoadedSection[] =>
  [...sections.values()].map(({ section: { name, headerAt, header }, address, size }) => ({
    name,
    address,
    size: Number(size),
    flags: header.sh_flags,
    alignment: header.sh_addralign,
    headerAt,
    offset: Number(header.sh_offset),
  }));

/** The last stage. It sorts the exception table, in the payload's memory too. */
function describe(
  { altered, functions, symbols }: Pick<Reading, 'altered' | 'functions' | 'symbols'>,
  around: Surroundings,
): LoadedPayload {
  const { revision } = around;
  const placement = altered();
  const exceptionTable = sortExceptionTable(placement);
  const loadedSymbols = symbols().map(({ loaded }) => loaded);
  return {
    base: placement.base,
    regions: regionsOf(placement),
    sections: sectionsOf(placement),
    symbols: loadedSymbols,
    newSymbols: newSymbolsOf(loadedSymbols),
    functions: functions(),
    hooks: readHooks(placement, revision),
    buildId: ownBuildId(placement),
    depends: dependsOn(placement),
    ...(revision === 2 ? { xenDepends: xenDependsOn(placement) } : {}),
    metadata: readMetadata(placement, revision),
    reappliable: isReappliable(placement),
    exceptionTable,
    bugFrames: readBugFrames(placement, around),
  };
}

/** Reads any bytes as a payload for a hypervisor. Never throws, and leaves the bytes as they are. */
export function readPayload(bytes: Uint8Array, around: Surroundings): Reading {
  const object = readObject(bytes);
  const plan = once(() => planRegions(object));
  const base = once(() => roomFor(plan(), around.place));
  const placed = once(() => fill(plan(), base() ?? 0n));
  const values = once(() => resolveSymbols(object, placed(), around));
  const relocated = once(() => {
    relocate(object, placed(), values(), around.options);
    return placed();
  });
  const table = once(() => readFunctionTable(relocated(), around));
  const functions = once(() => loadFunctions(relocated(), table()));
  const addressed = once(() => {
    functions();
    return relocated();
  });
  const alternatives = once(() => readAlternatives(addressed(), around.revision));
  const altered = once(() => {
    applyAlternatives(addressed(), alternatives(), around);
    return addressed();
  });
  const symbols = once(() => collectSymbols(object, placed(), values(), functions()));
  const payload = once(() => describe({ altered, functions, symbols }, around));
  return {
    object,
    plan,
    base,
    placed,
    values,
    relocated,
    table,
    functions,
    addressed,
    alternatives,
    altered,
    symbols,
    payload,
  };
}
