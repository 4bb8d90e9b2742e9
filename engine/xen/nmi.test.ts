import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { need } from '../needs';
import { returnsString } from '../../payloads/builder/code';
import { livepatch } from '../../payloads/builder/payload';
import { u32At } from '../bytes';
import { selfCheck } from '../self-check';
import type { EmulatedTarget } from '../target';
import { createToolstack, type Toolstack } from '../toolstack/toolstack';
import { createXen, findDebianXen } from '.';
import { PER_CPU_AREAS } from './places';

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;
const PATCHED = 'xen_extra_version';

describe("an NMI that reaches Debian's Xen 4.17", { skip }, () => {
  let made: EmulatedTarget | undefined;
  const xen = (): EmulatedTarget => (made ??= createXen({ file: file ?? '', say: () => undefined, selfCheck }));
  const nmi = (): NonNullable<EmulatedTarget['nmi']> => xen().nmi ?? assert.fail('expected the part nmi, got none');
  const address = (name: string): bigint => xen().image.symbol(name) ?? assert.fail(name);
  /** As Xen itself counts them for a CPU, ignored ones too. */
  const reached = (cpu: 0 | 1): number => {
    const own = cpu === 0 ? 0n : PER_CPU_AREAS - address('__per_cpu_start');
    return u32At(xen().memory.read(address('per_cpu__nmi_count') + own, 4));
  };
  const counts = (): readonly number[] => [reached(0), reached(1), nmi().handled()];
  const loaded = (): Toolstack => {
    const tools = createToolstack(xen());
    const { buildId } = xen().hypervisor;
    const functions = [{ name: PATCHED, oldSize: 16, replacement: returnsString('patched') }];
    const own = new Uint8Array(20).fill(1);
    const { bytes } = livepatch({ revision: 2, buildId: own, depends: buildId, xenDepends: buildId, functions });
    assert.equal(tools.upload('p', bytes).returned, 0);
    return tools;
  };

  beforeEach(() => xen().reset());
  after(() => made?.close());

  test('is handled by its CPU at once', () => {
    nmi().send(1, 'now');
    assert.deepEqual(counts(), [0, 1, 1]);
    nmi().send(0, 'now');
    assert.deepEqual(counts(), [1, 1, 2]);
    xen().reset();
    assert.deepEqual(counts(), [0, 0, 0]);
  });

  test('while CPUs are held is ignored by each of them, and patching goes on', () => {
    const tools = loaded();
    nmi().send(0, 'while patching');
    nmi().send(1, 'while patching');
    assert.deepEqual(counts(), [0, 0, 0]);
    assert.equal(tools.action('APPLY', 'p').returned, 0);
    assert.deepEqual(counts(), [1, 1, 0]);
    assert.deepEqual([tools.get('p').state, tools.extraVersion({ cpu: 1 })], ['APPLIED', 'patched']);
    assert.equal(tools.action('REVERT', 'p').returned, 0);
    assert.deepEqual(counts(), [1, 1, 0]);
  });

  test('is ignored too where the patching is given up', () => {
    const tools = loaded();
    need(xen(), 'cpus').keepBusy(1, 50_000_000n);
    nmi().send(1, 'while patching');
    assert.equal(tools.action('APPLY', 'p').returned, 0);
    assert.deepEqual([tools.get('p').state, ...counts()], ['CHECKED', 0, 1, 0]);
    nmi().send(1, 'now');
    assert.deepEqual(counts(), [0, 2, 1]);
  });
});
