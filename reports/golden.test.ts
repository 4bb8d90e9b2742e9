/**
 * Streams of messages in, documents out, compared with testdata/golden/. After a change that is meant:
 *
 *     GOLDEN=write node -r ./engine/typescript.js reports/golden.test.ts
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import type { Envelope } from '@cucumber/messages';
import { DOCUMENTS } from './index';
import { writePage } from './html/page';
import type { Report } from './model';
import { buildReport } from './report';
import { implementation } from './testdata/implementations';
import {
  CATALOGUE,
  SUITE,
  crashed,
  described,
  deviating,
  interrupted,
  messages,
  renamed,
  shard,
  stream,
  timeless,
} from './testdata/streams';

const FOLDER = join(__dirname, 'testdata', 'golden');
const COMPARED: Readonly<Record<string, (report: Report) => string>> = { ...DOCUMENTS, 'index.html': pageBody };

/** The body of index.html, a line a block, so that a difference can be read. Style and script are left out. */
function pageBody(report: Report): string {
  const [, body = ''] = writePage(report).split('</header>');
  return body
    .replace(/<script>[^]*<\/script>/, '')
    .replace(/(?=<(?:section|article|table|caption|tr|th|td|li|p|div|pre|details|h\d|dt|dd|text|option|form)\b)/g, '\n')
    .trim();
}

const IMPLEMENTATIONS = [
  implementation('xen-4.13/1', 'Xen 4.13.5 (xen-syms)', { 'known-deviation': ['FUNC-2'], conforms: ['FUNC-3'] }),
  implementation('xen-4.19/2', 'Xen 4.19.6 (xen-syms)', { conforms: ['FUNC-2', 'FUNC-3'] }),
];

function report(parts: readonly (readonly Envelope[])[], knownDeviations = [deviating('xen/2', 'fails')]): Report {
  const strength = { rules: { total: 3, killed: 2, survivors: ['magic'] } };
  return buildReport(parts.map(stream), {
    suite: SUITE,
    catalogue: CATALOGUE,
    knownDeviations,
    implementations: IMPLEMENTATIONS,
    strength,
  });
}

function compare(name: string, built: Report): void {
  for (const [document, write] of Object.entries(COMPARED)) {
    const file = join(FOLDER, name, document);
    const text = write(built);
    if (process.env['GOLDEN'] === 'write') {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    assert.equal(text, readFileSync(file, 'utf8'), `${name}/${document}`);
  }
}

describe('golden documents', () => {
  it('of two targets, with scenarios of every status, hostile names and a scenario that was tried twice', async () => {
    const all = timeless(await messages());
    compare('two-targets', report([all, renamed(all, 'xen/2')]));
  });

  it('are the same for shards in whatever order', async () => {
    const all = timeless(await messages());
    const both = [all, renamed(all, 'xen/2')];
    const parts = both.flatMap((run) => [0, 1, 2].map((part) => shard(run, (scenario) => scenario % 3 === part)));
    compare('two-targets', report(parts.toReversed()));
    compare('two-targets', report([3, 0, 5, 1, 4, 2].flatMap((at) => parts.slice(at, at + 1))));
  });

  it('of a run that was interrupted', async () => {
    compare('interrupted', report([interrupted(timeless(await messages()), 4)]));
  });

  it('of no run', () => {
    compare('empty', report([]));
  });

  it('of what was lost: a crash, a shard, a run that died early; and of a pass that nobody expected', async () => {
    const all = timeless(await messages());
    const second = described(
      shard(crashed(all, 15), (scenario) => scenario < 3 || scenario === 14),
      { shard: '2/3' },
    );
    const died = all.slice(
      0,
      all.findIndex(({ testCase }) => testCase !== undefined),
    );
    const passes = shard(renamed(all, 'xen/2'), (scenario) => scenario === 0);
    compare('lost', report([second, died, passes], [deviating('xen/2', 'passes')]));
  });
});
