/** Steps that cannot mean anything, where they are, say so: an error of whoever wrote the scenario, no verdict. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createReference, type Reference } from '../engine/reference';
import { definitionsAtHand, execute, picklesOf, type Definition } from './play.fixtures';
import { createScene, ownVersions } from './scene';

const TABLE: readonly (readonly [string, ...string[]])[] = [
  // What is said, and the steps, of which the last says it.
  ['RangeError: value: expected a number, "bytes …" or a named address, got xyz', 'hypervisor_counter holds xyz'],
  ['RangeError: address: expected a number or a named address, got bytes 00', 'hypervisor_counter holds bytes 00'],
  ['Mismatch: symbol nowhere: the specification says loaded, found not there', 'nowhere begins with 00'],
  [
    'TypeError: xen_extra_version: expected a step that watches the stores to it, got none',
    'nothing was stored to xen_extra_version',
  ],
  [
    'Mismatch: stores to xen_extra_version: the specification says some, found none',
    'the stores to xen_extra_version are watched',
    'all stores to xen_extra_version were made by one vCPU',
  ],
  ['Mismatch: regions of p: the specification says some, found none', '"p" is within 1 GiB above _stext'],
  ['TypeError: LIST: expected to be asked before this step, got none', 'the entries are "a"'],
  [
    'TypeError: memory, list and symbols compared with before the call: expected a hypercall before this step, got none',
    'nothing changed',
  ],
  [
    'TypeError: memory compared with before the call: expected a hypercall before this step, got none',
    'memory is as before the call',
  ],
  [
    'TypeError: memory, list and symbols compared with the start: expected a hypercall before this step, got none',
    'the hypervisor is as at the start but for the version of the list',
  ],
  [
    'TypeError: changes: expected a hypercall before this step, got none',
    'of the hypervisor only the first 5 bytes of xen_extra_version changed',
  ],
  ['TypeError: start: expected a hypercall before this step, got none', 'xen_extra_version is as at the start'],
  [
    'TypeError: do_domctl: expected a function that returns a constant, got another',
    "do_domctl returns the hypervisor's own value",
  ],
  ['TypeError: hooks of p: expected hooks that count, got none', 'the hooks of "p" have been called 1 time'],
  [
    'RangeError: hook: expected one of load, unload, preapply, apply, postapply, prerevert, revert, postrevert, got other',
    '"p" has a other hook that counts its calls',
  ],
  ['RangeError: p: expected an entry for xen_minor_version, got none', '"p" expects 00 at xen_minor_version'],
  [
    'RangeError: section: expected executable, writable or read-only, got odd',
    '"p" brings the odd section .x of 4 bytes',
  ],
  [
    'RangeError: relocation: expected a type such as R_X86_64_64, got R_X86_64_ODD',
    '"p" brings the function f, which returns the address of printk by R_X86_64_ODD',
  ],
  [
    'RangeError: symbol: expected a binding such as STB_LOCAL, got ODD',
    '"p" has these symbols:|name,section,binding|a,.text,ODD',
  ],
];

/** A step with its table, whose rows are after bars. */
function stepOf(written: string) {
  const [text = '', ...rows] = written.split('|');
  const table = rows.map((row) => `\n | ${row.split(',').join(' | ')} |`).join('');
  const [pickle] = picklesOf(`Feature: a\n Scenario: a\n  * ${text}${table}\n`);
  const step = pickle?.steps[0];
  assert.ok(step !== undefined);
  return step;
}

describe('a step that can mean nothing there', () => {
  let reference: Reference;
  let definitions: readonly Definition[];
  before(async () => {
    reference = createReference({ revision: 2 });
    definitions = await definitionsAtHand();
  });
  beforeEach(() => reference.reset());
  after(() => reference.close());

  for (const [said, ...steps] of TABLE)
    it(`says so: ${steps.at(-1) ?? ''}`, () => {
      const scene = createScene(reference, ownVersions(reference), true);
      const play = (written: string): unknown =>
        execute(definitions, { scene, attach: () => undefined }, stepOf(written));
      for (const step of steps.slice(0, -1)) play(step);
      assert.throws(
        () => play(steps.at(-1) ?? ''),
        (error) => {
          assert.equal(error instanceof Error ? `${error.name}: ${error.message}` : '', said);
          return true;
        },
      );
    });
});
