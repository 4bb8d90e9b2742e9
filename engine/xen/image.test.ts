import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isUserError } from '../user-error';
import { readXen, xenName } from './image';
import { findDebianXen } from './provision';

const REFERENCE = resolve(__dirname, '../reference/image/reference.elf');

function withFile(bytes: Uint8Array, action: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'xen-image-'));
  try {
    const file = join(folder, 'xen-syms');
    writeFileSync(file, bytes);
    action(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refuses(bytes: Uint8Array, sentence: RegExp): void {
  withFile(bytes, (file) => {
    assert.throws(
      () => readXen(file),
      (error) => isUserError(error) && sentence.test(error.message) && !error.message.includes('\n'),
    );
  });
}

describe('a file that is no xen-syms is refused in one sentence', () => {
  const elf = readFileSync(REFERENCE);
  const edited = (offset: number, value: number): Uint8Array => {
    const bytes = Uint8Array.from(elf);
    bytes[offset] = value;
    return bytes;
  };
  test('not an ELF file', () => refuses(Buffer.from('hypervisor'), /is not an ELF file/));
  test('empty', () => refuses(new Uint8Array(0), /is not an ELF file/));
  test('compressed, and damaged', () => refuses(gzipSync(elf).subarray(0, 100), /cannot be read/));
  test('compressed, and no ELF file', () => refuses(gzipSync('hypervisor'), /is not an ELF file/));
  test('compressed, and read nevertheless', () => refuses(gzipSync(elf), /was built without live patching/));
  test('another architecture', () => refuses(edited(18, 183), /is not for x86-64/));
  test('32 bits', () => refuses(edited(4, 1), /is not for x86-64/));
  test('an object', () => refuses(edited(16, 1), /is not an executable/));
  test('truncated', () => refuses(elf.subarray(0, elf.length / 2), /is truncated/));
  test('without its segments', () => refuses(edited(39, 0xff), /is truncated/));
  test('without live patching', () => refuses(elf, /was built without live patching/));
  test('more memory than a hypervisor can have', () => {
    const bytes = Buffer.from(elf);
    bytes.writeBigUInt64LE(1n << 34n, Number(bytes.readBigUInt64LE(32)) + 40);
    refuses(bytes, /is damaged or truncated \(image: expected at most \d+ bytes of memory/);
  });
  test('larger than any', () => {
    withFile(elf, (file) => {
      truncateSync(file, 300 * 1024 * 1024);
      assert.throws(() => readXen(file), {
        name: 'UserError',
        message: /has 314572800 bytes, more than a xen-syms can/,
      });
    });
  });
  test('not there', () => {
    assert.throws(() => readXen('/nowhere/xen-syms'), {
      name: 'UserError',
      message: /^\/nowhere\/xen-syms cannot be read \(no such file or directory\): name /,
    });
    assert.throws(() => readXen(__dirname), { name: 'UserError', message: /cannot be read \(it is a folder\)/ });
  });
});

const debian = findDebianXen();

test('of functions with one name, each is found by its source file', { skip: debian === undefined }, () => {
  const { allSymbols, find } = readXen(debian ?? '');
  const callbacks = allSymbols.filter(({ name, source }) => name === 'cpu_callback' && source !== undefined);
  assert.ok(callbacks.length > 1);
  assert.deepEqual(
    callbacks.map((symbol) => find(xenName(symbol))?.address),
    callbacks.map(({ address }) => address),
  );
});

const withDebug = findDebianXen('debian-13') ?? '';
const notFetched = withDebug === '' ? "Debian's Xen has not been fetched" : false;

test('debug information is read when it is asked for, if the file is still the same', { skip: notFetched }, () => {
  const bytes = readFileSync(withDebug);
  const copiesIn = (image: ReturnType<typeof readXen>): number => image.inlined(image.address('domain_pause')).length;
  withFile(gzipSync(bytes, { level: 1 }), (file) => {
    const [image, late] = [readXen(file), readXen(file)];
    const found = copiesIn(image);
    assert.ok(found > 0);
    writeFileSync(file, Buffer.concat([bytes, Buffer.of(0)]));
    assert.equal(copiesIn(image), found);
    assert.equal(copiesIn(late), 0);
    rmSync(file);
    assert.equal(copiesIn(late), 0);
  });
});
