/** Code that does what no payload should: faults, hangs, BUGs and endless recursion. */
import { Code as Op, Instruction, Register } from 'iced-x86';
import { BUG_INSTRUCTION, type BugInstruction } from '../../engine/abi/tables';
import { joined, labelled, machineCode, memory, assembled, ret, returnZero, type Code } from './assembly';

/** `jmp .`: never returns. */
export const loopsForever = (): Code =>
  assembled(['loopsForever'], () => [{ instruction: Instruction.createBranch(Op.Jmp_rel8_64, 0n) }]);

/** Reads address 0x10, which is not mapped. The read is the first instruction and 8 bytes long. */
export const faults = (): Code =>
  assembled(['faults'], () => [
    {
      instruction: Instruction.createRegMem(Op.Mov_r64_rm64, Register.RAX, memory(Register.None, 0x10n, 8)),
    },
    ret(),
  ]);

/** Stores to address 0x10, which is not mapped. */
export const storesToNowhere = (): Code =>
  assembled(['storesToNowhere'], () => [
    {
      instruction: Instruction.createMemReg(Op.Mov_rm64_r64, memory(Register.None, 0x10n, 8), Register.RAX),
    },
    ret(),
  ]);

/** Calls itself until no stack is left. */
export const fillsStack = (): Code => machineCode(Uint8Array.of(0xe8, 0xfb, 0xff, 0xff, 0xff));

/** Divides by zero. */
export const dividesByZero = (): Code =>
  assembled(['dividesByZero'], () => [
    { instruction: Instruction.createRegReg(Op.Xor_r32_rm32, Register.ECX, Register.ECX) },
    { instruction: Instruction.createReg(Op.Div_rm32, Register.ECX) },
    ret(),
  ]);

/** `hlt`, which no hook may execute. */
export const halts = (): Code => assembled(['halts'], () => [{ instruction: Instruction.create(Op.Hlt) }, ret()]);

/** Labels of `faultsThen` and of `bugThen`. */
export const faultLabel = (prefix: string, number: number): string => `${prefix}.fault.${number}`;

export const fixupLabel = (prefix: string, number: number): string => `${prefix}.fixup.${number}`;

export const bugLabel = (prefix: string): string => `${prefix}.bug`;

/** Faults that many times in turn, and goes on to `then` if each fault resumes at the fix-up of its number, from 1 on. */
export function faultsThen(times: number, then: Code, prefix: string): Code {
  const fault = faults();
  const steps = Array.from({ length: times }, (_, index) =>
    labelled(fault, {
      [faultLabel(prefix, index + 1)]: 0,
      [fixupLabel(prefix, index + 1)]: fault.bytes.length,
    }),
  );
  return joined([...steps, then]);
}

/** The undefined instruction of a bug frame, then something else. */
export const bugThen = (instruction: BugInstruction, then: Code, prefix: string): Code =>
  joined([labelled(machineCode(BUG_INSTRUCTION[instruction]), { [bugLabel(prefix)]: 0 }), then]);

/** `ud2` (2 bytes), as a BUG or WARN compiles to; It returns if the hypervisor handles it. */
export const ud2 = (): Code => assembled(['ud2'], () => [{ instruction: Instruction.create(Op.Ud2) }, ...returnZero()]);
