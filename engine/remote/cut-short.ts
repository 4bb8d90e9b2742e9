/**
 * LIST on a machine that runs by itself: a soft IRQ may cut it short at any moment (LIST-2), and nobody outside knows
 * when. A call that was cut short is made again, so that scenarios find what the caller's own request leads to.
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
