import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EmulatedTarget } from '../../target';
import { addressOf, patch, PATCHED, payload, warningsOf, withCopies } from './fixtures';

describe('the warning of inlined copies', () => {
  const [old, other] = [addressOf(PATCHED), addressOf('do_xen_version')];
  const copy = [old, other, 4n] as const;
  const said = (target: EmulatedTarget, functions = [patch()]): string | undefined =>
    warningsOf(payload({ functions }), target).find(({ name }) => name === 'inlined-copies')?.says;

  test('is given where the payload only overwrites bytes of what has the copy', () => {
    const overwrites = patch({ name: 'do_xen_version', replacement: undefined, newSize: 5 });
    assert.ok(said(withCopies([copy]), [patch(), overwrites]));
    assert.equal(said(withCopies([copy]), [patch(), patch({ name: 'do_xen_version' })]), undefined);
  });

  test('is not given of a copy in the function itself', () => {
    assert.equal(said(withCopies([[old, old, 4n]])), undefined);
    assert.match(said(withCopies([copy, [old, old, 4n]])) ?? '', /^An inlined copy/);
  });

  test('is not given of copies that are freed after boot, or are not in the text', () => {
    const init = (from: bigint) => withCopies([copy], { symbols: { __init_begin: from, __init_end: from + 1n } });
    assert.equal(said(init(other)), undefined);
    assert.ok(said(init(other + 1n)));
    assert.equal(said(withCopies([[old, 0x1000n, 0n]])), undefined);
  });

  test('is not given of what the compiler has split off a function', () => {
    const named = (name: string) => withCopies([copy], { names: { [PATCHED]: name } });
    assert.equal(said(named(`${PATCHED}.part.0`)), undefined);
    assert.ok(said(named(`${PATCHED}.constprop.0`)));
  });

  test('is not given of a function that may be patched only because it has a copy of another patched one', () => {
    const domctl = patch({ name: 'do_domctl' });
    const target = withCopies([copy, [addressOf('do_domctl'), old, 1n]]);
    assert.ok(said(target));
    assert.equal(said(target, [patch(), domctl]), undefined);
    assert.ok(said(withCopies([copy, [addressOf('do_domctl'), addressOf('do_domctl'), 1n]]), [patch(), domctl]));
  });

  test('names some of many copies, and counts the others', () => {
    const found = said(withCopies([1n, 2n, 3n, 4n, 5n, 6n, 6n].map((at) => [old, other, at] as const)));
    assert.match(
      found ?? '',
      /^6 inlined copies of xen_extra_version keep .* patch: (do_xen_version\+0x[1-4], ){4}and 2 more\.$/,
    );
  });
});
