/**
 * The contract of targets: what holds for each of them, part by part. For the tests of targets; a clause of it fails on a
 * target that has a part which does not work, or that does not do what it says of itself.
 */
import assert from 'node:assert/strict';
import { CPU_FEATURE } from '../abi/features';
import { machineCode, labelled, type Code } from '../../payloads/builder/assembly';
import { returnsNumber, returnsString } from '../../payloads/builder/code';
import type { PayloadDescription } from '../../payloads/builder/description';
import { livepatch } from '../../payloads/builder/payload';
import { buildIdOf } from '../../payloads/catalogue';
import { payloadRegions, regionAt } from '../owners';
import type { Target } from '../target';
import { createToolstack, type Toolstack } from '../toolstack/toolstack';

const PATCHED = 'xen_extra_version';
const OTHER = 'xen_minor_version';
const MS = 1_000_000n;
const MOST_CPUS = 8;

/** One thing that holds for each target, or for each that has a part. */
export interface Term {
  readonly name: string;
  /** Whether the target promises it. */
  readonly applies: (target: Target) => boolean;
  /** Throws where it does not hold. The target was just reset. */
  readonly check: (target: Target) => void;
}

const always = (): boolean => true;

function payload(target: Target, name: string, more: Partial<PayloadDescription> = {}): Uint8Array {
  const { revision, buildId } = target.hypervisor;
  const oldSize = target.image.size(PATCHED) ?? 0;
  const functions = [{ name: PATCHED, oldSize, replacement: returnsString(name) }];
  const description = { revision, buildId: buildIdOf(name), depends: buildId, xenDepends: buildId, functions };
  return livepatch({ ...description, ...more }).bytes;
}

/** A toolstack with these payloads loaded. */
function loaded(target: Target, ...names: readonly string[]): Toolstack {
  const tools = createToolstack(target);
  for (const name of names) assert.equal(tools.upload(name, payload(target, name)).returned, 0, `UPLOAD of ${name}`);
  return tools;
}

function applied(target: Target, name: string): Toolstack {
  const tools = loaded(target, name);
  assert.equal(tools.action('APPLY', name).returned, 0);
  assert.equal(tools.get(name).state, 'APPLIED');
  return tools;
}

/** A term about a part; `check` gets the part. */
function about<Name extends 'memory' | 'linker' | 'execution' | 'cpus' | 'stores' | 'nmi' | 'preemption'>(
  part: Name,
  says: string,
  check: (part: NonNullable<Target[Name]>, target: Target) => void,
): Term {
  return {
    name: `${part}: ${says}`,
    applies: (target) => target[part] !== undefined,
    check(target) {
      const own = target[part];
      assert.ok(own !== undefined, `${part} is there`);
      check(own, target);
    },
  };
}

const CORE: readonly Term[] = [
  {
    name: 'reset unloads what was loaded, and takes effect on what is executed',
    applies: always,
    check(target) {
      const own = createToolstack(target).extraVersion();
      assert.equal(applied(target, 'p').extraVersion(), 'p');
      target.reset();
      const tools = createToolstack(target);
      assert.deepEqual([tools.list(MOST_CPUS).entries, tools.extraVersion()], [[], own]);
    },
  },
  {
    name: 'log returns what was said, once, and reset forgets it',
    applies: always,
    check(target) {
      const deaf = createToolstack({ ...target, log: () => ({ console: [], refusals: [] }) });
      const refuse = (): void => assert.ok(deaf.upload('p', Uint8Array.of(1, 2, 3)).returned < 0);
      const said = (): number => {
        const { console, refusals } = target.log();
        return console.length + refusals.length;
      };
      said();
      refuse();
      assert.ok(said() > 0, 'a refusal is said');
      assert.equal(said(), 0);
      refuse();
      target.reset();
      assert.equal(said(), 0);
    },
  },
  {
    name: 'image: symbols have addresses and sizes, and are described',
    applies: always,
    check({ image }) {
      const address = image.symbol(PATCHED) ?? 0n;
      assert.ok(address !== 0n && (image.size(PATCHED) ?? 0) > 0);
      assert.match(image.describe(address + 1n), new RegExp(`^${PATCHED}\\+0x1$`));
      assert.deepEqual([image.symbol('no such symbol'), image.size('no such symbol')], [undefined, undefined]);
    },
  },
  {
    name: 'an exact clock stands still while calls are made, and reset puts it back',
    applies: ({ clock }) => clock.exact,
    check(target) {
      const { clock, cpus } = target;
      const start = clock.now();
      const tools = loaded(target, 'p');
      assert.equal(clock.now(), start);
      cpus?.keepBusy(1, MS);
      tools.action('APPLY', 'p');
      assert.equal(clock.now() - start, cpus === undefined ? 0n : MS);
      target.reset();
      assert.equal(clock.now(), start);
    },
  },
];

