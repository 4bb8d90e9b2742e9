/** What this suite's toolstack asks for a command of the tool: the calls that the document describes. */
import type { Action, State } from '../engine/abi/hypercall';
import { createToolstack, type Toolstack } from '../engine/toolstack/toolstack';
import { differencesOf, watched, type WireCall } from '../engine/toolstack/wire';
import { buildPayload } from './drafts';
import { listAll } from './observation';
import type { Scene } from './scene';
import { sessionOf } from './tool';
import type { BothCalls } from './types';

type Command = (toolstack: Toolstack, payload: string, scene: Scene) => void;

const upload: Command = (toolstack, payload, scene) =>
  void toolstack.upload(payload, buildPayload(scene, payload).bytes);

/** FLOW-2. */
const act =
  (action: Action): Command =>
  (toolstack, payload) => {
    toolstack.get(payload);
    toolstack.action(action, payload);
    toolstack.get(payload);
  };

const COMMANDS: Readonly<Record<string, Command>> = {
  upload,
  apply: act('APPLY'),
  revert: act('REVERT'),
  replace: act('REPLACE'),
  unload: act('UNLOAD'),
  load: (...args) => {
    upload(...args);
    act('APPLY')(...args);
  },
  // One page has room for all payloads of such a scenario.
  list: (toolstack) => {
    const { remaining } = toolstack.list(0);
    toolstack.list(remaining);
  },
};

const MOST_LOADED = 16;

/** Payloads that are loaded, in the order of upload. */
interface Loaded {
  readonly name: string;
  readonly state: State | undefined;
}

function restore(scene: Scene, loaded: readonly Loaded[]): void {
  scene.target.reset(scene.setup);
  for (const { name } of loaded) scene.observer.upload(name, buildPayload(scene, name).bytes);
  for (const { name, state } of loaded) if (state === 'APPLIED') scene.observer.action('APPLY', name);
  scene.target.log();
}

const operationsOf = (calls: readonly WireCall[]): readonly string[] => calls.map(({ operation }) => operation);

/** Runs a command such as "apply p" by the tool, and then by this suite's toolstack on the hypervisor as it was before. */
export async function runBoth(scene: Scene, words: readonly string[]): Promise<BothCalls> {
  const [name = '', first = ''] = words;
  const command = COMMANDS[name];
  if (command === undefined)
    throw new RangeError(`command: expected one of ${Object.keys(COMMANDS).join(', ')}, got ${name}`);
  const loaded = listAll(scene.observer, MOST_LOADED).entries;
  const { run } = await sessionOf(scene);
  const { wire } = await run(words);
  restore(scene, loaded);
  const own: WireCall[] = [];
  command(createToolstack(watched(scene.target, (call) => own.push(call))), first.replace(/\.livepatch$/, ''), scene);
  return { operations: [operationsOf(wire), operationsOf(own)], differences: differencesOf(wire, own) };
}
