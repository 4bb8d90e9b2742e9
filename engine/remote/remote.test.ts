/** What a dump of Xen's says, and the ways to an agent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUserError } from '../user-error';
import { commandFor } from './connection';
import { stoppedBy } from './stops';

const DUMP = [
  '(XEN) ----[ Xen-4.17.7  x86_64  debug=n  Not tainted ]----',
  '(XEN) RIP:    e008:[<ffff82d0405b1000>] late+0/0x6',
  '(XEN) rax: 0000000000000001   rbx: ffff830000000000   rcx: 0000000000000002',
  '(XEN) Xen call trace:',
  '(XEN)    [<ffff82d0405b1000>] R late+0/0x6',
  '(XEN)    [<ffff82d040217880>] F do_sysctl+0/0x10',
  '(XEN) ****************************************',
  '(XEN) Panic on CPU 0:',
  '(XEN) FATAL PAGE FAULT',
  '(XEN) [error_code=0003]',
  '(XEN) Faulting linear address: ffff82d0405b3000',
  '(XEN) ****************************************',
  '',
].join('\n');

describe('a stop', () => {
  it('is told by what Xen wrote of it', () => {
    const { stop } = stoppedBy({ console: DUMP, otherwise: 'silence' });
    const why = 'FATAL PAGE FAULT [error_code=0003] Faulting linear address: ffff82d0405b3000';
    assert.deepEqual([stop.where, stop.why, stop.backtrace.length], ['late+0/0x6', why, 2]);
    assert.deepEqual(stop.fault, { access: 'store', reason: 'protected', address: 0xffff_82d0_405b_3000n });
    assert.deepEqual([stop.registers['rip'], stop.registers['rax']], [0xffff_82d0_405b_1000n, 1n]);
  });
  it('is where the crash was, not where a warning before it was', () => {
    const warning = ['(XEN) Xen call trace:', '(XEN)    [<ffff82d040000000>] R ubsan_epilogue+0xa/0xd6', ''].join('\n');
    assert.equal(stoppedBy({ console: warning + DUMP, otherwise: 'silence' }).stop.where, 'late+0/0x6');
  });
  it('of which nothing was written is told by what is known otherwise', () => {
    const { stop } = stoppedBy({ console: '', where: 'machine_halt', otherwise: 'silence' });
    assert.deepEqual([stop.where, stop.why, stop.fault], ['machine_halt', 'silence', undefined]);
  });
});

describe('an address', () => {
  it('is that of a socket, or a command', () => {
    assert.deepEqual(commandFor('tcp:127.0.0.1:7').slice(3), ['7', '127.0.0.1']);
    assert.deepEqual(commandFor('tcp:7').slice(3), ['7', 'localhost']);
    assert.deepEqual(commandFor('unix:/run/a b').slice(3), ['/run/a b']);
    assert.deepEqual(commandFor('command:ssh host agent'), ['/bin/sh', '-c', 'ssh host agent']);
  });
  it('that is none is refused', () => {
    for (const wrong of ['', 'host', 'tcp:', 'tcp:host', 'unix:', 'command:'])
      assert.throws(() => commandFor(wrong), isUserError, wrong);
  });
});