const MEMORY: readonly Term[] = [
  about('memory', 'reset restores all of it', (memory, target) => {
    const before = memory.snapshot();
    applied(target, 'p');
    assert.notDeepEqual(memory.snapshot(), before);
    target.reset();
    assert.deepEqual(memory.snapshot(), before);
  }),
  about('memory', 'each region has its owner, also where one name begins with another', (memory, target) => {
    const before = memory.regions();
    assert.ok(before.every(({ owner }) => 'image' in owner));
    loaded(target, 'p', 'p text', 'p q');
    const regions = memory.regions();
    for (const name of ['p', 'p text', 'p q']) {
      const parts = payloadRegions(regions, name).map(({ owner }) => owner.part);
      assert.deepEqual([parts.filter((part) => part === 'text').length, new Set(parts).size], [1, parts.length], name);
    }
    const ofImage = regions.filter(({ owner }) => 'image' in owner);
    assert.deepEqual(ofImage, before);
  }),
  about('memory', 'regions, permissions, bytes and snapshot agree', (memory, target) => {
    applied(target, 'p');
    for (const { bytes, ...region } of memory.snapshot().regions) {
      assert.deepEqual(regionAt(memory.regions(), region.start), region);
      assert.equal(memory.permissions(region.start), region.permissions);
      assert.ok(Buffer.compare(memory.read(region.start, region.size), bytes) === 0);
    }
    assert.equal(memory.permissions(0x1000n), '---');
  }),
];

const CPUS: readonly Term[] = [
  about('cpus', 'there are as many as reset was asked for, and each makes calls', ({ count }, target) => {
    for (const wanted of [1, 3, MOST_CPUS, 2]) {
      target.reset({ cpus: wanted });
      assert.equal(count(), wanted);
      const tools = createToolstack(target);
      const versions = Array.from({ length: wanted }, (_, cpu) => tools.version({ cpu }));
      assert.equal(new Set(versions).size, 1);
      assert.throws(() => tools.version({ cpu: wanted }), RangeError, `vCPU ${wanted} of ${wanted}`);
    }
    target.reset({ cpus: 1 });
    target.reset();
    assert.equal(count(), 2, 'by default');
  }),
  about('cpus', 'one that is kept busy comes late', ({ keepBusy }, target) => {
    const tools = loaded(target, 'p');
    const { now } = target.clock;
    const start = now();
    keepBusy(1, 5n * MS);
    assert.equal(tools.action('APPLY', 'p').returned, 0);
    assert.ok(now() - start >= 5n * MS);
  }),
  about('cpus', 'one makes the call that it was asked to make', ({ keepBusy, schedule, returned }, target) => {
    const { domain, clock } = target;
    const memory = domain('control');
    const place = memory.allocate(16);
    const start = clock.now();
    const version = 17;
    const ticket = schedule({ number: version, arguments: [0n, place], cpu: 1 }, MS);
    keepBusy(1, MS);
    assert.equal(returned(ticket), undefined);
    const tools = applied(target, 'p');
    const answer = returned(ticket);
    assert.equal(Number(answer?.returned), tools.version());
    assert.ok((answer?.time ?? 0n) - start >= MS);
    target.reset();
    assert.throws(() => returned(ticket), RangeError);
  }),
];

