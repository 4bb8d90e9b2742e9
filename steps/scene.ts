/** What a scenario works with: the target, its toolstack, the payloads it speaks of, and what was seen so far. */
import type { IWorld } from '@cucumber/cucumber';
import type { Revision } from '../engine/abi/hypercall';
import {
  createToolstack,
  type Answer,
  type Awaited,
  type Listing,
  type Status,
  type Toolstack,
} from '../engine/toolstack/toolstack';
import { screenLines } from '../engine/console';
import type { EvidenceEvent } from '../engine/evidence';
import type { ResetOptions, Target, WatchedStore } from '../engine/target';
import { Mismatch } from './expect';
import type { Draft } from './drafts';
import type { Observation } from './observation';

/** The world parameters of a run. */
export interface RunParameters {
  readonly target: 'reference' | 'xen';
  readonly revision: Revision;
  readonly label: string;
  /** The path of a xen-syms; for the target xen. */
  readonly hypervisor?: string;
  /** Rules that the reference is made without. */
  readonly forgets?: readonly string[];
  /** "2/5"; absent: the run has all scenarios. */
  readonly shard?: string;
}

/** A stretch of the control domain's memory. */
export interface Buffer {
  readonly address: bigint;
  /** Bytes. */
  readonly size: number;
}

export interface Scene {
  readonly target: Target;
  /** The hypervisor that the Given steps have asked for so far. */
  setup: ResetOptions;
  readonly toolstack: Toolstack;
  /** Makes the calls by which the suite itself looks: they are no evidence. */
  readonly observer: Toolstack;
  /** By the name under which a payload is uploaded. */
  readonly payloads: Map<string, Draft>;
  /** Whether a step of the scenario compares the whole hypervisor with what it was before. */
  readonly compares: boolean;
  /** What the hypervisor says of itself while nothing is patched. */
  readonly own: { readonly extraVersion: string; readonly version: number };
  /** What the last LIST answered. */
  listing: Listing | undefined;
  /** What the last GET told. */
  status: Status | undefined;
  /** What the last hypercall returned. */
  returned: number | undefined;
  /** What a scenario has put into the control domain's memory byte by byte, by the names it gives. */
  readonly buffers: Map<string, Buffer>;
  /** What calls that other vCPUs make by themselves will return. */
  readonly awaited: Map<number, Awaited<Answer | Status | Listing>>;
  /** What the hypervisor printed since the scenario began. */
  readonly console: string[];
  /** Places to be shown as bytes after each hypercall of the scenario, by symbol, and what stood there at first. */
  readonly shown: Map<string, Uint8Array>;
  /** Stores that were seen, by the symbol they went to. */
  readonly stores: Map<string, readonly WatchedStore[]>;
  /** The hypervisor as the scenario found it, and before its last call. */
  atStart: Observation | undefined;
  before: Observation | undefined;
}

export interface World extends IWorld<RunParameters> {
  scene: Scene;
}

/** What a hypervisor says of itself while nothing is patched. */
export function ownVersions(target: Target): Scene['own'] {
  const observer = createToolstack(target);
  return { extraVersion: observer.extraVersion(), version: observer.version() };
}

/** The scene of a scenario on a target that was just reset. */
export function createScene(target: Target, own: Scene['own'], compares: boolean): Scene {
  return {
    target,
    setup: {},
    toolstack: createToolstack(target),
    observer: createToolstack(target),
    own,
    listing: undefined,
    status: undefined,
    payloads: new Map(),
    compares,
    returned: undefined,
    buffers: new Map(),
    awaited: new Map(),
    console: [],
    shown: new Map(),
    stores: new Map(),
    atStart: undefined,
    before: undefined,
  };
}

/** What became evidence since the last call; what the hypervisor printed meanwhile is kept. */
export function takeEvents({ toolstack, console }: Scene): readonly EvidenceEvent[] {
  const events = toolstack.drain();
  for (const event of events) if (event.kind === 'hypercall') console.push(...screenLines(event.console));
  return events;
}

/** The scenario begins with a hypervisor that is, beside what was asked for before, like this. */
export function setUp(scene: Scene, more: ResetOptions): void {
  scene.setup = { ...scene.setup, ...more };
  scene.target.reset(scene.setup);
}

/**
 * The address of a symbol of the hypervisor or a new one of a loaded payload; of `symbol+0x5` the place within it.
 * Mismatch where there is none.
 */
export function addressOf(scene: Scene, place: string): bigint {
  const [symbol = '', offset = '0'] = place.split('+');
  const address = scene.target.symbol(symbol) ?? scene.target.lookup(symbol);
  if (address === undefined) throw new Mismatch(`symbol ${symbol}`, 'loaded', 'not there');
  return address + BigInt(offset);
}

/** Bytes of a function or object of the hypervisor, of `symbol+0x5` those from there on; 0 where its symbol does not say. */
export function sizeOf(scene: Scene, place: string): number {
  const [symbol = '', offset = '0'] = place.split('+');
  return Math.max(0, (scene.target.size(symbol) ?? 0) - Number(offset));
}

/** What a payload's code names a symbol by: where none can be looked up, as of Xen's data, by the address it has. */
export const placeOf = ({ target }: Scene, symbol: string): string | bigint =>
  target.lookup(symbol) === undefined ? (target.symbol(symbol) ?? symbol) : symbol;
