/** Around scenarios: the target, restored for each; evidence, attached to the step that made it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  After,
  AfterAll,
  Before,
  BeforeAll,
  setDefinitionFunctionWrapper,
  setDefaultTimeout,
  Status,
} from '@cucumber/cucumber';
import { hexDigits } from '../engine/bytes';
import packageJson from '../package.json';
import { TRAITS, type Trait } from '../engine/abilities';
import {
  EVIDENCE_MEDIA_TYPE,
  LACK_MEDIA_TYPE,
  PAYLOAD_MEDIA_TYPE,
  RUN_MEDIA_TYPE,
  type Evidence,
  type Lack,
  type RunDescription,
} from '../engine/evidence';
import { CannotBeAsked, lacksOf } from '../engine/needs';
import { HypervisorStopped, type Target } from '../engine/target';
import { isUserError } from '../engine/user-error';
import { targetNamed } from '../engine/targets';
import { payloadListings } from '../payloads/listing';
import { compares } from './comparing';
import { forgetBuilds } from './drafts';
import { Mismatch } from './expect';
import { placed } from './places';
import {
  createScene,
  isRunParameters,
  ownVersions,
  takeEvents,
  type RunParameters,
  type Scene,
  type World,
} from './scene';
import { stopEvidence } from '../engine/toolstack/stop';

const SCENARIO_TIMEOUT_MS = 60_000;
setDefaultTimeout(SCENARIO_TIMEOUT_MS);

/** A hypervisor to be asked, and what it says of itself before anything was done to it. */
interface Subject {
  readonly target: Target;
  readonly own: Scene['own'];
  /** Of the run; as text, since each scenario has it. */
  readonly description: string;
  /** The named payloads as made for it, as text; none once a scenario has them. */
  payloads: readonly string[];
}

/** One for each set of parameters. */
const subjects = new Map<string, Subject>();

/** What identifies a tool, as a build-id does a hypervisor. */
const digestOf = (path: string): string => createHash('sha1').update(readFileSync(path)).digest('hex');

function describeRun(parameters: RunParameters, target: Target): RunDescription {
  const { revision, name, buildId } = target.hypervisor;
  const { label, tool } = parameters;
  const hypervisor = { name, buildId: hexDigits(buildId) };
  return {
    label,
    target: target.name,
    revision,
    ...(tool === undefined
      ? { hypervisor }
      : { hypervisor: { name: tool.name, buildId: digestOf(tool.path) }, drives: hypervisor }),
    ...(parameters.shard !== undefined && { shard: parameters.shard }),
    ...(parameters.selected && { selected: true }),
    suite: { name: packageJson.name, version: packageJson.version },
  };
}

function makeSubject(parameters: RunParameters): Subject {
  const target = targetNamed(parameters.target).create(parameters);
  const listings = payloadListings(target.hypervisor, (symbol) => target.image.size(symbol) ?? 0);
  return {
    target,
    own: ownVersions(target),
    description: JSON.stringify(describeRun(parameters, target)),
    payloads: listings.map((listing) => JSON.stringify(listing)),
  };
}

function subjectFor(parameters: RunParameters): Subject {
  const key = JSON.stringify(parameters);
  const subject = subjects.get(key) ?? makeSubject(parameters);
  subjects.set(key, subject);
  return subject;
}

const NEEDS = /^@needs-(.+)$/;
const isTrait = (name: string): name is Trait => name in TRAITS;

/** Traits that the scenario's tags ask for. RangeError if there is none of the name. */
function needed(tags: readonly { readonly name: string }[]): readonly Trait[] {
  return tags.flatMap(({ name }) => {
    const wanted = NEEDS.exec(name)?.[1];
    if (wanted === undefined) return [];
    if (!isTrait(wanted)) throw new RangeError(`tag: expected a trait of targets, got ${name}`);
    return [wanted];
  });
}

/** Skips the scenario, and says why. */
function skip(world: World, lacks: readonly Lack[]): 'skipped' {
  for (const lack of lacks) world.attach(JSON.stringify(lack), LACK_MEDIA_TYPE);
  return 'skipped';
}

