/** An initial RAM file system for Linux: a "newc" archive of cpio's. */

export interface InitramfsFile {
  /** Without a slash in front. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FOLDER = 0o040755;
const EXECUTABLE = 0o100755;
const END = 'TRAILER!!!';

/** Heads and contents begin at multiples of four bytes. */
const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

function entry(inode: number, name: string, mode: number, bytes: Uint8Array): readonly Uint8Array[] {
  const path = Buffer.from(`${name}\0`);
  // inode, mode, owner, group, links, time, size, four numbers of devices, length of the name, checksum
  const fields = [inode, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, path.length, 0];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return [padded(Buffer.concat([Buffer.from(head), path])), padded(bytes)];
}

/** The archive with these files, all of them executable, in folders of their own. */
export function initramfs(files: readonly InitramfsFile[]): Uint8Array {
  const foldersOf = (name: string): readonly string[] =>
    name.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/')); // prettier-ignore
  const folders = [...new Set(['dev', ...files.flatMap(({ name }) => foldersOf(name))])];
  const all = [
    ...folders.map((name) => ({ name, mode: FOLDER, bytes: new Uint8Array(0) })),
    ...files.map((file) => ({ ...file, mode: EXECUTABLE })),
    { name: END, mode: 0, bytes: new Uint8Array(0) },
  ];
  return new Uint8Array(
    Buffer.concat(all.flatMap(({ name, mode, bytes }, index) => entry(index + 1, name, mode, bytes))),
  );
}
