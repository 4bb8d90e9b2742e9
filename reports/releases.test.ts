import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { h } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { parseDeviations } from '../features/deviation-files';
import { Releases } from './html/releases';
import { releasesOf } from './releases';
import { implementation } from './testdata/implementations';
import { CATALOGUE } from './testdata/streams';

const LISTS = [
  parseDeviations(
    'xen-4.17',
    ['old', 'new']
      .map((id) => {
        const holds = id === 'old' ? `since: '4.7', until: '4.18'` : `since: '4.20'`;
        return `- { id: ${id}, clauses: [A-1], absent: <there>, ${holds} }`;
      })
      .join('\n'),
  ),
];

const [first, second] = CATALOGUE.clauses;
const ids = [first?.id ?? '', second?.id ?? ''] as const;

const ROWS = [
  implementation('a/1', 'Xen 4.13.0', { conforms: [ids[1]], differs: [ids[0]] }),
  implementation('v/2', 'Xen 4.17.6-2 (xen-syms)', { 'known-deviation': [ids[0]] }),
  implementation('few/2', 'Xen 4.17.7', { 'not-exercised': [...ids] }),
  implementation('b/2', 'Xen 4.17.7', { 'not-exercised': [ids[1]], differs: [ids[0]] }),
  implementation('c/2', 'Xen 4.20.0', { conforms: [ids[0]] }),
];

describe('what became of clauses from release to release', () => {
  const releases = releasesOf(ROWS, CATALOGUE.clauses, LISTS);

  it('is by the verdicts of the list, those in a row together', () => {
    assert.deepEqual(releases.clauses, [
      {
        clause: first,
        spans: [
          { verdict: 'differs', length: 2 },
          { verdict: 'conforms', length: 1 },
        ],
      },
    ]);
  });

  it('has what was recorded of one and no longer of the next, and the other way round', () => {
    assert.deepEqual(
      releases.releases.map(({ fixed, broken }) => [fixed.map(({ id }) => id), broken.map(({ id }) => id)]),
      [
        [[], []],
        [[], []],
        [['old'], ['new']],
      ],
    );
  });

  it('stands in the page, or nothing does where there is no list', () => {
    const page = renderToStaticMarkup(h(Releases, { releases, clauses: [] }));
    assert.match(page, /<td colspan="2"><b class="odd">differs<\/b><\/td><td colspan="1"><b class="good">conforms</);
    assert.match(page, /&lt;there>/);
    assert.equal(
      renderToStaticMarkup(h(Releases, { releases: releasesOf([], CATALOGUE.clauses, LISTS), clauses: [] })),
      '',
    );
  });
});
