/** What the search found, for programs: fuzz.json. */
import { hex } from '../../engine/bytes';
import { nameOf } from '../../engine/fuzz/classes';
import type { Find, Tally } from '../../engine/fuzz/search';
import { isNew, type Elsewhere } from './text';

/** One find, with the file that has its payload. */
export interface Kept {
  readonly find: Find;
  /** Relative to fuzz.json. */
  readonly file: string;
  readonly elsewhere: readonly Elsewhere[];
}

/** All that there is to say of one search. */
export interface Searched {
  readonly hypervisor: { readonly name: string; readonly buildId: string };
  readonly seed: number;
  readonly tally: Tally;
  readonly cpuSeconds: number;
  readonly emulatorEnded: number;
  readonly kept: readonly Kept[];
}

function findJson({ find, file, elsewhere }: Kept, { counts }: Tally) {
  const { kind, key, at, seconds, minimal, execution, known } = find;
  const { ending, reference } = execution;
  return {
    ...{ kind, key, count: counts.get(nameOf(find)) ?? 0, at, seconds, file, isNew: isNew(find) },
    known: known ?? null,
    seed: minimal?.seed ?? null,
    changes: minimal?.changes ?? null,
    ending,
    reference: reference ?? null,
    elsewhere,
  };
}

/** The text of the document. */
export function fuzzJson({ hypervisor, seed, tally, cpuSeconds, emulatorEnded, kept }: Searched): string {
  const { given, endings, tried, blocks, corpus, speeds, seconds, lastNew } = tally;
  const document = {
    ...{ format: 1, hypervisor, seed, given, endings, tried, blocks, corpus, speeds, seconds, lastNew },
    ...{ cpuSeconds, emulatorEnded },
    finds: kept.map((one) => findJson(one, tally)),
  };
  // A fault's address is a bigint.
  const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? hex(value) : value);
  return `${JSON.stringify(document, plain, 2)}\n`;
}
