/** What happens around a scenario: what is attached, why one is skipped, and what a failing step leaves. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import {
  EVIDENCE_MEDIA_TYPE,
  LACK_MEDIA_TYPE,
  PAYLOAD_MEDIA_TYPE,
  RUN_MEDIA_TYPE,
  type Evidence,
  type RunDescription,
} from '../engine/evidence';
import { HypervisorStopped } from '../engine/target';
import packageJson from '../package.json';
import { CATALOGUE } from '../payloads/catalogue';
import { execute, libraryAtHand, picklesOf } from './play.fixtures';
import type { RunParameters, Scene } from './scene';

type Library = Awaited<ReturnType<typeof libraryAtHand>>;

interface Stage {
  readonly parameters: RunParameters;
  scene?: Scene;
  readonly attached: { readonly body: string; readonly type: string }[];
  readonly attach: (body: string, type: string) => void;
}

/** Of the label of a run that nobody has begun. */
let nth = 0;

const PARAMETERS: RunParameters = { label: 'a', target: 'reference', revision: 2 };

function stage(more: Partial<RunParameters> = {}): Stage {
  const attached: Stage['attached'] = [];
  const attach = (body: string, type: string): void => {
    attached.push({ body, type });
  };
  return { parameters: { ...PARAMETERS, ...more }, attached, attach };
}

const bodiesOf = ({ attached }: Stage, type: string): readonly string[] =>
  attached.filter((each) => each.type === type).map(({ body }) => body);

const runOf = (own: Stage): RunDescription => JSON.parse(bodiesOf(own, RUN_MEDIA_TYPE)[0] ?? '{}') as RunDescription;

const evidenceOf = (own: Stage): Evidence['events'] =>
  bodiesOf(own, EVIDENCE_MEDIA_TYPE).flatMap((body) => (JSON.parse(body) as Evidence).events);

