/** The hypervisor's console: what code prints by `printk`, with the formats that payloads use. */
import type { ConsoleLine } from '../../console';
import type { AddressSpace } from '../../machine/address-space';
import type { Vcpu } from '../../machine/vcpu';

export interface Console {
  readonly say: (line: ConsoleLine) => void;
  /** Says how `%ps` calls an address; undefined if it has no name. */
  readonly nameBy: (nameOf: (address: bigint) => string | undefined) => void;
  /** The gate behind `printk`. */
  readonly printk: (vcpu: Vcpu) => bigint;
  /** Lines since the last call. */
  readonly drain: () => readonly ConsoleLine[];
}

const LONGEST_STRING = 1024;
const ARGUMENTS = ['rsi', 'rdx', 'rcx', 'r8', 'r9'] as const;
/** Flags, width, length, letter. */
const FORMAT = /%([-0#]*)(\d*)(h|ll|l|z|)(ps|[sdiuxXpc%])/g;
/** Of the lengths that are not 64 bits. */
const BITS: Readonly<Record<string, number>> = { h: 16, '': 32 };
/** printk's levels: `<3>` or a byte 1 and a letter. */
const LEVEL = /^(<\d>|\u0001.)/;

/** The text up to its NUL, `(unreadable)` if a byte of it is not mapped. */
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

type NameOf = Parameters<Console['nameBy']>[0];

function render(memory: AddressSpace, nameOf: NameOf, length: string, letter: string, value: bigint): string {
  const bits = BITS[length] ?? 64;
  switch (letter) {
    case 's':
      return readText(memory, value);
    case 'c':
      return String.fromCharCode(Number(value & 0xffn));
    case 'ps':
      return nameOf(value) ?? value.toString(16).padStart(16, '0');
    case 'p':
      return value.toString(16).padStart(16, '0');
    case 'd':
    case 'i':
      return BigInt.asIntN(bits, value).toString();
    case 'u':
      return BigInt.asUintN(bits, value).toString();
    default: {
      const digits = BigInt.asUintN(bits, value).toString(16);
      return letter === 'X' ? digits.toUpperCase() : digits;
    }
  }
}

/** Prefix and width; zeros go between a sign or prefix and the digits. */
function pad(text: string, flags: string, width: number, letter: string): string {
  const prefix = flags.includes('#') && /x/i.test(letter) ? `0${letter}` : text.startsWith('-') ? '-' : '';
  const rest = prefix === '-' ? text.slice(1) : text;
  if (flags.includes('-')) return (prefix + rest).padEnd(width);
  const isNumber = 'diuxX'.includes(letter);
  if (flags.includes('0') && isNumber) return prefix + rest.padStart(width - prefix.length, '0');
  return (prefix + rest).padStart(width);
}

export function createConsole(memory: AddressSpace): Console {
  let lines: ConsoleLine[] = [];
  let nameOf: NameOf = () => undefined;
  const say = (line: ConsoleLine): void => {
    if (typeof line === 'string') lines.push(...line.replace(LEVEL, '').replace(/\n$/, '').split('\n'));
    else lines.push(line);
  };
  return {
    say,
    nameBy: (naming) => {
      nameOf = naming;
    },
    printk(vcpu) {
      let used = 0;
      const argument = (): bigint => {
        const register = ARGUMENTS[used++];
        return register === undefined ? 0n : vcpu.get(register);
      };
      const format = readText(memory, vcpu.get('rdi'));
      say(
        format.replace(FORMAT, (_all, flags: string, width: string, length: string, letter: string) =>
          letter === '%' ? '%' : pad(render(memory, nameOf, length, letter, argument()), flags, Number(width), letter),
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
