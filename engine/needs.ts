/** Asking a target for what it may lack. */
import { PARTS, SETUPS, TRAITS, type Lack, type PartName, type Setup, type Trait } from './abilities';
import type { Target } from './target';

/** The target lacks what a step needs: that says nothing about the hypervisor, and skips the scenario. */
export class CannotBeAsked extends Error {
  readonly lack: Lack;
  constructor(lack: Lack) {
    super(`the target lacks ${lack.name} (${lack.meaning})`);
    this.name = 'CannotBeAsked';
    this.lack = lack;
  }
}

/** Refuses what no part, setup or trait covers: CannotBeAsked. */
export function lacking(name: string, meaning: string): never {
  throw new CannotBeAsked({ name, meaning });
}

/** A part of the target. CannotBeAsked if the target lacks it. */
export function need<Name extends PartName>(target: Target, name: Name): NonNullable<Target[Name]> {
  return target[name] ?? lacking(name, PARTS[name]);
}

/** The vCPUs, of which the scenario wants so many. CannotBeAsked if the target cannot have them. */
export function needCpus(target: Target, count: number): NonNullable<Target['cpus']> {
  const cpus = need(target, 'cpus');
  return count <= cpus.most ? cpus : lacking(`${count} vCPUs`, `more than the ${cpus.most} that it was built for`);
}

/** CannotBeAsked unless a scenario can choose this about the target's hypervisor. */
export function needSetup({ setups }: Target, name: Setup): void {
  if (!setups.has(name)) lacking(name, SETUPS[name]);
}

/** The clock, for what is compared to the nanosecond. CannotBeAsked if it is not exact. */
export function needExactClock({ clock }: Target): Target['clock'] {
  return clock.exact ? clock : lacking('exact-clock', 'only what the scenario asks for takes time');
}

/** Those of the traits that the target lacks. */
export const lacksOf = ({ traits }: Target, wanted: readonly Trait[]): readonly Lack[] =>
  wanted.filter((name) => !traits.has(name)).map((name) => ({ name, meaning: TRAITS[name] }));
