import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foldConsole, foldDumps, isTelling } from './console';

const DUMP = `----[ Xen-4.17.7  x86_64  debug=n  Not tainted ]----
CPU:    0
RIP:    e008:[<ffff82d0402f6888>] f+0x338/0x560
RFLAGS: 0000000000000212   CONTEXT: hypervisor (d0v0)
rax: 0000000000000400   rbx: ffff82d0405b2009   rcx: 0000000000000400
r9:  ffff82d0405b2009   r13: 0000000000000008   r14: ffff82d0405b2025
cr3: 0000000000000000   cr2: 0000000000000000
fsb: 0000000000000000   gsb: 0000000000000000   gss: 0000000000000000
ds: 0000   es: 0000   fs: 0000   gs: 0000   ss: 0000   cs: e008
Xen code around <ffff82d0402f6888> (f+0x338/0x560):
 0f 0b 66 0f 1f 44 00 00 <0f> 0b 66 0f 1f 44 00 00
Xen stack trace from rsp=ffff830000f07988:
   ffff82d0405b2025 0000000000000000 0000000101000000 0000000000000000
Xen call trace:
   [<ffff82d0402f6888>] R f+0x338/0x560

Pagetable walk from ffff830002000000:
 L4[0x106] = 0000000000000000 ffffffffffffffff
`.split('\n');
const PANIC = ['*'.repeat(40), 'Panic on CPU 0:', 'FATAL PAGE FAULT', '*'.repeat(40), '', 'Manual reset required'];

describe('what is folded of a console', () => {
  test('is all but warnings and errors', () => {
    for (const line of [
      'livepatch: fix: Symbol resolved: not_now => 0xffff82d040234b20 (.text)',
      'livepatch: bad: Loaded .text at 0xffff82d0405b0000',
      'livepatch: fix finished APPLY with rc=0',
      'common/livepatch_elf.c:92: livepatch: fix: Section: .rodata found',
    ])
      assert.equal(isTelling(line), false, line);
    for (const line of [
      'livepatch: fix: Unknown symbol: foo',
      'livepatch: fix finished APPLY with rc=-22',
      'common/livepatch.c:1: livepatch: fix: pre-apply hook failed (rc=-22), aborting!',
      'Xen WARN at f.c:1',
      'livepatch: section .text: The section is too large. [ELF-1]',
      "Assertion 'x' failed at f.c:2",
    ])
      assert.equal(isTelling(line), true, line);
  });

  test('is counted, and a dump is no line of its own', () => {
    const said = 'livepatch: fix finished APPLY with rc=0';
    assert.deepEqual(foldConsole([said]), ['(1 line: see --console)']);
    assert.deepEqual(foldConsole([said, 'Xen WARN at f.c:1', said]), [
      'Xen WARN at f.c:1',
      '(2 more lines: see --console)',
    ]);
    assert.deepEqual(foldConsole(['Xen BUG at f.c:1', 'CPU:    0', ' -- -- <--> -- --']), [
      'Xen BUG at f.c:1',
      '(2 lines of registers, stack and trace: see --console)',
    ]);
    assert.deepEqual(foldConsole([]), []);
  });
});

describe("a dump on Xen's console", () => {
  test('is one line, which says how long it is', () => {
    const lines = ['before', ...DUMP, ...PANIC];
    const length = lines.length - 1;
    assert.deepEqual(foldDumps(lines), ['before', `(${length} lines of registers, stack and trace: see --console)`]);
  });

  test('ends where Xen goes on, and the next is another', () => {
    const folded = foldDumps([...DUMP, 'livepatch: p: Applying 1 functions', ...DUMP, 'Xen WARN at f.c:1']);
    assert.deepEqual(
      folded.map((line) => line.startsWith('(')),
      [true, false, true, false],
    );
  });

  test('is known without its beginning', () => assert.equal(foldDumps(DUMP.slice(12)).length, 1));

  test('is not what else is said', () => {
    const said = [
      '',
      'livepatch: p: Verifying',
      'alt table ffff82d0405b2009 -> ffff82d0405b2025',
      'Xen BUG at f.c:260',
      '',
    ];
    assert.deepEqual(foldDumps(said), said);
  });
});
