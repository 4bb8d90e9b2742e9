/** vCPUs and time: how many there are, what keeps them, and what they did meanwhile. */
import { Given, Then, When } from '@cucumber/cucumber';
import type { Action, State } from '../engine/abi/hypercall';
import { expectEqual, expectResult } from './expect';
import { type Scene, setUp, type World } from './scene';

/** Keeps a vCPU busy for some nanoseconds, from `delay` on, which is evidence. */
function keepBusy({ target, toolstack }: Scene, cpu: number, time: bigint, delay = 0n): void {
  const from = target.now() + delay;
  target.keepBusy(cpu, time, delay);
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

Given('after {time} {vcpu} asks GET of {string}', function (this: World, time: bigint, cpu: number, name: string) {
  this.scene.awaited.set(cpu, this.scene.toolstack.getLater(cpu, time, name));
  this.scene.target.keepBusy(cpu, time);
});

Given(
  'after {time} {vcpu} asks {action} of {string}',
  function (this: World, time: bigint, cpu: number, action: Action, name: string) {
    this.scene.awaited.set(cpu, this.scene.toolstack.actionLater(cpu, time, action, name));
    this.scene.target.keepBusy(cpu, time);
  },
);

When('{vcpu} is free again', function (this: World, cpu: number) {
  this.scene.observer.version({ cpu });
  this.scene.observer.drain();
});

Then('{vcpu} was told {state} with rc {result}', function (this: World, cpu: number, state: State, rc: number) {
  const status = this.scene.awaited.get(cpu)?.();
  expectResult(`GET by vCPU ${cpu}`, status?.returned, 0);
  const told = status && 'state' in status ? status : undefined;
  expectEqual(`state told to vCPU ${cpu}`, told?.state, state);
  expectResult(`rc told to vCPU ${cpu}`, told?.rc, rc);
});

Then("{vcpu}'s hypercall returned {result}", function (this: World, cpu: number, returned: number) {
  expectResult(`hypercall of vCPU ${cpu}`, this.scene.awaited.get(cpu)?.()?.returned, returned);
});

Then('{time} have passed', function (this: World, time: bigint) {
  expectEqual('virtual clock in ns', this.scene.target.now(), time);
});

Given('an NMI reaches {vcpu} while the hypervisor patches', function (this: World, cpu: number) {
  this.scene.target.nmi(cpu, 'while patching');
});

When('an NMI reaches {vcpu}', function (this: World, cpu: number) {
  this.scene.target.nmi(cpu, 'now');
});

Given('after {time} {vcpu} asks for the version', function (this: World, time: bigint, cpu: number) {
  this.scene.awaited.set(cpu, this.scene.toolstack.versionLater(cpu, time));
  this.scene.target.keepBusy(cpu, time);
});
