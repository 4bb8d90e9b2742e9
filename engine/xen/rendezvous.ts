/**
 * The CPUs' rendezvous in Xen's own code. Xen's loops `pause` until another CPU changed `livepatch_work`, or until the
 * time is over. Here code takes no time and one CPU runs at a time, so at each `pause` of them the CPU waits for what
 * the loop waits for: the others run, or the clock continues.
 */
import { u32At } from '../bytes';
import { NEVER } from '../machine/clock';
import type { Vcpu } from '../machine/vcpu';
import { userError } from '../user-error';
import type { XenImage } from './image';
import type { ServiceGroup } from './services';
import type { System } from './system';

/** The functions that have such loops; compilers make clones of them, with suffixes. */
const LOOPING = /(^|#)(check_for_livepatch_work|do_livepatch_work|livepatch_spin)(\.|$)/;
const PAUSE = Buffer.of(0xf3, 0x90);
/** struct livepatch_work: a counter of CPUs, then the time in ns that the action may take, in each version. */
const TIME = 4n;
const WORK_SIZE = { least: 8, most: 4096 } as const;

/** Where the loops pause: nothing else is in them, so each is the beginning of a block of code. */
function pausesOf({ symbols }: XenImage, { memory }: System): readonly bigint[] {
  return [...symbols.values()].flatMap(({ name, address, size }) => {
    const code = LOOPING.test(name) ? Buffer.from(memory.guest.read(address, size)) : Buffer.alloc(0);
    const found: bigint[] = [];
    for (let at = code.indexOf(PAUSE); at >= 0; at = code.indexOf(PAUSE, at + 1)) found.push(address + BigInt(at));
    return found;
  });
}

export interface Rendezvous extends ServiceGroup {
  /** A CPU begins to look for patch work. */
  readonly begin: (vcpu: Vcpu) => void;
}

/** Has the loops of this Xen wait on the machine's clock. Throws a user error if it is not known how. */
export function createRendezvous(system: System): Rendezvous {
  const { machine, memory, image } = system;
  const work = image.find('livepatch_work');
  if (work === undefined || work.size < WORK_SIZE.least || work.size > WORK_SIZE.most)
    throw userError(`${image.file} cannot be used: its livepatch_work is not what it is in any Xen`);
  /** When a CPU that gives the others time first looked at the clock; those that just come never look. */
  const looks = new Map<number, bigint>();
  const state = (): Buffer => Buffer.from(memory.tryRead(work.address, work.size) ?? Buffer.alloc(work.size));
  const deadlineOf = ({ index }: Vcpu): bigint => {
    const from = looks.get(index);
    return from === undefined ? NEVER : from + BigInt(u32At(state(), Number(TIME)));
  };
  for (const at of pausesOf(image, system))
    machine.service(at, (vcpu) => {
      const before = state();
      const goTo = at + BigInt(PAUSE.length);
      return machine.wait(vcpu, { holds: () => before.equals(state()), deadline: deadlineOf(vcpu), goTo });
    });
  return {
    services: {
      get_s_time({ index }) {
        if (!looks.has(index)) looks.set(index, machine.now());
        return machine.now();
      },
    },
    begin: ({ index }) => void looks.delete(index),
    reset: () => looks.clear(),
  };
}
