/**
 * What each step of testdata/lies.feature keeps as evidence on the reference, compared with testdata/evidence.txt. After a
 * change that is meant:
 *
 *     GOLDEN=write node -r ./engine/typescript.js steps/evidence.test.ts
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EVIDENCE_MEDIA_TYPE, type Evidence, type EvidenceEvent } from '../engine/evidence';
import { createReference } from '../engine/reference';
import { compares } from './comparing';
import { definitionsAtHand, execute, picklesOf } from './play.fixtures';
import { createScene, ownVersions } from './scene';

const FOLDER = join(__dirname, 'testdata');
const FILE = join(FOLDER, 'evidence.txt');
/** It is for other tests of the feature. */
const TURN = 'the hypervisor lies from here on';

/** The fields of hypercalls have a test of their own. */
function shown(event: EvidenceEvent): string {
  if (event.kind !== 'hypercall') return JSON.stringify(event);
  const { operation, payload = '', domain, cpu, returnedName } = event;
  return `${operation} ${payload} by ${domain}, vCPU ${cpu}: ${returnedName}`;
}

test('steps keep as evidence what they did and read', async (t) => {
  const reference = createReference({ revision: 2 });
  t.after(() => reference.close());
  const definitions = await definitionsAtHand();
  const own = ownVersions(reference);
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const { steps } of picklesOf(readFileSync(join(FOLDER, 'lies.feature'), 'utf8'))) {
    reference.reset();
    const scene = createScene(reference, own, compares(steps));
    for (const step of steps.filter(({ text }) => text !== TURN)) {
      const events: EvidenceEvent[] = [];
      const attach = (body: string, type: string): void => {
        if (type === EVIDENCE_MEDIA_TYPE) events.push(...(JSON.parse(body) as Evidence).events);
      };
      execute(definitions, { scene, attach }, step);
      if (seen.has(step.text) || events.length === 0) continue;
      seen.add(step.text);
      lines.push(step.text, ...events.map((event) => `  ${shown(event)}`));
    }
  }
  const text = `${lines.join('\n')}\n`;
  if (process.env['GOLDEN'] === 'write') writeFileSync(FILE, text);
  assert.deepEqual(text.split('\n'), readFileSync(FILE, 'utf8').split('\n'));
});
