/**
 * Loading a payload: from the bytes that a caller uploads to something that can be applied, or to the refusal that
 * names the clause. A pure function. Nothing is written anywhere, so a refusal leaves nothing behind (UPL-1, PLACE-4);
 * and it never throws, whatever the bytes are and whichever rules the hypervisor has forgotten.
 */
import { granted, refused, type OrRefusal, type Refusal } from '../../rules/rule';
import { applyAlternatives } from './alternatives';
import { checkCompiler } from './compiler';
import { checkObject, readObject } from './elf';
import { checkLast, loadFunctions } from './functions';
import { checkBuildIds, checkXenDepends, dependsOn, ownBuildId, xenDependsOn } from './notes';
import { placeSections, type Placement } from './place';
import { relocate } from './relocate';
import { collectSymbols, newSymbolsOf, resolveSymbols } from './resolve';
import { checkHooks, checkMetadata, checkPresence, isReappliable, readHooks, readMetadata } from './special';
import { checkBugFrames, checkExceptionTable, readBugFrames, sortExceptionTable } from './tables';
import type { LoadedFunction, LoadedPayload, LoadedSymbol, LoadEnvironment } from './types';

export type * from './types';

export type LoadResult =
  { readonly ok: true; readonly payload: LoadedPayload } | { readonly ok: false; readonly refusal: Refusal };

/** What is left to do once the payload has its place and its symbols: the sections with a meaning, in order. */
function prepare(placement: Placement, environment: LoadEnvironment): OrRefusal<readonly LoadedFunction[]> {
  const functions = loadFunctions(placement, environment);
  if (!functions.ok) return functions;
  const refusal =
    checkHooks(placement, environment) ??
    checkBuildIds(placement, environment) ??
    checkBugFrames(placement, environment) ??
    applyAlternatives(placement, environment) ??
    checkExceptionTable(placement, environment) ??
    checkMetadata(placement, environment);
  return refusal ? refused(refusal) : functions;
}

function describe(
  placement: Placement,
  functions: readonly LoadedFunction[],
  symbols: readonly LoadedSymbol[],
  environment: LoadEnvironment,
): LoadedPayload {
  const { base, memory } = placement;
  const exceptionTable = sortExceptionTable(placement);
  return {
    base,
    regions: placement.regions.flatMap(({ name, start, size, permissions }) => {
      const offset = Number(start - base);
      return size === 0n ? [] : [{ name, start, permissions, bytes: memory.subarray(offset, offset + Number(size)) }];
    }),
    sections: [...placement.sections.values()].map(({ section: { name, headerAt, header }, address, size }) => ({
      name,
      address,
      size: Number(size),
      flags: header.sh_flags,
      alignment: header.sh_addralign,
      headerAt,
      offset: Number(header.sh_offset),
    })),
    symbols,
    newSymbols: newSymbolsOf(symbols),
    functions,
    hooks: readHooks(placement, environment),
    buildId: ownBuildId(placement),
    depends: dependsOn(placement),
    ...(environment.revision === 2 ? { xenDepends: xenDependsOn(placement) } : {}),
    metadata: readMetadata(placement, environment),
    reappliable: isReappliable(placement),
    exceptionTable,
    bugFrames: readBugFrames(placement, environment),
  };
}

/** Loads a payload as the document describes it: like a standard ELF object, then its special sections. FMT-3. */
function load(bytes: Uint8Array, environment: LoadEnvironment): OrRefusal<LoadedPayload> {
  const object = readObject(bytes);
  const malformed = checkObject(object, environment);
  if (malformed) return refused(malformed);

  const placed = placeSections(object, environment);
  if (!placed.ok) return placed;
  const placement = placed.value;

  const values = resolveSymbols(object, placement, environment);
  if (!values.ok) return values;

  const refusal =
    relocate(object, placement, values.value, environment) ??
    checkPresence(object, environment) ??
    checkCompiler(object, environment) ??
    checkXenDepends(placement, environment);
  if (refusal) return refused(refusal);

  const functions = prepare(placement, environment);
  if (!functions.ok) return functions;

  const symbols = collectSymbols(object, placement, values.value, functions.value, environment);
  if (!symbols.ok) return symbols;

  const astray = checkLast(functions.value, placement, environment);
  if (astray) return refused(astray);

  return granted(describe(placement, functions.value, symbols.value, environment));
}

/** A file may end before the field that a rule is about, which then has no place in it. */
function withinFile({ offset, ...refusal }: Refusal, { length }: Uint8Array): Refusal {
  return offset === undefined || offset >= length ? refusal : { ...refusal, offset };
}

/**
 * Loads the payload in `bytes` for the hypervisor that `environment` describes.
 * Of several rules that are broken, the first in the order of loading is cited.
 */
export function loadPayload(bytes: Uint8Array, environment: LoadEnvironment): LoadResult {
  const outcome = load(bytes, environment);
  return outcome.ok ? { ok: true, payload: outcome.value } : refused(withinFile(outcome.refusal, bytes));
}
