/** The tool of the run: the commands that it is given, how they end, and what they ask of the hypervisor. */
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { need } from '../engine/needs';
import type { Difference } from '../engine/toolstack/wire';
import { buildPayload } from './drafts';
import { expectEqual } from './expect';
import type { Scene, World } from './scene';
import { runBoth } from './beside';
import { listPages } from './observation';
import { ranIn, sessionOf } from './tool';
import { cellOf, listedBy, saidOf } from './tool-text';
import type { BothCalls } from './types';

/** What may happen between two hypercalls of a command. */
const HAPPENINGS: readonly (readonly [words: RegExp, happen: (scene: Scene, name: string) => void])[] = [
  [/^"(.+)" is uploaded$/, (scene, name) => void scene.toolstack.upload(name, buildPayload(scene, name).bytes)],
  [/^"(.+)" is unloaded$/, ({ toolstack }, name) => void toolstack.action('UNLOAD', name)],
  [/^a soft IRQ becomes pending$/, ({ target }) => need(target, 'preemption').raiseSoftIrq()],
];

function happening(scene: Scene, text: string): () => void {
  for (const [words, happen] of HAPPENINGS) {
    const found = words.exec(text);
    if (found !== null) return () => happen(scene, found[1] ?? '');
  }
  throw new RangeError(`happens: expected an upload, an unload or a soft IRQ, got ${text}`);
}

/** At most that many payloads are loaded where their states are compared. */
const MOST_LISTED = 16;

function bothIn({ both }: Scene): BothCalls {
  if (both === undefined) throw new RangeError('command: expected one that both ran before this step, got none');
  return both;
}

const wordsOf = (command: string): readonly string[] => command.split(' ').filter((word) => word !== '');

Given('the tool is in a domain without privilege', async function (this: World) {
  const { circumstances } = await sessionOf(this.scene);
  circumstances.domain = 'guest';
});

Given('the hypervisor can no longer be reached', async function (this: World) {
  const { disconnect } = await sessionOf(this.scene);
  await disconnect();
});

/** Hypercalls have numbers from 1, in each command. */
Given("between the tool's hypercalls this happens:", async function (this: World, table: DataTable) {
  const { circumstances } = await sessionOf(this.scene);
  for (const { after = '', happens = '' } of table.hashes())
    circumstances.happenings.push({ after: Number(after), happen: happening(this.scene, happens) });
});

Given(
  "the tool's GET after {int} hypercall(s) finds rc {result}",
  async function (this: World, made: number, rc: number) {
    const { circumstances } = await sessionOf(this.scene);
    circumstances.otherRcs.push({ from: made + 1, lasts: false, rc });
  },
);

Given(
  "each of the tool's GETs after {int} hypercall(s) finds rc {result}",
  async function (this: World, made: number, rc: number) {
    const { circumstances } = await sessionOf(this.scene);
    circumstances.otherRcs.push({ from: made + 1, lasts: true, rc });
  },
);

When('xen-livepatch {string} is run', async function (this: World, command: string) {
  const { run } = await sessionOf(this.scene);
  await run(wordsOf(command));
});

When(
  'xen-livepatch {string} is run, where NAME has {int} characters',
  async function (this: World, command: string, length: number) {
    const { run } = await sessionOf(this.scene);
    await run(wordsOf(command).map((word) => (word === 'NAME' ? 'n'.repeat(length) : word)));
  },
);

/** What the extra version or the minor version is, in place of a command of another tool. */
const VERSIONS: Readonly<Record<string, (scene: Scene) => string>> = {
  'xl info xen_extra': ({ toolstack, own }) => {
    const found = toolstack.extraVersion();
    return found === own.extraVersion ? "the hypervisor's own" : found;
  },
  'xl info xen_minor': ({ toolstack, own }) =>
    toolstack.version() === own.version ? "the hypervisor's own" : "not the hypervisor's own",
};

