/** How far the reference, held against the image of the booted Xen, accepts and refuses what that Xen did. */
import type { Judge } from '../../check/judge';
import type { Outcome, Verdict as Judged } from '../../check/verdict';
import { STATE } from '../../abi/hypercall';
import type { Case, Recorded, StateRc } from './data';
import { compare, type Replayed } from './replay';

/** A case on the reference, and the clause that it cites where it refuses the payload. */
export interface OnReference extends Replayed {
  readonly clause: string | undefined;
}

const outcomeHere = (outcome: Outcome | undefined): object | undefined =>
  outcome && { return: outcome.return, state: outcome.state === null ? null : STATE[outcome.state], rc: outcome.rc };

const outcomeThere = (returned: number | undefined, after: StateRc | undefined): object | undefined =>
  returned === undefined || after === undefined ? undefined : { return: returned, ...after };

/** Where the booted Xen died, all that is asked of the reference is that it lives. */
function observed({ verdict: { dead, ...there } }: Case): Readonly<Record<string, unknown>> {
  if (dead !== undefined) return {};
  return {
    upload: there.upload,
    apply: outcomeThere(there.apply, there.applied),
    revert: outcomeThere(there.revert, there.reverted),
  };
}

const COMPARED = ['upload', 'dead'] as const;

/** Judges a case by the reference, and compares what is returned with what was recorded. */
export function judgeCase(judge: Judge, recorded: Recorded, one: Case): OnReference {
  const verdict: Judged = judge('p', recorded.payload(one.base, one));
  const { stopped, upload } = verdict;
  const booted = observed(one);
  const here: Readonly<Record<string, unknown>> = {
    upload: upload.rc,
    apply: outcomeHere(verdict.apply),
    revert: outcomeHere(verdict.revert),
  };
  const shared = Object.fromEntries(Object.entries(here).filter(([field]) => booted[field] !== undefined));
  return {
    id: one.id,
    note: one.note,
    clause: upload.refusal?.clause,
    ...compare(booted, { ...shared, dead: stopped?.during }, COMPARED),
    ...(stopped === undefined ? {} : { stopped: `${stopped.where}: ${stopped.why}` }),
  };
}
