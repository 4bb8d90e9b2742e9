import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { HOOK_LAYOUT } from './abi/hook';
import { findHookLayout } from './hook-layout';
import { createReference } from './reference';
import { selfCheck } from './self-check';
import type { EmulatedTarget } from './target';
import { createToolstack } from './toolstack/toolstack';
import { createXen, findDebianXen } from './xen';

function closed<Kind extends EmulatedTarget>(target: Kind): Kind {
  after(() => target.close());
  return target;
}

for (const hookLayout of [HOOK_LAYOUT, { funcs: 96, nfuncs: 104, states: undefined }])
  test(`the number of functions is found at ${hookLayout.nfuncs}`, () => {
    const target = closed(createReference({ revision: 2, hookLayout }));
    assert.deepEqual(findHookLayout(target), hookLayout);
    assert.equal(createToolstack(target).list(1).remaining, 0);
  });

test('what revision 1 gives to hooks is its own', () => {
  assert.equal(findHookLayout(closed(createReference({ revision: 1 }))), HOOK_LAYOUT);
});

test('a hypervisor that applies nothing does not show it', () => {
  const target = closed(createReference({ revision: 2, buildId: new Uint8Array(20).fill(1) }));
  const { hypervisor } = target;
  assert.equal(findHookLayout({ ...target, hypervisor: { ...hypervisor, buildId: new Uint8Array(20) } }), undefined);
});

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;

test("Debian 12's Xen has functions' states in an array of their own", { skip }, () => {
  const target = closed(createXen({ file: file ?? '', say: () => undefined, selfCheck }));
  const states = { pointer: 112, size: 40, applied: 4 };
  assert.deepEqual(findHookLayout(target), { funcs: 104, nfuncs: 120, states });
});
