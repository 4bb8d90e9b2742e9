/** A hypervisor that does what a test says, whose calls are kept byte by byte. */
import assert from 'node:assert/strict';
import type { Revision } from '../abi/hypercall';
import { hexDigits } from '../bytes';
import type { EvidenceEvent, HypercallEvidence } from '../evidence';
import { createReference, type Reference } from '../reference';
import type { DomainMemory, Hypercall, Target } from '../target';
import { createToolstack, type Toolstack } from './toolstack';

/** It lends its memory. */
export const reference = createReference({ revision: 2 });
const CPUS = reference.cpus;

export type Answer = (call: Hypercall, memory: DomainMemory, structure: bigint) => bigint;

interface Played {
  readonly toolstack: Toolstack;
  readonly calls: readonly Hypercall[];
  /** The structure of each sysctl before the call, in hexadecimal. */
  readonly structures: readonly string[];
  readonly answerLater: () => void;
}

/** A hypervisor that does what `answer` says, 5 ns after each call. `mapped`: bytes of a structure. */
export function playing(revision: Revision, answer: Answer = () => 0n, mapped = 136): Played {
  const [calls, structures]: [Hypercall[], string[]] = [[], []];
  let now = 100n;
  const made = (call: Hypercall): bigint => {
    const [structure = 0n] = call.arguments;
    const memory = reference.domain(call.domain ?? 'control');
    calls.push(call);
    if (call.number === 35 && structure !== 0n) structures.push(hexDigits(memory.read(structure, mapped)));
    now += 5n;
    return answer(call, memory, structure);
  };
  let waiting: (() => void)[] = [];
  const answers: { readonly returned: bigint; readonly time: bigint; readonly log: ReturnType<Target['log']> }[] = [];
  const target: Target & Pick<Reference, 'cpus'> = {
    ...reference,
    hypervisor: { ...reference.hypervisor, revision, interfaceVersion: 0x15 },
    hypercall: made,
    clock: { now: () => now, exact: true },
    log: () => ({ console: ['said'] }),
    cpus: {
      ...CPUS,
      schedule(call, delay) {
        const ticket = waiting.length;
        waiting.push(() => {
          answers[ticket] = { returned: made(call), time: now + delay, log: { console: ['later'] } };
        });
        return ticket;
      },
      returned: (ticket) => answers[ticket],
    },
  };
  return {
    toolstack: createToolstack(target),
    calls,
    structures,
    answerLater() {
      const own = waiting;
      waiting = own.map(() => () => undefined);
      for (const each of own) each();
    },
  };
}

export const zeros = (bytes: number): string => '00'.repeat(bytes);

/** Whether a structure is made of these fields, spaces apart, in which `p` is any pointer. */
export function assertStructure(structure: string | undefined, fields: string): void {
  const pattern = fields.replaceAll(' ', '').replaceAll('p', '[0-9a-f]{16}');
  assert.match(structure ?? '', new RegExp(`^${pattern}(00)*$`));
}

export const HEADER = '1b000000 15000000';

export const callsOf = (events: readonly EvidenceEvent[]): readonly HypercallEvidence[] =>
  events.filter((event) => event.kind === 'hypercall');
