import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { machineCode } from '../../../payloads/builder/assembly';
import { returnsNumber } from '../../../payloads/builder/code';
import type { Hooks } from '../../../payloads/builder/description';
import { livepatch } from '../../../payloads/builder/payload';
import { buildIdOf } from '../../../payloads/catalogue';
import { createToolstack } from '../../toolstack/toolstack';
import { createReference } from '../index';

const reference = createReference({ revision: 2 });
after(reference.close);

/** Uploads a payload with one function and these hooks, and applies it. */
function applied(hooks: Hooks, target = reference): { readonly state: string | undefined; readonly rc: number } {
  target.reset();
  const toolstack = createToolstack(target);
  const { buildId } = target.hypervisor;
  const oldSize = target.image.size('xen_minor_version') ?? 0;
  const { bytes } = livepatch({
    revision: 2,
    buildId: buildIdOf('p'),
    depends: buildId,
    xenDepends: buildId,
    functions: [{ name: 'xen_minor_version', oldSize, replacement: returnsNumber(99) }],
    hooks,
  });
  assert.equal(toolstack.upload('p', bytes).returned, 0);
  assert.equal(toolstack.action('APPLY', 'p', 0).returned, 0);
  const { state, rc } = toolstack.get('p');
  return { state, rc };
}

const code = (...parts: readonly string[]) => machineCode(Buffer.from(parts.join(''), 'hex'));

describe('what a hook is given', () => {
  it('leads to the entries of the payload and tells how many there are', () => {
    // mov 0x68(%rdi),%rax; movb $1,0x40(%rax); mov 0x70(%rdi),%eax; dec %eax; ret
    const notes = code('488b4768', 'c6404001', '8b4770', 'ffc8', 'c3');
    assert.deepEqual(applied({ apply: notes }), { state: 'APPLIED', rc: 0 });
  });

  it('is a look: what is written to it changes nothing', () => {
    // movq $-1,(%rdi); xor %eax,%eax; ret
    const scribbles = code('48c707ffffffff', '31c0', 'c3');
    assert.deepEqual(applied({ preapply: scribbles, postapply: scribbles }), { state: 'APPLIED', rc: 0 });
  });

  it('is zero where nothing is known of it, whatever the stack holds', () => {
    // mov $0x3ff,%ecx; 1: cmpb $0,(%rdi,%rcx); jne 2f; dec %ecx; cmp $0x74,%ecx; jae 1b; xor %eax,%eax; ret; 2: mov %ecx,%eax; ret
    const finds = code('b9ff030000', '803c0f00', '750a', 'ffc9', '83f974', '73f3', '31c0', 'c3', '89c8', 'c3');
    // mov $0x800,%ecx; lea -0x900(%rsp),%rdi; mov $0xa5,%al; rep stosb; xor %eax,%eax; ret
    const litters = code('b900080000', '488dbc2400f7ffff', 'b0a5', 'f3aa', '31c0', 'c3');
    assert.deepEqual(applied({ load: [litters], preapply: litters, postapply: finds }), { state: 'APPLIED', rc: 0 });
    assert.deepEqual(applied({ preapply: finds }), { state: 'APPLIED', rc: 0 });
  });

  it("has its fields where the Xen that it stands in for has them, functions' states included", () => {
    const states = { pointer: 112, size: 40, applied: 4 };
    const target = createReference({ revision: 2, hookLayout: { funcs: 104, nfuncs: 120, states } });
    after(target.close);
    // mov 0x70(%rdi),%rax; movl $1,4(%rax); mov 0x78(%rdi),%eax; dec %eax; ret
    const notes = code('488b4770', 'c7400401000000', '8b4778', 'ffc8', 'c3');
    assert.deepEqual(applied({ apply: notes }, target), { state: 'APPLIED', rc: 0 });
    // mov 0x70(%rdi),%rax; mov 4(%rax),%eax; dec %eax; ret: the reference has noted it there.
    const looks = code('488b4770', '8b4004', 'ffc8', 'c3');
    assert.deepEqual(applied({ prerevert: looks }, target), { state: 'APPLIED', rc: 0 });
    const toolstack = createToolstack(target);
    assert.equal(toolstack.action('REVERT', 'p', 0).returned, 0);
    assert.deepEqual(toolstack.get('p'), { returned: 0, state: 'CHECKED', rc: 0 });
    assert.equal(toolstack.action('UNLOAD', 'p', 0).returned, 0);
    assert.equal(toolstack.list(1).remaining, 0);
  });
});
