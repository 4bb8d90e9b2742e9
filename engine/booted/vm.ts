/** A virtual machine: QEMU with Xen and its control domain, driven without ever giving up the thread. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChannel, type Channel } from '../agent/channel';
import { hasEnded, startChild } from '../agent/child';
import { createMonitor, type Monitor } from './qmp';

/** What a machine is made of: paths. */
export interface MachineParts {
  /** The tree of packages with QEMU in it. */
  readonly qemu: string;
  readonly xen: string;
  readonly linux: string;
  readonly initramfs: string;
  /** A disk of QEMU's own format, for snapshots. */
  readonly disk: string;
}

export interface Vm {
  readonly monitor: Monitor;
  readonly agent: Channel;
  readonly debugger: Channel;
  /** What Xen wrote on its serial line. */
  readonly console: () => string;
  /** Bytes of the machine's memory, by physical address. RangeError outside of it. */
  readonly read: (address: number, length: number) => Uint8Array;
  readonly write: (address: number, bytes: Uint8Array) => void;
  /** Throws an error with QEMU's last words if it has ended. */
  readonly check: () => void;
  readonly close: () => void;
}

const MIB = 1024 * 1024;
const MEMORY = 512 * MIB;
const XEN_OPTIONS =
  'dom0_mem=256M,max:256M loglvl=all guest_loglvl=all conring_size=256k console=com1 com1=115200,8n1 noreboot dom0_max_vcpus=1';
const LINUX_OPTIONS = 'console=hvc0 nokaslr quiet';
/** A comma within a value of QEMU's options. */
const escaped = (text: string): string => text.replaceAll(',', ',,');

/** The folders of a tree of packages that have libraries. */
const libraryFolders = (tree: string): readonly string[] =>
  ['lib', 'usr/lib'].flatMap((folder) =>
    readdirSync(join(tree, folder))
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(tree, folder, name)),
  );

/** The command of a program in the tree, with the tree's own libraries: whatever this system has does not matter. */
export function inTree(tree: string, program: string): readonly [string, ...string[]] {
  const folders = libraryFolders(tree);
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const loader = files.find((file) => /\/ld-linux-[^/]*\.so\.\d+$/.test(file));
  if (loader === undefined) throw new Error(`${tree} has no loader of programs`);
  return [loader, '--library-path', folders.join(':'), join(tree, 'usr/bin', program)];
}

/** Where QEMU's own modules are. */
const modulesOf = (tree: string): string =>
  libraryFolders(tree)
    .map((folder) => join(folder, 'qemu'))
    .find((folder) => existsSync(folder)) ?? '';

function options({ qemu, xen, linux, initramfs, disk }: MachineParts, here: (name: string) => string): string[] {
  const pipe = (name: string): string => `pipe,id=${name},path=${escaped(here(name))}`;
  return [
    ...['-L', join(qemu, 'usr/share/qemu'), '-L', join(qemu, 'usr/share/seabios')],
    ...['-object', `memory-backend-memfd,id=ram,size=${MEMORY},share=on`, '-m', `${MEMORY / MIB}`],
    ...['-M', 'pc,memory-backend=ram', '-accel', 'tcg', '-cpu', 'qemu64', '-smp', '1'],
    ...['-display', 'none', '-nodefaults', '-action', 'reboot=shutdown,shutdown=pause'],
    ...['-kernel', xen, '-append', XEN_OPTIONS],
    ...['-initrd', `${escaped(linux)} ${LINUX_OPTIONS},${escaped(initramfs)}`],
    ...['-chardev', `file,id=console,path=${escaped(here('console'))}`, '-serial', 'chardev:console'],
    ...['-device', 'virtio-serial-pci', '-chardev', pipe('agent'), '-device', 'virtserialport,chardev=agent'],
    ...['-chardev', pipe('monitor'), '-mon', 'chardev=monitor,mode=control'],
    ...['-chardev', pipe('debugger'), '-gdb', 'chardev:debugger'],
    ...['-drive', `if=none,id=disk,format=qcow2,cache=unsafe,file=${escaped(disk)}`],
  ];
}

/** The memory of a process that is a file of this size without a name. */
function openMemory(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  const found = readdirSync(folder)
    .map((name) => join(folder, name))
    .find((path) => readlinkSync(path).includes('memfd:') && statSync(path).size === MEMORY);
  if (found === undefined) throw new Error('QEMU has no memory of its own');
  return openSync(found, 'r+');
}

/**
 * Starts one, with a copy of the disk, or, to take a snapshot, with the disk itself. It runs from its beginning until a
 * snapshot is loaded. It ends with this process, whatever becomes of that.
 */
export function startVm(parts: MachineParts, keepsDisk = false): Vm {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-booted-'));
  const here = (name: string): string => join(folder, name);
  const channels = ['agent', 'monitor', 'debugger'].map((name) => createChannel(here(name)));
  const [agent, control, debug] = channels;
  if (!agent || !control || !debug) throw new TypeError('channels: expected three, got less');
  const log = openSync(here('qemu.log'), 'w');
  const own = { ...parts, disk: here('disk') };
  if (keepsDisk) symlinkSync(parts.disk, own.disk);
  else copyFileSync(parts.disk, own.disk);
  const command = [...inTree(parts.qemu, 'qemu-system-x86_64'), ...options(own, here)];
  const child = startChild(command, ['ignore', log, log], { QEMU_MODULE_DIR: modulesOf(parts.qemu) });
  closeSync(log);
  const pid = child.pid ?? 0;
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);

  const check = (): void => {
    if (hasEnded(child)) throw new Error(`QEMU ended: ${readFileSync(here('qemu.log'), 'utf8').trim()}`);
  };
  const monitor = createMonitor(control, check);
  const memory = openMemory(pid);
  return {
    monitor,
    agent,
    debugger: debug,
    console: () => readFileSync(here('console'), 'latin1').replaceAll('\r', ''),
    read(address, length) {
      const bytes = new Uint8Array(length);
      if (readSync(memory, bytes, 0, length, address) === length) return bytes;
      throw new RangeError(`memory: expected an address below ${MEMORY}, got ${address}`);
    },
    write: (address, bytes) => void writeSync(memory, bytes, 0, bytes.length, address),
    check,
    close() {
      child.kill('SIGKILL');
      closeSync(memory);
      for (const channel of channels) channel.close();
      process.off('exit', remove);
      remove();
    },
  };
}
