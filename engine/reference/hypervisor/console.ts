/** The hypervisor's console: what code prints by `printk`, with the formats that payloads use. */
import type { AddressSpace } from '../../machine/address-space';
import type { Vcpu } from '../../machine/vcpu';

export interface Console {
  readonly say: (line: string) => void;
  /** The gate behind `printk`. */
  readonly printk: (vcpu: Vcpu) => bigint;
  /** Lines since the last call. */
  readonly drain: () => readonly string[];
}

const LONGEST_STRING = 1024;
const ARGUMENTS = ['rsi', 'rdx', 'rcx', 'r8', 'r9'] as const;
/** Flags, width, `l`s, letter. */
const FORMAT = /%([-0]?\d*)(l{0,2}|z|h{1,2})([sduxXpc%])/g;
/** printk's levels: `<3>` or a byte 1 and a letter. */
const LEVEL = /^(<\d>|\u0001.)/;

/** The text up to its NUL, `(unreadable)` where a byte of it is not mapped. */
export function readText(memory: AddressSpace, address: bigint): string {
  const characters: number[] = [];
  for (let at = 0; at < LONGEST_STRING; at++) {
    const byte = memory.tryRead(address + BigInt(at), 1)?.[0];
    if (byte === undefined) return '(unreadable)';
    if (byte === 0) break;
    characters.push(byte);
  }
  return Buffer.from(characters).toString('latin1');
}

function render(memory: AddressSpace, length: string, letter: string, value: bigint): string {
  const bits = length.startsWith('l') || length === 'z' ? 64 : 32;
  if (letter === 's') return readText(memory, value);
  if (letter === 'c') return String.fromCharCode(Number(value & 0xffn));
  if (letter === 'p') return value.toString(16).padStart(16, '0');
  if (letter === 'd') return BigInt.asIntN(bits, value).toString();
  return BigInt.asUintN(bits, value).toString(letter === 'u' ? 10 : 16);
}

function pad(text: string, width: string): string {
  if (width.startsWith('-')) return text.padEnd(Number(width.slice(1)));
  return text.padStart(Number(width), width.startsWith('0') ? '0' : ' ');
}

export function createConsole(memory: AddressSpace): Console {
  let lines: string[] = [];
  const say = (text: string): void => {
    lines.push(...text.replace(LEVEL, '').replace(/\n$/, '').split('\n'));
  };
  return {
    say,
    printk(vcpu) {
      let used = 0;
      const argument = (): bigint => {
        const register = ARGUMENTS[used++];
        return register === undefined ? 0n : vcpu.get(register);
      };
      const format = readText(memory, vcpu.get('rdi'));
      say(
        format.replace(FORMAT, (_all, width: string, length: string, letter: string) =>
          letter === '%' ? '%' : pad(render(memory, length, letter, argument()), width),
        ),
      );
      return 0n;
    },
    drain() {
      const said = lines;
      lines = [];
      return said;
    },
  };
}
