/** What a target keeps whose hypervisor a scenario can set up. */
import assert from 'node:assert/strict';
import { labelled, machineCode, type Code } from '../../../payloads/builder/assembly';
import { returnsNumber } from '../../../payloads/builder/code';
import { CPU_FEATURE } from '../../abi/features';
import type { Target } from '../../target';
import { createToolstack } from '../../toolstack/toolstack';
import { OTHER, PATCHED, payload, type Term } from './term';

/** A payload whose function returns 97 on a CPU with SMAP, and 99 on another. */
function withAlternative(target: Target): Uint8Array {
  const original = 'original';
  const code: Code = labelled(machineCode(Uint8Array.of(0xb8, 99, 0, 0, 0, 0xc3)), { [original]: 0 });
  const replacement = machineCode(Uint8Array.of(0xb8, 97, 0, 0, 0));
  return payload(target, 'p', {
    functions: [{ name: OTHER, oldSize: target.image.size(OTHER) ?? 0, replacement: code }],
    alternatives: [{ original, originalSize: 5, replacement, feature: CPU_FEATURE.SMAP }],
    alternativeForm: target.hypervisor.code.alternative,
  });
}

export const SETUPS: readonly Term[] = [
  {
    name: 'cpu-features: the CPUs have SMAP, or not, as reset was asked for',
    applies: ({ setups }) => setups.has('cpu-features'),
    check(target) {
      const minor = (smap?: boolean): number => {
        target.reset(smap === undefined ? {} : { smap });
        const tools = createToolstack(target);
        assert.equal(tools.upload('p', withAlternative(target)).returned, 0);
        assert.equal(tools.action('APPLY', 'p').returned, 0);
        return tools.version() & 0xffff;
      };
      const own = minor();
      assert.deepEqual([minor(true), minor(), minor(false), minor()], [97, own, 99, own]);
    },
  },
  {
    name: 'options: the hypervisor is as reset was asked for, until the next one',
    applies: ({ setups }) => setups.has('options'),
    check(target) {
      const answers = (): readonly number[] => {
        const tools = createToolstack(target);
        return [tools.list(1).returned, tools.upload('p', payload(target, 'p')).returned];
      };
      target.reset({ policy: [{ domain: 'control', operation: 'LIST' }] });
      const [list = 0, upload] = answers();
      assert.ok(list < 0 && upload === 0, 'a policy');
      target.reset({ trustedKeys: [] });
      assert.ok((answers()[1] ?? 0) < 0, 'signatures are checked');
      target.reset({ options: new Set(['symbol-offsets']) });
      const symbol = `${PATCHED}+0x5`;
      const replacement = returnsNumber(1);
      const functions = [{ name: symbol, oldSize: 16, replacement }];
      const file = payload(target, 'p', { functions });
      assert.equal(createToolstack(target).upload('p', file).returned, 0, 'an option');
      target.reset();
      assert.ok(createToolstack(target).upload('p', file).returned < 0);
      target.reset();
      assert.deepEqual(answers(), [0, 0]);
    },
  },
];
