import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CannotBeAsked } from './needs';
import { createReference, type Reference } from './reference';
import { callsOf, harmless, isRole, placeFor, ROLES, type RoleName } from './roles';
import type { ImageFunction, StaticImage } from './target';

const THUNK = 0x1100n;

/** An image of these functions, each at 0x1000 and 0x20 bytes further on. */
function imageOf(codes: Readonly<Record<string, readonly number[]>>): StaticImage {
  const functions = Object.entries(codes).map(([name, code], index): ImageFunction => {
    const address = 0x1000n + 0x20n * BigInt(index);
    return { name, address, code: Uint8Array.from(code), room: 0x20, isLocal: name.startsWith('local') };
  });
  const find = (name: string) => functions.find((own) => own.name === name);
  return {
    symbol: (name) => (name === '__x86_return_thunk' ? THUNK : find(name)?.address),
    size: (name) => find(name)?.code.length,
    describe: () => '',
    functions: () => functions,
    bytes: () => undefined,
    inlined: () => [],
  };
}

const RET = 0xc3;
const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa];
const valueOf = (code: readonly number[]) => {
  const image = imageOf({ own: code });
  const [own] = image.functions();
  return own && harmless(image, own);
};

describe('harmless', () => {
  it('tells the constant that a function returns', () => {
    assert.deepEqual(valueOf([0x31, 0xc0, RET]), { returns: 0n });
    assert.deepEqual(valueOf([0x6a, 7, 0x58, 0x90, RET]), { returns: 7n });
    assert.deepEqual(valueOf([0xb8, 0xff, 0xff, 0xff, 0xff, RET]), { returns: 0xffff_ffffn });
    assert.deepEqual(valueOf([0x48, 0xc7, 0xc0, 0xda, 0xff, 0xff, 0xff, RET]), { returns: BigInt.asUintN(64, -38n) });
    assert.deepEqual(valueOf([...ENDBR64, 0xb8, 1, 0, 0, 0, RET]), { returns: 1n });
    assert.deepEqual(valueOf([0x90, 0x48, 0x8d, 0x05, 0x10, 0, 0, 0, RET]), { returns: 0x1018n });
  });

  it('takes a jump to the return thunk for a return, and no other', () => {
    const jump = (to: bigint) => [0x31, 0xc0, 0xe9, Number(to - 0x1007n), 0, 0, 0];
    assert.deepEqual(valueOf(jump(THUNK)), { returns: 0n });
    assert.equal(valueOf(jump(THUNK + 1n)), undefined);
  });

  it('tells one that does nothing from one that does more', () => {
    assert.deepEqual(valueOf([RET]), { returns: undefined });
    assert.equal(valueOf([0x90, 0x90]), undefined);
    assert.equal(valueOf([0x31, 0xc0, 0xff, 0xc0, RET]), undefined);
  });
});

describe('a role', () => {
  it('is never given to a function that is called often, or that a payload cannot name', () => {
    const constant = [0xb8, 1, 0, 0, 0, RET];
    const image = imageOf({
      xen_minor_version: constant,
      arch_livepatch_it: constant,
      local: constant,
      quiet: constant,
    });
    assert.equal(placeFor(image, 'quiet_function'), 'quiet');
  });

  it('says what it is of a hypervisor that has no such place', () => {
    assert.throws(
      () => placeFor(imageOf({}), 'short_function'),
      (error: unknown) => error instanceof CannotBeAsked && error.lack.meaning === ROLES.short_function.is,
    );
  });

  it('knows no name that is none', () => {
    assert.deepEqual(['short_function', 'printk', 'toString'].map(isRole), [true, false, false]);
  });
});

describe('in the image of the reference, roles', () => {
  let reference: Reference;
  before(() => {
    reference = createReference({ revision: 2 });
  });
  after(() => reference.close());

  it('are those that its image has functions for', () => {
    const roles = Object.keys(ROLES).filter(isRole);
    const places = roles.map((role): readonly [RoleName, string] => [role, placeFor(reference.image, role)]);
    assert.deepEqual(Object.fromEntries(places), {
      shortest_function: 'three_bytes',
      short_function: 'four_bytes',
      short_getter: 'four_bytes',
      five_byte_function: 'five_bytes',
      quiet_function: 'xen_changeset',
      plain_function: 'forty_bytes',
      plain_getter: 'forty_bytes',
      plain_number: 'across_pages',
      endbr64_getter: 'endbr_function',
      bug_function: 'catches_strays',
      near_page_edge: 'nops_to_page_edge',
      before_page_edge: 'across_pages',
      getter_across_pages: 'across_pages',
      image_end: '_end',
      spare_bytes: 'hypervisor_counter',
      function_pointer: 'hypercall_table',
    });
  });

  it('return what their code says', () => {
    const { image, execution } = reference;
    for (const own of image.functions()) {
      const returns = own.name.startsWith('livepatch_') ? undefined : harmless(image, own)?.returns;
      if (returns !== undefined) assert.equal(execution.call(own.address), returns, own.name);
    }
  });

  it('are beside the calls of a function', () => {
    assert.deepEqual(callsOf(reference.image, 'arch_do_domctl'), ['do_domctl+0x29']);
  });
});
