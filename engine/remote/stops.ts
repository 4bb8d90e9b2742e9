/** The verdict on a real Xen that stopped, from its serial line or its silence. */
import type { Fault } from '../fault';
import { HypervisorStopped } from '../target';
import { lastTrace, panicText } from '../xen';

/** What is known of a stop. */
export interface StopReport {
  /** What Xen wrote since the scenario began; nothing if nobody listens. */
  readonly console: string;
  /** Where its CPU is, if that can be seen. */
  readonly where?: string;
  /** The reason if Xen printed none. */
  readonly otherwise: string;
}

const REGISTER = /\b(r[a-z0-9]{1,2}|cr[0-4]):\s+(?:e008:\[<)?([0-9a-f]{16})/gi;
const PAGE_FAULT = /FATAL PAGE FAULT\s+\[error_code=([0-9a-f]+)\]/;
const FAULTING = /Faulting linear address: ([0-9a-f]+)/;
/** Bits of a page fault's error code. */
const ERROR = { present: 1, write: 2, fetch: 16 } as const;
const LAST_LINES = 60;

function faultIn(text: string): Fault | undefined {
  const code = parseInt(PAGE_FAULT.exec(text)?.[1] ?? '', 16);
  const address = FAULTING.exec(text)?.[1];
  if (Number.isNaN(code) || address === undefined) return undefined;
  const access = (code & ERROR.fetch) !== 0 ? 'fetch' : (code & ERROR.write) !== 0 ? 'store' : 'load';
  return { access, reason: (code & ERROR.present) !== 0 ? 'protected' : 'unmapped', address: BigInt(`0x${address}`) };
}

/** The verdict. */
export function stoppedBy({ console, where = 'unknown', otherwise }: StopReport): HypervisorStopped {
  const lines = console.split('\n').map((line) => line.replace(/^\(XEN\) /, ''));
  const backtrace = lastTrace(lines);
  const fault = faultIn(lines.join(' '));
  return new HypervisorStopped({
    where: backtrace[0] ?? where,
    why: panicText(lines) ?? otherwise,
    ...(fault && { fault }),
    registers: Object.fromEntries(
      [...console.matchAll(REGISTER)].map(([, name = '', value = '0']) => [name.toLowerCase(), BigInt(`0x${value}`)]),
    ),
    backtrace,
    console: lines.slice(-LAST_LINES),
  });
}
