/**
 * Rules as data. Each reason to refuse something is one row of a table: its name, the clause it comes from, the
 * errno, the norm, its violation, and the condition. Rules are asked in the order of their table, so the first broken
 * rule is the one that is cited. `sequence.ts` puts tables in order.
 *
 * A hypervisor can be made without a rule (`forgotten`): `strength` measures in this way whether the suite would notice.
 */
import type { ELF_HEADER, RELA, SECTION_HEADER, SYMBOL } from '../../abi/elf';
import { ERRNO, type ErrnoName } from '../../abi/errno';
import type { LIVEPATCH_FUNC, Revision } from '../../abi/hypercall';
import type { NOTE_HEADER } from '../../abi/notes';
import type { ALTERNATIVE } from '../../abi/tables';
import type { CitedRefusal, ClauseId } from '../../refusal';
import type { Option } from '../../target';

/** The structures of a payload that rules are about. */
type Structure =
  | typeof ELF_HEADER
  | typeof SECTION_HEADER
  | typeof SYMBOL
  | typeof RELA
  | typeof NOTE_HEADER
  | (typeof LIVEPATCH_FUNC)[Revision]
  | (typeof ALTERNATIVE)['padded'];
/** A field of one of them, by its name there. */
export type FieldName = Structure extends infer Each ? (Each extends { fields: infer F } ? keyof F : never) : never;

export interface Rule<Subject> {
  /** Unique among all rules, kebab-case. */
  readonly name: string;
  /** Id in the catalogue of clauses. */
  readonly clause: ClauseId;
  readonly errno: ErrnoName;
  /** The norm, in one plain sentence: "A payload begins with the ELF magic number." */
  readonly says: string;
  /** The violation, with the value that was found: "The file does not begin with the ELF magic number: 50 4b 03 04." */
  readonly refused: string | ((subject: Subject) => string);
  /** The field that it is about, if it is about one. */
  readonly field?: FieldName;
  /** As in `CitedRefusal`. */
  readonly explainedBy?: CitedRefusal['explainedBy'];
  /** The only revision that has the rule; absent: both. */
  readonly revision?: Revision;
  /** Only a hypervisor with this option has the rule; absent: each. */
  readonly option?: Option;
  readonly broken: (subject: Subject) => boolean;
}

/** What a rule is asked of, for people. */
export interface Where {
  /** As in `CitedRefusal`. */
  readonly payload?: string;
  /** `where` of a `CitedRefusal`. */
  readonly name: string;
  /** Bytes from the start of the payload's file to a field of it, or to the whole of it; absent: it is not in there. */
  readonly offset?: (field: string | undefined) => number;
}

/** A payload, or something in it. */
export const ofPayload = (payload: string, name = ''): Where => ({ payload, name });

/** A refusal as it is returned and cited; `errno` is negative. */
export type Refusal = CitedRefusal;

/** What decides whether a rule is asked. */
export interface RuleContext {
  readonly revision: Revision;
  /** Names of the rules that this hypervisor does not know. */
  readonly forgotten: ReadonlySet<string>;
  /** Which of the document's wishes this hypervisor fulfils; absent: none. */
  readonly options?: ReadonlySet<Option>;
}

/** What a check lets through, or the refusal. */
export type Checked<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: Refusal };

/** The rules that this hypervisor has. */
export const inForce = <Subject>(rules: readonly Rule<Subject>[], context: RuleContext): readonly Rule<Subject>[] =>
  rules.filter(
    ({ name, revision, option }) =>
      (revision === undefined || revision === context.revision) &&
      (option === undefined || context.options?.has(option) === true) &&
      !context.forgotten.has(name),
  );

function refusalBy<Subject>(rule: Rule<Subject>, subject: Subject, { payload, name: where, offset }: Where): Refusal {
  const { name, clause, errno, refused, field, explainedBy } = rule;
  return {
    rule: name,
    clause,
    errno: -ERRNO[errno],
    says: typeof refused === 'string' ? refused : refused(subject),
    ...(payload !== undefined && { payload }),
    where,
    ...(offset !== undefined && { ...(field !== undefined && { field }), offset: offset(field) }),
    ...(explainedBy !== undefined && { explainedBy }),
  };
}

/** The first of the rules that the subject breaks. `where` says what it is about, and is called only then. */
export function firstBroken<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  where: () => Where,
): Refusal | undefined {
  for (const rule of rules) if (rule.broken(subject)) return refusalBy(rule, subject, where());
  return undefined;
}
