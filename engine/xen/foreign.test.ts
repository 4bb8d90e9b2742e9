import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findDebianXen, foreignImage } from '.';

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;

describe("Debian's Xen as the image that the reference judges for", { skip }, () => {
  const image = () => foreignImage(file ?? '');
  const partAt = (address: bigint) =>
    image().parts.find(({ start, bytes }) => address >= start && address < start + BigInt(bytes.length));

  test('has its build-id, its symbols as its own table names them, and none without a name', () => {
    const { buildId, find, describe: describeAddress } = image();
    assert.equal(buildId.length, 20);
    const address = find('xen_extra_version')?.address ?? 0n;
    assert.equal(describeAddress(address + 1n), 'xen_extra_version+0x1');
    assert.notEqual(find('common/livepatch.c#livepatch_printall'), undefined);
    assert.deepEqual([find('livepatch_printall'), find('')], [undefined, undefined]);
  });

  test('lies there as it does once it has booted', () => {
    const { find, start, end } = image();
    const permissionsOf = (symbol: string) => partAt(find(symbol)?.address ?? 0n)?.permissions;
    assert.deepEqual(['do_sysctl', '_srodata', 'idle_pg_table'].map(permissionsOf), ['r-x', 'r--', 'rw-']);
    assert.equal(permissionsOf('__start_xen'), undefined, 'what is freed after booting');
    const pool = find('common/efi/ebmalloc.c#ebmalloc_mem') ?? find('ebmalloc_mem');
    assert.equal(pool && partAt(pool.address), undefined, 'memory for the early boot');
    assert.equal(partAt((pool?.address ?? 0n) + BigInt(pool?.size ?? 0))?.permissions, 'rw-');
    assert.equal(partAt(start)?.permissions, 'r-x');
    assert.equal(partAt(end - 1n)?.permissions, 'rw-');
  });

  test('says how many feature words it has', () => {
    assert.equal(image().featureWords, 21);
  });

  test('is each time a copy of its own', () => {
    assert.notEqual(image().parts[0]?.bytes, image().parts[0]?.bytes);
  });
});
