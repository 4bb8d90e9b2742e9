/** QEMU's debugger stub, by the remote protocol of gdb: breakpoints and registers of the one vCPU. */
import { nap, type Channel } from '../agent/channel';
import { asBuffer, bytesOfHex, hex, hexDigits, u64At, wordBytes } from '../bytes';

/** In the order of the protocol. */
const REGISTERS = [
  'rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp',
  'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip',
] as const; // prettier-ignore
export type RegisterName = (typeof REGISTERS)[number];
export type Registers = Readonly<Record<RegisterName, bigint>>;

export interface Debugger {
  /** Stops the vCPU. */
  readonly halt: () => void;
  readonly resume: () => void;
  /** Waits until the vCPU has come to a breakpoint. */
  readonly awaitStop: () => void;
  readonly setBreakpoint: (address: bigint) => void;
  readonly clearBreakpoint: (address: bigint) => void;
  readonly registers: () => Registers;
  readonly setRegister: (name: RegisterName, value: bigint) => void;
  /**
   * Forgets breakpoints and earlier packets. The vCPU must be stopped, and be resumed by `resume`: the stub stops a
   * running vCPU at any packet, even at an acknowledgement.
   */
  readonly reset: () => void;
}

/**
 * `wait` makes a function that is called now and then while the debugger is awaited, and throws when that is too long.
 */
export function createDebugger(channel: Channel, wait: () => () => void): Debugger {
  let text = '';
  const breakpoints = new Set<bigint>();

  const send = (body: string): void => {
    const sum = Buffer.from(body).reduce((all, byte) => (all + byte) & 0xff, 0);
    const packet = `$${body}#${hexDigits(Uint8Array.of(sum))}`;
    channel.write(Buffer.from(packet), wait());
  };
  /** The next packet, which is acknowledged. */
  function packet(): string | undefined {
    text += Buffer.from(channel.read()).toString('latin1');
    const [whole, body] = /\$([^#]*)#../.exec(text) ?? [];
    if (whole === undefined || body === undefined) return undefined;
    text = text.slice(text.indexOf(whole) + whole.length);
    channel.write(Buffer.from('+'), wait());
    return body;
  }
  function next(isWanted: (body: string) => boolean): string {
    const look = wait();
    for (;;) {
      const body = packet();
      if (body !== undefined && isWanted(body)) return body;
      nap(0.1);
      look();
    }
  }
  const isStop = (body: string): boolean => /^[TS]/.test(body);
  const ask = (body: string): string => {
    send(body);
    return next((answer) => !isStop(answer));
  };
  const order = (body: string): void => {
    const answer = ask(body);
    if (answer !== 'OK') throw new Error(`debugger: ${body} was answered ${answer}`);
  };
  const place = (address: bigint): string => `0,${hex(address).slice(2)},1`;

  return {
    halt() {
      channel.write(Uint8Array.of(3), wait());
      next(isStop);
    },
    resume: () => send('c'),
    awaitStop: () => void next(isStop),
    setBreakpoint(address) {
      order(`Z${place(address)}`);
      breakpoints.add(address);
    },
    clearBreakpoint(address) {
      order(`z${place(address)}`);
      breakpoints.delete(address);
    },
    registers() {
      const bytes = asBuffer(bytesOfHex(ask('g')));
      const entries = REGISTERS.map((name, index) => [name, u64At(bytes, 8 * index)] as const);
      return Object.fromEntries(entries) as Registers;
    },
    setRegister: (name, value) => order(`P${hex(REGISTERS.indexOf(name)).slice(2)}=${hexDigits(wordBytes(value, 8))}`),
    reset() {
      channel.drain();
      text = '';
      // The stub takes the next packet for the answer to its last one.
      channel.write(Buffer.from('+'), wait());
      // The names of the registers must be read before one can be set.
      for (const question of ['qSupported:xmlRegisters=i386', 'qXfer:features:read:target.xml:0,ffb']) ask(question);
      for (const address of breakpoints) order(`z${place(address)}`);
      breakpoints.clear();
    },
  };
}
