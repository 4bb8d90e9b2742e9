/**
 * Provides what a booted Xen needs: QEMU with its libraries and a Linux for the control domain, both from Debian 12 for
 * any Xen; the agent; and a snapshot of each Xen after its boot. Everything is kept in the cache, and nothing needs
 * root.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AGENT } from '../agent/agent';
import { DEBIAN_ARCHIVE, inTemporaryFolder, isNewer, type DebianArchive, type DebianTree } from '../debian/archive';
import { CACHE_FOLDER } from '../installation';
import { isObject } from '../shape';
import { reasonOf, userError } from '../user-error';
import { buildIdOf, readXen, type XenImage } from '../xen';
import { boot } from './boot';
import { bootable } from './bootable';
import { initramfs } from './initramfs';
import type { Snapshot } from './machine';
import { inTree, type MachineParts } from './vm';

const CACHE = join(CACHE_FOLDER, 'booted');
const SUITE = 'bookworm';

/** In the order in which Linux has to be given them. */
const MODULES: readonly string[] = [
  'drivers/xen/xen-privcmd',
  'drivers/virtio/virtio_ring',
  'drivers/virtio/virtio',
  'drivers/virtio/virtio_pci_legacy_dev',
  'drivers/virtio/virtio_pci_modern_dev',
  'drivers/virtio/virtio_pci',
  'drivers/char/virtio_console',
];

const QEMU: DebianTree = { suite: SUITE, package: 'qemu-system-x86', others: ['qemu-utils'], anyVersion: false };
const LINUX: DebianTree = {
  suite: SUITE,
  package: 'linux-image-amd64',
  architecture: 'amd64',
  anyVersion: false,
  only: /^linux-image-\d/,
  paths: ['./boot/vmlinuz-*', ...MODULES.map((name) => `*/${name}.ko`)],
};
const TREES = { qemu: QEMU, linux: LINUX } as const;
type TreeName = keyof typeof TREES;

/** Where things come from and are kept. */
interface Store {
  readonly cache: string;
  readonly archive: DebianArchive;
}

const STORE: Store = { cache: CACHE, archive: DEBIAN_ARCHIVE };

/** As Debian writes versions in names of files: a colon would part paths. */
const treeName = (name: TreeName, version: string): string => `${name}_${version.replaceAll(':', '%3a')}`;
const versionIn = (path: string): string =>
  basename(path)
    .replace(/^[a-z]+_/, '')
    .replaceAll('%3a', ':');

/** The newest tree that was fetched. */
function treeIn(cache: string, name: TreeName): string | undefined {
  if (!existsSync(cache)) return undefined;
  return readdirSync(cache)
    .filter((entry) => entry.startsWith(`${name}_`))
    .map((entry) => join(cache, entry))
    .sort((one, other) => (isNewer(versionIn(one), versionIn(other)) ? -1 : 1))[0];
}

/** Fetches the trees that are missing, and says before how much that is. */
function provideTrees(say: (line: string) => void, { cache, archive }: Store): Readonly<Record<TreeName, string>> {
  const missing = (['qemu', 'linux'] as const).filter((name) => treeIn(cache, name) === undefined);
  if (missing.length > 0) {
    const plans = missing.map((name) => ({ name, plan: archive.planTree(TREES[name]) }));
    const megabytes = Math.round(plans.reduce((sum, { plan }) => sum + plan.bytes, 0) / 1e6);
    const what = plans.map(({ name, plan }) => `${name === 'qemu' ? 'QEMU' : 'Linux'} ${plan.version}`).join(' and ');
    say(`fetching ${what} of Debian 12 into ${cache}: ${megabytes} MB`);
    for (const { name, plan } of plans)
      inTemporaryFolder(cache, (place) => {
        const tree = join(place, 'tree');
        mkdirSync(tree);
        archive.unpackTree(plan, tree);
        renameSync(tree, join(cache, treeName(name, plan.version)));
      });
  }
  return { qemu: treeIn(cache, 'qemu') ?? '', linux: treeIn(cache, 'linux') ?? '' };
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 12);

