/**
 * `.livepatch.funcs`: which functions are patched, where, and with what bytes. Clauses FUNC, TRAMP, V2-FUNC, V2-CET-1.
 */
import { beginsWithEndbr64, displacement, ENDBR64, jump, TRAMPOLINE_SIZE } from '../../../abi/code';
import {
  decodeExpectation,
  LIVEPATCH_FUNC,
  LIVEPATCH_FUNC_NUMBERS,
  OPAQUE_SIZE,
  type Revision,
} from '../../../abi/hypercall';
import { FUNCTIONS } from '../../../abi/sections';
import { isZero, upTo, wrap } from '../../object/bytes';
import type { FunctionToPatch, LastOfFunction } from '../../rules/functions';
import { nops, NOPS_LIMIT } from './code';
import { contentsOf, isInData, isText, read, writeNumber } from './place';
import { lookUp } from './resolve';
import { readString } from './strings';
import type { Expectation, LoadedFunction, PlacedSection, Placement, Surroundings } from './types';

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
export interface ExaminedEntry {
  readonly index: number;
  /** Empty if it cannot be read. */
  readonly name: string;
  readonly facts: FunctionToPatch;
  readonly loaded: () => LoadedFunction;
}

/** The table, if there is one. */
export interface FunctionTable {
  readonly placed: PlacedSection;
  readonly layout: (typeof LIVEPATCH_FUNC)[Revision];
  /** Each is examined when it is asked for, and nothing is kept: there may be 30,000. */
  readonly entries: () => Iterable<ExaminedEntry>;
}

function examine(
  entry: Entry,
  index: number,
  entryAddress: bigint,
  placement: Placement,
  surroundings: Surroundings,
): ExaminedEntry {
  const later = 'applied' in entry ? entry : undefined;
  const name = readString(placement, surroundings, entry.name);
  const oldAddress = entry.old_addr === 0n ? lookUp(name ?? '', surroundings) : entry.old_addr;
  const at = oldAddress ?? 0n;
  const isData = surroundings.isData(at);
  const first = isData || later === undefined ? undefined : surroundings.mapped(at, ENDBR64.length);
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
    isMapped: surroundings.mapped(at, reach) !== undefined,
    beginsWithEndbr,
    displacement: displacement(patchAt, entry.new_addr),
    isData,
    isNewInData: isInData(placement, entry.new_addr, BigInt(entry.new_size)),
    isProtected: () => surroundings.isProtected(at, reach),
  };
  const loaded = (): LoadedFunction => {
    const expect = later && readExpectation(later.expect, placement, entryAddress);
    return {
      name: name ?? '',
      oldAddress: at,
      newAddress: entry.new_addr,
      oldSize: entry.old_size,
      newSize: entry.new_size,
      entryAddress,
      ...(expect ? { expect } : {}),
      patchAt,
      patch: isData ? dataFor(entry, placement) : codeFor(entry, patchAt, skip),
    };
  };
  return { index, name: name ?? '', facts, loaded };
}

export function readFunctionTable(placement: Placement, surroundings: Surroundings): FunctionTable | undefined {
  const placed = placement.named.get(FUNCTIONS);
  if (placed === undefined) return undefined;
  const { revision } = surroundings;
  const layout = LIVEPATCH_FUNC[revision];
  const contents = contentsOf(placement, placed);
  const readEntry: (offset: number) => Entry = LIVEPATCH_FUNC_NUMBERS[revision].reader(contents);
  const examined = (index: number): ExaminedEntry => {
    const offset = index * layout.size;
    return examine(readEntry(offset), index, placed.address + BigInt(offset), placement, surroundings);
  };
  return { placed, layout, entries: () => upTo(Math.floor(contents.length / layout.size), examined) };
}

/** All functions, in order. An old address that was looked up is put into its entry, where hooks find it. FUNC-3. */
export function loadFunctions(placement: Placement, table: FunctionTable | undefined): readonly LoadedFunction[] {
  if (table === undefined) return [];
  const functions = Array.from(table.entries(), ({ loaded }) => loaded());
  const { old_addr } = table.layout.fields;
  for (const { entryAddress, oldAddress } of functions)
    writeNumber(placement, entryAddress + BigInt(old_addr.offset), oldAddress, 8);
  return functions;
}

/** An entry of which everything else is right. */
export interface LastExamined {
  readonly index: number;
  readonly name: string;
  readonly facts: LastOfFunction;
}

/** What is asked of the entries once everything else of the payload is right. FUNC-4, FUNC-9. */
export function examineLast(
  functions: readonly LoadedFunction[],
  { placed, layout }: FunctionTable,
  placement: Placement,
  { isData }: Pick<Surroundings, 'isData'>,
): readonly LastExamined[] {
  const contents = contentsOf(placement, placed);
  return functions.map(({ name, oldAddress, newAddress }, index) => {
    const opaqueAt = index * layout.size + layout.fields.opaque.offset;
    const facts = {
      newAddress,
      isNewInPlace: isText(placement, newAddress) || isData(oldAddress),
      isOpaqueZero: isZero(contents.subarray(opaqueAt, opaqueAt + OPAQUE_SIZE)),
    };
    return { index, name, facts };
  });
}
