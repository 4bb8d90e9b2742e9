import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, after, describe, test } from 'node:test';
import { machineCode, type Code } from '../../payloads/builder/assembly';
import { returnsString } from '../../payloads/builder/code';
import { livepatch } from '../../payloads/builder/payload';
import { createReference } from '../reference';
import { findDebianXen, foreignImage } from '../xen';
import type { JudgedTarget } from './judged-target';
import { DEFAULT_LIMITS, type Limits } from './child-process';
import type { Judged } from './judge-process';
import { startJudging } from './judging';
import type { Crash, Verdict } from './verdict';

const folder = mkdtempSync(join(tmpdir(), 'judging-'));
after(() => rmSync(folder, { recursive: true }));

const PATCHED = 'xen_extra_version';

/** A hypervisor, and what payloads for it must know. */
interface Hypervisor {
  readonly judged: JudgedTarget;
  readonly buildId: Uint8Array;
  /** Bytes of the function that they patch. */
  readonly oldSize: number;
}

/** Writes a payload with that code as load hooks, and returns its path. */
function payloadFile(name: string, { judged, buildId, oldSize }: Hypervisor, load: readonly Code[] = []): string {
  const path = join(folder, `${name}-${judged.target}`);
  const payload = livepatch({
    revision: 2,
    buildId: new Uint8Array(20).fill(7),
    depends: buildId,
    xenDepends: buildId,
    functions: [{ name: PATCHED, oldSize, replacement: returnsString('patched') }],
    ...(load.length > 0 && { hooks: { load } }),
  });
  writeFileSync(path, payload.bytes);
  return path;
}

