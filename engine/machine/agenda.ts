/** The pending work of one vCPU, and the time of its next item. */
import { firstOutside, later, type Period } from './clock';
import type { RunEnd, Vcpu } from './vcpu';

/** What a vCPU waits for: a condition that others change, or `deadline` (ns). */
export interface Wait {
  readonly holds: () => boolean;
  readonly deadline: bigint;
  /** Where it goes on. Default: after the gate, with 1 in RAX if the wait ended, 0 at the deadline. */
  readonly goTo?: bigint;
}

/** Something that a vCPU does on its own, at a moment of the clock. */
export interface Program {
  /** Nanoseconds of the clock. */
  readonly time: bigint;
  /** Prepares the registers; the address to run from. */
  readonly start: (vcpu: Vcpu) => bigint;
  readonly done: (vcpu: Vcpu, end: RunEnd) => void;
}

/** A vCPU in the middle of a run, parked at a gate. */
export interface Parked {
  readonly wait: Wait;
  readonly resumeAt: bigint;
  readonly done: Program['done'];
}

export interface Agenda {
  /** When the vCPU is not available. */
  readonly busy: readonly Period[];
  readonly interrupted: boolean;
  /** In the order of their times; of equal ones, as they came. */
  readonly programs: readonly Program[];
  readonly parked: Parked | undefined;
}

export const EMPTY: Agenda = { busy: [], interrupted: false, programs: [], parked: undefined };

export const isOver = ({ holds, deadline }: Wait, now: bigint): boolean => !holds() || now >= deadline;

export function withProgram(agenda: Agenda, program: Program): Agenda {
  const programs = [...agenda.programs, program];
  return { ...agenda, programs: programs.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)) };
}

/** The moment, `now` or later, from which the vCPU can go on; undefined if it has nothing to do. */
export function readyAt({ busy, interrupted, programs, parked }: Agenda, now: bigint): bigint | undefined {
  if (parked !== undefined)
    return firstOutside(busy, isOver(parked.wait, now) ? now : later(parked.wait.deadline, now));
  if (interrupted) return firstOutside(busy, now);
  const program = programs[0];
  return program && firstOutside(busy, later(program.time, now));
}

/** What a vCPU that is not parked begins now: the first program whose time has come; undefined: the interrupt. */
export const dueProgram = ({ programs }: Agenda, now: bigint): Program | undefined =>
  programs[0] !== undefined && programs[0].time <= now ? programs[0] : undefined;
