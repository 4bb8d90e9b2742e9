/** The stand-in answers as the agent does, and a hypervisor that crashed no longer answers. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { HYPERCALL } from '../abi/hypercall';
import { createAgent, NoAnswer } from '../agent/agent';
import { createReference } from '../reference';
import { HypervisorStopped, type Target } from '../target';
import { standInOf } from './stand-in';

const agentOf = (target: Target) => {
  const { channel, isBroken } = standInOf(target);
  const onWait = (): void => {
    if (isBroken()) throw new NoAnswer();
  };
  return createAgent(channel, { patience: 1000, onWait });
};

describe('a stand-in', () => {
  const target = createReference({ revision: 2 });
  const agent = agentOf(target);
  after(() => target.close());

  it('says what hypervisor it has', () => {
    const { interfaceVersion, buildId } = agent.hello();
    assert.deepEqual([interfaceVersion, buildId], [target.hypervisor.interfaceVersion, target.hypervisor.buildId]);
  });
  it('reserves memory that is zero, writes it, and reads it', () => {
    const address = agent.reserve(8);
    assert.deepEqual(agent.read(address, 8), new Uint8Array(8));
    agent.write(address, Uint8Array.of(7), 3);
    assert.deepEqual(agent.read(address, 4), Uint8Array.of(7, 0, 0, 0));
  });
  it('reads and writes nothing that was not reserved, or is no longer', () => {
    const address = agent.reserve(16);
    assert.throws(() => agent.read(address + 1n, 16), /got -14/);
    agent.write(address + 8n, new Uint8Array(9));
    assert.throws(() => agent.read(address, 1), /agent: expected 0 from a request, got -14/);
    agent.release(address);
    assert.throws(() => agent.read(address, 16), /got -14/);
  });
  it('makes hypercalls', () => assert.equal(agent.hypercall(HYPERCALL.sysctl, [0n]), -14n));
});

it('no longer answers once its hypervisor has crashed', () => {
  const target = createReference({ revision: 2 });
  const stop = { where: 'panic', why: 'over', registers: {}, backtrace: [], console: [] };
  const hypercall = (): never => {
    throw new HypervisorStopped(stop);
  };
  const agent = agentOf({ ...target, hypercall });
  assert.throws(() => agent.hypercall(HYPERCALL.sysctl, [0n]), NoAnswer);
  assert.throws(() => agent.reserve(8), NoAnswer);
  target.close();
});
