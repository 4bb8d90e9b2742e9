/**
 * LIST on a real machine: a soft IRQ may preempt it at any moment (LIST-2), which cannot be seen from outside. A
 * preempted call is repeated, so that scenarios see the result of the whole request.
 */
import { HYPERCALL, LIST, LIVEPATCH_OP, LIVEPATCH_OP_HEADER, LIVEPATCH_OP_OFFSET, LIVEPATCH_UNION_OFFSET, SYSCTL_HEADER, SYSCTL_LIVEPATCH_OP, SYSCTL_SIZE, type Revision } from '../abi/hypercall'; // prettier-ignore
import type { Hypercall } from '../target';
import type { AgentMemory } from './domains';

/** How often it is made again. */
const MOST_RETRIES = 10;

type Asked = Pick<Hypercall, 'number' | 'arguments'>;

/** How many entries a call asks for, or left: undefined if the structure is no LIST's. */
function entriesIn(sysctl: Uint8Array, revision: Revision): number | undefined {
  const isList =
    SYSCTL_HEADER.decode(sysctl).cmd === SYSCTL_LIVEPATCH_OP &&
    LIVEPATCH_OP_HEADER.decode(sysctl, LIVEPATCH_OP_OFFSET).cmd === LIVEPATCH_OP.LIST;
  return isList ? LIST[revision].decode(sysctl, LIVEPATCH_UNION_OFFSET).nr : undefined;
}

/** Makes hypercalls of a caller that has this memory. */
export function withWholeLists(
  make: (call: Asked) => bigint,
  { write, tryRead }: Pick<AgentMemory, 'write' | 'tryRead'>,
  revision: Revision,
): (call: Asked) => bigint {
  return (call) => {
    const [place = 0n] = call.arguments;
    const before = call.number === HYPERCALL.sysctl ? tryRead(place, SYSCTL_SIZE) : undefined;
    const asked = before && entriesIn(before, revision);
    for (let turn = 0; ; turn += 1) {
      const returned = make(call);
      if (before === undefined || asked === undefined || returned < 0n || returned >= BigInt(asked)) return returned;
      const left = entriesIn(tryRead(place, SYSCTL_SIZE) ?? before, revision) ?? 0;
      if (left === 0 || turn === MOST_RETRIES) return returned;
      write(place, before);
    }
  };
}
