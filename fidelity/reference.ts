/** Measures how far the reference, with the image of the booted Xen, accepts and refuses what that Xen did. */
import { createJudge, type Judge } from '../engine/check/judge';
import { remarksOn } from '../engine/check/remarks';
import type { Outcome, Verdict as Judged } from '../engine/check/verdict';
import { STATE } from '../engine/abi/hypercall';
import type { EmulatedTarget } from '../engine/target';
import { differenceLines, fieldLines, goneLines, percent } from '.';
import { readRecorded } from './data';
import { judge, type Explanations, type Judgement } from './differences';
import { compare, type Replayed } from './replay';
import type { Case, Recorded, StateRc } from './types';

/** A case on the reference, and the clause that it cites where it refuses the payload or remarks on it. */
export interface OnReference extends Replayed {
  readonly clause: string | undefined;
}

/** State and error: by the document, rc alone shows an action's error, while Xen returns some of them at once. */
const outcome = (returned: number, state: number | undefined, rc: number | null): object => {
  return { state, error: returned === 0 ? rc : returned };
};

const outcomeHere = (one: Outcome | undefined): object | undefined =>
  one && outcome(one.return, one.state === null ? undefined : STATE[one.state], one.rc);

const outcomeThere = (returned: number | undefined, after: StateRc | undefined): object | undefined =>
  returned === undefined || after === undefined ? undefined : outcome(returned, after.state, after.rc);

/** If the booted Xen crashed, the reference only has to survive. */
function observed({ verdict: { dead, ...there } }: Case): Readonly<Record<string, unknown>> {
  if (dead !== undefined) return {};
  return {
    upload: there.upload,
    apply: outcomeThere(there.apply, there.applied),
    revert: outcomeThere(there.revert, there.reverted),
  };
}

const LOADED = ['upload', 'dead'] as const;
const COMPARED = [...LOADED, 'apply', 'revert'] as const;

/** Judges a case by the reference, and compares what is returned with what was recorded. */
function judgeCase(judge: Judge, recorded: Recorded, one: Case): OnReference {
  const verdict: Judged = judge('p', recorded.payload(one.base, one));
  const { stopped, upload } = verdict;
  const booted = observed(one);
  const here: Readonly<Record<string, unknown>> = {
    upload: upload?.rc,
    apply: outcomeHere(verdict.apply),
    revert: outcomeHere(verdict.revert),
  };
  const [remarked] = verdict.inspected === undefined ? [] : remarksOn(verdict.inspected);
  // If one of the two refused the payload there is nothing more to compare.
  const fields = booted.upload === upload?.rc ? COMPARED : LOADED;
  const shared = Object.fromEntries(Object.entries(here).filter(([field]) => booted[field] !== undefined));
  return {
    id: one.id,
    note: one.note,
    clause: upload?.refusal?.clause ?? remarked?.clause,
    ...compare(booted, { ...shared, dead: stopped?.during }, fields),
    ...(stopped === undefined ? {} : { stopped: `${stopped.where}: ${stopped.why}` }),
  };
}

/** All cases of a folder of recordings, on a reference that has the image of the booted Xen. */
export function measureReference(target: EmulatedTarget, folder: string): readonly OnReference[] {
  const recorded = readRecorded(folder);
  const judgeIt = createJudge(target);
  return recorded.cases.map((one) => judgeCase(judgeIt, recorded, one));
}

/** As `judge`; but an explanation counts only where the reference cites the clause that it begins with. */
export function judgeReference(cases: readonly OnReference[], explanations: Explanations): Judgement {
  const cited = new Map(cases.map(({ id, clause }) => [id, clause]));
  const { differences, gone } = judge(cases, explanations);
  const isCited = (place: string, because = ''): boolean =>
    because.startsWith(`${cited.get(place.split('/')[0] ?? '') ?? 'nothing'}: `);
  return {
    gone,
    differences: differences.map(({ because, ...rest }) =>
      because !== undefined && isCited(rest.place, because) ? { ...rest, because } : rest,
    ),
  };
}

/** The clause that an explanation begins with. */
const clauseOf = (because = 'not explained'): string => because.replace(/: .*/s, '');

/** "FMT-8 4, ELF-5 2": how many differences each clause explains. */
function byClause({ differences }: Judgement): string {
  const clauses = differences.map(({ because }) => clauseOf(because));
  return [...new Set(clauses)].map((id) => `${id} ${clauses.filter((own) => own === id).length}`).join(', ');
}

/** The agreement as lines for people. */
export function referenceText(cases: readonly OnReference[], explanations: Explanations): readonly string[] {
  const judgement = judgeReference(cases, explanations);
  return [
    `cases as on the booted Xen: ${percent(cases)}`,
    ...fieldLines(cases),
    `different, by clause: ${byClause(judgement) || 'none'}`,
    ...differenceLines(judgement.differences),
    ...goneLines(judgement.gone),
  ];
}
