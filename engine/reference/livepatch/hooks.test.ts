import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { machineCode } from '../../../payloads/builder/assembly';
import { returnsNumber } from '../../../payloads/builder/code';
import type { Hooks } from '../../../payloads/builder/description';
import { livepatch } from '../../../payloads/builder/payload';
import { buildIdOf } from '../../../payloads/catalogue';
import { createToolstack } from '../../toolstack/toolstack';
import { createReference } from '../index';

const target = createReference({ revision: 2 });
const toolstack = createToolstack(target);
after(target.close);

/** Uploads a payload with one function and these hooks, and applies it. */
function applied(hooks: Hooks): { readonly state: string | undefined; readonly rc: number } {
  target.reset();
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
});
