/** Code that behaves like a function of the hypervisor whose start is patched. */
import { Code as Op, Decoder, DecoderOptions, FlowControl, Instruction, Register } from 'iced-x86';
import { BRANCH_SIZE, ENDBR64, beginsWithEndbr64, branchTarget } from '../../engine/abi/code';
import { assembled, joined, machineCode, type Code } from './assembly';

/** A jump to an address without relocation, by a register that holds no argument. */
const jumpTo = (address: bigint): Code =>
  assembled(['jumpTo', address], () => [
    { instruction: Instruction.createRegU64(Op.Mov_r64_imm64, Register.R11, address) },
    { instruction: Instruction.createReg(Op.Jmp_rm64, Register.R11) },
  ]);

/**
 * The first instructions of a function at `address`, as many as a patch at its start takes, and a jump to the rest. A
 * function that is nothing but a jump becomes that jump. RangeError if the instructions depend on where they are.
 */
export function goesOnIn(code: Uint8Array, address: bigint): Code {
  const patched = BRANCH_SIZE + (beginsWithEndbr64(code) ? ENDBR64.length : 0);
  const decoder = new Decoder(64, code, DecoderOptions.None);
  decoder.ip = address;
  let end = 0;
  try {
    while (end < patched) {
      const instruction = decoder.decode();
      const { flowControl, isIpRelMemoryOperand, isInvalid, length } = instruction;
      instruction.free();
      if (end === 0 && flowControl === FlowControl.UnconditionalBranch && length === BRANCH_SIZE)
        return jumpTo(branchTarget(code, address));
      if (isInvalid || isIpRelMemoryOperand || flowControl !== FlowControl.Next)
        throw new RangeError('goesOnIn: expected instructions that can be anywhere, got others');
      end += length;
    }
  } finally {
    decoder.free();
  }
  return joined([machineCode(code.subarray(0, end)), jumpTo(address + BigInt(end))]);
}