/** What the target turns out to lack in the course of this. */
function lackOf(action: () => void): Lack | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof CannotBeAsked) return error.lack;
    throw error;
  }
}

// Where only the user can help, the run ends at once, not each of its scenarios.
BeforeAll(function () {
  try {
    if (isRunParameters(this.parameters)) subjectFor(this.parameters);
  } catch (error) {
    if (isUserError(error)) throw error;
  }
});

Before(function (this: World, { pickle }) {
  const subject = subjectFor(this.parameters);
  const { target, own, description } = subject;
  this.attach(description, RUN_MEDIA_TYPE);
  for (const payload of subject.payloads) this.attach(payload, PAYLOAD_MEDIA_TYPE);
  subject.payloads = [];
  const lacks = lacksOf(target, needed(pickle.tags));
  if (lacks.length > 0) return skip(this, lacks);
  const missing = lackOf(() => target.reset());
  if (missing !== undefined) return skip(this, [missing]);
  target.log();
  this.scene = createScene(target, own, compares(pickle.steps), this.parameters.tool);
  return undefined;
});

/** False in a scenario that the target cannot be asked. */
const hasScene = (world: World): boolean => 'scene' in world;

/** Attaches what the step did, as it did it. A hook after each step would do the same, and take Cucumber as long as a step. */
function attachEvidence(world: World): void {
  if (!hasScene(world)) return;
  const events = takeEvents(world.scene);
  if (events.length === 0) return;
  const evidence: Evidence = { events };
  world.attach(JSON.stringify(evidence), EVIDENCE_MEDIA_TYPE);
}

After(async function (this: World, { pickle, result }) {
  if (!hasScene(this)) return;
  await this.scene.session?.close();
  if (result?.status === Status.SKIPPED) return;
  const { awaited } = this.scene;
  for (const [cpu, answer] of awaited)
    if (answer() === undefined) throw new Error(`${pickle.name}: vCPU ${cpu} never made the call it was to make`);
});

AfterAll(() => {
  for (const { target } of subjects.values()) target.close();
  subjects.clear();
  forgetBuilds();
});

function noteMismatch(world: World, { what, expected, found }: Mismatch): void {
  world.scene.toolstack.note({ kind: 'mismatch', what, expected, found });
}

type StepCode = (this: World, ...args: unknown[]) => unknown;

/** Words of a step that are roles become the places that have them. */
const places = (world: World, args: readonly unknown[]): readonly unknown[] =>
  args.map((arg) => (typeof arg === 'string' ? placed(world.scene, arg) : arg));

/** A hypervisor that crashes, or an implementation that does not do what is specified, is evidence. */
function failed(world: World, error: unknown): 'skipped' {
  if (error instanceof CannotBeAsked) return skip(world, [error.lack]);
  if (error instanceof HypervisorStopped) world.scene.toolstack.note(stopEvidence(error.stop));
  if (error instanceof Mismatch) noteMismatch(world, error);
  throw error;
}

/** Steps about the tool wait for it. Their evidence is complete when they have ended. */
async function awaited(world: World, step: Promise<unknown>): Promise<unknown> {
  try {
    return await step;
  } catch (error) {
    return failed(world, error);
  } finally {
    attachEvidence(world);
  }
}

/**
 * A step that needs what the target lacks skips its scenario, with the reason. Where the specification is not kept, the
 * step fails with the sentence that says so.
 */
setDefinitionFunctionWrapper((code: StepCode): StepCode => {
  const wrapped: StepCode = function (...args) {
    let made: unknown;
    try {
      made = code.apply(this, [...places(this, args)]);
    } catch (error) {
      return failed(this, error);
    } finally {
      if (!(made instanceof Promise)) attachEvidence(this);
    }
    return made instanceof Promise ? awaited(this, made) : made;
  };
  return Object.defineProperty(wrapped, 'length', { value: code.length });
});
