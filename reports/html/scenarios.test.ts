import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderToStaticMarkup } from 'preact-render-to-string';
import type { Scenario } from '../model';
import { report } from '../testdata/report';
import { deviating, messages, renamed, shard } from '../testdata/streams';
import { scenarioSections } from './scenarios';

const passed = (scenario: Scenario): Scenario => ({
  ...scenario,
  status: 'passed',
  steps: scenario.steps.map((step) => ({ ...step, status: 'passed', message: undefined })),
});

/** The scenario that fails, on two runs: the second fails as it is; `first` is what the other one made of it. */
async function page(first: (scenario: Scenario) => Scenario): Promise<string> {
  const fails = shard(await messages(), (scenario) => scenario === 1);
  const built = report([fails, renamed(fails, 'xen/2')], [deviating('xen/2', 'fails')]);
  const [reference, ...others] = built.runs;
  assert.ok(reference);
  const runs = [{ ...reference, scenarios: reference.scenarios.map(first) }, ...others];
  return scenarioSections({ ...built, runs })
    .map(renderToStaticMarkup)
    .join('');
}

/** The steps with their class and their badges, without evidence. */
const steps = (html: string): readonly string[] =>
  [...html.matchAll(/<li[^]*?(?=<div|<pre|<\/li>)/g)].map(([text]) => text);

describe('a step that fails in one of two runs', () => {
  it('differs, and the steps that were skipped after it do not', async () => {
    const [given, fails, skipped] = steps(await page(passed));
    assert.equal(given, '<li><b>Given</b> a hypervisor');
    assert.equal(fails, '<li class="odd"><b>Then</b> it fails <b class="good">reference/1</b><b class="bad">xen/2</b>');
    assert.equal(skipped, '<li><b>And</b> it passes <b class="good">reference/1</b><b class="none">xen/2</b>');
  });

  it('fails where it fails in both, and what was skipped in both has no result', async () => {
    const [, fails, skipped] = steps(await page((scenario) => scenario));
    assert.equal(fails, '<li class="bad"><b>Then</b> it fails');
    assert.equal(skipped, '<li class="none"><b>And</b> it passes');
  });

  it('says first which step failed, and by which known deviation, with a link to it', async () => {
    assert.match(
      await page(passed),
      /xen\/2 fails at step 2: <b>Then<\/b> it fails \(known deviation <a href="#xen\/2:other">other<\/a>\)/,
    );
  });
});
