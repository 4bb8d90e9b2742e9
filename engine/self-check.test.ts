import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HYPERCALL } from './abi/hypercall';
import { createReference } from './reference';
import { selfCheck } from './self-check';
import type { Hypercall, Target } from './target';

describe('the self-check', () => {
  for (const revision of [1, 2] as const)
    test(`passes on a hypervisor that works, of revision ${revision}, and leaves nothing behind`, () => {
      const target = createReference({ revision });
      const before = target.memory.snapshot();
      selfCheck(target);
      assert.deepEqual(target.memory.snapshot(), before);
      target.close();
    });

  for (const [step, lie] of [
    ['build-id', ({ hypervisor }: Target) => ({ hypervisor: { ...hypervisor, buildId: new Uint8Array(0) } })],
    ['a wrong interface version', () => ({ hypercall: () => 0n })],
    [
      'execute',
      ({ hypercall }: Target) => ({
        hypercall: (call: Hypercall) => (call.number === HYPERCALL.xen_version ? 0n : hypercall(call)),
      }),
    ],
  ] as const)
    test(`names the step "${step}" where that fails`, () => {
      const target = createReference({ revision: 2 });
      assert.throws(() => selfCheck({ ...target, ...lie(target) }), {
        name: 'UserError',
        message: new RegExp(`cannot be used: in its self-check, the step "${step}" failed`),
      });
      target.close();
    });

  test('says what the hypervisor printed about the step that failed', () => {
    const target = createReference({ revision: 2 });
    const hypervisor = { ...target.hypervisor, buildId: new Uint8Array(20) };
    assert.throws(() => selfCheck({ ...target, hypervisor }), {
      name: 'UserError',
      message: /the step "upload" failed \(expected 0, got -EINVAL; its console says "livepatch: payload self-check: /,
    });
    target.close();
  });
});
