/** Then: what the hypervisor answers, by GET and by what the hypercall returned. */
import { Then, type DataTable } from '@cucumber/cucumber';
import type { State } from '../engine/abi/hypercall';
import { resultNamed } from './errors';
import { expectEqual, expectResult } from './expect';
import type { World } from './scene';

Then('the hypercall returns {result}', function (this: World, expected: number) {
  expectResult('the hypercall', this.scene.returned, expected);
});

Then('the hypercall returns {result} or {result}', function (this: World, one: number, other: number) {
  expectResult('the hypercall', this.scene.returned, this.scene.returned === other ? other : one);
});

Then('GET returns {state} with rc {result}', function (this: World, state: State, rc: number) {
  expectResult('GET', this.scene.status?.returned, 0);
  expectEqual('state that GET returns', this.scene.status?.state, state);
  expectResult('rc that GET returns', this.scene.status?.rc, rc);
});

Then('{string} is {state} with rc {result}', function (this: World, name: string, state: State, rc: number) {
  const status = this.scene.toolstack.get(name);
  expectResult(`GET of ${name}`, status.returned, 0);
  expectEqual(`state of ${name}`, status.state, state);
  expectResult(`rc of ${name}`, status.rc, rc);
});

Then('{string} is still {state}', function (this: World, name: string, state: State) {
  const status = this.scene.toolstack.get(name);
  expectResult(`GET of ${name}`, status.returned, 0);
  expectEqual(`state of ${name}`, status.state, state);
});

Then('{string} is {state} and its rc is an error', function (this: World, name: string, state: State) {
  const status = this.scene.toolstack.get(name);
  expectResult(`GET of ${name}`, status.returned, 0);
  expectEqual(`state of ${name}`, status.state, state);
  expectEqual(
    `whether rc of ${name} is an error other than -EAGAIN`,
    status.rc < 0 && status.rc !== resultNamed('-EAGAIN'),
    true,
  );
});

Then('{string} is unknown', function (this: World, name: string) {
  expectResult(`GET of ${name}`, this.scene.toolstack.get(name).returned, resultNamed('-ENOENT'));
});

Then('the console shows {string}', function (this: World, line: string) {
  expectEqual(`whether the console has "${line}"`, this.scene.console.includes(line), true);
});

Then('the console does not show {string}', function (this: World, line: string) {
  expectEqual(`whether the console has "${line}"`, this.scene.console.includes(line), false);
});

Then('the console shows, in this order:', function (this: World, table: DataTable) {
  const wanted = table.rows().map(([line]) => line);
  expectEqual(
    'lines of the console',
    this.scene.console.filter((line) => wanted.includes(line)),
    wanted,
  );
});
