import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadCatalogue } from './catalogue';
import { loadDeviations } from './deviation-files';
import { isUntried } from './deviations';
import {
  byRelease,
  formatImplementations,
  type Implementation,
  loadImplementations,
  parseImplementations,
  rowVerdicts,
  withRows,
} from './implementations';

const row = (id: string, hypervisor: string, more: Partial<Implementation> = {}): Implementation => ({
  id,
  hypervisor,
  buildId: '00ff',
  revision: 2,
  suite: '1.0 0123456789ab',
  date: '2026-11-27',
  scenarios: { total: 9, skipped: 1, passed: 5, known: 3, unexpected: 0, crashed: 2 },
  verdicts: rowVerdicts((verdict) => (verdict === 'conforms' ? ['ACT-1', 'V2-LIST-9'] : [])),
  built: '',
  seen: '',
  ...more,
});

describe('the list of implementations', () => {
  it('is read as it was written, with what people wrote into it', () => {
    const rows = [row('xen-4.9/1', 'Xen 4.9.0 (a)', { built: 'as it is: "all"', seen: '- a\n- b' }), row('x/2', 'Xen')];
    assert.deepEqual(parseImplementations(formatImplementations(rows)), rows);
    assert.deepEqual(parseImplementations(formatImplementations([])), []);
  });

  it('is by release, and by name where releases are the same', () => {
    const names = ['Xen 4.23-unstable (a)', 'Xen 4.9.0 (a)', 'Xen 4.20.5-pre (a)', 'Xen 4.20.0 (a)', 'Xen 4.20.0 (a)'];
    const rows = names.map((name, index) => row(`x${index}/2`, name)).sort(byRelease);
    assert.deepEqual(
      rows.map(({ id }) => id),
      ['x1/2', 'x3/2', 'x4/2', 'x2/2', 'x0/2'],
    );
  });

  it('has a run once, with the words that its row had', () => {
    const before = [row('a/2', 'Xen 4.19.0 (a)', { built: 'by hand', seen: 'this' }), row('b/2', 'Xen 4.18.0 (b)')];
    const [first, second, third, ...others] = withRows(before, [
      row('a/2', 'Xen 4.17.0 (c)', { built: 'not this' }),
      row('d/2', 'Xen 4.20.0 (d)'),
    ]);
    assert.deepEqual(
      [first, second, third].map((one) => [one?.id, one?.hypervisor, one?.built, one?.seen]),
      [
        ['a/2', 'Xen 4.17.0 (c)', 'by hand', 'this'],
        ['b/2', 'Xen 4.18.0 (b)', '', ''],
        ['d/2', 'Xen 4.20.0 (d)', '', ''],
      ],
    );
    assert.equal(others.length, 0);
  });

  it('names what is wrong in it, row by row', () => {
    const wrong = (from: string, to: string, says: RegExp): void => {
      const text = formatImplementations([row('a/2', 'Xen 4.19.0 (a)')]);
      assert.ok(text.includes(from), from);
      assert.throws(() => parseImplementations(text.replace(from, to)), says);
    };
    wrong('id: a/2', 'id: a', /a: expected the key of a run/);
    wrong('date: 2026-11-27', 'date: yesterday', /a\/2: expected a day/);
    wrong('total: 9', 'total: -9', /a\/2: expected counts/);
    wrong('conforms: ', 'confirms: ', /a\/2: expected clauses by conforms, /);
    wrong('ACT-1 ', 'ACT-1 ACT-1 ', /a\/2: ACT-1 is there twice/);
    wrong('seen: ', 'sawn: ', /unknown key sawn/);
  });

  it('names clauses of the catalogue, each row in the order of releases, with how it was built and a file of its deviations', () => {
    const { clauses } = loadCatalogue();
    const ids = new Set(clauses.map(({ id }) => id));
    const rows = loadImplementations();
    const lists = loadDeviations();
    assert.deepEqual([...rows].sort(byRelease), rows);
    for (const { id, hypervisor, verdicts, built } of rows) {
      const unknown = Object.values(verdicts)
        .flat()
        .filter((clause) => !ids.has(clause));
      const tried = !isUntried(lists, hypervisor);
      assert.deepEqual({ id, unknown, built: built !== '', tried }, { id, unknown: [], built: true, tried: true });
    }
  });
});
