/** Every target keeps the contract, and a target that lies is found out. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { ConsoleLine } from './console';
import { createReference, type Reference } from './reference';
import type { Target, WatchedStore } from './target';
import { TARGETS, targetNamed } from './targets';
import { broken } from './testdata/contract';
import { DEBIAN_XENS, fetchedXens } from './xen';

/** The files that an entry may need, and are here. */
const FILES = DEBIAN_XENS.flatMap((name) => fetchedXens(name)).map(({ file }) => file);

/** What takes longer has a test of its own. */
const QUICK = TARGETS.filter(({ onlyIfNamed }) => onlyIfNamed !== true);

const MAKERS: readonly (readonly [string, () => Target])[] = [
  ...QUICK.flatMap(({ name, revisions, needs, create }) =>
    needs === undefined
      ? revisions.map((revision) => [`${name}/${revision}`, () => create({ target: name, revision })] as const)
      : FILES.map((file) => [file, () => create({ target: name, revision: 2, hypervisor: file })] as const),
  ),
  ...FILES.map((hypervisor) => {
    const remote = { target: 'remote', revision: 2, hypervisor, connect: 'emulated' } as const;
    return [`hypercalls alone to ${hypervisor}`, () => targetNamed('remote').create(remote)] as const;
  }),
];

describe('the contract of targets is kept', () => {
  for (const [name, make] of MAKERS)
    it(`by ${name}`, () => {
      const target = make();
      try {
        assert.deepEqual(broken(target), []);
      } finally {
        target.close();
      }
    });
});

/** What a target says or does that is not so, and the beginnings of terms that it then breaks. */
const LIARS: Readonly<Record<string, readonly [(honest: Reference) => Partial<Target>, ...string[]]>> = {
  'a reset that does nothing': [
    () => ({ reset: () => undefined }),
    'reset unloads',
    'log',
    'an exact clock',
    'memory: reset',
    'memory: each region',
    'cpus: there are as many',
    'cpus: one makes the call',
    'stores',
    'linker',
    'cpu-features',
    'options',
  ],
  'a reset that changes no number of vCPUs': [
    ({ reset }) => ({ reset: (options) => reset({ ...options, cpus: 2 }) }),
    'cpus: there are as many',
  ],
  'always two vCPUs': [({ cpus }) => ({ cpus: { ...cpus, count: () => 2 } }), 'cpus: there are as many'],
  'more vCPUs than there are': [
    ({ cpus }) => {
      let wanted = 2;
      return {
        reset: (options = {}) => (wanted = options.cpus ?? 2),
        cpus: { ...cpus, count: () => wanted },
      };
    },
    'reset unloads',
    'cpus: there are as many',
  ],
  'a reset without setups': [
    ({ reset }) => ({ reset: ({ cpus } = {}) => reset(cpus === undefined ? {} : { cpus }) }),
    'cpu-features',
    'options',
  ],
  'a log that is not drained': [
    ({ log }) => {
      const console: ConsoleLine[] = [];
      return {
        log() {
          console.push(...log().console);
          return { console };
        },
      };
    },
    'log',
  ],
  'no log': [() => ({ log: () => ({ console: [] }) }), 'log'],
  'memory that is not given back': [
    ({ domain }) => ({ domain: (name) => ({ ...domain(name), borrow: (use) => use() }) }),
    'domains: what was borrowed',
  ],
  'a clock that runs': [
    () => {
      let ticks = 0n;
      return { clock: { exact: true, now: () => ticks++ } };
    },
    'an exact clock',
  ],
  'no vCPU that is late': [
    ({ cpus }) => ({ cpus: { ...cpus, keepBusy: () => undefined } }),
    'an exact clock',
    'cpus: one that is kept busy',
  ],
  'calls that are never made': [
    ({ cpus }) => ({ cpus: { ...cpus, returned: () => undefined } }),
    'cpus: one makes the call',
  ],
  'tickets without end': [
    ({ cpus }) => ({
      cpus: {
        ...cpus,
        returned(ticket) {
          try {
            return cpus.returned(ticket);
          } catch {
            return undefined;
          }
        },
      },
    }),
    'cpus: one makes the call',
  ],
  'no stores': [({ stores }) => ({ stores: { ...stores, seen: () => [] } }), 'stores'],
  'a list of stores that grows': [
    ({ stores }) => {
      const live: WatchedStore[] = [];
      return {
        stores: {
          ...stores,
          seen(id) {
            live.push(...stores.seen(id).slice(live.length));
            return live;
          },
        },
      };
    },
    'stores',
  ],
  'owners by the first word of a name': [
    ({ memory }) => ({
      memory: {
        ...memory,
        regions: () =>
          memory.regions().map((region) => {
            const { owner } = region;
            if (!('payload' in owner)) return region;
            return { ...region, owner: { ...owner, payload: owner.payload.split(' ')[0] ?? '' } };
          }),
      },
    }),
    'memory: each region',
  ],
  'memory that is writable throughout': [
    ({ memory }) => ({ memory: { ...memory, permissions: () => 'rwx' } }),
    'memory: regions, permissions',
  ],
  'memory of zeros': [
    ({ memory }) => ({ memory: { ...memory, read: (_, length) => new Uint8Array(length) } }),
    'memory: regions, permissions',
  ],
  'a linker that finds nothing': [() => ({ linker: { lookup: () => undefined } }), 'linker'],
  'functions that return 0': [() => ({ execution: { call: () => 0n } }), 'execution'],
  'NMIs that reach nobody': [({ nmi }) => ({ nmi: { ...nmi, send: () => undefined } }), 'nmi'],
  'a soft IRQ that is not raised': [() => ({ preemption: { raiseSoftIrq: () => undefined } }), 'preemption'],
};

describe('a target is found out', () => {
  const honest = createReference({ revision: 2 });
  after(() => honest.close());
  for (const [lie, [tells, ...expected]] of Object.entries(LIARS))
    it(`with ${lie}`, () => {
      honest.reset();
      const found = broken({ ...honest, ...tells(honest) });
      for (const start of expected)
        assert.ok(
          found.some((name) => name.startsWith(start)),
          `${start}: expected among ${found.join('; ')}`,
        );
    });
});
