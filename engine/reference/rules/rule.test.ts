import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ELF_HEADER, RELA, SECTION_HEADER, SYMBOL } from '../../abi/elf';
import { LIVEPATCH_FUNC, type Revision } from '../../abi/hypercall';
import { NOTE_HEADER } from '../../abi/notes';
import { ALTERNATIVE } from '../../abi/tables';
import { ALL_RULES } from '../all-rules';
import { firstBroken, inForce, type Rule, type Where } from './rule';

const TABLE: readonly Rule<number>[] = [
  {
    name: 'even',
    clause: 'X-1',
    errno: 'EINVAL',
    says: 'It is even.',
    refused: (n) => `It is ${n}.`,
    broken: (n) => n % 2 !== 0,
  },
  {
    name: 'small',
    clause: 'X-2',
    errno: 'E2BIG',
    says: 'It is small.',
    refused: 'It is large.',
    revision: 2,
    broken: (n) => n > 9,
  },
];
const where = (): Where => ({ name: 'here' });
const names = (...forgotten: readonly string[]): ReadonlySet<string> => new Set(forgotten);

describe('a table of rules', () => {
  it('cites the first that is broken', () => {
    assert.deepEqual(firstBroken(TABLE, 11, where), {
      rule: 'even',
      clause: 'X-1',
      errno: -22,
      says: 'It is 11.',
      where: 'here',
    });
  });

  it('passes over what is forgotten, and what is of another revision', () => {
    const own = (revision: Revision) => inForce(TABLE, { revision, forgotten: names('even') });
    assert.equal(firstBroken(own(2), 11, where)?.rule, 'small');
    assert.equal(firstBroken(own(1), 11, where), undefined);
  });

  it('says at which byte of the file, of the field where the rule is about one', () => {
    const odd: Rule<number> = {
      name: 'odd',
      clause: 'X-3',
      errno: 'EINVAL',
      says: 'It is odd.',
      refused: 'It is even.',
      broken: () => true,
    };
    const inFile = (): Where => ({ name: 'here', offset: (field) => (field === 'sh_size' ? 72 : 64) });
    const found = (rule: Rule<number>) => firstBroken([rule], 1, inFile);
    assert.equal(found(odd)?.offset, 64);
    assert.deepEqual(
      [found({ ...odd, field: 'sh_size' })].map((own) => [own?.field, own?.offset]),
      [['sh_size', 72]],
    );
  });

  it('asks where only if there is something to say', () => {
    const never = (): Where => assert.fail('asked');
    assert.equal(firstBroken(TABLE, 2, never), undefined);
  });
});

interface Named {
  readonly name: string;
}

/** Whatever looks like a table of rules among the exports of the modules here, whether or not the list names it. */
function tablesOfFolder(): ReadonlyMap<string, readonly Named[]> {
  const load = createRequire(__filename);
  const isRule = (value: unknown): value is Named =>
    typeof value === 'object' && value !== null && 'name' in value && 'clause' in value && 'broken' in value;
  const isTable = (value: unknown): value is readonly Named[] => Array.isArray(value) && value.some(isRule);
  const modules = readdirSync(__dirname).filter((file) => /^.*(?<!\.test)\.ts$/.test(file));
  const entries = modules.flatMap((file): readonly [string, unknown][] => Object.entries(load(`./${file}`) as object));
  return new Map(entries.filter((entry): entry is [string, readonly Named[]] => isTable(entry[1])));
}

describe('all rules', () => {
  it('are those of every table in this folder, once each, so that none goes unmeasured', () => {
    const tables = tablesOfFolder();
    const listed = ALL_RULES.map(({ name }) => name);
    const missing = [...tables].filter(([, rules]) => rules.some(({ name }) => !listed.includes(name)));
    assert.deepEqual(
      missing.map(([table]) => table),
      [],
    );
    const own = [...tables.values()].flat().map(({ name }) => name);
    assert.deepEqual([...listed].sort(), [...own].sort());
  });

  it('have names of their own, sentences and clauses', () => {
    assert.equal(new Set(ALL_RULES.map(({ name }) => name)).size, ALL_RULES.length);
    for (const { name, clause, says, refused } of ALL_RULES) {
      assert.match(name, /^[a-z]+(-[a-z0-9]+)*$/);
      assert.match(clause, /^(V2-)?[A-Z]+-\d+$/);
      assert.match(says, /^\S.*\.$/);
      if (typeof refused !== 'string') continue;
      assert.match(refused, /^\S.*\.$/);
      assert.notEqual(refused, says);
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
