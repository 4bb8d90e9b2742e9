import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { calls, callsPrintk, hookReturning, returnsString, writesByte } from '../../../payloads/builder/code';
import { livepatch, type FunctionPatch, type Hooks } from '../../../payloads/builder/payload';
import { selfCheck } from '../../self-check';
import type { EmulatedTarget } from '../../target';
import { createReference } from '../../reference';
import { createXen, findDebianXen, foreignImage } from '../../xen';
import { createJudge, type Judge } from '../judge';

const file = findDebianXen() ?? '';
const skip = file === '' ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;
/** This one has its debug information. */
const withDebug = findDebianXen('debian-13') ?? '';

describe(
  "warnings of inlined copies on Debian's Xen",
  { skip: withDebug === '' ? 'it has not been fetched' : false },
  () => {
    const target = createXen({ file: withDebug, say: () => undefined, selfCheck });
    after(() => target.close());
    const { image, hypervisor } = target;
    const functionsAt = (addresses: readonly bigint[]): readonly string[] =>
      image.functions().flatMap(({ address, name }) => (addresses.includes(address) ? [name] : []));

    function warned(names: readonly string[]): readonly string[] {
      const { bytes } = livepatch({
        revision: 2,
        buildId: new Uint8Array(20).fill(7),
        depends: hypervisor.buildId,
        xenDepends: hypervisor.buildId,
        functions: names.map((name) => ({ name, oldSize: image.size(name) ?? 0, replacement: returnsString('new') })),
      });
      const { warnings } = createJudge(target)('fix', bytes);
      return warnings.flatMap(({ name, says }) => (name === 'inlined-copies' ? [says] : []));
    }

    test('one function of several that pause a domain is patched, or all of them are', () => {
      const copies = image.inlined(image.symbol('domain_pause') ?? 0n);
      const [says = '', ...more] = warned(['domain_pause']);
      assert.match(says, /^\d inlined copies of domain_pause keep the old code, .*: .*domain_kill\+0x/);
      assert.deepEqual(more, []);
      assert.deepEqual(warned(['domain_pause', ...functionsAt(copies.map(({ owner }) => owner))]), []);
    });

    test('no other function has a copy', () => assert.deepEqual(warned(['xen_minor_version', 'do_xen_version']), []));
  },
);

describe("warnings on Debian's Xen", { skip }, () => {
  let used: { readonly target: EmulatedTarget; readonly judge: Judge } | undefined;
  const xen = () => {
    const target = used?.target ?? createXen({ file, say: () => undefined, selfCheck });
    return (used ??= { target, judge: createJudge(target) });
  };
  after(() => used?.target.close());

  /** The names of warnings, and what they say. */
  function warned(hooks: Hooks, more: Partial<FunctionPatch> = {}): Readonly<Record<string, string>> {
    const { target, judge } = xen();
    const { buildId } = target.hypervisor;
    const { name = 'xen_extra_version' } = more;
    const expect = { bytes: target.image.bytes(target.image.symbol(name) ?? 0n, 5) ?? new Uint8Array() };
    const function_ = { name, oldSize: target.image.size(name) ?? 0, replacement: returnsString('new'), expect };
    const bytes = livepatch({
      revision: target.hypervisor.revision,
      buildId: new Uint8Array(20).fill(7),
      depends: buildId,
      xenDepends: buildId,
      functions: [{ ...function_, ...more }],
      hooks,
    }).bytes;
    return Object.fromEntries(judge('fix', bytes).warnings.map(({ name: row, says }) => [row, says]));
  }

  test('the reference, which does not run that image, takes its functions for no data', () => {
    const target = createReference({ revision: 2, foreign: foreignImage(file) });
    after(() => target.close());
    const { buildId } = target.hypervisor;
    const name = 'xen_extra_version';
    const bytes = livepatch({
      revision: 2,
      buildId: new Uint8Array(20).fill(7),
      depends: buildId,
      xenDepends: buildId,
      functions: [{ name, oldSize: target.image.size(name) ?? 0, replacement: returnsString('new') }],
    }).bytes;
    assert.deepEqual(
      createJudge(target)('fix', bytes).warnings.map((warning) => warning.name),
      ['no-expectation'],
    );
  });

  test('what Xen changes by itself is no warning', () => {
    const idle = hookReturning(0);
    assert.deepEqual(warned({}), {});
    assert.deepEqual(warned({ load: [idle], unload: [idle], preapply: idle, postrevert: idle }), {});
    assert.deepEqual(warned({ load: [callsPrintk('loading')], postapply: callsPrintk('applied') }), {});
  });

  test('a variable that a hook changes and does not put back', () => {
    const changes = writesByte('tainted', 0x5a);
    assert.deepEqual(warned({ load: [changes] }), {
      'data-changed': 'A hook changed 1 byte of tainted, and UNLOAD did not restore it.',
    });
    assert.deepEqual(warned({ load: [changes], unload: [writesByte('tainted', 0)] }), {});
  });

  test('a lock that a hook leaves changed is no warning, but what only sounds like one is', () => {
    assert.deepEqual(warned({ load: [writesByte('domlist_update_lock', 0x5a)] }), {});
    assert.deepEqual(Object.keys(warned({ load: [writesByte('tlbflush_clock', 0x5a)] })), ['data-changed']);
  });

  test('a function that Xen has freed', () => {
    const replacement = calls('cmdline_parse');
    assert.deepEqual(warned({}, { replacement }), {
      'refers-to-init':
        'The payload uses cmdline_parse, init code or data that the hypervisor frees after boot. The old function does not use it.',
    });
    assert.deepEqual(warned({}, { replacement: calls('printk') }), {});
  });

  test('init code that the old function uses too is no warning', () => {
    // Both call it while Xen boots.
    const name = 'map_pages_to_xen';
    assert.deepEqual(Object.keys(warned({}, { name, replacement: calls('alloc_boot_pages') })), []);
    assert.deepEqual(Object.keys(warned({}, { replacement: calls('alloc_boot_pages') })), ['refers-to-init']);
  });

  test('a function that waits for its turn to patch, found by what it calls', () => {
    assert.ok('runs-while-patching' in warned({}, { name: 'startup_cpu_idle_loop' }));
    assert.deepEqual(warned({}, { name: 'xen_minor_version' }), {});
  });
});
