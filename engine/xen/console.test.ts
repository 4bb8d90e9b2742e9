import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createConsole } from './console';
import { permissionsOf } from './page-tables';

describe("Xen's console", () => {
  test('a line may come in pieces; levels are left out', () => {
    const console = createConsole();
    console.print('<3>livepatch: ');
    console.print('p\n<G><1>second\nthird');
    assert.deepEqual(console.last(2), ['livepatch: p', 'second']);
    assert.deepEqual(console.drain(), ['livepatch: p', 'second', 'third']);
    assert.deepEqual(console.drain(), []);
  });

  test('an endless printer is cut at its older lines', () => {
    const console = createConsole();
    for (let line = 0; line < 10_000; line++) console.print(`${line}\n`);
    assert.equal(console.last(1)[0], '9999');
    assert.ok(console.drain().length < 5_000);
  });
});

test("a page's permissions from Xen's flags", () => {
  assert.equal(permissionsOf(0x63n), 'rwx');
  assert.equal(permissionsOf(0x80_0063n), 'rw-');
  assert.equal(permissionsOf(0x61n), 'r-x');
  assert.equal(permissionsOf(0x80_0061n), 'r--');
  assert.equal(permissionsOf(0n), '---');
});
