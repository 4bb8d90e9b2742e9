import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, Option } from 'commander';
import { isUserError } from '../../engine/user-error';
import { completionScript } from './completion';
import { openReport } from './open';

/** What bash offers for the last of the words. */
function offered(...words: readonly string[]): readonly string[] {
  const program = new Command('livepatch-conformance');
  program
    .command('run')
    .argument('[FEATURE...]')
    .addOption(new Option('--target <NAME>').choices(['reference', 'xen']))
    .option('--forget <RULE>');
  program.command('explain').argument('<CLAUSE>');
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const call = `COMP_WORDS=(lc ${quoted}); COMP_CWORD=${words.length}; _livepatch_conformance; echo "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${completionScript(program)}\n${call}`], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return stdout.split(/\s+/).filter((word) => word !== '');
}

test('bash completes commands, options, their values, clauses and rules', () => {
  assert.deepEqual(offered('ex'), ['explain']);
  assert.deepEqual(offered('run', '--f'), ['--forget']);
  assert.deepEqual(offered('run', 'a.feature', '--ta'), ['--target']);
  assert.deepEqual(offered('run', '--target', ''), ['reference', 'xen']);
  assert.deepEqual(offered('run', '--forget', 'function-old-size-z'), ['function-old-size-zero']);
  assert.deepEqual(offered('explain', 'TRAMP-9'), ['TRAMP-9']);
  assert.deepEqual(offered('run', 'features/'), []);
});

test('a report is opened, or its address is said where nothing can open it', async (context) => {
  const out = mkdtempSync(join(tmpdir(), 'open-'));
  context.after(() => {
    rmSync(out, { recursive: true });
  });
  await assert.rejects(
    openReport({ out }, () => undefined),
    isUserError,
  );
  writeFileSync(join(out, 'index.html'), '');
  const lines: string[] = [];
  assert.equal(await openReport({ out }, (line) => lines.push(line), 'true'), 0);
  assert.equal(await openReport({ out }, (line) => lines.push(line), join(out, 'no-such-program')), 0);
  assert.match(lines[0] ?? '', /^Opening file:\/\/\/.*\/index\.html$/);
  assert.match(lines[1] ?? '', /^Open this in a browser: file:/);
});