/** The folder of a Xen's machine: another agent, Linux or QEMU makes another machine. */
function folderOf(image: XenImage, trees: Readonly<Record<TreeName, string>>, cache: string): string {
  const made = [image.digest, basename(trees.qemu), basename(trees.linux), digest(readFileSync(AGENT))].join(' ');
  return join(cache, 'machines', `${buildIdOf(image) ?? 'unknown'}_${digest(Buffer.from(made))}`);
}

function fileIn(tree: string, pattern: RegExp): string {
  const found = readdirSync(tree, { recursive: true, encoding: 'utf8' }).find((path) => pattern.test(path));
  if (found === undefined) throw userError(`${tree} is damaged: remove it, and it is fetched again.`);
  return join(tree, found);
}

const partsIn = (folder: string, { qemu, linux }: Readonly<Record<TreeName, string>>): MachineParts => ({
  qemu,
  linux: fileIn(linux, /^boot\/vmlinuz-/),
  xen: join(folder, 'xen'),
  initramfs: join(folder, 'initramfs'),
  disk: join(folder, 'disk.qcow2'),
});

const stateOf = (folder: string): string => join(folder, 'snapshot.json');

/** Boots the Xen once, and keeps its snapshot. */
function makeMachine(image: XenImage, trees: Readonly<Record<TreeName, string>>, folder: string): void {
  inTemporaryFolder(join(folder, '..'), (place) => {
    const made = join(place, 'machine');
    mkdirSync(made);
    const parts = partsIn(made, trees);
    const modules = MODULES.map((name, index) => ({
      name: `modules/${index}.ko`,
      bytes: readFileSync(fileIn(trees.linux, new RegExp(`/${name}\\.ko$`))),
    }));
    writeFileSync(parts.xen, bootable(image));
    writeFileSync(parts.initramfs, initramfs([{ name: 'init', bytes: readFileSync(AGENT) }, ...modules]));
    const [program, ...args] = inTree(trees.qemu, 'qemu-img');
    execFileSync(program, [...args, 'create', '-q', '-f', 'qcow2', parts.disk, '4G'], { stdio: 'pipe' });
    writeFileSync(stateOf(made), `${JSON.stringify(boot(parts), undefined, 2)}\n`);
    renameSync(made, folder);
  });
}

/** Has a Xen's machine ready: fetches and boots what is missing. Throws a user error if it cannot be had. */
export function provideBooted(file: string, say: (line: string) => void, store: Store = STORE): void {
  const image = readXen(file);
  const trees = provideTrees(say, store);
  const folder = folderOf(image, trees, store.cache);
  if (existsSync(folder)) return;
  say(`booting ${image.file} once, which takes about half a minute`);
  try {
    makeMachine(image, trees, folder);
  } catch (error) {
    throw userError(`${image.file} cannot be booted (${reasonOf(error)})`);
  }
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    isObject(value) &&
    ['interfaceVersion', 'cpus', 'buildId', 'buffers', 'console', 'root'].every((field) => field in value)
  );
}

/** The folder of a Xen's machine, where it was made. */
function madeFolder(image: XenImage, cache: string) {
  const [qemu, linux] = [treeIn(cache, 'qemu'), treeIn(cache, 'linux')];
  if (qemu === undefined || linux === undefined) return undefined;
  const folder = folderOf(image, { qemu, linux }, cache);
  return existsSync(folder) ? { folder, trees: { qemu, linux } } : undefined;
}

/** Whether the machine of this xen-syms was made. */
export const isProvided = (file: string): boolean => madeFolder(readXen(file), CACHE) !== undefined;

/** The machine of a Xen that was provided. Throws a user error if it was not. */
export function bootedMachine(image: XenImage, cache: string = CACHE) {
  const made = madeFolder(image, cache);
  if (made === undefined) throw userError(`${image.file} was not booted yet: "run --target booted" does that.`);
  const { folder, trees } = made;
  const snapshot: unknown = JSON.parse(readFileSync(stateOf(folder), 'utf8'));
  if (!isSnapshot(snapshot)) throw userError(`${folder} is damaged: remove it, and it is made again.`);
  return { parts: partsIn(folder, trees), snapshot };
}
