/** What a scenario works with: the target, its toolstack, the payloads it speaks of, and what was seen so far. */
import type { IWorld } from '@cucumber/cucumber';
import {
  createToolstack,
  type Answer,
  type Awaited,
  type CallOptions,
  type Listing,
  type Status,
  type Toolstack,
} from '../engine/toolstack/toolstack';
import type { Tool } from '../engine/client';
import { screenLines } from '../engine/console';
import type { EvidenceEvent } from '../engine/evidence';
import { need, needCpus, needSetup } from '../engine/needs';
import type { ResetOptions, Target, WatchId } from '../engine/target';
import type { TargetParameters } from '../engine/targets';
import type { BothCalls, Draft, Observation, ToolSession } from './types';

/** The tool of a run. */
export interface ToolParameters extends Tool {
  readonly interfaceVersion: number;
}

/** The world parameters of a run. */
export interface RunParameters extends TargetParameters {
  readonly label: string;
  /** The tool that drives the target, if the run is about the tool. */
  readonly tool?: ToolParameters;
  /** "2/5"; absent: the run has all scenarios. */
  readonly shard?: string;
  /** Tags or features select some of the scenarios; absent: all are asked for. */
  readonly selected?: true;
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
  /** The tool that the run is about; undefined if it is about the hypervisor. */
  readonly tool: Tool | undefined;
  /** The tool at work; undefined until a step uses it. */
  session: ToolSession | undefined;
  /** What the tool and this suite's toolstack asked for the same command. */
  both: BothCalls | undefined;
  /** By the name under which a payload is uploaded. */
  readonly payloads: Map<string, Draft>;
  /** Whether a step of the scenario compares the whole hypervisor with what it was before. */
  readonly compares: boolean;
  /** What the hypervisor says of itself while nothing is patched. */
  readonly own: { readonly extraVersion: string; readonly version: number };
  /** What the last LIST answered. */
  listing: Listing | undefined;
  /** What the last GET returned. */
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
  /** The roles whose places are evidence already. */
  readonly roles: Set<string>;
  /** The places that have been taken for roles, `symbol` or `symbol+0x5`. */
  readonly taken: Set<string>;
  /** What is watched for stores, by symbol. */
  readonly watches: Map<string, WatchId>;
  /** The hypervisor as the scenario found it, and before its last call. */
  atStart: Observation | undefined;
  before: Observation | undefined;
}

/** Whether it can be these: Cucumber hands them on as any JSON. */
export const isRunParameters = (value: object): value is RunParameters =>
  'label' in value && 'target' in value && 'revision' in value;

export interface World extends IWorld<RunParameters> {
  scene: Scene;
}

/** What a hypervisor says of itself while nothing is patched. */
export function ownVersions(target: Target): Scene['own'] {
  const observer = createToolstack(target);
  return { extraVersion: observer.extraVersion(), version: observer.version() };
}

/** The scene of a scenario on a target that was just reset. */
export function createScene(target: Target, own: Scene['own'], compares: boolean, tool?: Tool): Scene {
  return {
    target,
    tool,
    session: undefined,
    both: undefined,
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
    roles: new Set(),
    taken: new Set(),
    watches: new Map(),
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

/** What a target has to be able to do for each of what a scenario can set up. */
const NEEDED: Readonly<Record<keyof ResetOptions, (target: Target, wanted: ResetOptions) => unknown>> = {
  cpus: (target, { cpus = 1 }) => needCpus(target, cpus),
  smap: (target) => needSetup(target, 'cpu-features'),
  options: (target) => needSetup(target, 'options'),
  trustedKeys: (target) => needSetup(target, 'options'),
  policy: (target) => needSetup(target, 'options'),
};
const isSetup = (field: string): field is keyof ResetOptions => field in NEEDED;

/**
 * The scenario begins with a hypervisor that is, beside what was asked for before, like this. CannotBeAsked if the
 * target's hypervisor cannot.
 */
export function setUp(scene: Scene, more: ResetOptions): void {
  for (const field of Object.keys(more).filter(isSetup)) NEEDED[field](scene.target, more);
  scene.setup = { ...scene.setup, ...more };
  scene.target.reset(scene.setup);
}

/** A call by this vCPU. CannotBeAsked if the target has no vCPUs to choose from. */
export function onVcpu({ target }: Scene, cpu: number): CallOptions {
  need(target, 'cpus');
  return { cpu };
}
