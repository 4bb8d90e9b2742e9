import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { explore, type Finding, scenarioOf } from '../../engine/explore';
import { PROJECT } from '../../engine/installation';
import { createReference } from '../../engine/reference';
import { createKinds, kindLines } from './findings';

/** Of the references without these rules: all ways to call, and all kinds of payloads. */
const FORGOTTEN = ['action-valid-in-state', 'apply-dependency', 'replace-dependency', 'action-known-name'];
const KINDS: Readonly<Record<string, string>> = {
  string: '"[^"]*"',
  int: '\\d+',
  action: '(UNLOAD|REVERT|APPLY|REPLACE)',
  result: '(-E\\w+|\\d+)',
  time: '\\d+ (ns|ms)',
  vcpu: 'vCPU \\d+',
  symbol: 'xen_\\w+',
  word: '[\\w.]+',
};

/** The patterns of VOCABULARY.md as regular expressions. */
function vocabulary(): readonly RegExp[] {
  const document = readFileSync(join(PROJECT, 'features', 'VOCABULARY.md'), 'utf8');
  return [...document.matchAll(/^\| `([^`]+)` \| `(?:Given|When|Then) /gm)].map(([, pattern = '']) => {
    const source = pattern
      .replace(/[.+?^$*[\]\\|]/g, '\\$&')
      .replace(/\(([^)]*)\)/g, '(?:$1)?')
      .replace(/\{(\w*)\}/g, (_, name: string) => (name === '' ? '.*' : (KINDS[name] ?? '.+')));
    return new RegExp(`^${source}$`);
  });
}

function findingsOf(rule: string): readonly Finding[] {
  const findings: Finding[] = [];
  const target = createReference({ revision: 2, forgotten: new Set([rule]) });
  const onFinding = (finding: Finding) => findings.push(finding);
  explore({ target, depth: 2, payloads: 2, onFinding, onCast: () => undefined });
  target.close();
  return findings;
}

describe('what is printed of a finding', () => {
  const findings = FORGOTTEN.flatMap(findingsOf);
  const steps = findings.flatMap((finding) =>
    scenarioOf(finding)
      .split('\n')
      .flatMap((line) => /^ {2}(?:Given|When|Then|And) (.*)$/.exec(line)?.[1] ?? []),
  );

  test('has only steps of the vocabulary', () => {
    const patterns = vocabulary();
    assert.ok(steps.length > 100);
    const unknown = new Set(steps.filter((step) => !patterns.some((pattern) => pattern.test(step))));
    assert.deepEqual([...unknown], []);
  });

  test('begins with what differs, by the shortest sequence of its kind', () => {
    const kinds = createKinds();
    for (const finding of findingsOf('action-valid-in-state')) kinds.add(finding);
    const [first, ...others] = kinds.all();
    assert.ok(
      first !== undefined && others.every(({ shortest }) => shortest.path.length >= first.shortest.path.length),
    );
    assert.equal(first.shortest.path.length, 2);
    assert.match(
      kindLines(first).join('\n'),
      /^NEW {2}STATE-11, after UPLOAD of p; REVERT of p \(and \d+ .*\n {5}rc of p: expected -EINVAL, found/,
    );
  });

  test('of a hypervisor that is as the document has it is nothing', () => {
    const target = createReference({ revision: 1 });
    after(() => target.close());
    const onFinding = (): void => assert.fail();
    const figures = explore({ target, depth: 2, payloads: 2, onFinding, onCast: () => undefined });
    assert.ok(figures.transitions > 100);
  });
});