const bytes = (hex: string): Code => machineCode(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** What kills Unicorn in this version; no hook can come in between. */
const DEADLY = {
  'an execution breakpoint in DR7': bytes('b8 01 00 00 00 0f 23 f8 c3'),
  'a far call by a register': bytes('ff d9'),
  'a far jump by a register': bytes('ff e8'),
  'a compare with a lock': bytes('f0 39 00'),
};
/** The recursion that an execution breakpoint leads to may fill memory before it fills the stack. */
const ENDED_SOON = { memory: 2 ** 29 };
/** Flushes the emulator's translations 262,144 times, within the budget of a hook, and returns 0. */
const SLOW = bytes('b9 00 00 04 00 0f 01 38 ff c9 75 f9 31 c0 c3');
const SLOW_HOOKS = 1000;

async function judgeAll(judged: JudgedTarget, paths: readonly string[], limits: Partial<Limits> = {}) {
  const said: string[] = [];
  const judging = startJudging(judged, (line) => said.push(line), { ...DEFAULT_LIMITS, ...limits });
  try {
    return { said, results: await Promise.all(paths.map((path) => judging.judge(path))) };
  } finally {
    judging.close();
  }
}

function verdictOf(judged: Judged | undefined): Verdict {
  assert.ok(judged?.kind === 'verdict');
  return judged.verdict;
}

function crashIn(judged: Judged | undefined): Crash {
  const { ok, crashed } = verdictOf(judged);
  assert.equal(ok, false);
  assert.ok(crashed !== undefined, 'it did not crash');
  return crashed;
}

const REFERENCE: JudgedTarget = { target: 'reference', hypervisor: undefined, revision: undefined, buildId: undefined };

function referenceAtHand(): Hypervisor {
  const target = createReference({ revision: 2 });
  const { buildId } = target.hypervisor;
  const oldSize = target.image.size(PATCHED) ?? 0;
  target.close();
  return { judged: REFERENCE, buildId, oldSize };
}

function xenAtHand(): readonly Hypervisor[] {
  const file = findDebianXen();
  if (file === undefined) return [];
  const { buildId, find } = foreignImage(file);
  return [{ judged: { ...REFERENCE, target: 'xen', hypervisor: file }, buildId, oldSize: find(PATCHED)?.size ?? 0 }];
}

const reference = referenceAtHand();

for (const hypervisor of [reference, ...xenAtHand()])
  describe(`a judge on the ${hypervisor.judged.target} in a process of its own`, () => {
    const { judged } = hypervisor;
    const good = payloadFile('good', hypervisor);

    test('says of a payload that kills the emulator so, and judges those around it as if nothing had been', async () => {
      const deadly = Object.values(DEADLY).map((code, at) => payloadFile(`deadly-${at}`, hypervisor, [code]));
      const { results, said } = await judgeAll(judged, [good, ...deadly.flatMap((path) => [path, good])], ENDED_SOON);
      const [alone, ...others] = results;
      assert.equal(verdictOf(alone).ok, true);
      others.forEach((result, at) => {
        if (at % 2 === 1) assert.deepEqual(verdictOf(result), verdictOf(alone));
        else {
          const { while: step, how } = crashIn(result);
          assert.equal(step, 'APPLY');
          assert.match(how, /^(SIGSEGV|SIGABRT|more than 512 MB)$/);
        }
      });
      assert.equal(others.length, 2 * deadly.length);
      assert.deepEqual(said, []);
    });

    test('keeps what was reached before, and leaves out the rest', async () => {
      const path = payloadFile('deadly', hypervisor, [DEADLY['a far call by a register']]);
      const verdict = verdictOf((await judgeAll(judged, [path])).results[0]);
      const { upload, apply, revert, reapply, unload, parts, functions } = verdict;
      assert.deepEqual(upload, { rc: 0, refusal: undefined });
      for (const step of [apply, revert, reapply, unload]) assert.equal(step, undefined);
      assert.ok(parts.length > 0);
      assert.deepEqual(
        functions.map(({ name, after, restored }) => [name, after, restored]),
        [[PATCHED, null, null]],
      );
    });
  });

describe('the limits of a judge', () => {
  const good = payloadFile('good', reference);
  const slow = payloadFile(
    'slow',
    reference,
    Array.from({ length: SLOW_HOOKS }, () => SLOW),
  );

  test('a payload that takes too long is given up, and those around it are judged', async () => {
    const { results } = await judgeAll(REFERENCE, [good, slow, good], { seconds: 2 });
    assert.deepEqual(crashIn(results[1]), { while: 'APPLY', how: 'more than 2 s' });
    assert.deepEqual(
      [results[0], results[2]].map((one) => verdictOf(one).ok),
      [true, true],
    );
  });

  test('a payload that takes too much memory is given up', async () => {
    // No process has as little as that.
    const { results } = await judgeAll(REFERENCE, [slow], { memory: 2 ** 24 });
    assert.equal(crashIn(results[0]).how, 'more than 16 MB');
  });

  test('a process that has grown gives way to another between two files', async () => {
    const { results } = await judgeAll(REFERENCE, [good, good, good], { worn: 1 });
    assert.deepEqual(
      results.map((one) => verdictOf(one).ok),
      [true, true, true],
    );
  });
});

describe('a judge that cannot begin', () => {
  /** The first processes of a judge are killed as soon as they start: as many as this. */
  function killFirst(context: TestContext, count: number): void {
    const starts = join(folder, 'starts');
    const kills = join(folder, 'kills.js');
    writeFileSync(starts, '');
    writeFileSync(
      kills,
      `const fs = require('fs');
      fs.appendFileSync(${JSON.stringify(starts)}, '.');
      if (fs.statSync(${JSON.stringify(starts)}).size <= ${count}) process.kill(process.pid, 'SIGKILL');`,
    );
    const before = process.env['NODE_OPTIONS'] ?? '';
    process.env['NODE_OPTIONS'] = `${before} --require ${kills}`;
    context.after(() => (process.env['NODE_OPTIONS'] = before));
  }

  test('starts again where its process was killed', async (context) => {
    killFirst(context, 2);
    const { results } = await judgeAll(REFERENCE, [payloadFile('good', reference)]);
    assert.equal(verdictOf(results[0]).ok, true);
  });

  test('says so where its processes are killed one after the other', async (context) => {
    killFirst(context, 3);
    const message = /^The emulator crashed while it prepared the reference \(SIGKILL\): free memory/;
    await assert.rejects(startJudging(REFERENCE, () => undefined).hypervisor, { name: 'UserError', message });
  });

  test('says what the user can do', async () => {
    const judging = startJudging({ ...REFERENCE, buildId: 'abc' }, () => undefined);
    await assert.rejects(judging.hypervisor, { name: 'UserError', message: /^--build-id abc is no build-id: give 40/ });
    await assert.rejects(judging.judge(payloadFile('good', reference)), { name: 'UserError' });
  });

  test('says what is wrong with us', async () => {
    const judged = { ...REFERENCE, target: 'xen' } as const;
    await assert.rejects(
      startJudging(judged, () => undefined).hypervisor,
      /TypeError: judged target: expected the path/,
    );
  });

  test('does not judge once it is closed', async () => {
    const judging = startJudging(REFERENCE, () => undefined);
    judging.close();
    await assert.rejects(judging.judge(folder), /expected one that is open/);
  });
});

test('a file that cannot be read is told in a sentence', async () => {
  const { results } = await judgeAll(REFERENCE, [folder]);
  assert.deepEqual(results, [
    { kind: 'unreadable', sentence: `The payload ${folder} cannot be read: it is a folder.` },
  ]);
});
