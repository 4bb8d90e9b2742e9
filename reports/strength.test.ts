import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isUserError } from '../engine/user-error';
import { writeComplianceMarkdown } from './compliance-md';
import { writePage } from './html/page';
import { buildReport } from './report';
import { type CodeStrength, readStrength, type Strength, writeStrength } from './strength';
import { writeSummary } from './summary';
import { CATALOGUE, SUITE } from './testdata/streams';

const RULES: Strength['rules'] = { total: 3, killed: 2, survivors: ['magic'] };
const CODE: CodeStrength = {
  seed: 1,
  parts: [
    {
      name: 'engine/abi',
      total: 200,
      equivalent: 3,
      citations: 0,
      features: { noticed: 190, from: 91, to: 97.3 },
      all: { noticed: 198, from: 96.4, to: 99.7 },
    },
    {
      name: 'verdicts',
      total: 10,
      equivalent: 0,
      citations: 0,
      features: null,
      all: { noticed: 10, from: 72.2, to: 100 },
    },
  ],
  survivors: [{ file: 'engine/abi/elf.ts', line: 3, text: 'a < b', change: 'comparison: < becomes <=' }],
};

function fileIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'strength-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'strength.json');
}

test('rules and code are measured one after the other, and each keeps what the other wrote', (t) => {
  const file = fileIn(t);
  writeStrength(file, { code: CODE });
  assert.deepEqual(readStrength(file), { rules: { total: 0, killed: 0, survivors: [] }, code: CODE });
  writeStrength(file, { rules: RULES });
  assert.deepEqual(readStrength(file), { rules: RULES, code: CODE });
  writeStrength(file, { code: { ...CODE, seed: null } });
  assert.deepEqual(readStrength(file), { rules: RULES, code: { ...CODE, seed: null } });
});

test('a file with code that is not measured code is refused', (t) => {
  const file = fileIn(t);
  writeStrength(file, { rules: RULES, code: CODE });
  const text = readFileSync(file, 'utf8');
  for (const [was, becomes] of [
    ['"seed": 1', '"seed": "1"'],
    ['"equivalent": 3', '"equivalent": null'],
    ['"citations": 0', '"citations": null'],
    ['"from": 91', '"from": "91"'],
    ['"change": "comparison', '"changes": "comparison'],
  ] as const) {
    assert.ok(text.includes(was), was);
    writeFileSync(file, text.replace(was, becomes));
    assert.throws(() => readStrength(file), isUserError, becomes);
  }
});

test('each document shows the figures by part, and no rules where none were measured', () => {
  const none = { total: 0, killed: 0, survivors: [] };
  const report = buildReport([], {
    suite: SUITE,
    catalogue: CATALOGUE,
    knownDeviations: [],
    strength: { rules: none, code: CODE },
  });
  const markdown = writeComplianceMarkdown(report);
  assert.match(markdown, /\| `engine\/abi` \| 200 \| 95 % \(91 to 97\) \| 99 % \(96 to 100\) \|/);
  assert.match(markdown, /\| `verdicts` \| 10 \| – \| 100 % \(72 to 100\) \|/);
  assert.match(writePage(report), /<td>engine\/abi<td>200<td>95 % \(91 to 97\)/);
  assert.match(writeSummary(report, ''), /of 200 changes of engine\/abi, features notice 95 % \(91 to 97\), with unit/);
  assert.match(writeSummary(report, ''), /of 10 changes of verdicts, unit tests notice 100 % \(72 to 100\)/);
  for (const text of [markdown, writePage(report), writeSummary(report, '')])
    assert.doesNotMatch(text, /of 0 rules|without each of its rules/);
});
