/** `.livepatch.funcs`: which functions are patched, where, and with what bytes. Clauses FUNC, TRAMP, V2-FUNC, V2-CET-1. */
import { beginsWithEndbr64, displacement, ENDBR64, jump, TRAMPOLINE_SIZE } from '../../../abi/code';
import {
  decodeExpectation,
  LIVEPATCH_FUNC,
  LIVEPATCH_FUNC_NUMBERS,
  OPAQUE_SIZE,
  type Revision,
} from '../../../abi/hypercall';
import { FUNCTIONS } from '../../../abi/sections';
import { FUNCTION_RULES, FUNCTIONS_RULES, LAST_FUNCTION_RULES, type FunctionToPatch } from '../../rules/functions';
import {
  firstBroken,
  firstRefusal,
  firstRefusalUpTo,
  granted,
  refused,
  type OrRefusal,
  type Refusal,
  type Where,
} from '../../rules/rule';
import { isZero, wrap } from './bytes';
import { nops, NOPS_LIMIT } from './code';
import { contentsOf, isInData, isText, read, writeNumber, type PlacedSection, type Placement } from './place';
import { lookUp } from './resolve';
import { readString } from './strings';
import type { Expectation, LoadedFunction, LoadEnvironment } from './types';
import { atSection, inData } from './where';

type Entry = ReturnType<(typeof LIVEPATCH_FUNC_NUMBERS)[Revision]['decode']>;

const { expect_data } = LIVEPATCH_FUNC[2].fields;

function readExpectation(flags: number, placement: Placement, entryAddress: bigint): Expectation | undefined {
  const { enabled, length, reserved } = decodeExpectation(flags);
  if (!enabled) return undefined;
  return { reserved, bytes: read(placement, entryAddress + BigInt(expect_data.offset), length) };
}

/** What is written over the start of a function: a jump, or nops. */
function codeFor(entry: Entry, patchAt: bigint, skip: number): Uint8Array {
  return entry.new_addr === 0n ? nops(entry.new_size - skip) : jump(patchAt, entry.new_addr);
}

/** What is written over data: as much of the payload as there is. TODO-2. */
const dataFor = ({ new_addr, new_size }: Entry, placement: Placement): Uint8Array =>
  read(placement, new_addr, Math.min(new_size, placement.memory.length));

/** Bytes that are written over a function or data. */
function reachOf({ new_addr, new_size }: Entry, isData: boolean, skip: number): number {
  if (isData) return new_size;
  return new_addr === 0n ? Math.max(1, Math.min(new_size, NOPS_LIMIT)) : skip + TRAMPOLINE_SIZE;
}

/** An entry, and what was found out about it. */
function examine(entry: Entry, placement: Placement, environment: LoadEnvironment) {
  const later = 'applied' in entry ? entry : undefined;
  const name = readString(placement, environment, entry.name);
  const oldAddress = entry.old_addr === 0n ? lookUp(name ?? '', environment) : entry.old_addr;
  const at = oldAddress ?? 0n;
  const isData = environment.isData(at);
  const first = isData || later === undefined ? undefined : environment.mapped(at, ENDBR64.length);
  const beginsWithEndbr = first !== undefined && beginsWithEndbr64(first);
  const skip = beginsWithEndbr ? ENDBR64.length : 0;
  const reach = reachOf(entry, isData, skip);
  const patchAt = wrap(at + BigInt(skip));
  const facts: FunctionToPatch = {
    version: entry.version,
    oldSize: entry.old_size,
    newSize: entry.new_size,
    newAddress: entry.new_addr,
    applied: later?.applied ?? 0,
    isNamed: entry.old_addr !== 0n || (name !== undefined && entry.name !== 0n),
    oldAddress,
    isMapped: environment.mapped(at, reach) !== undefined,
    beginsWithEndbr,
    displacement: displacement(patchAt, entry.new_addr),
    isData,
    isNewInData: isInData(placement, entry.new_addr, BigInt(entry.new_size)),
    isProtected: () => environment.isProtected(at, reach),
  };
  return { entry, name: name ?? '', at, skip, patchAt, facts };
}

/** A function whose entry is right. */
function loadFunction(
  { entry, name, at, skip, patchAt, facts }: ReturnType<typeof examine>,
  entryAddress: bigint,
  placement: Placement,
): LoadedFunction {
  const expect = 'expect' in entry ? readExpectation(entry.expect, placement, entryAddress) : undefined;
  return {
    name,
    oldAddress: at,
    newAddress: entry.new_addr,
    oldSize: entry.old_size,
    newSize: entry.new_size,
    entryAddress,
    ...(expect ? { expect } : {}),
    patchAt,
    patch: facts.isData ? dataFor(entry, placement) : codeFor(entry, patchAt, skip),
  };
}

function atEntry(table: PlacedSection, index: number, name: string, { revision }: LoadEnvironment): Where {
  const layout = LIVEPATCH_FUNC[revision];
  return inData(table, `${FUNCTIONS}[${index}] ${name}`.trimEnd(), index * layout.size, layout);
}

/** All entries, in order. An old address that was looked up is put into its entry, where hooks find it. FUNC-3. */
export function loadFunctions(
  placement: Placement,
  environment: LoadEnvironment,
): OrRefusal<readonly LoadedFunction[]> {
  const placed = placement.named.get(FUNCTIONS);
  if (placed === undefined) return granted([]);
  const size = { name: FUNCTIONS, size: placed.size };
  const misfit = firstBroken(FUNCTIONS_RULES, size, environment, () => atSection(placed.section, FUNCTIONS));
  if (misfit) return refused(misfit);

  const layout = LIVEPATCH_FUNC[environment.revision];
  const contents = contentsOf(placement, placed);
  const readEntry: (offset: number) => Entry = LIVEPATCH_FUNC_NUMBERS[environment.revision].reader(contents);
  const count = Math.floor(contents.length / layout.size);
  const examined = (index: number) => examine(readEntry(index * layout.size), placement, environment);
  // Nothing is kept of entries before all of them are right: there may be 30,000.
  const refusal = firstRefusalUpTo(count, (index) => {
    const { name, facts } = examined(index);
    return firstBroken(FUNCTION_RULES, facts, environment, () => atEntry(placed, index, name, environment));
  });
  if (refusal) return refused(refusal);
  const functions = Array.from({ length: count }, (_, index) =>
    loadFunction(examined(index), placed.address + BigInt(index * layout.size), placement),
  );
  for (const { entryAddress, oldAddress } of functions)
    writeNumber(placement, entryAddress + BigInt(layout.fields.old_addr.offset), oldAddress, 8);
  return granted(functions);
}

/** What is asked of the entries once all else of the payload is right. FUNC-4, FUNC-9. */
export function checkLast(
  functions: readonly LoadedFunction[],
  placement: Placement,
  environment: LoadEnvironment,
): Refusal | undefined {
  const placed = placement.named.get(FUNCTIONS);
  if (placed === undefined) return undefined;
  const { size, fields } = LIVEPATCH_FUNC[environment.revision];
  const contents = contentsOf(placement, placed);
  return firstRefusal(functions.entries(), ([index, { name, oldAddress, newAddress }]) => {
    const opaqueAt = index * size + fields.opaque.offset;
    const facts = {
      newAddress,
      isNewInPlace: isText(placement, newAddress) || environment.isData(oldAddress),
      isOpaqueZero: isZero(contents.subarray(opaqueAt, opaqueAt + OPAQUE_SIZE)),
    };
    return firstBroken(LAST_FUNCTION_RULES, facts, environment, () => atEntry(placed, index, name, environment));
  });
}
