/** For the tests: a CPU with code, data and a stack, and the few instructions that they execute. */
import { PAGE_SIZE as PAGE } from '../pages';
import { openCpu, EXECUTE, READ, WRITE, type Cpu, type Outcome } from './unicorn';

export { PAGE };
/** Above 2^63, as a hypervisor's addresses are. */
export const CODE = 0xffff_82d0_4000_0000n;
export const DATA = 0xffff_82d0_5000_0000n;
/** Two pages of each. */
export const SIZE = 2 * PAGE;
/** Nothing is mapped here. */
export const NOWHERE = 0xffff_8300_0000_0000n;
/** Where every start ends at the latest. */
export const END = CODE + 0xff0n;
export const BUDGET = 10_000;

/** Often enough for what sticks to show. */
export const MANY = 50;

export const HLT = [0xf4];
export const NOP = [0x90];
/** mov $value, %eax */
export const setRax = (value: number): readonly number[] => [0xb8, value, 0, 0, 0];
/** mov (%rdi), %rax */
export const LOAD = [0x48, 0x8b, 0x07];
/** mov %rax, (%rdi) */
export const STORE = [0x48, 0x89, 0x07];
/** jmp *%rdi */
export const JUMP = [0xff, 0xe7];
/** jmp . */
export const FOREVER = [0xeb, 0xfe];

export interface TestCpu {
  readonly cpu: Cpu;
  readonly code: Uint8Array;
  readonly data: Uint8Array;
  /** Puts code at an offset, as the host does: without telling the CPU. */
  readonly put: (offset: number, ...instructions: readonly (readonly number[])[]) => void;
  /** Runs from an offset of the code. */
  readonly start: (offset?: number, budget?: number) => Outcome;
  /** The same; the outcome with RIP and RAX. */
  readonly run: (offset?: number, budget?: number) => Outcome & { readonly rip: bigint; readonly rax: bigint };
}

/** Runs `action` with a CPU that has `code`, r-x, and data, rw-; shared with `other` where that is given. */
export function withCpu<Result>(action: (bench: TestCpu) => Result, other?: TestCpu): Result {
  const code = other?.code ?? new Uint8Array(SIZE);
  const data = other?.data ?? new Uint8Array(SIZE);
  const cpu = openCpu();
  try {
    cpu.map(CODE, code, READ | EXECUTE);
    cpu.map(DATA, data, READ | WRITE);
    cpu.set('rsp', DATA + BigInt(PAGE));
    const start: TestCpu['start'] = (offset = 0, budget = BUDGET) => cpu.start(CODE + BigInt(offset), END, budget);
    return action({
      cpu,
      start,
      code,
      data,
      put: (offset, ...instructions) => {
        code.set(instructions.flat(), offset);
      },
      run: (offset, budget) => ({ ...start(offset, budget), rip: cpu.get('rip'), rax: cpu.get('rax') }),
    });
  } finally {
    cpu.close();
  }
}