describe('around a scenario', () => {
  let library: Library;
  before(async () => {
    library = await libraryAtHand();
  });
  after(() => {
    for (const { code } of library.afterTestRunHookDefinitions) code.call({});
  });

  /** What the hooks before it return. */
  const begin = (own: Stage, text = '* "p" is uploaded', tags = ''): unknown => {
    const [pickle] = picklesOf(`Feature: a\n ${tags}\n Scenario: b\n  ${text}\n`);
    return library.beforeTestCaseHookDefinitions.map(({ code }) => code.call(own, { pickle }))[0];
  };
  const end = async (own: Stage, status: string): Promise<void> => {
    for (const { code } of library.afterTestCaseHookDefinitions)
      await code.call(own, { pickle: { name: 'b' }, result: { status } });
  };
  const play = (own: Stage, text: string): unknown => {
    const { scene, attach } = own;
    assert.ok(scene !== undefined);
    return execute(library.stepDefinitions, { scene, attach }, { text });
  };

  it('the run is described, with all named payloads the first time', () => {
    nth += 1;
    const label = `first-${nth}`;
    const [first, second, other] = [stage({ label }), stage({ label }), stage({ label, revision: 1 })];
    for (const each of [first, second, other]) assert.equal(begin(each), undefined);
    const { suite, hypervisor, ...run } = runOf(first);
    assert.deepEqual(run, { label, target: 'reference', revision: 2 });
    assert.deepEqual(suite, { name: packageJson.name, version: packageJson.version });
    assert.ok(hypervisor.name === 'reference' && /^[0-9a-f]{40}$/.test(hypervisor.buildId));
    const counts = [first, second, other].map((each) => bodiesOf(each, PAYLOAD_MEDIA_TYPE).length);
    assert.deepEqual(counts, [CATALOGUE.length, 0, CATALOGUE.length]);
    assert.equal(runOf(other).revision, 1);
    assert.ok(bodiesOf(first, PAYLOAD_MEDIA_TYPE).every((body) => body.includes('"sections":[{')));
  });

  it('the run says its shard and its selection, and a tool what it drives', () => {
    const part = stage({ shard: '2/5', selected: true });
    begin(part);
    assert.deepEqual([runOf(part).shard, runOf(part).selected, 'drives' in runOf(part)], ['2/5', true, false]);
    const tool = stage({ tool: { name: 'xen-livepatch 4.17', path: __filename, interfaceVersion: 0x15 } });
    begin(tool);
    const digest = createHash('sha1').update(readFileSync(__filename)).digest('hex');
    assert.deepEqual(runOf(tool).hypervisor, { name: 'xen-livepatch 4.17', buildId: digest });
    assert.equal(runOf(tool).drives?.name, 'reference');
    assert.equal(tool.scene?.tool?.path, __filename);
  });

  it('the hypervisor is as at first, and looked at only if a step compares', () => {
    const [own, next] = [stage(), stage()];
    begin(own, '* nothing changed');
    assert.deepEqual([own.scene?.compares, own.scene?.target.clock.now()], [true, 0n]);
    play(own, '"p" is loaded and applied');
    play(own, 'vCPU 1 is kept busy for 5 ms');
    begin(next);
    assert.equal(next.scene?.compares, false);
    play(next, 'LIST shows nothing');
    play(next, "the extra version is the hypervisor's own");
  });

  it('a scenario may need what the target has, by its name', () => {
    assert.equal(begin(stage(), '* x', '@other @needs-worked-examples'), undefined);
    const unknown = new RangeError('tag: expected a trait of targets, got @needs-luck');
    assert.throws(() => begin(stage(), '* x', '@needs-luck'), unknown);
  });

  it('a step that finds something else leaves the mismatch', () => {
    const own = stage();
    begin(own);
    play(own, '"p" is uploaded');
    assert.throws(() => play(own, 'the hypercall returns -EINVAL'));
    const [upload, mismatch, ...others] = evidenceOf(own);
    assert.equal(upload?.kind, 'hypercall');
    assert.deepEqual(mismatch, {
      kind: 'mismatch',
      what: 'the hypercall',
      expected: '-EINVAL',
      found: '0',
    });
    assert.deepEqual(others, []);
  });

  it('a step in which the hypervisor crashes leaves the stop', () => {
    const own = stage();
    begin(own);
    assert.ok(own.scene !== undefined);
    const stop = { where: 'a+0x1', why: 'BUG', registers: {}, backtrace: [], console: [] };
    const call = (): never => {
      throw new HypervisorStopped(stop);
    };
    own.scene = { ...own.scene, target: { ...own.scene.target, execution: { call } } };
    assert.throws(() => play(own, 'a call of xen_minor_version returns 99'), HypervisorStopped);
    assert.deepEqual(evidenceOf(own), [{ kind: 'stop', ...stop }]);
  });

  it('a step without evidence attaches nothing', () => {
    const own = stage();
    begin(own);
    play(own, '"p" brings 8 bytes of .rodata');
    assert.equal(bodiesOf(own, EVIDENCE_MEDIA_TYPE).length, 0);
  });

  it('a call that was to be made by itself has to be made, unless the scenario was skipped', async () => {
    const own = stage();
    begin(own);
    play(own, 'after 5 ms vCPU 1 asks LIST');
    await assert.rejects(end(own, 'PASSED'), new Error('b: vCPU 1 never made the call it was to make'));
    await end(own, 'SKIPPED');
    play(own, '"p" is loaded');
    play(own, 'APPLY of "p" is asked');
    await end(own, 'PASSED');
    await end(stage(), 'PASSED');
  });

  it('a step of a target that lacks a part skips its scenario with that reason', () => {
    const own = stage();
    begin(own);
    assert.ok(own.scene !== undefined);
    const { nmi, ...poor } = own.scene.target;
    assert.ok(nmi !== undefined);
    own.scene = { ...own.scene, target: poor };
    assert.equal(play(own, 'an NMI reaches vCPU 0'), 'skipped');
    assert.match(bodiesOf(own, LACK_MEDIA_TYPE)[0] ?? '', /"name":"nmi"/);
  });

  it('what only the user can help ends the run before it begins; all else is for its scenarios', () => {
    const [start] = library.beforeTestRunHookDefinitions;
    assert.ok(start !== undefined);
    assert.doesNotThrow(() => start.code.call({ parameters: {} }));
    assert.doesNotThrow(() => start.code.call({ parameters: { ...PARAMETERS, target: 'nothing' } }));
    assert.throws(() => start.code.call({ parameters: { ...PARAMETERS, target: 'xen', hypervisor: '/nonexistent' } }));
  });
});
