/** Measures a payload's life cycle on the reference, and hypercalls per second. */
import { HYPERCALL, XENVER } from '../engine/abi/hypercall';
import { createReference } from '../engine/reference';
import type { EmulatedTarget } from '../engine/target';
import { createToolstack, type Answer, type Toolstack } from '../engine/toolstack/toolstack';
import { buildIdOf, payloadNamed } from '../payloads/catalogue';
import { type Figure, median } from './figures';

const CYCLES = 3000;
/** Warm-up cycles, while V8 compiles. */
const WARM_UP = 1000;
const BLOCKS = 40;
const CALLS = 500;
const NAME = 'hello_world';
const TEXT = 'Hello World';

function compiledPayload(target: EmulatedTarget): Uint8Array {
  const { revision, buildId } = target.hypervisor;
  const sizeOf = (symbol: string): number => target.image.size(symbol) ?? 0;
  const ids = { hypervisorBuildId: buildId, depends: buildId, buildId: buildIdOf(NAME) };
  return payloadNamed(NAME).make({ revision, ...ids, sizeOf }).bytes;
}

/** A failing cycle would look fast. */
function succeeded({ returned }: Answer): void {
  if (returned !== 0) throw new Error(`bench: a hypercall returned ${returned}`);
}

function cycle(target: EmulatedTarget, toolstack: Toolstack, payload: Uint8Array): void {
  succeeded(toolstack.upload(NAME, payload));
  succeeded(toolstack.action('APPLY', NAME));
  if (toolstack.extraVersion() !== TEXT) throw new Error(`bench: ${NAME} is not applied`);
  succeeded(toolstack.action('REVERT', NAME));
  succeeded(toolstack.action('UNLOAD', NAME));
  toolstack.drain();
  target.reset();
}

const microseconds = (action: () => void): number => {
  const began = performance.now();
  action();
  return (performance.now() - began) * 1000;
};

/** Calls per second. What a block allocates is freed before the next one. */
function rate(target: EmulatedTarget, prepare: () => void, call: () => void): number {
  const blocks = Array.from({ length: BLOCKS }, () => {
    target.reset();
    prepare();
    return microseconds(() => {
      for (let made = 0; made < CALLS; made++) call();
    });
  });
  return (CALLS * 1e6) / median(blocks);
}

export function measureHypercalls(): readonly Figure[] {
  const target = createReference({ revision: 2 });
  const toolstack = createToolstack(target);
  const payload = compiledPayload(target);
  const times = Array.from({ length: WARM_UP + CYCLES }, () => microseconds(() => cycle(target, toolstack, payload)));
  const cycles = times.slice(WARM_UP);
  const version = { number: HYPERCALL.xen_version, arguments: [BigInt(XENVER.version), 0n] };
  const versions = rate(
    target,
    () => undefined,
    () => target.hypercall(version),
  );
  const upload = (): void => succeeded(toolstack.upload(NAME, payload));
  const gets = rate(target, upload, () => {
    toolstack.get(NAME);
    toolstack.drain();
  });
  target.close();
  return [
    { name: 'upload, apply, call, revert, unload, reset', value: median(cycles), unit: 'us', target: 1000 },
    { name: 'xen_version hypercalls', value: versions, unit: '/s' },
    { name: 'GET through the toolstack', value: gets, unit: '/s' },
  ];
}
