/**
 * Which deviation explains what the search found. It has to be recorded to do what Xen did: to stop there, to take what
 * is refused, to leave such bytes. And it has to be about the cause: about the clause by which the reference refuses the
 * minimal payload, about all that is changed in it, or about the place of the crash. What nothing fits is new.
 */
import { returnName } from '../../engine/abi/errno';
import { hex } from '../../engine/bytes';
import type { Execution } from '../../engine/fuzz/execution';
import type { Find } from '../../engine/fuzz/search';
import { FILE_END } from '../../engine/fuzz/spans';
import {
  isOfPattern,
  matches,
  type Failure,
  type FailurePattern,
  type KnownDeviation,
} from '../../features/deviations';

type Known = Pick<KnownDeviation, 'id' | 'clauses' | 'fails' | 'scenarios'>;

/** Changes that lead to a deviation, whatever the reference says of them. In each, `*` matches anything. */
export interface Cause {
  /** In features/deviations/. */
  readonly deviation: string;
  readonly field: string;
  readonly to: string;
  /** What Xen's last line says. */
  readonly said?: string;
  /** What it may lead to besides what is recorded. */
  readonly fails?: readonly FailurePattern[];
}

export const CAUSES: readonly Cause[] = [
  {
    deviation: 'section-without-alignment-lies-over-others',
    field: '*.sh_addralign',
    to: '0x0',
    // Whatever was there is damaged.
    fails: [
      { what: 'the hypercall', expected: '0', found: '-E*' },
      { stop: '*', why: '*' },
    ],
  },
  { deviation: 'empty-metadata-is-read', field: 'section[.modinfo].sh_size', to: '0x0' },
  { deviation: 'empty-exception-table-is-refused', field: 'section[.ex_table].sh_size', to: '0x0' },
  { deviation: 'inverted-alternatives-are-unknown', field: '.altinstructions[*].cpuid', to: '*' },
  { deviation: 'read-only-entries-are-written', field: 'section[.livepatch.funcs].sh_flags', to: '*' },
  { deviation: 'entries-are-reverted-forwards', field: '*.livepatch.funcs*', to: '*' },
  // Without its relocation, or with one elsewhere, an entry has no name.
  { deviation: 'unreadable-name-stops-the-hypervisor', field: '*.rela.livepatch.funcs*', to: '*' },
  { deviation: 'tables-are-placed', field: 'section[*].sh_type', to: '0x3' },
  { deviation: 'xen-depends-is-read-outside-the-file', field: 'section[.livepatch.xen_depends].sh_type', to: '0x8' },
  {
    deviation: 'replacements-are-found-by-name-alone',
    field: 'section[.rela.*].sh_name',
    to: '*',
    said: '* outside .altinstr_replacement *',
  },
];

/** Where Xen crashes for one reason alone, whatever else is wrong with the payload. `*` matches anything. */
export const PLACES: readonly { readonly deviation: string; readonly where: string; readonly caller: string }[] = [
  // The first character of an entry's name is read, after endbr64 where there is one: nothing else is looked up from
  // there.
  ...['0', '0x4'].map((offset) => ({
    deviation: 'unreadable-name-stops-the-hypervisor',
    where: `symbols_lookup_by_name+${offset}/*`,
    caller: '*prepare_payload+*',
  })),
];

const mismatch = (what: string, expected: string, found: string): Failure => ({
  kind: 'mismatch',
  step: '',
  what,
  expected,
  found,
});

/** What happened, as scenarios would fail by it. */
function failuresOf({ ending, reference }: Execution): readonly Failure[] {
  const { errno = 0 } = reference ?? {};
  const returned = (found: number): Failure => mismatch('the hypercall', returnName(errno), returnName(found));
  // What comes of a payload that is to be refused comes of taking it.
  const taken = errno === 0 || !('phase' in ending) || ending.phase === 'UPLOAD' ? [] : [returned(0)];
  switch (ending.kind) {
    case 'accepted':
      return [returned(0)];
    case 'refused':
      return [returned(ending.errno)];
    case 'broken':
      return [mismatch(ending.change.what, '', ending.change.found), ...taken];
    case 'stopped': {
      const { where, why, fault } = ending.stop;
      const access = fault && { access: fault.access, reason: fault.reason, address: hex(fault.address) };
      return [{ kind: 'stop', step: '', where, why, ...(access && { fault: access }) }, ...taken];
    }
    case 'died':
      return [];
  }
}

const isOf = (fails: readonly FailurePattern[], failures: readonly Failure[]): boolean =>
  fails.some((pattern) => failures.some((failure) => isOfPattern(pattern, failure)));

/** The clauses that it departs from, and those whose scenarios fail for it. */
const isAbout = ({ clauses, scenarios }: Known, clause: string): boolean =>
  clauses.includes(clause) || scenarios.some(({ title }) => title.startsWith(`${clause}:`));

function isCause({ field, to, said }: Cause, { minimal, execution: { ending } }: Find): boolean {
  if (said !== undefined && !(ending.kind === 'refused' && matches(said, ending.said))) return false;
  const changes = minimal?.changes.filter((change) => change.field !== FILE_END) ?? [];
  return changes.length > 0 && changes.every((change) => matches(field, change.field) && matches(to, change.to));
}

function isPlaceOf({ id }: Known, { ending }: Execution): boolean {
  if (ending.kind !== 'stopped') return false;
  const { where, callers } = ending.stop;
  return PLACES.some(
    (one) => one.deviation === id && matches(one.where, where) && matches(one.caller, callers[0] ?? ''),
  );
}

function explains(known: Known, find: Find): boolean {
  const failures = failuresOf(find.execution);
  const { clause } = find.execution.reference ?? {};
  if (clause !== undefined && isAbout(known, clause) && isOf(known.fails, failures)) return true;
  if (isPlaceOf(known, find.execution) && isOf(known.fails, failures)) return true;
  const cause = CAUSES.find((one) => one.deviation === known.id && isCause(one, find));
  return cause !== undefined && isOf([...known.fails, ...(cause.fails ?? [])], failures);
}

/** The id of the first of these deviations that explains it; undefined if none does. */
export const knownBy = (deviations: readonly Known[], find: Find): string | undefined =>
  deviations.find((known) => explains(known, find))?.id;
