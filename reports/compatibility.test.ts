/** The streams of Cucumber's own compatibility kit, through all writers: whatever an implementation of Cucumber says. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { Envelope } from '@cucumber/messages';
import { writeReports } from './index';
import { outline } from './testdata/outline';

const KIT = join(dirname(require.resolve('@cucumber/compatibility-kit/package.json')), 'features');
const SUITE = { name: 'Suite', version: '1.0', commit: null };

const envelopesIn = (file: string): readonly Envelope[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Envelope);

/** All is well in these, as Cucumber has it. Here a scenario needs steps, and only a hook before it may skip it. */
const STRICTER = ['empty', 'hooks-skipped', 'skipped', 'skipped-exception'];

describe('the compatibility kit', () => {
  const samples = readdirSync(KIT);

  it('is there', () => assert.ok(samples.length > 40));

  for (const sample of samples) {
    it(`${sample}: documents that say what came of it`, (t) => {
      const out = mkdtempSync(join(tmpdir(), 'kit-'));
      t.after(() => rmSync(out, { recursive: true }));
      const file = join(KIT, sample, `${sample}.ndjson`);
      const { asExpected } = writeReports([file], out, { suite: SUITE, knownDeviations: [] });

      const finished = envelopesIn(file).flatMap(({ testRunFinished }) => testRunFinished ?? [])[0];
      assert.equal(finished?.success, STRICTER.includes(sample) || asExpected);
      assert.ok(!(STRICTER.includes(sample) && asExpected));

      const xml = outline(readFileSync(join(out, 'junit.xml'), 'utf8'));
      const bad = xml.filter(({ name }) => name === 'failure' || name === 'error').length;
      const suites = xml.filter(({ name }) => name === 'testsuite');
      const counted = suites.flatMap(({ attributes: { failures, errors } }) => [Number(failures), Number(errors)]);
      assert.equal(
        counted.reduce((sum, count) => sum + count, 0),
        bad,
      );
      assert.equal(bad === 0, asExpected);
      for (const name of ['compliance.json', 'earl.jsonld']) JSON.parse(readFileSync(join(out, name), 'utf8'));
    });
  }
});