/** Commands of xen-livepatch and `xl info`, one after the other. */
Then('these commands, run one after the other, have these outcomes:', async function (this: World, table: DataTable) {
  const { run } = await sessionOf(this.scene);
  for (const [index, { command = '', status = '', says = '' }] of table.hashes().entries()) {
    const which = `command ${index + 1}, ${command}`;
    const version = VERSIONS[command];
    if (version !== undefined) {
      expectEqual(which, version(this.scene), says);
      continue;
    }
    const { result } = await run(wordsOf(command));
    expectEqual(`what ${which}, says`, saidOf(result), says);
    expectEqual(`exit status of ${which}`, result.status, Number(status));
  }
});

Then('the tool exits with {int}', function (this: World, status: number) {
  const { command, result } = ranIn(this.scene);
  expectEqual(`exit status of ${command}`, result.status, status);
});

Then('the tool exits with {int} and says {string}', function (this: World, status: number, text: string) {
  const { command, result } = ranIn(this.scene);
  expectEqual(`what ${command} says`, saidOf(result), text);
  expectEqual(`exit status of ${command}`, result.status, status);
});

Then('the tool exits with {int} and says first {string}', function (this: World, status: number, text: string) {
  const { command, result } = ranIn(this.scene);
  expectEqual(`what ${command} says first`, saidOf(result).split(' / ')[0], text);
  expectEqual(`exit status of ${command}`, result.status, status);
});

Then('the tool exits with {int} and explains its commands', function (this: World, status: number) {
  const { command, result } = ranIn(this.scene);
  expectEqual(`whether ${command} explains the commands`, /^Usage: xen-livepatch /m.test(result.stderr), true);
  expectEqual(`exit status of ${command}`, result.status, status);
});

Then('the tool exits with {int} and lists:', function (this: World, status: number, table: DataTable) {
  const { command, result } = ranIn(this.scene);
  expectEqual(`what ${command} lists`, listedBy(result), table.rows());
  expectEqual(`exit status of ${command}`, result.status, status);
});

Then('the tool exits with {int} and lists {int} payloads', function (this: World, status: number, count: number) {
  const { command, result } = ranIn(this.scene);
  expectEqual(`payloads that ${command} lists`, new Set(listedBy(result).map(([name]) => name)).size, count);
  expectEqual(`exit status of ${command}`, result.status, status);
});

Then('the tool made these hypercalls:', function (this: World, table: DataTable) {
  const { command, calls } = ranIn(this.scene);
  const [columns = []] = table.raw();
  const found = calls.map((call) => columns.map((column) => cellOf(call, column)));
  expectEqual(`hypercalls of ${command}`, found, table.rows());
});

Then('the tool made no hypercall', function (this: World) {
  const { command, calls } = ranIn(this.scene);
  expectEqual(
    `hypercalls of ${command}`,
    calls.map(({ operation }) => operation),
    [],
  );
});

When(
  "xen-livepatch {string} is run, and this suite's toolstack does the same",
  async function (this: World, command: string) {
    this.scene.both = await runBoth(this.scene, wordsOf(command));
  },
);

/** A cell that covers whatever the tool had there. */
const ANYTHING = 'anything';

Then('both made the same hypercalls, except for these fields:', function (this: World, table: DataTable) {
  const { operations, differences } = bothIn(this.scene);
  expectEqual('hypercalls of the tool', operations[0], operations[1]);
  const rows = table.hashes().map(({ hypercall = '', field = '', tool: one = '', suite: other = '' }) => ({
    operation: hypercall,
    field,
    one,
    other,
  }));
  const open = rows.filter(({ one }) => one === ANYTHING);
  const isOpen = ({ operation, field }: Difference): boolean =>
    open.some((row) => row.operation === operation && row.field === field);
  const texts = (all: readonly Difference[]): readonly string[] =>
    [...new Set(all.filter((row) => !isOpen(row)).map((row) => Object.values(row).join(' ')))].sort();
  expectEqual('fields in which they differ', texts(differences), texts(rows));
});

/** Entries of LIST are compared with rows that the tool shows. */
Then('the tool lists no payload in another state than its own', function (this: World) {
  const { command, result } = ranIn(this.scene);
  const shown = listedBy(result).map(([name = '', state = '']) => `${name} ${state}`);
  const states = listPages(this.scene.observer, MOST_LISTED).entries.map(({ name, state }) => `${name} ${state}`);
  expectEqual(
    `payloads that ${command} lists in another state`,
    shown.filter((row) => !states.includes(row)),
    [],
  );
});
