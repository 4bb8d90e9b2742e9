/** Compares a guest call through the machine with the same call by the binding alone, in alternating blocks. */
import { readFileSync } from 'node:fs';
import { mapImage, readImage } from '../engine/machine/image';
import { createAddressSpace } from '../engine/machine/address-space';
import { permissionBits } from '../engine/machine/permissions';
import { createReference } from '../engine/reference';
import { firstStack, mapStacks } from '../engine/reference/hypervisor/stacks';
import { createSystem } from '../engine/reference/hypervisor/system';
import { IMAGES } from '../engine/reference/image/build';
import { openCpu } from '../engine/unicorn/unicorn';
import { type Figure, median } from './figures';

const BLOCKS = 60;
/** Warm-up blocks, while V8 compiles. */
const WARM_UP = 60;
const CALLS = 500;
const BUDGET = 5_000_000;
const FUNCTION = 'xen_minor_version';

/** The minimum of a call: the return address on the stack, RSP, a start, RAX. */
function bareCall(): () => bigint {
  const image = readImage(readFileSync(IMAGES.own.file));
  const memory = createAddressSpace();
  mapImage(memory, image, 'image');
  mapStacks(memory);
  const cpu = openCpu();
  for (const { start, bytes, permissions } of memory.regions()) cpu.map(start, bytes, permissionBits(permissions));
  const stack = firstStack(0) - 8n;
  const region = memory.find(stack);
  if (region === undefined) throw new TypeError('stack: expected mapped memory, got none');
  const place = Number(stack - region.start);
  const view = Buffer.from(region.bytes.buffer, region.bytes.byteOffset, region.bytes.length);
  const begin = image.address(FUNCTION);
  const end = image.address('host_return');
  return () => {
    view.writeBigUInt64LE(end, place);
    cpu.set('rsp', stack);
    cpu.start(begin, end, BUDGET);
    return cpu.get('rax');
  };
}

function vcpuCall(): () => unknown {
  const { machine, image, setCpus } = createSystem();
  setCpus(1);
  const [vcpu] = machine.vcpus;
  const address = image.address(FUNCTION);
  return () => vcpu?.call(address, [], firstStack(0), BUDGET);
}

function targetCall(): () => bigint {
  const target = createReference({ revision: 2 });
  const address = target.image.symbol(FUNCTION) ?? 0n;
  return () => target.execution.call(address);
}

/** Microseconds per call. */
function block(call: () => unknown): number {
  const began = performance.now();
  for (let made = 0; made < CALLS; made++) call();
  return ((performance.now() - began) * 1000) / CALLS;
}

export function measureCalls(): readonly Figure[] {
  const [bare, vcpu, target] = [bareCall(), vcpuCall(), targetCall()];
  const all = Array.from({ length: WARM_UP + BLOCKS }, () => ({
    bare: block(bare),
    vcpu: block(vcpu),
    target: block(target),
  }));
  const blocks = all.slice(WARM_UP);
  const of = (what: 'bare' | 'vcpu' | 'target'): number => median(blocks.map((each) => each[what]));
  return [
    { name: 'guest call by the binding', value: of('bare'), unit: 'us' },
    { name: 'guest call of a vCPU', value: of('vcpu'), unit: 'us' },
    { name: 'guest call of the target', value: of('target'), unit: 'us' },
    { name: 'vCPU against binding', value: of('vcpu') / of('bare'), unit: '', target: 1.3 },
    { name: 'target against binding', value: of('target') / of('bare'), unit: '', target: 1.3 },
  ];
}
