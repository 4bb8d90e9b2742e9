/** The runs of tools: which hypervisors they drive, and how they are called. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { userError } from '../engine/user-error';
import type { ToolParameters } from '../steps/scene';
import type { XenAtHand } from './runs';
import { targetFor, toolRuns, toolsFor } from './tools';

const tool = (version: string, interfaceVersion: number): ToolParameters => {
  return { name: `xen-livepatch ${version}`, path: `/tools/${version}`, version, interfaceVersion };
};
const xen = (version: string): XenAtHand => ({
  file: `/xens/${version}`,
  revision: 2,
  name: `Xen ${version} (xen-syms)`,
});

const TOOLS = [tool('4.14.6', 0x13), tool('4.17.7', 0x15)];
const OTHER: ToolParameters = { name: 'xen-livepatch (./built)', path: '/built', interfaceVersion: 0x16 };
const all = { target: 'all', revision: 'all' } as const;
const onReference = { ...all, target: 'reference' } as const;
const onXen = { ...all, target: 'xen' } as const;

describe('the runs of tools', () => {
  it('are on the reference, or on the Xens that are named', () => {
    assert.equal(targetFor(all), 'reference');
    assert.equal(targetFor({ ...all, hypervisor: 'xen-syms' }), 'xen');
    assert.equal(targetFor({ ...all, target: 'reference' }), 'reference');
    assert.throws(() => targetFor({ ...all, target: 'booted' }), /leave out --target booted/);
  });

  it('have a reference of their own interface, which reads no stated sizes before 0x16', () => {
    const runs = toolRuns(onReference, [...TOOLS, OTHER], []);
    assert.deepEqual(
      runs.map(({ label, interfaceVersion, forgets }) => [label, interfaceVersion, forgets]),
      [
        ['xen-livepatch-4.14', 0x13, ['list-stated-room']],
        ['xen-livepatch-4.17', 0x15, ['list-stated-room']],
        ['xen-livepatch', 0x16, undefined],
      ],
    );
  });

  it('are of a tool and the Xens of its release', () => {
    const xens = [xen('4.14.6'), xen('4.17.7'), xen('4.17.5'), xen('4.20.4')];
    const runs = toolRuns(onXen, TOOLS, xens);
    assert.deepEqual(
      runs.map(({ label, hypervisor, tool: own }) => [label, hypervisor, own?.version]),
      [
        ['xen-livepatch-4.14-on-xen', '/xens/4.14.6', '4.14.6'],
        ['xen-livepatch-4.17-on-xen', '/xens/4.17.7', '4.17.7'],
        ['xen-livepatch-4.17-on-xen-2', '/xens/4.17.5', '4.17.7'],
      ],
    );
    assert.throws(() => toolRuns(onXen, TOOLS, [xen('4.20.4')]), /4\.14\.6 drives a Xen of its own release/);
  });

  it('take the release of the Xen for a tool that does not say which one it is', () => {
    const [run] = toolRuns(onXen, [OTHER], [xen('4.21.0')]);
    assert.deepEqual([run?.label, run?.tool?.name], ['xen-livepatch-4.21-on-xen', 'xen-livepatch 4.21.0']);
  });

  it('have the label that is given, if there is one run', () => {
    assert.equal(toolRuns({ ...onReference, label: 'mine' }, [OTHER], [])[0]?.label, 'mine');
    assert.throws(() => toolRuns({ ...onReference, label: 'mine' }, TOOLS, []), /One --label cannot name 2 runs/);
  });

  it('need revision 2', () => {
    assert.throws(() => toolRuns(onReference, [tool('4.13.5', 0x12)], []), /4\.13\.5 has revision 1/);
    assert.throws(() => toolRuns({ ...onReference, revision: '1' }, TOOLS, []), /leave out --revision 1/);
  });

  it('are without a rule more, if the reference is to be so', () => {
    const [run] = toolRuns({ ...onReference, forget: 'magic' }, TOOLS, []);
    assert.deepEqual(run?.forgets, ['list-stated-room', 'magic']);
  });
});

describe('the tools that are asked for', () => {
  const said: string[] = [];
  const provide = (name: string): Promise<ToolParameters> =>
    name === 'debian-11' ? Promise.reject(userError('it cannot be fetched')) : Promise.resolve(tool(name, 0x15));
  const versions = async (text: string): Promise<readonly string[]> =>
    (await toolsFor(text, provide, (line) => said.push(line))).map(({ version = '' }) => version);

  it('may be missing only if they were not named themselves', async () => {
    assert.deepEqual(await versions('debian-all'), ['debian-12', 'debian-13']);
    assert.deepEqual(said, ['The tool of debian-11 is left out: it cannot be fetched']);
    await assert.rejects(versions('debian-12,debian-11'), /it cannot be fetched/);
    await assert.rejects(versions('debian-all,debian-11'), /it cannot be fetched/);
  });

  it('are taken once each', async () => {
    assert.deepEqual(await versions('debian-12, debian-all,debian-12'), ['debian-12', 'debian-13']);
    await assert.rejects(versions('debian-12,,debian-13'), /--tool debian-12,,debian-13 has an empty name: /);
  });
});
