/**
 * Checks that a wrong layout would be noticed:
 *
 *     node -r ./engine/typescript.js checks/exchanges.ts
 *
 * The toolstack, the payload builder and the reference share engine/abi, so a field in the wrong place is wrong on both
 * sides. This check exchanges each pair of neighbouring fields of each structure, one pair at a time, in each revision.
 * Each time, a scenario of the features that write structures byte by byte has to fail on the reference.
 */
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { loadConfiguration, loadSupport, runCucumber, type ISupportCodeLibrary } from '@cucumber/cucumber/api';
import * as fields from '../engine/abi/fields';
import type { layout } from '../engine/abi/fields';
import type { Revision } from '../engine/abi/hypercall';

const PROJECT = join(__dirname, '..');
/** The first two are only about structures. */
const FEATURES = ['hypercalls/structures', 'payload/structures', 'payload/functions', 'payload/expectations'].map(
  (name) => `features/${name}.feature`,
);
/** These are not structures of the interface: they are only read, from hypervisors' own files. */
const READ_ONLY = 'Elf64_Phdr';
const PROFILES: Readonly<Record<Revision, string>> = { 1: 'default', 2: 'revision-2' };

type Offsets = Readonly<Record<string, number>>;

interface Exchangeable {
  readonly name: string;
  readonly offsets: readonly { readonly field: string; readonly offset: number; readonly size: number }[];
  /** Sets the offsets of these fields. */
  readonly become: (offsets: Offsets) => void;
  /** Whether the layout was used since the last call. */
  readonly wasUsed: () => boolean;
}

/** Every layout that was made, so that its fields can be exchanged later. */
const layouts: Exchangeable[] = [];

/**
 * Replaces `layout`. Each layout gets its own field objects, because moving a field affects everything that holds it.
 */
function exchangeable(make: typeof layout): typeof layout {
  return (name, size, fields, options) => {
    const own = Object.fromEntries(
      Object.entries(fields).map(([field, { ...value }]) => [field, value]),
    ) as typeof fields;
    let current = make(name, size, own, options);
    let used = false;
    const use = (): typeof current => {
      used = true;
      return current;
    };
    layouts.push({
      name,
      offsets: Object.entries(fields).map(([field, { offset, codec }]) => ({ field, offset, size: codec.size })),
      become(offsets) {
        for (const [field, offset] of Object.entries(offsets)) Object.assign(own[field] ?? {}, { offset });
        current = make(name, size, own, options);
      },
      wasUsed() {
        const was = used;
        used = false;
        return was;
      },
    });
    return {
      ...current,
      decode: (...args: Parameters<typeof current.decode>) => use().decode(...args),
      reader: (...args: Parameters<typeof current.reader>) => use().reader(...args),
      encode: (...args: Parameters<typeof current.encode>) => use().encode(...args),
    };
  };
}

/** Makes all modules that are loaded later create exchangeable layouts. */
function interpose(): void {
  const file = require.resolve('../engine/abi/fields');
  const cached = require.cache[file];
  if (cached === undefined) throw new TypeError(`${file}: expected to be loaded, got nothing`);
  cached.exports = { ...fields, layout: exchangeable(fields.layout) };
}

interface Pair {
  readonly names: string;
  readonly before: Offsets;
  readonly after: Offsets;
}

/** Each two fields with none between them: the second takes the first's place, the first the one after it. */
function neighbours({ offsets }: Exchangeable): readonly Pair[] {
  const sorted = offsets.toSorted((one, other) => one.offset - other.offset);
  return sorted.slice(1).flatMap((second, index): readonly Pair[] => {
    const first = sorted[index];
    if (first === undefined) return [];
    const isAdjacent = first.offset + first.size === second.offset;
    const next = isAdjacent ? first.offset + second.size : second.offset;
    return [
      {
        names: `${first.field} and ${second.field}`,
        before: { [first.field]: first.offset, [second.field]: second.offset },
        after: { [first.field]: next, [second.field]: first.offset },
      },
    ];
  });
}

interface Suite {
  readonly revision: Revision;
  /** Whether a scenario fails. */
  readonly notices: () => Promise<boolean>;
}

async function suiteOf(revision: Revision, steps?: ISupportCodeLibrary) {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const environment = { cwd: PROJECT, stdout: silent, stderr: silent };
  const { runConfiguration } = await loadConfiguration(
    {
      file: 'cucumber.json',
      profiles: [PROFILES[revision]],
      provided: {
        paths: FEATURES,
        failFast: true,
        worldParameters: { target: 'reference', revision, label: 'reference' },
      },
    },
    environment,
  );
  const support = { ...runConfiguration.support, requireModules: [] };
  const loaded = steps ?? (await loadSupport({ ...runConfiguration, support }, environment));
  const formats = { stdout: 'rerun', files: {}, publish: false, options: {} } as const;
  const notices = async (): Promise<boolean> =>
    !(await runCucumber({ ...runConfiguration, support: loaded, formats }, environment)).success;
  return { suite: { revision, notices } satisfies Suite, steps: loaded };
}

/** The suite of each revision, with the layouts that it uses. */
async function suites(): Promise<readonly { readonly suite: Suite; readonly uses: ReadonlySet<Exchangeable> }[]> {
  const first = await suiteOf(1);
  const found = [];
  for (const suite of [first.suite, (await suiteOf(2, first.steps)).suite]) {
    for (const layout of layouts) layout.wasUsed();
    if (await suite.notices())
      throw new RangeError(`revision ${suite.revision}: expected all scenarios to pass, got a failure`);
    found.push({ suite, uses: new Set(layouts.filter((layout) => layout.wasUsed())) });
  }
  return found;
}

/** The pairs of one layout whose exchange no scenario notices. */
async function silentIn(layout: Exchangeable, { revision, notices }: Suite): Promise<readonly string[]> {
  const silent = [];
  for (const { names, before, after } of neighbours(layout)) {
    layout.become(after);
    if (!(await notices())) silent.push(`${layout.name}, revision ${revision}: ${names}`);
    layout.become(before);
  }
  return silent;
}

async function main(): Promise<void> {
  interpose();
  const silent: string[] = [];
  let exchanged = 0;
  for (const { suite, uses } of await suites()) {
    for (const layout of [...uses].filter(({ name }) => name !== READ_ONLY)) {
      exchanged += neighbours(layout).length;
      silent.push(...(await silentIn(layout, suite)));
    }
  }
  for (const pair of silent) console.error(`no scenario fails if these fields are exchanged: ${pair}`);
  console.log(`${exchanged} exchanges of neighbouring fields, ${silent.length} not noticed`);
  process.exitCode = silent.length === 0 && exchanged > 0 ? 0 : 1;
}

void main();
