import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Code } from '../../payloads/builder/assembly';
import { returnsString } from '../../payloads/builder/code';
import { livepatch, type PayloadDescription } from '../../payloads/builder/payload';
import { createReference } from '../reference';
import { selfCheck } from '../self-check';
import type { EmulatedTarget } from '../target';
import { createXen, findDebianXen } from '../xen';
import { createJudge } from './judge';
import { createRandom, randomCode } from './random-code.fixtures';

const SEED = 20_260_801;
/** Xen's code takes longer to end where it does not return. */
const SEQUENCES = { reference: 1400, xen: 600 } as const;
/** Each hypercall comes through it: what is put in its place runs at once. */
const CALLED = 'do_sysctl';
const NOT_CALLED = 'xen_extra_version';

const replaces = (name: string, replacement: Code): Pick<PayloadDescription, 'functions'> => ({
  functions: [{ name, oldSize: 8, replacement }],
});
const unused = replaces(NOT_CALLED, returnsString('patched'));

/** Where random code is in a payload. */
const PLACES: readonly ((code: Code) => Partial<PayloadDescription>)[] = [
  (code) => ({ ...unused, hooks: { load: [code] } }),
  (code) => ({ ...unused, hooks: { apply: code } }),
  (code) => replaces(CALLED, code),
];

/** Judges random code; every so often, whether a good payload is still good. Returns how many came to be applied. */
function judgeRandom(target: EmulatedTarget, sequences: number, symbols: readonly string[]): number {
  const { revision, buildId } = target.hypervisor;
  const judge = createJudge(target);
  const random = createRandom(SEED);
  const payload = (more: Partial<PayloadDescription>): Uint8Array =>
    livepatch({
      revision,
      buildId: new Uint8Array(20).fill(7),
      depends: buildId,
      xenDepends: buildId,
      functions: [],
      ...more,
    }).bytes;
  let applied = 0;
  for (let number = 0; number < sequences; number++) {
    const verdict = judge('random', payload(random.pick(PLACES)(randomCode(random, symbols))));
    assert.equal(verdict.upload?.rc, 0);
    if (verdict.apply?.rc === 0 || verdict.stopped !== undefined) applied += 1;
    if (number % 10 === 0) assert.ok(judge('good', payload(unused)).ok, `the good one after sequence ${number}`);
  }
  return applied;
}

describe('random code ends in a verdict, and spoils no other', () => {
  test('on the reference', () => {
    const target = createReference({ revision: 2 });
    after(() => target.close());
    const gates = ['livepatch_act', 'livepatch_sysctl', 'livepatch_give_up', 'livepatch_ended', 'wait_while'];
    assert.ok(
      judgeRandom(target, SEQUENCES.reference, [...gates, 'printk', 'send_interrupts', 'do_sysctl', 'syscall_entry']) >
        SEQUENCES.xen / 4,
    );
  });

  const file = findDebianXen();
  const skip =
    file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;
  test('on a Xen', { skip }, () => {
    const target = createXen({ file: file ?? '', say: () => undefined, selfCheck });
    after(() => target.close());
    const services = ['_xmalloc', '_xzalloc', 'vfree', 'vmalloc', 'map_pages_to_xen', 'modify_xen_mappings', 'vunmap'];
    const others = ['tasklet_schedule_on_cpu', 'smp_call_function', 'printk', 'panic', 'do_sysctl', 'machine_halt'];
    assert.ok(judgeRandom(target, SEQUENCES.xen, [...services, ...others]) > SEQUENCES.xen / 4);
  });
});
