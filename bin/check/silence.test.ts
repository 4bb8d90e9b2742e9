import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createJudge } from '../../engine/check/judge';
import { answerOf, type Answer, type Verdict } from '../../engine/check/verdict';
import { createReference } from '../../engine/reference';
import { returnsString } from '../../payloads/builder/code';
import { livepatch, type FunctionPatch } from '../../payloads/builder/payload';
import { asDocument } from './silence';

describe("the document's verdict", () => {
  const target = createReference({ revision: 2 });
  const judge = createJudge(target);
  const { buildId } = target.hypervisor;
  const oldSize = target.image.size('xen_extra_version') ?? 0;
  const judged = (more: Partial<FunctionPatch> = {}): Verdict => {
    const functions = [{ name: 'xen_extra_version', oldSize, replacement: returnsString('patched'), ...more }];
    const ids = { buildId: new Uint8Array(20).fill(7), depends: buildId, xenDepends: buildId };
    return judge('fix', livepatch({ revision: 2, ...ids, functions }).bytes);
  };
  const good = judged();
  const bad: Verdict = { ...good, ok: false };
  const unknown: Verdict = { ...good, unsure: 'out of budget' };
  /** V2-FUNC-12: a choice that no hypervisor makes. */
  const byChoice = judged({ applied: 1 });
  /** FUNC-9: a sentence of the document. */
  const bySentence = judged({ opaque: new Uint8Array(31).fill(1) });
  /** V2-FUNC-9: a choice that Xen makes too. */
  const asXenDoes = judged({ expect: { bytes: new Uint8Array(31), length: 31 } });

  after(() => target.close());

  const cases: readonly (readonly [string, Verdict, Verdict | undefined, Answer])[] = [
    ['a choice of the suite is no verdict where Xen takes the payload', byChoice, good, 'unknown'],
    ['nor where no hypervisor makes it, and none is asked', byChoice, undefined, 'unknown'],
    ['a payload that Xen does not take either is bad', byChoice, bad, 'bad'],
    ['and one of which nobody can tell what Xen does', byChoice, unknown, 'bad'],
    ['a sentence of the document is a verdict, whatever Xen does', bySentence, good, 'bad'],
    ['a choice that Xen makes stands where no hypervisor is asked', asXenDoes, undefined, 'bad'],
    ['and not where the hypervisor at hand does not make it', asXenDoes, good, 'unknown'],
    ['what is good stays good', good, bad, 'good'],
  ];
  for (const [title, reference, xen, answer] of cases)
    test(title, () => assert.equal(answerOf(asDocument(reference, xen)), answer));

  test('a verdict that is bad for more than a refusal stays bad', () => {
    const stopped = { ...byChoice, stopped: { during: 'APPLY', where: 'f', why: 'fault' } };
    for (const worse of [stopped, { ...byChoice, changed: ['f is not restored.'] }, { ...byChoice, unmet: ['no.'] }])
      assert.equal(answerOf(asDocument(worse, good)), 'bad');
  });

  test('says that the document is silent', () => {
    assert.match(asDocument(byChoice, good).unsure ?? '', /silent.* Xen's code takes the payload\.$/);
    assert.match(asDocument(byChoice, undefined).unsure ?? '', /no hypervisor makes it\.$/);
  });
});
