import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ELF_HEADER, RELA, SECTION_HEADER, SYMBOL } from '../../abi/elf';
import { LIVEPATCH_FUNC, NOTE_HEADER } from '../../abi/hypercall';
import { ALTERNATIVE } from '../../abi/tables';
import { ALL_RULES } from '.';
import { firstBroken, type Rule, type Where } from './rule';

const TABLE: readonly Rule<number>[] = [
  { name: 'even', clause: 'X-1', errno: 'EINVAL', says: 'It is even.', broken: (n) => n % 2 !== 0 },
  { name: 'small', clause: 'X-2', errno: 'E2BIG', says: 'It is small.', revision: 2, broken: (n) => n > 9 },
];
const where = (): Where => ({ name: 'here' });
const names = (...forgotten: readonly string[]): ReadonlySet<string> => new Set(forgotten);

describe('a table of rules', () => {
  it('cites the first that is broken', () => {
    assert.deepEqual(firstBroken(TABLE, 11, { revision: 2, forgotten: names() }, where), {
      rule: 'even',
      clause: 'X-1',
      errno: -22,
      says: 'It is even.',
      where: 'here',
    });
  });

  it('passes over what is forgotten, and what is of another revision', () => {
    assert.equal(firstBroken(TABLE, 11, { revision: 2, forgotten: names('even') }, where)?.rule, 'small');
    assert.equal(firstBroken(TABLE, 11, { revision: 1, forgotten: names('even') }, where), undefined);
  });

  it('says at which byte of the file, of the field where the rule is about one', () => {
    const odd: Rule<number> = { name: 'odd', clause: 'X-3', errno: 'EINVAL', says: 'It is odd.', broken: () => true };
    const context = { revision: 2, forgotten: names() } as const;
    const inFile = (): Where => ({ name: 'here', offset: (field) => (field === 'second' ? 72 : 64) });
    const found = (rule: Rule<number>) => firstBroken([rule], 1, context, inFile);
    assert.equal(found(odd)?.offset, 64);
    assert.deepEqual(
      [found({ ...odd, field: 'second' })].map((own) => [own?.field, own?.offset]),
      [['second', 72]],
    );
  });

  it('asks where only if there is something to say', () => {
    const never = (): Where => assert.fail('asked');
    assert.equal(firstBroken(TABLE, 2, { revision: 2, forgotten: names() }, never), undefined);
  });
});

describe('all rules', () => {
  it('have names of their own, sentences and clauses', () => {
    assert.equal(new Set(ALL_RULES.map(({ name }) => name)).size, ALL_RULES.length);
    for (const { name, clause, says } of ALL_RULES) {
      assert.match(name, /^[a-z]+(-[a-z0-9]+)*$/);
      assert.match(clause, /^(V2-)?[A-Z]+-\d+$/);
      assert.match(says, /^\S.*\.$/);
    }
  });

  it('name fields of the structures', () => {
    const layouts = [ELF_HEADER, SECTION_HEADER, SYMBOL, RELA, LIVEPATCH_FUNC[2], NOTE_HEADER, ALTERNATIVE.padded];
    const fields = new Set(layouts.flatMap((layout) => Object.keys(layout.fields)));
    assert.deepEqual(
      ALL_RULES.filter(({ field }) => field !== undefined && !fields.has(field)).map(({ name }) => name),
      [],
    );
  });

  const catalogue = join(__dirname, '../../../features/clauses.yaml');
  it('come from clauses of the catalogue', { skip: !existsSync(catalogue) }, () => {
    const ids = new Set(readFileSync(catalogue, 'utf8').match(/\b(?:V2-)?[A-Z]+-\d+\b/g));
    assert.deepEqual(
      ALL_RULES.filter(({ clause }) => !ids.has(clause)).map(({ name }) => name),
      [],
    );
  });
});
