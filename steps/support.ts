/** Around scenarios: the target, restored for each; evidence, attached to the step that made it. */
import {
  After,
  AfterAll,
  AfterStep,
  Before,
  setDefinitionFunctionWrapper,
  setDefaultTimeout,
} from '@cucumber/cucumber';
import { hex, hexDigits } from '../engine/bytes';
import packageJson from '../package.json';
import { EVIDENCE_MEDIA_TYPE, RUN_MEDIA_TYPE, type Evidence, type RunDescription } from '../engine/evidence';
import { createReference } from '../engine/reference';
import { createXen } from '../engine/xen';
import { CAPABILITIES, HypervisorStopped, type Capability, type Target } from '../engine/target';
import { forgetBuilds } from './drafts';
import { Mismatch } from './expect';
import { createScene, ownVersions, takeEvents, type RunParameters, type Scene, type World } from './scene';

const SCENARIO_TIMEOUT_MS = 60_000;
setDefaultTimeout(SCENARIO_TIMEOUT_MS);

/** A hypervisor to be asked, and what it says of itself before anything was done to it. */
interface Subject {
  readonly target: Target;
  readonly own: Scene['own'];
  /** Of the run; as text, since each scenario has it. */
  readonly description: string;
}

/** One for each set of parameters, made at its first scenario. */
const subjects = new Map<string, Subject>();

function makeTarget({ target, revision, hypervisor, forgets = [] }: RunParameters): Target {
  if (target === 'reference') return createReference({ revision, forgotten: new Set(forgets) });
  if (hypervisor === undefined) throw new TypeError('hypervisor: expected the path of a xen-syms, got none');
  return createXen({ file: hypervisor, say: () => undefined });
}

function describeRun(parameters: RunParameters, target: Target): RunDescription {
  const { revision, name, buildId } = target.hypervisor;
  return {
    key: `${parameters.label}/${revision}`,
    target: target.name,
    revision,
    hypervisor: { name, buildId: hexDigits(buildId) },
    ...(parameters.shard !== undefined && { shard: parameters.shard }),
    suite: { name: packageJson.name, version: packageJson.version },
  };
}

function makeSubject(parameters: RunParameters): Subject {
  const target = makeTarget(parameters);
  return { target, own: ownVersions(target), description: JSON.stringify(describeRun(parameters, target)) };
}

function subjectFor(parameters: RunParameters): Subject {
  const key = JSON.stringify(parameters);
  const subject = subjects.get(key) ?? makeSubject(parameters);
  subjects.set(key, subject);
  return subject;
}

const NEEDS = /^@needs-(.+)$/;

/** Capabilities that the scenario's tags ask for. RangeError where there is none of the name. */
function needed(tags: readonly { readonly name: string }[]): readonly Capability[] {
  return tags.flatMap(({ name }) => {
    const wanted = NEEDS.exec(name)?.[1];
    if (wanted === undefined) return [];
    const known = (Object.keys(CAPABILITIES) as Capability[]).find((capability) => capability === wanted);
    if (known === undefined) throw new RangeError(`tag: expected a capability, got ${name}`);
    return [known];
  });
}

/** Steps that compare with the hypervisor as it was. Only their scenarios pay for looking at all of it. */
const COMPARING_STEP = /\b(nothing|only)\b.*\bchanged\b|as at the start|as before the call/;

Before(function (this: World, { pickle }) {
  const { target, own, description } = subjectFor(this.parameters);
  this.attach(description, RUN_MEDIA_TYPE);
  if (needed(pickle.tags).some((capability) => !target.capabilities.has(capability))) return 'skipped';
  target.reset();
  target.log();
  this.scene = createScene(
    target,
    own,
    pickle.steps.some(({ text }) => COMPARING_STEP.test(text)),
  );
  return undefined;
});

/** False in a scenario that the target cannot be asked. */
const hasScene = (world: World): boolean => 'scene' in world;

AfterStep(function (this: World) {
  if (!hasScene(this)) return;
  const events = takeEvents(this.scene);
  if (events.length === 0) return;
  const evidence: Evidence = { events };
  this.attach(JSON.stringify(evidence), EVIDENCE_MEDIA_TYPE);
});

After(function (this: World, { pickle }) {
  if (!hasScene(this)) return;
  const { awaited } = this.scene;
  for (const [cpu, answer] of awaited)
    if (answer() === undefined) throw new Error(`${pickle.name}: vCPU ${cpu} never made the call it was to make`);
});

AfterAll(() => {
  for (const { target } of subjects.values()) target.close();
  subjects.clear();
  forgetBuilds();
});

function noteStop(world: World, { stop }: HypervisorStopped): void {
  const registers = Object.fromEntries(Object.entries(stop.registers).map(([name, value]) => [name, hex(value)]));
  world.scene.toolstack.note({ kind: 'stop', ...stop, registers });
}

function noteMismatch(world: World, { what, expected, found }: Mismatch): void {
  world.scene.toolstack.note({ kind: 'mismatch', what, expected, found });
}

type StepCode = (this: World, ...args: unknown[]) => unknown;

/** A hypervisor that stops, or does otherwise than specified, is evidence; the step fails with the sentence that says so. */
setDefinitionFunctionWrapper((code: StepCode): StepCode => {
  const wrapped: StepCode = function (...args) {
    try {
      return code.apply(this, args);
    } catch (error) {
      if (error instanceof HypervisorStopped) noteStop(this, error);
      if (error instanceof Mismatch) noteMismatch(this, error);
      throw error;
    }
  };
  return Object.defineProperty(wrapped, 'length', { value: code.length });
});
