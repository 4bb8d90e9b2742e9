/** vCPUs and time: how many there are, what keeps them, and what they did meanwhile. */
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import type { Action, State } from '../engine/abi/hypercall';
import { need, needCpus, needExactClock } from '../engine/needs';
import type { Answer, Awaited, LaterCalls } from '../engine/toolstack/toolstack';
import { buildPayload } from './drafts';
import { expectEqual, expectResult } from './expect';
import { ALL, row } from './listing';
import { onVcpu, type Scene, setUp, type World } from './scene';
import { callFields } from './values';

/** Keeps a vCPU busy for some nanoseconds, from `delay` on, which is evidence. */
function keepBusy({ target, toolstack }: Scene, cpu: number, time: bigint, delay = 0n): void {
  const from = target.clock.now() + delay;
  need(target, 'cpus').keepBusy(cpu, time, delay);
  toolstack.note({ kind: 'busy', cpu, from: from.toString(), to: (from + time).toString() });
}

Given('a hypervisor with {int} vCPU(s)', function (this: World, cpus: number) {
  setUp(this.scene, { cpus });
});

Given('a hypervisor on a CPU with SMAP', function (this: World) {
  setUp(this.scene, { smap: true });
});

Given('a hypervisor on a CPU without SMAP', function (this: World) {
  setUp(this.scene, { smap: false });
});

Given('{vcpu} is kept busy for {time}', function (this: World, cpu: number, time: bigint) {
  keepBusy(this.scene, cpu, time);
});

Given(
  '{vcpu} is kept busy from {time} to {time} from now',
  function (this: World, cpu: number, from: bigint, until: bigint) {
    keepBusy(this.scene, cpu, until - from, from);
  },
);

/** A call that a vCPU makes by itself after a time, until which it is busy. */
function callLater(scene: Scene, cpu: number, time: bigint, call: (calls: LaterCalls) => Awaited<Answer>): void {
  scene.awaited.set(cpu, call(scene.toolstack.later(cpu, time)));
  need(scene.target, 'cpus').keepBusy(cpu, time);
}

Given('after {time} {vcpu} asks GET of {string}', function (this: World, time: bigint, cpu: number, name: string) {
  callLater(this.scene, cpu, time, ({ get }) => get(name));
});

Given('after {time} {vcpu} asks LIST', function (this: World, time: bigint, cpu: number) {
  callLater(this.scene, cpu, time, ({ list }) => list(ALL));
});

Given('after {time} {vcpu} uploads {string}', function (this: World, time: bigint, cpu: number, name: string) {
  const { bytes } = buildPayload(this.scene, name);
  callLater(this.scene, cpu, time, ({ upload }) => upload(name, bytes));
});

Given(
  'after {time} {vcpu} asks {action} of {string}',
  function (this: World, time: bigint, cpu: number, action: Action, name: string) {
    callLater(this.scene, cpu, time, (calls) => calls.action(action, name));
  },
);

Given(
  'after {time} {vcpu} asks {action} of {string} with these fields:',
  function (this: World, time: bigint, cpu: number, action: Action, name: string, table: DataTable) {
    const fields = callFields(this.scene, table.rows());
    callLater(this.scene, cpu, time, (calls) => calls.action(action, name, fields));
  },
);

When('{vcpu} is free again', function (this: World, cpu: number) {
  this.scene.observer.version(onVcpu(this.scene, cpu));
  this.scene.observer.drain();
});

Then("{vcpu}'s GET returned {state} with rc {result}", function (this: World, cpu: number, state: State, rc: number) {
  const status = this.scene.awaited.get(cpu)?.();
  expectResult(`GET by vCPU ${cpu}`, status?.returned, 0);
  const got = status && 'state' in status ? status : undefined;
  expectEqual(`state that GET by vCPU ${cpu} returned`, got?.state, state);
  expectResult(`rc that GET by vCPU ${cpu} returned`, got?.rc, rc);
});

Then("{vcpu}'s LIST returned:", function (this: World, cpu: number, table: DataTable) {
  const answer = this.scene.awaited.get(cpu)?.();
  const shown = answer && 'entries' in answer ? answer : undefined;
  expectResult(`LIST by vCPU ${cpu}`, shown?.returned, table.rows().length);
  expectEqual(`LIST by vCPU ${cpu}`, shown?.entries.map(row), table.rows());
});

Then("{vcpu}'s hypercall returned {result}", function (this: World, cpu: number, returned: number) {
  expectResult(`hypercall of vCPU ${cpu}`, this.scene.awaited.get(cpu)?.()?.returned, returned);
});

/** Until the next hypercall of the vCPU has returned. */
Given('a soft IRQ is pending on vCPU 0', function (this: World) {
  need(this.scene.target, 'preemption').raiseSoftIrq();
});

Then('{time} has passed', function (this: World, time: bigint) {
  expectEqual('virtual clock in ns', needExactClock(this.scene.target).now(), time);
});

function sendNmi({ target }: Scene, cpu: number, moment: 'now' | 'while patching'): void {
  if (cpu > 0) needCpus(target, cpu + 1);
  need(target, 'nmi').send(cpu, moment);
}

Given('an NMI reaches {vcpu} while the hypervisor patches', function (this: World, cpu: number) {
  sendNmi(this.scene, cpu, 'while patching');
});

When('an NMI reaches {vcpu}', function (this: World, cpu: number) {
  sendNmi(this.scene, cpu, 'now');
});

Then('{int} NMI(s) has/have been handled', function (this: World, count: number) {
  expectEqual('NMIs that were handled', need(this.scene.target, 'nmi').handled(), count);
});

Given('after {time} {vcpu} asks for the version', function (this: World, time: bigint, cpu: number) {
  callLater(this.scene, cpu, time, ({ version }) => version());
});
