/**
 * The booted Xen as a target: the same code as on the emulated machine, but on a whole PC that QEMU emulates, with
 * Linux as its control domain. Hypercalls are made by the agent there; memory is read through Xen's own page tables
 * while it runs; functions are called by a debugger. What cannot be done reliably is left out: several vCPUs, watched
 * stores, NMIs.
 */
import { createCore } from '../remote/core';
import type { DomainMemory, Hypercall, Target } from '../target';
import { uploadedName } from '../uploads';
import { profileOf, readXen, type XenImage } from '../xen';
import { createCalls, type Calls } from './call';
import { foundIn, openMachine, type Machine } from './machine';
import { createXenMemory, type XenMemory } from './payload-memory';
import { bootedMachine } from './provision';

export { connectBooted } from './connection';
export { isProvided, provideBooted } from './provision';

export interface BootedOptions {
  /** The path of a xen-syms, whose machine was provided. */
  readonly file: string;
}

const MACHINE = 'booted';

/** As Xen resolves a payload's undefined symbols: its own table first, which never changes, then the payloads'. */
function createLinker(image: XenImage, calls: Calls) {
  const known = new Map<string, bigint>();
  const ask = (function_: string, name: string): bigint => calls.callWithText(image.address(function_), name);
  return {
    lookup(name: string): bigint | undefined {
      const own = known.get(name) ?? ask('symbols_lookup_by_name', name);
      known.set(name, own);
      if (own !== 0n) return own;
      const found = ask('livepatch_symbols_lookup_by_name', name);
      return found === 0n ? undefined : found;
    },
  };
}

/** Makes the hypercall while the control domain has no privilege. */
function createUnprivileged(machine: Machine, image: XenImage, privilegedAt: number) {
  const set = (value: number): void => {
    const pointer = machine.tables.read(image.address('hardware_domain'), 8);
    const domain = Buffer.from(pointer).readBigUInt64LE();
    machine.tables.write(domain + BigInt(privilegedAt), Uint8Array.of(value));
  };
  return <Result>(call: () => Result): Result => {
    set(0);
    const result = call();
    set(1);
    return result;
  };
}

/** Which hypercalls changed more than a list: then only the snapshot puts everything back. */
function createWrites(machine: Machine, xen: XenMemory) {
  const untouched = xen.image();
  let dirty = false;
  return {
    note: () => (dirty = true),
    isClean: (): boolean => !dirty && !machine.hasStopped() && Buffer.compare(untouched, xen.image()) === 0,
    reset: () => (dirty = false),
  };
}

/** Makes it with nothing loaded. Throws a user error if its machine was not provided. */
export function createBooted({ file }: BootedOptions): Target {
  const image = readXen(file);
  const { parts, snapshot } = bootedMachine(image);
  const { domainPrivileged } = profileOf(file);
  const machine = openMachine(parts, image, snapshot);
  const places = { buffers: BigInt(snapshot.buffers), console: BigInt(snapshot.console) };
  const xen = createXenMemory(machine.tables, image);
  const agent = machine.agent;
  const core = createCore({ target: MACHINE, machine: MACHINE, image, agent, found: foundIn(snapshot), places });
  const { buffers, ...shared } = core;
  const calls = createCalls(machine, image);
  const unprivileged = createUnprivileged(machine, image, domainPrivileged);
  const writes = createWrites(machine, xen);
  function hypercall(call: Hypercall): bigint {
    const make = (): bigint =>
      call.domain === 'guest' ? unprivileged(() => core.hypercall(call)) : core.hypercall(call);
    return machine.orStop(() => {
      const name = uploadedName(buffers.tryRead, call);
      if (name === undefined) return make();
      const end = xen.begin(name);
      const returned = make();
      if (end() || returned === 0n) writes.note();
      return returned;
    });
  }
  const domain: DomainMemory = {
    allocate: (length, options) => machine.orStop(() => buffers.allocate(length, options)),
    borrow: buffers.borrow,
    write: (address, bytes) => machine.orStop(() => buffers.write(address, bytes)),
    read: (address, length) => machine.orStop(() => buffers.read(address, length)),
  };
  const { tables } = machine;
  return {
    ...shared,
    traits: new Set([...shared.traits, 'full-reset']),
    hypercall,
    domain: () => domain,
    log: () => (machine.hasStopped() ? { console: [] } : machine.orStop(core.log)),
    reset() {
      const isDirty = !writes.isClean();
      if (isDirty) machine.restore();
      writes.reset();
      xen.reset();
      core.restart(isDirty);
    },
    close: machine.close,
    memory: {
      read: tables.read,
      permissions: (address) => tables.find(address)?.permissions ?? '---',
      regions: xen.regions,
      snapshot: xen.snapshot,
    },
    linker: createLinker(image, calls),
    execution: {
      call(address, args = [], cpu = 0) {
        if (cpu !== 0) throw new RangeError(`vCPU: expected 0, got ${cpu}`);
        return calls.call(address, args);
      },
    },
  };
}
