/**
 * The order of rules as data. A sequence of checks is both what an operation runs and what the index of all rules is made
 * of, so the two cannot differ.
 */
import { firstBroken, inForce, type Refusal, type Rule, type RuleContext, type Where } from './rule';

/** A rule as people read it, whatever it is asked of. */
export type AnyRule = Rule<never>;

/** A step of a sequence. `Facts` is what it judges: a call, a payload, an entry. */
export interface Check<Facts> {
  /** Those that it asks, in order. */
  readonly rules: readonly AnyRule[];
  readonly firstBroken: (facts: Facts, context: RuleContext) => Refusal | undefined;
}

/** Asks a table of rules of what `subject` picks from the facts; `where` says what that is, for people. */
export const check = <Facts, Subject>(
  rules: readonly Rule<Subject>[],
  subject: (facts: Facts) => Subject,
  where: (facts: NoInfer<Facts>) => Where,
): Check<Facts> => ({
  rules,
  firstBroken: (facts, context) => firstBroken(inForce(rules, context), subject(facts), () => where(facts)),
});

/** What a table is asked of; `where` says what that is, for people, and is called only where something is refused. */
export interface Asked<Subject> {
  readonly subject: Subject;
  readonly where: () => Where;
}

/** Asks a table of rules of one thing after the other. */
export const checkAll = <Facts, Subject>(
  rules: readonly Rule<Subject>[],
  asked: (facts: Facts) => Iterable<Asked<Subject>>,
): Check<Facts> => ({
  rules,
  firstBroken(facts, context) {
    const own = inForce(rules, context);
    for (const { subject, where } of asked(facts)) {
      const refusal = firstBroken(own, subject, where);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  },
});

/** Runs checks on the first item, then on the second, and so on: `each(tables)(check(…), checkAll(…))`. */
export const each =
  <Facts, Item>(items: (facts: Facts) => Iterable<Item>) =>
  (...checks: readonly Check<Item>[]): Check<Facts> => ({
    rules: rulesOf(checks),
    firstBroken(facts, context) {
      for (const item of items(facts)) {
        const refusal = firstBrokenOf(checks, item, context);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
  });

/** Runs a sequence up to the first rule that is broken. */
export function firstBrokenOf<Facts>(
  checks: readonly Check<Facts>[],
  facts: Facts,
  context: RuleContext,
): Refusal | undefined {
  for (const { firstBroken: ask } of checks) {
    const refusal = ask(facts, context);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The rules of a sequence, each where it is asked first. */
export const rulesOf = (checks: readonly { readonly rules: readonly AnyRule[] }[]): readonly AnyRule[] => [
  ...new Set(checks.flatMap(({ rules }) => rules)),
];