const WATCHING: readonly Term[] = [
  about('stores', 'those to the range are seen, until reset', ({ watch, seen }, target) => {
    const length = target.image.size(PATCHED) ?? 0;
    const start = target.image.symbol(PATCHED) ?? 0n;
    const id = watch(start, length);
    const before = seen(id);
    const tools = applied(target, 'p');
    assert.deepEqual(before, [], 'what was returned stays as it was');
    const stores = seen(id);
    assert.ok(stores.length > 0);
    for (const { address, cpus, cpu } of stores) {
      assert.ok(address >= start && address < start + BigInt(length));
      assert.ok(cpus.length === (target.cpus?.count() ?? 1) && cpus.some((own) => own.cpu === cpu));
    }
    assert.equal(tools.action('REVERT', 'p').returned, 0);
    assert.ok(seen(id).length > stores.length);
    target.reset();
    assert.throws(() => seen(id), RangeError);
  }),
  about('linker', "finds the hypervisor's symbols, then those of loaded payloads", ({ lookup }, target) => {
    assert.equal(lookup('printk'), target.image.symbol('printk'));
    assert.equal(lookup('contract_data'), undefined);
    const data = { contract_data: new Uint8Array(8) };
    assert.equal(createToolstack(target).upload('p', payload(target, 'p', { data })).returned, 0);
    const found = lookup('contract_data');
    assert.ok(found !== undefined);
    const owner = target.memory && regionAt(target.memory.regions(), found)?.owner;
    if (target.memory !== undefined) assert.deepEqual(owner, { payload: 'p', part: 'data' });
    target.reset();
    assert.equal(lookup('contract_data'), undefined);
  }),
  about('execution', 'calls a function', ({ call }, target) => {
    const minor = createToolstack(target).version() & 0xffff;
    assert.equal(Number(call(target.image.symbol(OTHER) ?? 0n) & 0xffff_ffffn), minor);
  }),
  about('nmi', 'reaches its vCPU, now or while the hypervisor patches', ({ send }, target) => {
    const handled = (): number => {
      const at = target.image.symbol('nmis_handled') ?? 0n;
      return Buffer.from(target.memory?.read(at, 4) ?? []).readUInt32LE();
    };
    send(1, 'now');
    assert.equal(handled(), 1);
    send(0, 'while patching');
    assert.equal(handled(), 1);
    applied(target, 'p');
    assert.throws(() => send(target.cpus?.count() ?? 1, 'now'), RangeError);
  }),
  about('preemption', 'ends a LIST early, once', ({ raiseSoftIrq }, target) => {
    const tools = loaded(target, 'p', 'q');
    raiseSoftIrq();
    assert.equal(tools.list(2).entries.length, 1);
    assert.equal(tools.list(2).entries.length, 2);
  }),
];

/** A payload whose function returns 97 on a CPU with SMAP, and 99 on another. */
function withAlternative(target: Target): Uint8Array {
  const original = 'original';
  const code: Code = labelled(machineCode(Uint8Array.of(0xb8, 99, 0, 0, 0, 0xc3)), { [original]: 0 });
  const replacement = machineCode(Uint8Array.of(0xb8, 97, 0, 0, 0));
  return payload(target, 'p', {
    functions: [{ name: OTHER, oldSize: target.image.size(OTHER) ?? 0, replacement: code }],
    alternatives: [{ original, originalSize: 5, replacement, feature: CPU_FEATURE.SMAP }],
    alternativeForm: target.hypervisor.code.alternative,
  });
}

const SETUPS: readonly Term[] = [
  {
    name: 'cpu-features: the CPUs have SMAP, or not, as reset was asked for',
    applies: ({ setups }) => setups.has('cpu-features'),
    check(target) {
      const minor = (smap?: boolean): number => {
        target.reset(smap === undefined ? {} : { smap });
        const tools = createToolstack(target);
        assert.equal(tools.upload('p', withAlternative(target)).returned, 0);
        assert.equal(tools.action('APPLY', 'p').returned, 0);
        return tools.version() & 0xffff;
      };
      assert.deepEqual([minor(true), minor(false), minor()], [97, 99, 97]);
    },
  },
  {
    name: 'options: the hypervisor is as reset was asked for, until the next one',
    applies: ({ setups }) => setups.has('options'),
    check(target) {
      const answers = (): readonly number[] => {
        const tools = createToolstack(target);
        return [tools.list(1).returned, tools.upload('p', payload(target, 'p')).returned];
      };
      target.reset({ policy: [{ domain: 'control', operation: 'LIST' }] });
      const [list = 0, upload] = answers();
      assert.ok(list < 0 && upload === 0, 'a policy');
      target.reset({ trustedKeys: [] });
      assert.ok((answers()[1] ?? 0) < 0, 'signatures are checked');
      target.reset({ options: new Set(['symbol-offsets']) });
      const symbol = `${PATCHED}+0x5`;
      const replacement = returnsNumber(1);
      const functions = [{ name: symbol, oldSize: 16, replacement }];
      const file = payload(target, 'p', { functions });
      assert.equal(createToolstack(target).upload('p', file).returned, 0, 'an option');
      target.reset();
      assert.ok(createToolstack(target).upload('p', file).returned < 0);
      target.reset();
      assert.deepEqual(answers(), [0, 0]);
    },
  },
];

export const CONTRACT: readonly Term[] = [...CORE, ...MEMORY, ...CPUS, ...WATCHING, ...SETUPS];

/** The names of the terms that the target breaks. */
export function broken(target: Target): readonly string[] {
  return CONTRACT.filter(({ applies }) => applies(target))
    .filter(({ check }) => {
      target.reset();
      target.log();
      try {
        check(target);
        return false;
      } catch {
        return true;
      }
    })
    .map(({ name }) => name);
}
