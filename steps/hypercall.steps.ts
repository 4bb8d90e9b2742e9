/** When: the hypercalls. Given in the same words where a scenario starts from what they lead to. */
import { Given, When, type DataTable } from '@cucumber/cucumber';
import type { Action } from '../engine/abi/hypercall';
import type { CallOptions } from '../engine/toolstack/toolstack';
import { draft, draftNumbered, buildPayload, numberedNames } from './drafts';
import { expectEqual, expectResult } from './expect';
import { noteBytes } from './memory';
import { observe } from './observation';
import { onVcpu, type Scene, type World } from './scene';
import { callFields } from './values';

type Call = () => { readonly returned: number };

/** Makes the call, keeps what it returned. */
function make(scene: Scene, hypercall: Call): void {
  scene.returned = hypercall().returned;
  for (const symbol of scene.shown.keys()) noteBytes(scene, symbol, 'afterwards');
}

/** The call that a scenario is about: looks at the hypervisor before it, if the scenario compares. */
function call(scene: Scene, hypercall: Call): void {
  if (scene.compares) {
    scene.before = observe(scene);
    scene.atStart ??= scene.before;
  }
  make(scene, hypercall);
}

/** A call that leads to where the scenario begins. */
function prepare(scene: Scene, hypercall: Call): void {
  if (scene.compares) scene.atStart ??= observe(scene);
  make(scene, hypercall);
}

function upload(scene: Scene, name: string, payload: string, options: CallOptions = {}): void {
  const { bytes } = buildPayload(scene, payload);
  call(scene, () => scene.toolstack.upload(name, bytes, options));
}

const act = (scene: Scene, action: Action, name: string, time = 0n, options: CallOptions = {}): void =>
  call(scene, () => scene.toolstack.action(action, name, Number(time), options));

const get = (scene: Scene, name: string, options: CallOptions = {}): void =>
  call(scene, () => (scene.status = scene.toolstack.get(name, options)));

const withFields = (scene: Scene, table: DataTable): CallOptions => ({ fields: callFields(scene, table.rows()) });

const GUEST: CallOptions = { domain: 'guest' };

When('{string} is uploaded', function (this: World, name: string) {
  upload(this.scene, name, name);
});

When('{string} is uploaded as {string}', function (this: World, payload: string, name: string) {
  upload(this.scene, name, payload);
});

When('{string} is uploaded with these fields:', function (this: World, name: string, table: DataTable) {
  upload(this.scene, name, name, withFields(this.scene, table));
});

When('{action} of {string} is asked', function (this: World, action: Action, name: string) {
  act(this.scene, action, name);
});

When(
  '{action} of {string} is asked with a time of {time}',
  function (this: World, action: Action, name: string, time: bigint) {
    act(this.scene, action, name, time);
  },
);

When(
  '{action} of {string} is asked with these fields:',
  function (this: World, action: Action, name: string, table: DataTable) {
    act(this.scene, action, name, 0n, withFields(this.scene, table));
  },
);

When('{action} of {string} is asked on {vcpu}', function (this: World, action: Action, name: string, cpu: number) {
  act(this.scene, action, name, 0n, onVcpu(this.scene, cpu));
});

When('GET of {string} is asked', function (this: World, name: string) {
  get(this.scene, name);
});

When('GET of {string} is asked with these fields:', function (this: World, name: string, table: DataTable) {
  get(this.scene, name, withFields(this.scene, table));
});

When(
  'GET of {string} is asked with a structure that has {int} bytes before an unmapped page',
  function (this: World, name: string, mapped: number) {
    get(this.scene, name, { mapped });
  },
);

When('GET of {string} is asked with a structure in read-only memory', function (this: World, name: string) {
  get(this.scene, name, { readOnly: true });
});

When('a domain without privilege uploads {string}', function (this: World, name: string) {
  upload(this.scene, name, name, GUEST);
});

When('a domain without privilege asks {action} of {string}', function (this: World, action: Action, name: string) {
  act(this.scene, action, name, 0n, GUEST);
});

When('a domain without privilege asks GET of {string}', function (this: World, name: string) {
  get(this.scene, name, GUEST);
});

When(
  'a domain without privilege asks GET of {string} with these fields:',
  function (this: World, name: string, table: DataTable) {
    get(this.scene, name, { ...GUEST, ...withFields(this.scene, table) });
  },
);

When('a domain without privilege asks LIST', function (this: World) {
  call(this.scene, () => this.scene.toolstack.list(1, 0, GUEST));
});

/** The state that a scenario starts from: made by the calls that lead to it, each of which has to succeed. */
function load(scene: Scene, name: string, toolstack = scene.toolstack): void {
  const { bytes } = buildPayload(scene, name);
  prepare(scene, () => toolstack.upload(name, bytes));
  expectResult(`UPLOAD of ${name}`, scene.returned, 0);
}

function succeed(scene: Scene, action: 'APPLY' | 'REVERT' | 'REPLACE', name: string): void {
  prepare(scene, () => scene.toolstack.action(action, name));
  expectResult(`${action} of ${name}`, scene.returned, 0);
  const { state, rc } = scene.toolstack.get(name);
  expectResult(`rc of ${name} after ${action}`, rc, 0);
  expectEqual(`state of ${name} after ${action}`, state, action === 'REVERT' ? 'CHECKED' : 'APPLIED');
}

Given('{string} is loaded', function (this: World, name: string) {
  load(this.scene, name);
});

Given('{string} is loaded and applied', function (this: World, name: string) {
  load(this.scene, name);
  succeed(this.scene, 'APPLY', name);
});

Given('{string} is applied', function (this: World, name: string) {
  succeed(this.scene, 'APPLY', name);
});

Given('{string} is reverted', function (this: World, name: string) {
  succeed(this.scene, 'REVERT', name);
});

Given('{string} replaces all others', function (this: World, name: string) {
  succeed(this.scene, 'REPLACE', name);
});

/** Each depends on the one before it, the first on the hypervisor. */
Given('these payloads are applied, each on top of the one before:', function (this: World, table: DataTable) {
  let below: Uint8Array | undefined;
  for (const [name = ''] of table.rows()) {
    const own = draft(this.scene, name);
    own.depends = below;
    below = own.buildId;
    load(this.scene, name);
    succeed(this.scene, 'APPLY', name);
  }
});

/** More payloads than this are one line of evidence. */
const SHOWN_APART = 4;

Given('{int} payloads are loaded', function (this: World, count: number) {
  const { scene } = this;
  const { observer, toolstack } = scene;
  const isShown = count <= SHOWN_APART;
  for (const name of numberedNames(count)) {
    draftNumbered(scene, name);
    load(scene, name, isShown ? toolstack : observer);
    observer.drain();
  }
  if (!isShown) toolstack.note({ kind: 'execution', what: `UPLOAD, ${count} times`, cpu: 0, returned: '0 each time' });
});

Given('{string} is in state CHECKED', function (this: World, name: string) {
  load(this.scene, name);
});

Given('{string} is in state APPLIED', function (this: World, name: string) {
  load(this.scene, name);
  succeed(this.scene, 'APPLY', name);
});
